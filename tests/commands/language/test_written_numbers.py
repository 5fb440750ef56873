"""Lists of numbers that stand as text in the file of weights."""

from __future__ import annotations

import json

from commands.language.models.linear_models import SCALE, ClassModel
from commands.language.models.written_numbers import WrittenNumbers


def test_lists_are_read_as_they_were_written() -> None:
    lists = {"warm": [0, 120, 2, -35], "hot": [1, 7]}

    written = WrittenNumbers().with_lists(lists)
    again = WrittenNumbers(json.loads(json.dumps(written.dump_sorted())))

    assert {feature: list(again[feature]) for feature in again} == lists
    assert list(again.written) == ["hot", "warm"]


def test_what_nobody_wrote_is_not_there() -> None:
    written = WrittenNumbers({"hot": "1 7"})

    assert written.get("cold") is None
    assert "cold" not in written


def test_other_lists_take_the_place_of_those_there_were_and_leave_these_alone() -> None:
    before = WrittenNumbers({"hot": "1 7", "warm": "0 3"})

    after = before.with_lists({"hot": [2, 9]})

    assert (list(after["hot"]), list(after["warm"])) == ([2, 9], [0, 3])
    assert list(before["hot"]) == [1, 7]


def test_a_model_weighs_written_lists() -> None:
    model = ClassModel(("no", "yes"), (0, 0), WrittenNumbers({"please": f"1 {2 * SCALE}"}))

    chances = model.weigh(["please", "unheard"])

    assert round(chances["yes"], 3) == 0.881

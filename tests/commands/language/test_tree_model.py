"""Trees weigh as the library that grew them does, also when they were written and read again."""

from __future__ import annotations

import json
import random

import pytest

from bot.evaluation.model_fitting import fit_trees
from commands.language.models.tree_model import TreeModel, load_tree


def test_trees_learn_what_two_numbers_say_together_and_are_the_same_when_read_again() -> None:
    chance = random.Random(3)
    rows = [[chance.random(), chance.random(), chance.choice((1e-6, 1 - 1e-6))] for _ in range(4000)]
    right = [(one > 0.5) == (other > 0.5) and last > 0.5 for one, other, last in rows]

    model = fit_trees(rows, right)
    again = TreeModel(model.bias, tuple(map(load_tree, json.loads(json.dumps(model.trees)))))

    # No sum of weights could tell these apart.
    found = [model.weigh(row) > 0.5 for row in rows]
    assert sum(one == other for one, other in zip(found, right, strict=True)) / len(rows) > 0.97
    assert [again.weigh(row) for row in rows] == [model.weigh(row) for row in rows]


@pytest.mark.parametrize("right", [[], [True, True], [False, False]])
def test_where_nothing_differs_no_tree_grows(right: list[bool]) -> None:
    model = fit_trees([[0.0]] * len(right), right)

    assert model.trees == ()
    assert (model.weigh([0.0]) > 0.5) == any(right)

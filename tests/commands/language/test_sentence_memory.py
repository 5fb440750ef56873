"""Tests of the memory of sentences: what is near, and how it speaks for a call."""

from __future__ import annotations

import pytest

from commands.language.models.sentence_memory import add_sentences, make_memory, measure_nearness

SENTENCES = (
    (["s hot", "s lead", "ss hot lead"], "list_leads band"),
    (["s hot", "s lead", "s tom", "ss hot lead"], "list_leads band owner"),
    (["s overdue", "s deal", "ss overdue deal"], "list_opportunities overdue"),
    (["s overdue", "s task", "ss overdue task"], "list_follow_ups when"),
    (["s tom", "s deal"], "list_opportunities owner"),
)


def test_the_sentence_that_shares_most_is_the_nearest_and_all_in_common_is_nearer_than_a_part() -> None:
    memory = make_memory(SENTENCES)

    nearest = memory.find_nearest(["s hot", "s lead", "ss hot lead"])

    assert [call for _, call in nearest] == ["list_leads band", "list_leads band owner"]
    assert nearest[0][0] > nearest[1][0] > 0


def test_what_has_nothing_in_common_is_not_near() -> None:
    assert make_memory(SENTENCES).find_nearest(["s weather"]) == []
    assert make_memory([]).find_nearest(["s hot"]) == []


def test_the_order_of_the_sentences_makes_no_difference() -> None:
    assert make_memory(reversed(SENTENCES)) == make_memory(SENTENCES)


def test_a_feature_of_one_sentence_alone_is_not_kept() -> None:
    assert "ss overdue task" not in make_memory(SENTENCES).places


def test_a_call_is_spoken_for_by_the_same_call_and_in_part_by_the_same_command() -> None:
    nearest = [(0.9, "list_leads band"), (0.6, "list_leads band owner"), (0.3, "undo")]

    same, other, ahead, share, alike, most = measure_nearness(nearest, "list_leads band")

    assert (same, other, most) == (0.9, 0.6, 0.9)
    assert ahead == pytest.approx(0.3)
    assert share == pytest.approx(0.729 / 0.972)
    assert alike == pytest.approx(0.945 / 0.972)
    assert measure_nearness([], "undo") == [0.0] * 6


def test_sentences_of_a_workspace_are_added_to_those_that_were_known() -> None:
    memory = add_sentences(make_memory(SENTENCES), [(["s hot", "s kahuna"], "list_leads band=hot")])

    assert memory.find_nearest(["s kahuna"])[0][1] == "list_leads band=hot"
    assert {call for _, call in memory.find_nearest(["s hot"])} == {
        "list_leads band",
        "list_leads band owner",
        "list_leads band=hot",
    }

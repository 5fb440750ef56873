"""The tables of sentences are well formed, every command is taught, and the weights are those the tables give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation.sentence_table import load_table
from commands import BY_VERB
from commands.language.readings.weights import FILE, dump_weights, get_weights
from tests.train_reader import list_learned_tables, train_from_tables

SENTENCES = Path(__file__).parents[2] / "sentences"
TABLES = sorted(SENTENCES.rglob("*.jsonl"))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_line_names_a_command_and_arguments_that_there_are(table: Path) -> None:
    wrong = []
    for case in load_table(table):
        calls = (case.expect, *case.expect.get("any", ()), *case.expect.get("also", ()))
        for call in calls:
            kind = BY_VERB.get(call["command"] or "")
            known = set(kind.model_fields) if kind is not None else set()
            if (call["command"] is not None and kind is None) or not set(call.get("arguments", {})) <= known:
                wrong.append(f"line {case.number}: {case.say}")

    assert wrong == []


def test_nothing_that_is_kept_away_is_learned() -> None:
    learned = {(case.say, case.after) for table in list_learned_tables() for case in load_table(table)}
    kept = {(case.say, case.after) for table in TABLES if "kept_away" in str(table) for case in load_table(table)}

    # A few words, like “undo that”, are anybody's.
    assert len(learned & kept) <= len(kept) / 50


def test_every_command_is_taught() -> None:
    missing = set(BY_VERB) - set(get_weights().commands.classes)

    assert missing == set(), "add sentences for these to a table of tests/sentences/voices, and run `make reader`"


@pytest.mark.slow
def test_the_weights_are_those_the_tables_give() -> None:
    learned = dump_weights(train_from_tables(list_learned_tables(), print))
    kept = json.loads(FILE.read_text(encoding="utf-8"))

    for model in ("candidates", "trust"):
        names = set(learned[model]["weights"]) | set(kept[model]["weights"])
        near = sum(
            abs(learned[model]["weights"].get(name, 0) - kept[model]["weights"].get(name, 0)) <= 2 for name in names
        )
        # Sums of floats differ in the last place from machine to machine, and a weight at the edge may fall out.
        assert near / len(names) >= 0.98, "run `make reader` and keep what it writes"
    assert learned["commands"]["classes"] == kept["commands"]["classes"]

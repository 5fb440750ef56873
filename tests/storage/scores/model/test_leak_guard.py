"""What gives the outcome away is left out or questioned, what identifies a lead is left out, the rest is used."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from storage.scores.columns.column_names import find_leaking_name, find_suspicion
from storage.scores.columns.lead_columns import (
    LeadColumn,
    LeadTable,
    find_column,
    make_custom_column,
    make_standard_column,
)
from storage.scores.columns.lead_lives import CLOSED, CONVERTED, OPEN, LeadLives
from storage.scores.model.leak_guard import ColumnChoice, choose_columns

ROWS = 400


def make_lives(converted: list[int], opened: int = 0) -> LeadLives:
    """Leads without dates that ended, and behind them some that are open."""
    rows = len(converted) + opened
    outcome = [CONVERTED if each else CLOSED for each in converted] + [OPEN] * opened
    ended = np.where(np.array(outcome) == OPEN, np.inf, np.nan)
    return LeadLives(np.arange(1, rows + 1), np.array(outcome, dtype=np.int8), np.zeros(rows), ended, 0.0)


def chosen(columns: dict[str, list[Any]], converted: list[int], opened: int = 0, **more: list[str]) -> ColumnChoice:
    lives = make_lives(converted, opened)
    sheet = LeadTable(lives.ids.tolist(), {make_custom_column(name): values for name, values in columns.items()})
    known = sheet.index_by_name()
    asked = {name: [known[each] for each in more.get(name, [])] for name in ("keep", "leave_out")}
    return choose_columns(sheet, lives, target="ended", **asked)


@pytest.fixture
def converted() -> list[int]:
    chance = random.Random(4)
    return [int(chance.random() < 0.3) for _ in range(ROWS)]


@pytest.mark.parametrize(
    "name", "LEADSTATUS|Kundenstatus|lifecyclestage|Tags|Lead Status|deal_stage|IsConverted|won|Disposition".split("|")
)
def test_names_of_outcomes_give_away(name: str) -> None:
    assert find_leaking_name(name)


@pytest.mark.parametrize(
    "name",
    "Maritalstatus|Postage|Marital Status|Employment Status|Stagecoach|Heritage|Wonder|Country|vintage"
    "|Deal_Source|Created by Lead Conversion|Opportunity Type|profile_completed|Stage Play Visits".split("|"),
)
def test_names_that_only_sound_like_outcomes_do_not(name: str) -> None:
    assert find_leaking_name(name) is None


@pytest.mark.parametrize(
    "name",
    "Lead Quality|Lead Profile|Activity Index|leadScore|LeadGrade|Hotness Rating|Last Activity|Last Notable Activity|"
    "last_modified_date|duration|Call Duration (sec)|Deal_Source|won_flag|Closed By".split("|"),
)
def test_judgements_moving_targets_and_words_of_outcomes_are_suspicious(name: str) -> None:
    assert find_suspicion(name)


@pytest.mark.parametrize(
    "name", ["Last Name", "Lead Origin", "Duration of Contract Wanted", "Indexed Fund", "Scoreboard"]
)
def test_other_names_are_not_suspicious(name: str) -> None:
    assert find_suspicion(name) is None


def test_a_column_that_alone_separates_the_outcomes_is_left_out(converted: list[int]) -> None:
    leak = [f"room {1 + outcome}" if place % 25 else "room 3" for place, outcome in enumerate(converted)]

    assert "alone it separates" in chosen({"Meeting room": leak}, converted).left_out["Meeting room"]


def test_a_column_that_is_filled_mostly_after_success_is_questioned(converted: list[int]) -> None:
    chance = random.Random(5)
    filled = ["yes" if chance.random() < (0.9 if outcome else 0.3) else None for outcome in converted]

    reason = chosen({"Contract sent": filled}, converted).left_out["Contract sent"]

    assert reason.startswith("questioned: merely being filled")


def test_a_column_that_is_filled_for_one_outcome_alone_is_questioned(converted: list[int]) -> None:
    chance = random.Random(5)
    reasons = [None if outcome or chance.random() < 0.75 else chance.choice("abc") for outcome in converted]

    reason = chosen({"Absagegrund": reasons}, converted).left_out["Absagegrund"]

    assert reason.startswith("questioned: filled for no converted lead, where about 2")
    assert reason.endswith("of the others")


def test_a_value_that_tells_more_than_can_be_known_is_questioned_and_a_strong_one_is_not() -> None:
    chance = random.Random(6)
    outcomes = [int(place % 10 == 0) for place in range(ROWS)]
    leak = ["customer" if outcome and chance.random() < 0.7 else "prospect" for outcome in outcomes]
    strong = ["referral" if chance.random() < (0.5 if outcome else 0.04) else "web" for outcome in outcomes]

    found = chosen({"Kind": leak, "Came by": strong}, outcomes)

    assert found.left_out["Kind"].startswith("questioned: 100% of the")
    assert "“customer” converted, 3." in found.left_out["Kind"]
    assert [feature.column.name for feature in found.features] == ["Came by"]


def test_a_column_that_open_leads_do_not_have_is_questioned(converted: list[int]) -> None:
    chance = random.Random(6)
    values = [chance.choice("abc") for _ in converted] + ["a" if place % 50 == 0 else None for place in range(100)]

    assert "2% of open ones" in chosen({"Survey": values}, converted, opened=100).left_out["Survey"]


def test_a_suspicious_name_is_harmless_where_the_column_does_no_harm(converted: list[int]) -> None:
    chance = random.Random(7)
    honest = [chance.choice("aabc" if outcome else "abcc") for outcome in converted]

    found = chosen(dict.fromkeys(("profile_completed", "Deal_Source", "Last Activity"), honest), converted)

    assert [feature.column.name for feature in found.features] == ["profile_completed", "Deal_Source"]


def test_a_judgement_made_of_some_leads_alone_is_questioned(converted: list[int]) -> None:
    chance = random.Random(7)
    judged = [chance.choice("abc") if chance.random() < 0.5 else None for _ in converted]

    assert "person's judgement" in chosen({"Lead Grade": judged}, converted).left_out["Lead Grade"]


@pytest.mark.parametrize(
    "values",
    [
        [f"0125A000001Zx{place % 7:02d}QAC" for place in range(ROWS)],
        [f"{place % 9:08x}-1f3a-4b6c-8d9e-0a1b2c3d4e5f" for place in range(ROWS)],
        [f"b76ef37428e6799c421989521c0e50{place % 12:02x}" for place in range(ROWS)],
    ],
)
def test_ids_are_no_features_whatever_they_are_called(values: list[str], converted: list[int]) -> None:
    assert chosen({"Kind of record": values}, converted).left_out == {"Kind of record": "ids"}


def test_what_was_questioned_can_be_kept_and_anything_left_out(converted: list[int]) -> None:
    chance = random.Random(7)
    columns = {
        "Lead Quality": [chance.choice(["a", "b", "c", None]) for _ in converted],
        "Plan": [chance.choice("xy") for _ in converted],
    }

    found = chosen(columns, converted, keep=["Lead Quality"], leave_out=["Plan"])

    assert [feature.column.name for feature in found.features] == ["Lead Quality"]
    assert found.left_out == {"Plan": "left out as asked"}


def test_what_identifies_a_lead_is_left_out_with_the_reason(converted: list[int]) -> None:
    chance = random.Random(8)
    words = "we would like to hear more about your offer for teams with many people please".split()
    columns = {
        "Lead Number": [str(580_000 + place) for place in range(ROWS)],
        "Work mail": [f"a{place}@firm.example" for place in range(ROWS)],
        "Direct line": [f"+49 30 {chance.randrange(10**7):07d}" for _ in range(ROWS)],
        "Message": [" ".join(chance.choices(words, k=9)) for _ in range(ROWS)],
        "Signed up": [f"2026-0{place % 9 + 1}-1{place % 9}" for place in range(ROWS)],
        "Asked for": [f"March {place % 28 + 1}, 202{place % 3 + 4}" for place in range(ROWS)],
        "Erstgespräch": [f"{place % 28 + 1}. März 202{place % 3 + 4}" for place in range(ROWS)],
        "DATE_IN": [f"2025{place % 12 + 1:02}{place % 28 + 1:02}" for place in range(ROWS)],
        "Home page": [f"https://firm{place}.example" for place in range(ROWS)],
        "Nickname": [f"nick{place}" for place in range(ROWS)],
        "Terms": ["agreed"] * ROWS,
        "Estimate": [f"${chance.lognormvariate(9, 1):,.0f}" for _ in range(ROWS)],
        "Umsatz": [f"{place * 1.37 + 2000:.2f} EUR".replace(".", ",") for place in range(ROWS)],
        "Budget in thousands": [str(round(chance.lognormvariate(3, 1), 2)) for _ in range(ROWS)],
    }

    found = chosen(columns, converted)

    assert found.left_out == {
        "Lead Number": "nearly every lead has a number of its own",
        "Work mail": "email addresses",
        "Direct line": "phone numbers",
        "Message": "free text",
        "Signed up": "dates",
        "Asked for": "dates",
        "Erstgespräch": "dates",
        "DATE_IN": "dates",
        "Home page": "web addresses",
        "Nickname": "nearly every lead has a value of its own",
        "Terms": "the same for every lead",
    }
    assert [feature.column.name for feature in found.features] == ["Estimate", "Umsatz", "Budget in thousands"]
    assert {feature.kind for feature in found.features} == {"number"}


def test_a_column_goes_by_its_name_or_by_what_exports_call_it() -> None:
    columns = [
        make_standard_column("source"),
        make_standard_column("annual_revenue"),
        make_custom_column("Lead Origin"),
        make_custom_column("source"),
    ]

    assert find_column("Lead Source", columns) == make_standard_column("source")
    assert find_column("Annual Revenue", columns) == make_standard_column("annual_revenue")
    assert find_column("custom:Lead Origin", columns) == find_column("lead origin", columns) == columns[2]
    assert find_column("custom:source", columns) == LeadColumn("custom:source", "custom", "source")
    assert find_column("Shoe Size", columns) is None

"""What gives the outcome away is left out or questioned, what identifies a lead is left out, the rest is used."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from storage.scores.columns.column_names import explain_leaking_name, explain_questioned_name
from storage.scores.columns.lead_columns import (
    LeadColumn,
    LeadTable,
    find_column,
    make_custom_column,
    make_standard_column,
)
from storage.scores.model.leak_guard import ColumnChoice, choose_columns

ROWS = 400


def chosen(columns: dict[str, list[Any]], converted: list[int], **more: Any) -> ColumnChoice:
    sheet = LeadTable(list(range(1, ROWS + 1)), {make_custom_column(name): values for name, values in columns.items()})
    known = sheet.index_by_name()
    more = {name: [known[each] for each in names] for name, names in more.items() if name != "open_shares"} | {
        "open_shares": more.get("open_shares")
    }
    return choose_columns(sheet, np.array(converted, dtype=np.int8), **{"keep": [], "leave_out": []} | more)


@pytest.fixture
def converted() -> list[int]:
    chance = random.Random(4)
    return [int(chance.random() < 0.3) for _ in range(ROWS)]


@pytest.mark.parametrize(
    "name",
    [
        *("LEADSTATUS", "Kundenstatus", "lifecyclestage", "won_flag"),
        *("Tags", "Lead Status", "deal_stage", "Closed Date", "IsConverted", "Conversion Date"),
        *("won", "Lost Reason", "Disposition", "ClosedBy"),
    ],
)
def test_names_of_outcomes_give_away(name: str) -> None:
    assert explain_leaking_name(name)


@pytest.mark.parametrize(
    "name",
    "Maritalstatus|Postage|Marital Status|Employment Status|Stagecoach|Heritage|Wonder|Country|vintage".split("|"),
)
def test_names_that_only_look_like_outcomes_do_not(name: str) -> None:
    assert explain_leaking_name(name) is None


@pytest.mark.parametrize(
    "name",
    "Lead Quality|Lead Profile|Activity Index|leadScore|LeadGrade|Hotness Rating|Last Activity|Last Notable Activity|"
    "last_modified_date|duration|Call Duration (sec)".split("|"),
)
def test_judgements_and_moving_targets_are_questioned(name: str) -> None:
    assert str(explain_questioned_name(name)).startswith("questioned")


@pytest.mark.parametrize(
    "name", ["Last Name", "Lead Origin", "Duration of Contract Wanted", "Indexed Fund", "Scoreboard"]
)
def test_other_names_are_not_questioned(name: str) -> None:
    assert explain_questioned_name(name) is None


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
    values = [chance.choice("abc") for _ in converted]
    shares = {make_custom_column("Survey"): 0.02}

    assert "2% of open ones" in chosen({"Survey": values}, converted, open_shares=shares).left_out["Survey"]


def test_what_was_questioned_can_be_kept_and_anything_left_out(converted: list[int]) -> None:
    chance = random.Random(7)
    columns = {
        "Lead Quality": [chance.choice("abc") for _ in converted],
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

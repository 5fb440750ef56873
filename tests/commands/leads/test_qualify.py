"""The three criteria, as reps see them (docs/domain.md, "Qualification")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import Activity, Lead, Workspace
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]


def test_what_is_known_is_recorded_with_its_date_and_the_first_gap_asked_for(desk: Desks, company: Company) -> None:
    reply = desk("nora").types("qualify_lead jane roe product_interest=GTX")

    assert reply.head == "Jane Roe is not qualified yet: budget unknown, timeframe unknown."
    assert reply.notes[0] == "Product interest: strong, GTX (18 Nov 2026)"
    assert reply.notes[-1] == "What is the budget? (Strong is at least $10,000.)"
    with company.database.begin_read() as session:
        lead = session.get_one(Lead, 2)
        assert (lead.product_interest, lead.evidence) == ("GTX", {"product_interest": {"on": "2026-11-18"}})


def test_all_three_strong_are_ready_to_convert(desk: Desks) -> None:
    reply = desk("nora").types('qualify_lead jane roe product_interest=GTX budget=45k timeframe="next quarter"')

    assert "ready to convert" in reply.head
    assert [button.label for button in reply.buttons] == ["Set Qualified", "Convert", "Undo"]


def test_without_anything_said_it_only_tells(desk: Desks, company: Company) -> None:
    before = contents(company.database)

    reply = desk("nora").types("qualify_lead jane doe")

    assert reply.state is ReplyState.ANSWERED
    assert "budget unknown" in reply.head
    assert contents(company.database) == before


@pytest.mark.parametrize(
    ("budget", "level"),
    [
        (45000, "strong"),
        ("10,000", "strong"),
        ("9,999", "weak"),
        ("about 45k this year", "strong"),
        ("none", "weak"),
        ("no money this year", "weak"),
        ("unknown", "unknown"),
    ],
)
def test_a_budget_is_strong_from_the_workspaces_guideline_on(desk: Desks, budget: Any, level: str) -> None:
    reply = desk("nora").calls("qualify_lead", name="#L2", budget=budget)

    assert reply.notes[1].startswith(f"Budget: {level}")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("28k EUR", "€28,000"),
        ("£1.5m", "£1,500,000"),
        ("CHF 90'000", "90,000 CHF"),
        ("30k US$", "$30,000"),
        ("28000 EUR", "€28,000"),
        ("perhaps 28k EUR for twelve seats", "perhaps 28k EUR for twelve seats"),
    ],
)
def test_a_budget_keeps_its_currency(desk: Desks, said: str, shown: str) -> None:
    nora = desk("nora")
    for reply in (
        nora.calls("qualify_lead", name="#L2", budget=said),
        nora.calls("update_lead", name="#L2", field="budget", value=said),
    ):
        found = next(each for each in reply.notes if each.startswith("Budget"))
        assert shown in found
        # Another currency cannot be compared with the guideline, and is not taken for enough.
        assert ("strong" in found) == shown.startswith("$")
    assert shown in " ".join(nora.types("show_record jane roe").notes)


def test_a_budget_in_another_currency_is_offered_as_that_amount(desk: Desks) -> None:
    nora = desk("nora")
    nora.types('qualify_lead jane roe budget="28k EUR"')
    card = nora.types("convert_lead jane roe create_opportunity=true account=new")

    button = next(each for each in card.buttons if "as the budget" in each.label)
    assert button.label == "Amount €28,000, as the budget"
    assert (button.arguments["amount"], button.arguments["currency"]) == (28000.0, "EUR")


def test_a_currency_that_is_said_with_a_budget_or_a_limit_is_not_dropped(desk: Desks) -> None:
    nora = desk("nora")

    assert "€28,000" in "\n".join(nora.says("jane roe has a budget of 28k euros").notes)
    assert "in EUR" in nora.says("deals over 28k EUR").head


@pytest.mark.parametrize(
    ("timeframe", "level"),
    [
        ("next quarter", "strong"),
        ("asap", "strong"),
        ("by february", "strong"),
        ("in 3 months", "strong"),
        ("next year", "weak"),
        ("in two thousand years", "weak"),
        ("someday", "weak"),
        ("unknown", "unknown"),
    ],
)
def test_a_timeframe_is_strong_within_the_workspaces_months(desk: Desks, timeframe: str, level: str) -> None:
    reply = desk("nora").calls("qualify_lead", name="#L2", timeframe=timeframe)

    assert reply.notes[2].startswith(f"Timeframe: {level}")


def test_the_workspaces_own_guidelines_decide(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        found = session.get_one(Workspace, company.workspace_id)
        found.guidelines = {**found.guidelines, "budget_at_least": "50000", "timeframe_months": 1}

    reply = desk("nora").types('qualify_lead jane roe product_interest=GTX budget=45k timeframe="next quarter"')

    assert reply.head.endswith("budget weak, timeframe weak.")


def test_what_was_meant_then_is_read_as_of_then(desk: Desks) -> None:
    nora = desk("nora")
    nora.types('qualify_lead jane roe timeframe="next month"')
    nora.wait(days=90)

    assert (
        nora.types("qualify_lead jane roe").notes[2].startswith("Timeframe: weak, next month (18 Nov 2026) – that has")
    )


def test_a_note_is_kept_with_the_lead(desk: Desks, company: Company) -> None:
    desk("nora").types('qualify_lead jane roe budget=45k note="the CFO said so"')

    with company.database.begin_read() as session:
        kept = session.scalars(select(Activity).where(Activity.lead_id == 2)).all()
        assert [(each.kind, each.text) for each in kept][-1] == ("note", "the CFO said so")


@pytest.mark.parametrize("budget", [-5, "-5", "1e400", float("inf"), float("nan"), True, [1]])
def test_a_number_that_is_no_budget_is_refused(desk: Desks, company: Company, budget: Any) -> None:
    before = contents(company.database)

    assert desk("nora").calls("qualify_lead", name="#L2", budget=budget).state is ReplyState.REFUSED
    assert contents(company.database) == before

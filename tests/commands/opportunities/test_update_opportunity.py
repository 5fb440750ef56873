"""Changing opportunities, as reps see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from commands.contract.reply import ReplyState
from storage.tables import Opportunity, Stage
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]
DEAL = "Initech - Fleet renewal"


def deal(company: Company, name: str = DEAL) -> dict[str, Any]:
    with company.database.begin_read() as session:
        found = session.scalars(select(Opportunity).where(Opportunity.name == name)).one()
        return {column.key: getattr(found, column.key) for column in Opportunity.__table__.columns}


def test_a_new_stage_brings_its_own_probability(desk: Desks, company: Company) -> None:
    reply = desk("nora").types("update_opportunity initech fleet renewal stage=proposal")

    assert reply.state is ReplyState.DONE
    assert [(each.field, each.before, each.after) for each in reply.change] == [("stage", "Negotiation", "Proposal")]
    assert (deal(company)["probability"], deal(company)["state"]) == (50, "open")


def test_an_opportunity_keeps_its_probability_when_the_stages_default_changes(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Stage).where(Stage.name == "Negotiation").values(probability=60))

    desk("nora").types("update_opportunity initech fleet renewal stage=negotiation amount=50k")

    assert deal(company)["probability"] == 75


def test_closing_sets_a_future_close_date_to_today_and_says_so(desk: Desks, company: Company) -> None:
    reply = desk("nora").types('update_opportunity initech fleet renewal stage="closed won"')

    found = deal(company)
    assert (found["state"], found["close_date"], found["closed_at"]) == ("won", company.now.date(), company.now)
    assert "It closes today" in reply.notes[0]


def test_closing_keeps_a_close_date_that_has_passed(desk: Desks, company: Company) -> None:
    desk("nora").types('update_opportunity initech fleet renewal stage="closed won" close_date=2026-11-02')

    assert deal(company)["close_date"] == date(2026, 11, 2)


def test_opening_again_clears_what_closing_set(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.types('update_opportunity initech fleet renewal stage="closed lost" lost_reason=price')
    assert (deal(company)["state"], deal(company)["lost_reason"]) == ("lost", "price")

    nora.types("update_opportunity initech fleet renewal stage=negotiation")

    found = deal(company)
    assert (found["state"], found["closed_at"], found["lost_reason"], found["probability"]) == ("open", None, None, 75)


def test_a_lost_deal_is_asked_for_its_reason_and_may_go_without(desk: Desks) -> None:
    nora = desk("nora")

    card = nora.means('update_opportunity initech fleet renewal stage="closed lost"')
    done = nora.confirm(card)
    later = nora.types("update_opportunity initech fleet renewal lost_reason=price")

    assert any("Why was it lost?" in note for note in card.notes)
    assert done.state is ReplyState.DONE
    assert [(each.field, each.after) for each in later.change] == [("lost_reason", "price")]


def test_several_fields_change_at_once_and_as_one(desk: Desks, company: Company) -> None:
    reply = desk("nora").types(
        'update_opportunity initech fleet renewal amount=52,000.50 close_date=2027-01-15 next_step="Send it"'
    )

    found = deal(company)
    assert (str(found["amount"]), found["close_date"], found["next_step"]) == ("52000.5", date(2027, 1, 15), "Send it")
    assert {each.field for each in reply.change} == {"amount", "close_date", "next_step"}


@pytest.mark.parametrize(
    "said",
    [
        "amount=-5",
        "amount=nan",
        "amount=1e400",
        "amount=99999999999999",
        "amount=lots",
        "close_date=2027-02-30",
        "close_date=9999-12-31",
        "close_date=someday",
        "stage=Signed",
        "lost_reason=price",
        "",
        f"next_step={'x' * 1001}",
        f"lost_reason={'x' * 501} stage=lost",
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desks, company: Company, said: str) -> None:
    before = contents(company.database)

    reply = desk("nora").types(f"update_opportunity initech fleet renewal {said}")

    assert reply.state is ReplyState.REFUSED
    assert contents(company.database) == before


@pytest.mark.parametrize("amount", [float("inf"), float("nan"), -1, "-1"])
def test_an_amount_of_a_button_or_a_model_is_checked_too(desk: Desks, amount: Any) -> None:
    assert desk("nora").calls("update_opportunity", name="#O1", amount=amount).state is ReplyState.REFUSED


def test_a_change_to_what_is_there_already_changes_nothing(desk: Desks, company: Company) -> None:
    before = contents(company.database)

    reply = desk("nora").types("update_opportunity initech fleet renewal amount=45k stage=negotiation")

    assert reply.state is ReplyState.ANSWERED
    assert contents(company.database) == before


def test_a_colleagues_opportunity_is_not_found(desk: Desks) -> None:
    assert desk("dana").types("update_opportunity initech fleet renewal amount=5").state is ReplyState.NOT_FOUND

"""Changing opportunities, as reps see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from commands.contract.reply import ReplyState
from commands.wording.change_words import list_changes
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


def test_what_is_closed_gets_no_close_date_ahead(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.types('update_opportunity initech fleet renewal stage="closed lost"')
    before = deal(company)

    refused = nora.types("update_opportunity initech fleet renewal close_date=2027-01-15")

    assert refused.state is ReplyState.REFUSED
    assert "is lost, so it has no close date ahead. To open it again, give the stage too: " in refused.head
    assert deal(company) == before
    opened = nora.types("update_opportunity initech fleet renewal close_date=2027-01-15 stage=proposal")
    assert opened.state is ReplyState.DONE
    assert (deal(company)["state"], deal(company)["close_date"]) == ("open", date(2027, 1, 15))


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


def test_an_amount_in_another_currency_is_asked_about_and_either_is_a_press_away(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    card = nora.types("update_opportunity initech fleet renewal amount=31k EUR")

    assert card.state is ReplyState.CONFIRM
    assert "is in USD so far; this makes it EUR." in card.notes[0]
    assert list_changes(card) == ["Amount: $45,000 → €31,000"]
    assert (deal(company)["amount"], deal(company)["currency"]) == (45000, "USD")

    nora.confirm(card)
    assert (deal(company)["amount"], deal(company)["currency"]) == (31000, "EUR")
    kept = nora.presses(nora.types("update_opportunity initech fleet renewal amount=$29k").buttons[0])
    assert (kept.state, kept.head) == (ReplyState.DONE, "Initech - Fleet renewal: amount €29,000.")


@pytest.mark.parametrize("said", ["amount=31k USD", "amount=$31k", "amount=31k currency=usd", "amount=31k dollars"])
def test_the_records_own_currency_is_no_question(desk: Desks, company: Company, said: str) -> None:
    assert desk("nora").types(f"update_opportunity initech fleet renewal {said}").state is ReplyState.DONE
    assert (deal(company)["amount"], deal(company)["currency"]) == (31000, "USD")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("amount=31k EUR currency=GBP", "is in EUR, not in GBP"),
        ("currency=thalers", "is no currency I know"),
        ("amount=31k thalers", "is not an amount"),
    ],
)
def test_a_currency_that_cannot_be_is_refused(desk: Desks, company: Company, said: str, why: str) -> None:
    before = contents(company.database)
    reply = desk("nora").types(f"update_opportunity initech fleet renewal {said}")

    assert (reply.state, why in reply.head) == (ReplyState.REFUSED, True)
    assert contents(company.database) == before


def test_a_currency_said_in_a_sentence_is_not_dropped(desk: Desks) -> None:
    card = desk("nora").says("set the amount of Initech - Fleet renewal to €42,000")

    assert (card.state, (card.arguments or {})["currency"]) == (ReplyState.CONFIRM, "EUR")


def test_a_filter_in_another_currency_is_refused_instead_of_compared_with_all(desk: Desks) -> None:
    reply = desk("nora").types("list_opportunities min_amount=50k EUR")

    assert (reply.state, "Give it in USD" in reply.head) == (ReplyState.REFUSED, True)


def test_product_and_contact_are_changed_and_spelled_as_they_are_known(desk: Desks, company: Company) -> None:
    reply = desk("nora").types('update_opportunity initech fleet renewal contact=samir product="gtx PRO"')

    assert reply.head == "Initech - Fleet renewal: product GTX Pro, contact Samir Patel."
    assert deal(company)["product"] == "GTX Pro"
    assert deal(company)["contact_id"] == int(company.id("C-01")[1:])

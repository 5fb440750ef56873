"""Listing opportunities, as a rep sees it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from commands.contract.reply import Reply, ReplyState
from commands.wording.plain_text import render_plain_text
from storage.tables import Contact, Opportunity, OpportunityContact
from tests.commands.company_figures import TEAM, amount, deals, file, state_of
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]
NEGLECTED = "Kitsune Games - Support plan"


def names(reply: Reply) -> list[str]:
    return [record.name for record in reply.records]


def test_a_rep_sees_own_open_opportunities_the_largest_first(desk: Sit) -> None:
    reply = desk("nora").types("list_opportunities")

    own = deals(state="open", owners=["Nora"])
    assert names(reply) == [row["name"] for row in sorted(own, key=lambda row: -row["amount"])]
    assert reply.figures["count"] == len(own) == reply.receipt.count  # type: ignore[union-attr]
    assert reply.figures["amount"] == amount(own)
    assert reply.receipt.scope == "your own"  # type: ignore[union-attr]


def test_a_manager_sees_the_team_and_an_administrator_everything(desk: Sit) -> None:
    assert desk("helen").types("list_opportunities").figures["count"] == len(deals(state="open", owners=TEAM))
    assert desk("priya").types("list_opportunities").figures["count"] == len(deals(state="open"))


def test_nobody_sees_a_colleagues_opportunities(desk: Sit) -> None:
    everyone = desk("nora").types("list_opportunities owner=everyone state=all limit=200")

    assert {record.fields["owner"] for record in everyone.records} == {"Nora Lindqvist"}
    assert desk("nora").types("list_opportunities owner=dana").state is ReplyState.REFUSED


@pytest.mark.parametrize("state", ["open", "won", "lost"])
def test_a_state_can_be_asked_for(desk: Sit, state: str) -> None:
    reply = desk("priya").types(f"list_opportunities state={state} limit=200")

    assert sorted(names(reply)) == sorted(row["name"] for row in deals(state=state))


def test_lost_deals_say_why_and_no_closed_one_is_untouched(desk: Sit) -> None:
    priya = desk("priya")
    for call in ("list_opportunities state=lost limit=200", "list_opportunities state=won limit=200"):
        reply = priya.types(call)
        for row, line in zip(reply.records, render_plain_text(reply).splitlines()[1:], strict=False):
            reason = row.fields.get("lost_reason")
            said = f"reason: {reason}" if reason else "no reason noted"
            assert (said in line) == (row.fields["state"] == "lost")
            assert "untouched" not in line


def test_a_stage_may_be_a_closed_one(desk: Sit) -> None:
    reply = desk("priya").types("list_opportunities stage=negotiation,closed lost limit=200")

    expected = [row["name"] for row in deals() if row["stage"] in ("Negotiation", "Closed Lost")]
    assert sorted(names(reply)) == sorted(expected)


def test_amounts_are_bounds_that_belong_to_the_range(desk: Sit) -> None:
    reply = desk("nora").types("list_opportunities min_amount=8k max_amount=12000")

    assert names(reply) == ["Globex - GTX Basic", "Monday Labs - GTX Basic", "Acme Inc. - Support plan"]


def test_an_empty_range_of_amounts_is_refused(desk: Sit) -> None:
    assert desk("nora").types("list_opportunities min_amount=10k max_amount=5k").state is ReplyState.REFUSED


def test_overdue_are_open_ones_whose_close_date_is_past(desk: Sit) -> None:
    late = desk("nora").types("list_opportunities overdue=true sort=close_date")
    others = desk("nora").types("list_opportunities overdue=false")

    assert names(late) == ["Kitsune Games - Support plan", "Monday Labs - GTX Basic"]
    assert late.figures["count"] + others.figures["count"] == len(deals(state="open", owners=["Nora"]))


@pytest.mark.parametrize("overdue", [True, False])
@pytest.mark.parametrize("state", ["won", "lost"])
def test_a_closed_deal_is_neither_overdue_nor_in_time(desk: Sit, state: str, overdue: bool) -> None:
    reply = desk("nora").calls("list_opportunities", state=state, overdue=overdue)

    assert (reply.state, reply.records) == (ReplyState.REFUSED, ())
    assert f"Ask for {state} deals alone" in reply.head


def test_overdue_of_all_deals_says_that_open_ones_were_counted(desk: Sit) -> None:
    reply = desk("nora").calls("list_opportunities", state="all", overdue=True)

    assert reply.receipt is not None
    assert reply.receipt.filter == "open opportunities, close date past"


def test_a_period_of_close_dates_has_both_its_ends(desk: Sit) -> None:
    period = {"from": "2026-11-20", "to": "2026-11-27"}
    reply = desk("nora").calls("list_opportunities", closing=period, sort="close_date")

    assert names(reply) == ["Atlantica Foods - GTX Basic", "Globex - GTX Basic"]


def test_a_quarter_without_a_year_lies_ahead_for_open_ones_and_behind_for_won_ones(desk: Sit) -> None:
    ahead = desk("nora").types("list_opportunities closing=Q1")
    behind = desk("nora").types("list_opportunities state=won closing=Q1")

    assert ahead.arguments
    assert ahead.arguments["closing"] == {"from": "2027-01-01", "to": "2027-03-31"}
    assert behind.arguments
    assert behind.arguments["closing"] == {"from": "2026-01-01", "to": "2026-03-31"}


def test_stages_come_in_the_order_of_the_workspace(desk: Sit) -> None:
    reply = desk("priya").types("list_opportunities sort=stage limit=200")

    stages = ["Prospecting", "Qualification", "Needs Analysis", "Proposal", "Negotiation"]
    places = [stages.index(record.fields["stage"]) for record in reply.records]
    assert places == sorted(places)


def test_an_account_is_found_by_name_and_an_unknown_one_is_not(desk: Sit) -> None:
    reply = desk("nora").types("list_opportunities initech state=all")

    assert reply.arguments == {"account": "Initech", "state": "all"}
    assert sorted(names(reply)) == ["Initech - Fleet renewal", "Initech - GTX Basic"]
    assert desk("nora").types("list_opportunities zebra corp").state is ReplyState.NOT_FOUND
    assert desk("nora").types("list_opportunities umbrella retail").state is ReplyState.NOT_FOUND


def test_the_count_is_of_all_and_the_records_as_many_as_were_asked_for(desk: Sit) -> None:
    reply = desk("priya").types("list_opportunities limit=3")

    assert len(reply.records) == 3
    assert reply.figures["count"] == len(deals(state="open"))


def test_a_touch_of_a_contact_is_a_touch_of_the_opportunity(company: Company, desk: Sit) -> None:
    before = desk("nora").types("list_opportunities untouched_days=100")
    touched = company.now - timedelta(days=3)
    with company.database.begin_write() as session:
        deal = session.scalars(select(Opportunity).where(Opportunity.name == NEGLECTED)).one()
        person = session.scalars(select(Contact).where(Contact.id != deal.contact_id)).first()
        assert person is not None
        person.last_touch_at = touched
        session.add(OpportunityContact(workspace_id=company.workspace_id, opportunity_id=deal.id, contact_id=person.id))

    after = desk("nora").types("list_opportunities untouched_days=100")
    (line,) = [each for each in desk("nora").types("list_opportunities").records if each.name == NEGLECTED]

    assert NEGLECTED in names(before)
    assert NEGLECTED not in names(after)
    assert line.fields["untouched_days"] == 3


def test_untouched_days_run_from_the_last_touch_else_from_creation(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Contact).values(last_touch_at=None))
        session.execute(update(Opportunity).values(last_touch_at=None))
        session.execute(
            update(Opportunity)
            .where(Opportunity.name == "Globex - GTX Basic")
            .values(last_touch_at=datetime(2026, 11, 8, 23, 59, tzinfo=UTC))
        )

    ten = desk("nora").types("list_opportunities untouched_days=10")
    eleven = desk("nora").types("list_opportunities untouched_days=11")
    oldest = desk("nora").types("list_opportunities sort=untouched limit=1")

    assert "Globex - GTX Basic" in names(ten)
    assert "Globex - GTX Basic" not in names(eleven)
    first = min(deals(state="open", owners=["Nora"]), key=lambda row: str(row["created_at"]))
    assert names(oldest) == [first["name"]]


def test_amounts_of_several_currencies_stand_apart(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Opportunity).where(Opportunity.name == "Globex - GTX Basic").values(currency="EUR"))

    reply = desk("nora").types("list_opportunities")

    own = amount(deals(state="open", owners=["Nora"]))
    assert "amount" not in reply.figures
    assert reply.figures["by_currency"]["EUR"]["amount"] == Decimal(12000)
    assert reply.figures["by_currency"]["USD"]["amount"] == own - 12000
    assert "€12,000 and $" in reply.head


def test_nothing_found_is_said_with_its_receipt(desk: Sit) -> None:
    reply = desk("nora").types("list_opportunities min_amount=1.2m")

    assert (reply.state, reply.head, reply.records) == (ReplyState.ANSWERED, "No opportunities match.", ())
    assert reply.figures == {"count": 0, "amount": 0, "weighted": 0, "currency": "USD"}


@pytest.mark.parametrize("what", ["amount", "next_step", "contact", "account"])
def test_what_a_deal_lacks_can_be_asked_for(desk: Callable[..., Desk], what: str) -> None:
    found = desk("priya").types(f"list_opportunities missing={what} limit=200")
    lacking = {row["name"] for row in file()["opportunities"] if state_of(row) == "open" and not row.get(what)}

    assert {each.name for each in found.records} == lacking


def test_deals_of_a_product_and_a_place_are_those_of_the_file(desk: Callable[..., Desk]) -> None:
    homes = {row["external_id"] for row in file()["accounts"] if row.get("country") == "United States"}
    expected = {
        row["name"]
        for row in file()["opportunities"]
        if state_of(row) == "open" and row.get("product") == "GTX Pro" and row.get("account") in homes
    }

    reply = desk("priya").types('list_opportunities product="gtx pro" place="united states" limit=200')

    assert {each.name for each in reply.records} == expected
    assert expected

"""Logging calls, emails, meetings and notes, as reps see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import Account, Activity, Contact, Lead, Opportunity
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]


def newest(company: Company) -> Activity:
    with company.database.begin_read() as session:
        found = session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()
        session.expunge(found)
        return found


def touch(company: Company, table: Any, number: int) -> datetime | None:
    with company.database.begin_read() as session:
        at: datetime | None = session.get_one(table, number).last_touch_at
        return at


def test_a_call_is_logged_now_by_whoever_says_so_and_moves_the_last_touch(desk: Desks, company: Company) -> None:
    reply = desk("nora").types('log_activity jane roe kind=call text="left a voicemail"')

    kept = newest(company)
    assert reply.state is ReplyState.DONE
    assert (kept.kind, kept.text, kept.at, kept.lead_id) == ("call", "left a voicemail", company.now, 2)
    assert kept.owner_id == company.person("nora")
    assert touch(company, Lead, 2) == company.now


def test_the_status_stays_but_contacted_is_offered(desk: Desks, company: Company) -> None:
    nora = desk("nora")

    reply = nora.types("log_activity jane roe kind=call")
    offered = reply.buttons[0]

    assert [each.field for each in reply.change] == ["record"]
    assert offered.label == "Set Contacted"
    assert nora.presses(offered).change[0].after == "Contacted"


def test_a_note_is_no_touch(desk: Desks, company: Company) -> None:
    before = touch(company, Lead, 2)

    reply = desk("nora").types('log_activity jane roe kind=note text="asks for prices"')

    assert reply.state is ReplyState.DONE
    assert touch(company, Lead, 2) == before
    assert newest(company).text == "asks for prices"


def test_an_earlier_call_does_not_move_the_last_touch_back(desk: Desks, company: Company) -> None:
    before = touch(company, Lead, 1)

    desk("nora").types("log_activity jane doe kind=call at=2026-10-01")

    assert touch(company, Lead, 1) == before


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-17T16:00", "2026-11-17T16:00+00:00"),
        ("2026-11-17", "2026-11-17T12:00+00:00"),
        ("yesterday", "2026-11-17T12:00+00:00"),
        ("yesterday 4pm", "2026-11-17T16:00+00:00"),
        ("today 9:05", "2026-11-18T09:05+00:00"),
        ("now", "2026-11-18T09:30+00:00"),
        ("yesterday half past three", "2026-11-17T15:30+00:00"),
        ("yesterday at quarter to nine", "2026-11-17T08:45+00:00"),
        ("monday, 4 pm", "2026-11-16T16:00+00:00"),
        ("16 nov at 9:30", "2026-11-16T09:30+00:00"),
        ("half past three", "2026-11-18T03:30+00:00"),
    ],
)
def test_when_it_was_can_be_said(desk: Desks, company: Company, said: str, at: str) -> None:
    desk("nora").types(f'log_activity jane roe kind=call at="{said}"')

    assert newest(company).at == datetime.fromisoformat(at)


@pytest.mark.parametrize("said", ["kind=call at=gibberish", "kind=call at=1850-01-01", "kind=dance", "kind=note"])
def test_what_cannot_be_is_refused(desk: Desks, company: Company, said: str) -> None:
    before = contents(company.database)

    assert desk("nora").types(f"log_activity jane roe {said}").state is ReplyState.REFUSED
    assert contents(company.database) == before


@pytest.mark.parametrize(("name", "table", "number"), [("samir patel", Contact, 1), ("initech fleet", Opportunity, 1)])
def test_contacts_and_opportunities_are_touched_too(
    desk: Desks, company: Company, name: str, table: Any, number: int
) -> None:
    desk("nora").types(f"log_activity {name} kind=meeting")

    assert touch(company, table, number) == company.now
    assert newest(company).account_id == 5


def test_an_account_can_be_met(desk: Desks, company: Company) -> None:
    with company.database.begin_read() as session:
        name = session.get_one(Account, 4).name

    assert desk("nora").types(f"log_activity {name} kind=meeting").state in (ReplyState.DONE, ReplyState.CHOOSE)
    assert desk("nora").types("log_activity #A4 kind=meeting").state is ReplyState.DONE
    assert newest(company).account_id == 4


def test_a_converted_lead_is_reached_as_its_contact(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.confirm(nora.types("convert_lead jane doe"))

    nora.wait(hours=1)
    reply = nora.types("log_activity #L1 kind=call")

    assert reply.state is ReplyState.DONE
    kept = newest(company)
    assert (kept.lead_id, kept.contact_id is not None) == (None, True)
    assert touch(company, Contact, kept.contact_id or 0) == company.now + timedelta(hours=1)


def test_of_what_is_still_to_come_nothing_is_logged_and_a_follow_up_is_offered(desk: Desks, company: Company) -> None:
    nora, before = desk("nora"), contents(company.database)

    refused = nora.types('log_activity jane roe kind=meeting at=2026-11-19T15:30 text="show the demo"')

    assert (refused.state, contents(company.database)) == (ReplyState.REFUSED, before)
    assert refused.buttons[0].label == "Remind me Thu 19 Nov"
    nora.presses(refused.buttons[0])
    due = nora.types("list_follow_ups name=jane roe").records[0].fields
    assert (due["due"], due["note"]) == ("2026-11-19", "Meeting at 15:30: show the demo")

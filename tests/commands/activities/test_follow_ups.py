"""Follow-ups: what is due, setting, ticking off, and whose they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import FollowUp, Lead
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]


def notes(company: Company, *, done: bool) -> set[str | None]:
    with company.database.begin_read() as session:
        found = FollowUp.done_at.is_not(None) if done else FollowUp.done_at.is_(None)
        return set(session.scalars(select(FollowUp.note).where(found)))


def test_today_is_what_is_due_today_and_a_note_tells_of_what_is_late(desk: Desks) -> None:
    reply = desk("nora").types("list_follow_ups when=today")

    assert [each.name for each in reply.records] == ["Jane Doe", "May Lin"]
    assert reply.figures == {"count": 2}
    assert reply.notes == ("2 more overdue.",)


def test_overdue_week_and_all_are_read_by_the_askers_day(desk: Desks) -> None:
    nora = desk("nora")

    assert [each.fields["due"] for each in nora.types("list_follow_ups overdue").records] == [
        "2026-11-10",
        "2026-11-16",
    ]
    week = [each.fields["due"] for each in nora.types("list_follow_ups when=week").records]
    assert week == sorted(week)
    assert week[0] >= "2026-11-16"
    assert week[-1] <= "2026-11-22"
    assert nora.types("list_follow_ups").figures == nora.types("list_follow_ups all").figures


def test_a_rep_sees_own_follow_ups_a_manager_the_teams_and_strangers_none(desk: Desks) -> None:
    owners = {each.fields["owner"] for each in desk("nora").types("list_follow_ups").records}
    team = {each.fields["owner"] for each in desk("helen").types("list_follow_ups limit=50").records}

    assert owners == {"Nora Lindqvist"}
    assert "Nora Lindqvist" in team
    assert "Dana Whitfield" in team
    assert "Ruth Alvarez" not in team
    assert desk("dana").types("list_follow_ups owner=nora").state is ReplyState.REFUSED


def test_a_follow_up_on_a_lead_given_away_is_not_shown_any_more(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        jane = session.scalars(select(Lead).where(Lead.external_id == "L-01")).one()
        jane.owner_id = company.person("ruth")
    nora = desk("nora")

    assert "Jane Doe" not in [each.name for each in nora.types("list_follow_ups").records]
    assert nora.types("complete_follow_up call about the quote").state is ReplyState.NOT_FOUND
    assert nora.types("complete_follow_up F1").state is ReplyState.NOT_FOUND


def test_setting_one_is_the_askers_own_whoever_owns_the_record(desk: Desks) -> None:
    reply = desk("helen").types("set_follow_up jane doe due=2026-11-20 note=ask how it goes")

    assert reply.state is ReplyState.DONE
    assert reply.records[0].fields["owner"] == "Helen Brandt"
    assert reply.records[0].fields["due"] == "2026-11-20"
    assert [each.name for each in desk("helen").types("list_follow_ups owner=me").records] == ["Jane Doe"]


@pytest.mark.parametrize("name", ["jane doe", "samir patel", "globex - gtx basic", "monday labs"])
def test_every_kind_of_record_takes_a_follow_up(desk: Desks, name: str) -> None:
    reply = desk("nora").calls("set_follow_up", name=name, due="2026-12-01")
    if reply.state is ReplyState.CHOOSE:
        account = next(i for i, each in enumerate(reply.choices, 1) if each.kind == "account")
        reply = desk("nora").choose(reply, account)

    assert reply.state is ReplyState.DONE


def test_a_day_that_is_over_is_refused_and_today_is_not(desk: Desks) -> None:
    nora = desk("nora")
    late = nora.types("set_follow_up jane doe due=2026-11-17")

    assert late.state is ReplyState.REFUSED
    assert "today on" in late.head
    assert nora.types("set_follow_up jane doe due=today").state is ReplyState.DONE


def test_of_several_the_earliest_is_ticked_off_and_the_reply_says_which(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.types("set_follow_up jane doe due=2026-12-24 note=season's greetings")
    reply = nora.types("complete_follow_up jane doe")

    assert "Call about the quote" in reply.head
    assert reply.notes == ("1 other follow-up with Jane Doe still open.",)
    assert "Call about the quote" in notes(company, done=True)
    assert "season's greetings" in notes(company, done=False)


def test_words_of_the_note_are_enough(desk: Desks, company: Company) -> None:
    reply = desk("nora").types("complete_follow_up three year terms")

    assert reply.state is ReplyState.DONE
    assert "Send the three year terms" in notes(company, done=True)


def test_where_none_is_open_nothing_happens_and_it_is_said(desk: Desks) -> None:
    nora = desk("nora")

    assert "no open follow-up with Mark Delgado" in nora.types("complete_follow_up mark delgado").head
    nora.types("complete_follow_up F1")
    assert "done already" in nora.types("complete_follow_up F1").head


def test_nobody_ticks_off_what_they_may_not_see(desk: Desks, company: Company) -> None:
    before = notes(company, done=True)

    for words in ("jane doe", "F1", "#F1", "call about the quote"):
        assert desk("dana").types(f"complete_follow_up {words}").state is ReplyState.NOT_FOUND
    assert notes(company, done=True) == before


def test_a_sentence_asks_before_it_sets_a_follow_up(desk: Desks) -> None:
    nora = desk("nora")
    card = nora.means("set_follow_up jane doe due=2026-11-20")

    assert card.state is ReplyState.CONFIRM
    assert card.head == "Set a follow-up with Jane Doe for Fri 20 Nov 2026?"
    assert nora.confirm(card).state is ReplyState.DONE


def test_a_snoozed_lead_leaves_the_digest_until_its_day(desk: Desks) -> None:
    nora = desk("nora")

    assert nora.types("snooze_lead jane doe until=2026-11-20").state is ReplyState.DONE
    assert "Jane Doe" not in [each.name for each in nora.types("preview_digest").records]
    assert "Jane Doe" in [each.name for each in nora.wait(days=2).types("preview_digest").records]


@pytest.mark.parametrize("until", ["today", "2026-11-17"])
def test_a_lead_is_snoozed_until_a_later_day_only(desk: Desks, until: str) -> None:
    assert desk("nora").types(f"snooze_lead jane doe until={until}").state is ReplyState.REFUSED


def test_a_day_or_period_to_come_is_answered_with_what_is_due_then(desk: Desks) -> None:
    tomorrow = desk("priya").types("list_follow_ups when=tomorrow limit=50")
    next_week = desk("priya").types('list_follow_ups when="next week" limit=50')

    assert {each.fields["due"] for each in tomorrow.records} == {"2026-11-19"}
    assert {each.fields["due"] for each in next_week.records} <= {f"2026-11-{day}" for day in range(23, 30)}
    assert next_week.records
    assert tomorrow.notes == ()


def test_follow_ups_with_one_record_can_be_asked_for(desk: Desks) -> None:
    reply = desk("nora").types('list_follow_ups name="jane doe"')

    assert {each.name for each in reply.records} == {"Jane Doe"}
    assert reply.receipt is not None
    assert reply.receipt.filter == "open follow-ups with Jane Doe"

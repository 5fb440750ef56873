"""What is repeated under the same key changes nothing again and answers alike; what comes too late is not done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.dialogue.dialogue import Conversation
from commands.contract.reply import ReplyState
from commands.dispatching.deadline import Deadline, TooLate
from commands.dispatching.request import Origin, Request
from storage.database.doors import Database
from storage.tables import AuditEntry
from tests.desk import Desk
from tests.postgres_server import on_postgresql, wait_for_a_lock


def audit_count(database: Database) -> int:
    with database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def keyed(desk: Desk, key: str, *, after: float = 0.0) -> Request:
    """A request of the thread, so many seconds later than the desk's clock shows."""
    return replace(desk.request, key=key, thread="T1", now=desk.request.now + timedelta(seconds=after))


@pytest.mark.parametrize(
    "text", ["set_lead_status jane roe status=contacted", "log_activity jane doe kind=call text=hi"]
)
def test_a_typed_write_repeated_under_its_key_is_done_once_and_told_again(
    desk: Any, database: Database, text: str
) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    first = talk.answer_text(keyed(nora, "message:D1:1"), text)
    before = audit_count(database)

    again = talk.answer_text(keyed(nora, "message:D1:1"), text)

    assert again.state is ReplyState.DONE
    assert [(each.field, each.after) for each in again.change] == [(each.field, each.after) for each in first.change]
    assert [each.label for each in again.buttons] == ["Undo"]
    assert audit_count(database) == before


def test_a_yes_repeated_under_its_key_answers_as_the_first_did(desk: Any, database: Database) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    talk.answer_text(keyed(nora, "m:1"), "mark jane roe as contacted")
    first = talk.answer_text(keyed(nora, "m:2"), "yes")
    before = audit_count(database)

    again = talk.answer_text(keyed(nora, "m:2"), "yes")

    assert first.state is again.state is ReplyState.DONE
    assert [each.after for each in again.change] == [each.after for each in first.change]
    assert audit_count(database) == before


def test_a_no_repeated_under_its_key_answers_as_the_first_did(desk: Any) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    talk.answer_text(keyed(nora, "m:1"), "mark jane roe as contacted")

    replies = [talk.answer_text(keyed(nora, "m:2"), "no").head for _ in range(2)]

    assert replies[0] == replies[1] == "All right, nothing was changed."


def test_a_choice_repeated_under_its_key_goes_on_with_the_same_record(desk: Any) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    asked = talk.answer_text(keyed(nora, "m:1"), "mark jane as contacted")
    assert asked.state is ReplyState.CHOOSE

    first, again = (talk.answer_text(keyed(nora, "m:2"), "2") for _ in range(2))

    assert first.state is again.state is ReplyState.CONFIRM
    assert first.change == again.change


def test_a_second_yes_to_a_card_whose_answer_was_lost_is_answered_as_the_first_was(
    desk: Any, database: Database
) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    asked = talk.answer_text(keyed(nora, "m:1"), "mark jane roe as contacted")
    first = talk.confirm_proposal(keyed(nora, "press:1"), asked.confirmation or "")
    before = audit_count(database)

    at_once = talk.confirm_proposal(keyed(nora, "press:2", after=1), asked.confirmation or "")
    again = talk.confirm_proposal(keyed(nora, "press:3", after=10), asked.confirmation or "")

    # The answer to the first may be on its way: a double click must not take its place.
    assert (at_once.state, at_once.keeps_card) == (ReplyState.REFUSED, True)
    assert (first.state, again.state, again.keeps_card) == (ReplyState.DONE, ReplyState.DONE, False)
    assert [each.after for each in again.change] == [each.after for each in first.change]
    assert [each.label for each in again.buttons] == ["Undo"]
    assert audit_count(database) == before

    nora.presses(again.buttons[0])
    undone = talk.confirm_proposal(keyed(nora, "press:4", after=20), asked.confirmation or "")

    assert "undone again since" in undone.head
    assert not undone.buttons
    assert nora.types("show_record jane roe").records[0].fields["status"] != "Contacted"


def test_a_second_no_to_a_card_whose_answer_was_lost_takes_its_buttons(desk: Any) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    asked = talk.answer_text(keyed(nora, "m:1"), "mark jane roe as contacted").confirmation or ""

    replies = [
        nora.dispatcher.cancel_proposal(keyed(nora, f"press:{number}", after=10 * number), asked) for number in (1, 2)
    ]
    late = talk.confirm_proposal(keyed(nora, "press:3", after=30), asked)

    assert {each.head for each in replies} == {"All right, nothing was changed."}
    assert "cancelled" in late.head
    assert not any(each.keeps_card for each in (*replies, late))


def test_a_second_choice_whose_answer_was_lost_is_asked_once_more(desk: Any, database: Database) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    before = audit_count(database)
    asked = talk.answer_text(keyed(nora, "m:1"), "log a call with jane: no answer")
    assert asked.state is ReplyState.CHOOSE

    first = talk.pick_choice(keyed(nora, "press:1"), 2, asked.confirmation)
    again = talk.pick_choice(keyed(nora, "press:2", after=10), 2, asked.confirmation)

    assert first.state is again.state is ReplyState.CONFIRM
    assert [each.after for each in first.change] == [each.after for each in again.change]
    # Only the second card waits now, so two words of yes do it once.
    said = [talk.answer_text(keyed(nora, f"m:{number}", after=20), "yes").state for number in (2, 3)]
    assert said == [ReplyState.DONE, ReplyState.NOT_UNDERSTOOD]
    assert "asked that again" in talk.confirm_proposal(keyed(nora, "press:3", after=30), first.confirmation or "").head
    third = talk.pick_choice(keyed(nora, "press:4", after=40), 2, asked.confirmation)
    assert (third.state, third.keeps_card) == (ReplyState.REFUSED, True)
    assert audit_count(database) == before + 1


def test_a_second_choice_of_a_typed_order_does_it_once_and_only_in_time(desk: Any, database: Database) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    before = audit_count(database)
    asked = talk.answer_text(keyed(nora, "m:1"), "log_activity jane kind=call text=hi")

    first = talk.pick_choice(keyed(nora, "press:1"), 2, asked.confirmation)
    again = talk.pick_choice(keyed(nora, "press:2", after=10), 2, asked.confirmation)
    late = talk.pick_choice(keyed(nora, "press:3", after=16 * 60), 2, asked.confirmation)

    assert first.state is again.state is ReplyState.DONE
    assert [(each.id, each.after) for each in first.change] == [(each.id, each.after) for each in again.change]
    assert (late.state, late.keeps_card) == (ReplyState.REFUSED, False)
    assert audit_count(database) == before + 1


def test_the_key_of_another_person_is_no_key_of_mine(desk: Any, database: Database) -> None:
    nora, victor = desk("nora"), desk("victor")
    talk = Conversation(nora.dispatcher)
    talk.answer_text(keyed(nora, "m:1"), "set_lead_status jane roe status=contacted")

    reply = talk.answer_text(keyed(victor, "m:1"), "set_lead_status jane roe status=contacted")

    assert reply.state is not ReplyState.DONE


class Held(Deadline):
    """Holds its request right before the commit, with everything written, until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.may_commit = Event(), Event()

    def begin_commit(self) -> None:
        self.written.set()
        assert self.may_commit.wait(30)
        super().begin_commit()


@on_postgresql
@pytest.mark.parametrize(
    "said", ["set_lead_status jane roe status=contacted", "log_activity jane roe kind=call text=hello", "yes"]
)
def test_one_request_twice_at_once_is_done_once_and_answered_alike(desk: Any, database: Database, said: str) -> None:
    nora = desk("nora")
    talk = Conversation(nora.dispatcher)
    if said == "yes":
        talk.answer_text(keyed(nora, "m:1"), "log a call with jane roe: no answer")
    before, held = audit_count(database), Held()
    with ThreadPoolExecutor(2) as two:
        first = two.submit(talk.answer_text, replace(keyed(nora, "m:2"), deadline=held), said)
        assert held.written.wait(30)
        second = two.submit(talk.answer_text, keyed(nora, "m:2"), said)
        wait_for_a_lock(database)
        held.may_commit.set()
        replies = [first.result(30), second.result(30)]

    assert [each.state for each in replies] == [ReplyState.DONE, ReplyState.DONE]
    changes = [[(each.id, each.field, each.before, each.after) for each in reply.change] for reply in replies]
    assert changes[0] == changes[1]
    assert audit_count(database) == before + 1


@on_postgresql
def test_two_presses_of_undo_at_once_take_a_change_back_once(desk: Any, database: Database) -> None:
    nora = desk("nora")
    nora.types("log_activity jane roe kind=call text=hello")
    before, held = audit_count(database), Held()
    with ThreadPoolExecutor(2) as two:
        first = two.submit(nora.dispatcher.dispatch, replace(nora.request, deadline=held), "undo", {}, Origin.TYPED)
        assert held.written.wait(30)
        second = two.submit(nora.dispatcher.dispatch, nora.request, "undo", {}, Origin.TYPED)
        wait_for_a_lock(database)
        held.may_commit.set()
        replies = [first.result(30), second.result(30)]

    assert replies[0].state is ReplyState.DONE
    assert "wrong on my side" not in replies[1].head
    assert audit_count(database) == before + 1


def test_what_was_given_up_is_not_written(desk: Any, database: Database) -> None:
    nora = desk("nora")
    before = audit_count(database)
    late = Deadline()
    assert late.give_up()

    reply = nora.dispatcher.dispatch(
        replace(nora.request, deadline=late),
        "set_lead_status",
        {"name": "jane roe", "status": "contacted"},
        Origin.TYPED,
    )

    assert reply.state is ReplyState.REFUSED
    assert "not done" in reply.head
    assert "again" in reply.head
    assert audit_count(database) == before
    assert nora.types("show_record jane roe").records[0].fields["status"] != "Contacted"


def test_what_was_committed_cannot_be_given_up() -> None:
    deadline = Deadline()
    deadline.begin_commit()

    assert not deadline.give_up()

    other = Deadline()
    other.give_up()
    with pytest.raises(TooLate):
        other.begin_commit()

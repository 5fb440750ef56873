"""Several people change one record at the same moment: what they were shown and still holds is done, once each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from commands.contract.reply import ReplyState
from commands.dispatching import conflicts
from commands.dispatching.conflicts import retry_conflicts
from commands.dispatching.deadline import Deadline
from storage.database.doors import Database
from storage.database.errors import Contention, StaleRecord
from storage.tables import AuditEntry, Change, Opportunity
from tests.company import Company
from tests.desk import Desk
from tests.postgres_server import on_postgresql

ROUNDS = 8
DEAL = "Acme Inc. - Support plan"
STAGES = ("Proposal", "Negotiation")
EDITS: dict[str, Callable[[int], str]] = {
    "amount": lambda turn: f"amount={70_000 + turn}",
    "next_step": lambda turn: f'next_step="Send draft {turn}"',
    "close_date": lambda turn: f"close_date=2027-01-{turn + 1:02d}",
    "stage": lambda turn: f"stage={STAGES[turn % 2]}",
}


def load_deal(database: Database) -> Opportunity:
    with database.begin_read() as session:
        deal = session.scalars(select(Opportunity).where(Opportunity.name == DEAL)).one()
        session.expunge(deal)
        return deal


def run_together(work: Callable[[str], list[Any]]) -> list[Any]:
    start = threading.Barrier(len(EDITS))

    def begin(field: str) -> list[Any]:
        start.wait()
        return work(field)

    with ThreadPoolExecutor(len(EDITS)) as people:
        return [reply for replies in people.map(begin, EDITS) for reply in replies]


@pytest.mark.parametrize("confirms", [True, False])
def test_edits_of_different_fields_at_once_are_all_done(
    company: Company, desk: Callable[..., Desk], confirms: bool
) -> None:
    def edit_often(field: str) -> list[Any]:
        person = desk("helen", thread=field)
        replies = []
        for turn in range(ROUNDS):
            call = f"update_opportunity {DEAL!r} {EDITS[field](turn)}"
            replies.append(person.confirm(person.means(call)) if confirms else person.types(call))
        return replies

    replies = run_together(edit_often)

    assert [each.head for each in replies if each.state is not ReplyState.DONE] == []
    last = ROUNDS - 1
    deal = load_deal(company.database)
    assert (deal.amount, deal.next_step) == (70_000 + last, f"Send draft {last}")
    with company.database.begin_read() as session:
        done = session.scalars(select(AuditEntry.id).where(AuditEntry.command == "update_opportunity")).all()
        noted = session.execute(select(Change.field, Change.after).where(Change.entry_id.in_(done))).all()
    assert len(done) == len(replies) == ROUNDS * len(EDITS)
    told = [(field, str(after)) for field, after in noted if field in EDITS and field != "stage"]
    assert len({*told}) == len(told) == ROUNDS * (len(EDITS) - 1)
    assert [field for field, _ in noted].count("stage") == ROUNDS


def test_a_card_whose_own_value_changed_is_refused_however_often_it_is_tried(
    company: Company, desk: Callable[..., Desk]
) -> None:
    cards = {field: desk("helen", thread=field).means(f"update_opportunity {DEAL!r} amount={9000 + number}")
             for number, field in enumerate(EDITS)}  # fmt: skip

    replies = run_together(lambda field: [desk("helen", thread=field).confirm(cards[field])])

    assert [each.state for each in replies].count(ReplyState.DONE) == 1
    refused = [each for each in replies if each.state is ReplyState.REFUSED]
    assert len(refused) == len(EDITS) - 1
    assert all("changed in the meantime" in each.head for each in refused)


def test_a_card_holds_while_others_change_what_it_does_not_show(company: Company, desk: Callable[..., Desk]) -> None:
    helen = desk("helen")
    card = helen.means(f"update_opportunity {DEAL!r} amount=81000")
    desk("priya").types(f"update_opportunity {DEAL!r} next_step='Ask for the seal'")

    assert helen.confirm(card).state is ReplyState.DONE
    deal = load_deal(company.database)
    assert (deal.amount, deal.next_step) == (81_000, "Ask for the seal")


@on_postgresql
def test_two_transactions_that_wait_for_each_other_say_that_the_database_is_busy(company: Company) -> None:
    numbers = [company.person("nora"), company.person("dana")]
    both = threading.Barrier(2)

    def lock_both(order: list[int]) -> str:
        try:
            with company.database.begin_write() as session:
                for number in order:
                    session.execute(text("SELECT id FROM rep WHERE id = :id FOR UPDATE"), {"id": number})
                    if number == order[0]:
                        both.wait()
            return "done"
        except Contention as busy:
            return str(busy)

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lock_both, (numbers, numbers[::-1])))

    assert "done" in said
    assert any("busy with another write" in each for each in said)


@pytest.mark.parametrize("conflict", [StaleRecord(), Contention("The database is busy.")])
def test_work_in_whose_way_others_were_is_tried_again(conflict: Exception) -> None:
    tries: list[int] = []

    def succeed_at_last() -> str:
        tries.append(1)
        if len(tries) < conflicts.MOST_TRIES:
            raise conflict
        return "done"

    assert retry_conflicts(succeed_at_last) == "done"


def test_trying_ends_with_a_kind_sentence() -> None:
    def fail() -> None:
        raise StaleRecord

    with pytest.raises(conflicts.TooBusy, match="try again in a moment"):
        retry_conflicts(fail)


def test_nothing_is_tried_again_once_the_person_was_told_that_it_was_not_done() -> None:
    deadline, tries = Deadline(), []

    def fail() -> None:
        tries.append(1)
        deadline.give_up()
        raise StaleRecord

    with pytest.raises(conflicts.TooBusy):
        retry_conflicts(fail, deadline)
    assert len(tries) == 1

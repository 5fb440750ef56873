"""Two transactions that store the same key at once: one row, and nobody sees an error."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database.doors import Session
from storage.slack import work_queues
from storage.tables import Focus, Inbox, ModelUsage, Outbox, Vote
from storage.threads import confirmations, model_usage, votes
from tests.company import Company
from tests.postgres_server import on_postgresql, wait_for_a_lock

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def store_event(session: Session) -> object:
    return work_queues.accept_event(session, workspace_id=1, key="message:D1:1", kind="message", payload={}, now=NOW)


def store_message(session: Session) -> object:
    return work_queues.put_message(session, workspace_id=1, key="answer:1", channel="D1", body={}, now=NOW)


def store_vote(session: Session) -> object:
    return votes.save_vote(session, workspace_id=1, rep_id=1, key="answer:1", good=True, now=NOW)


def store_focus(session: Session) -> object:
    return confirmations.save_focus(
        session, workspace_id=1, rep_id=1, thread="D1", now=NOW, records=["L1"], command="show_record", arguments={}
    )


def store_usage(session: Session) -> object:
    given: dict[str, Any] = {"tokens_in": 3, "tokens_out": 2, "cost": Decimal(0)}
    return model_usage.add_usage(session, workspace_id=1, rep_id=1, now=NOW, model="small", **given)


@on_postgresql
@pytest.mark.parametrize(
    ("store", "table"),
    [
        (store_event, Inbox),
        (store_message, Outbox),
        (store_vote, Vote),
        (store_focus, Focus),
        (store_usage, ModelUsage),
    ],
)
def test_a_key_stored_twice_at_once_is_one_row(
    company: Company, store: Callable[[Session], object], table: Any
) -> None:
    database, may_commit = company.database, Event()
    stored = Event()

    def store_first() -> object:
        with database.begin_write() as session:
            found = store(session)
            session.flush()
            stored.set()
            assert may_commit.wait(30)
        return found

    def store_second() -> object:
        with database.begin_write() as session:
            return store(session)

    with ThreadPoolExecutor(2) as two:
        first = two.submit(store_first)
        assert stored.wait(30)
        second = two.submit(store_second)
        wait_for_a_lock(database)
        may_commit.set()
        results = (first.result(30), second.result(30))

    # The second delivery of an event, or a message, is told that it was there before.
    if table in (Inbox, Outbox):
        assert results[0] is not None
        assert results[1] is None
    with database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(table)) == 1

"""Accepted once, held by one worker at a time, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.database.doors import Database
from storage.slack import work_queues
from storage.tables import Inbox, Outbox
from storage.workspaces.workspace_vocabulary import list_workspace_ids

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def accept(database: Database, key: str, lane: str | None = None) -> bool:
    with database.begin_write() as session:
        number = work_queues.accept_event(
            session,
            workspace_id=list_workspace_ids(session)[0],
            key=key,
            kind="message",
            payload={"n": 1},
            now=NOW,
            lane=lane,
        )
    return number is not None


def claim(database: Database, now: datetime, limit: int = 10) -> list[str]:
    with database.begin_write() as session:
        return [row.key for row in work_queues.claim_rows(session, Inbox, now, lease=LEASE, limit=limit)]


def test_a_second_delivery_of_an_event_is_recognised(database: Database) -> None:
    assert [accept(database, key) for key in ("a", "a", "b")] == [True, False, True]


def test_a_claimed_row_is_nobody_elses_until_its_lease_runs_out(database: Database) -> None:
    accept(database, "a")

    assert claim(database, NOW) == ["a"]
    assert claim(database, NOW + LEASE / 2) == []
    assert claim(database, NOW + LEASE) == ["a"]


def test_workers_side_by_side_claim_each_row_once(database: Database) -> None:
    for number in range(40):
        accept(database, str(number))

    with ThreadPoolExecutor(4) as workers:
        found = [key for keys in workers.map(lambda _: claim(database, NOW, 5), range(12)) for key in keys]

    assert sorted(found, key=int) == [str(number) for number in range(40)]


def test_a_settled_row_is_never_claimed_again_and_forgotten_after_two_days(database: Database) -> None:
    accept(database, "a")
    with database.begin_write() as session:
        (row,) = work_queues.claim_rows(session, Inbox, NOW, lease=LEASE, limit=1)
        work_queues.settle_row(session, row, "done", NOW)

    assert claim(database, NOW + timedelta(days=1)) == []
    assert accept(database, "a") is False
    with database.begin_write() as session:
        work_queues.delete_settled_rows(session, NOW + timedelta(days=3))
    assert accept(database, "a") is True


def test_a_row_put_back_waits_until_its_moment(database: Database) -> None:
    with database.begin_write() as session:
        workspace_id = list_workspace_ids(session)[0]
        work_queues.put_message(session, workspace_id=workspace_id, key="k", channel="D1", body={"text": "hi"}, now=NOW)
        (row,) = work_queues.claim_rows(session, Outbox, NOW, lease=LEASE, limit=1)
        work_queues.put_back(session, row, NOW + timedelta(seconds=30), "ratelimited")

    for moment, expected in ((NOW, 0), (NOW + timedelta(seconds=30), 1)):
        with database.begin_write() as session:
            assert len(work_queues.claim_rows(session, Outbox, moment, lease=LEASE, limit=1)) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_every_message_has_a_token_of_its_own(database: Database, count: int) -> None:
    with database.begin_write() as session:
        for number in range(count):
            work_queues.put_message(
                session, workspace_id=list_workspace_ids(session)[0], key=str(number), channel="D1", body={}, now=NOW
            )
        rows = work_queues.claim_rows(session, Outbox, NOW, lease=LEASE, limit=9)
        assert len({row.token for row in rows}) == count


def test_events_of_one_lane_wait_for_each_other_and_those_of_another_do_not(database: Database) -> None:
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("x", None)):
        accept(database, key, lane)

    assert claim(database, NOW) == ["a1", "b1", "x"]
    with database.begin_write() as session:
        row = session.scalar(select(Inbox).where(Inbox.key == "a1"))
        assert row is not None
        work_queues.settle_row(session, row, "done", NOW)

    assert claim(database, NOW) == ["a2"]

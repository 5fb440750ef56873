"""Several processes on one PostgreSQL make the morning's digests together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.app import make_bot
from bot.slack.schedule.digests import KEY
from bot.slack.teams.teams import SlackTeams
from storage.database.doors import Database
from storage.tables import DigestRun, Outbox, Rep
from tests.company import Company
from tests.postgres_server import on_postgresql
from tests.storage.claiming_process import held_elsewhere
from tests.storage.database.test_claims import becomes_free

DUE = datetime.fromisoformat("2026-11-19T08:31:00+00:00")


@pytest.fixture
def morning(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A morning on which everybody's digest is due; each rep is a part."""
    monkeypatch.setattr("bot.slack.schedule.digests.BATCH", 1)
    with company.database.begin_write() as session:
        session.execute(update(Rep).values(time_zone="UTC", digest_enabled=True, tell_quiet_days=True))
    return company


@contextmanager
def process(company: Company) -> Iterator[tuple[Database, Callable[[], object]]]:
    """What one process has of its own: its connections, and its tick."""
    database = Database(company.database.url.render_as_string(hide_password=False))
    settings = Settings(_env_file=None)
    bot = make_bot(settings, database, SlackClients(None), SlackTeams(), clock=lambda: DUE, sends=False)
    yield database, lambda: bot.digests.queue_due_digests(company.workspace_id, asked=True)
    bot.stop(1)
    database.close()


def made(database: Database) -> Counter[int]:
    """How many digests wait for each rep."""
    with database.begin_read() as session:
        keys = session.scalars(select(Outbox.key)).all()
        assert len(keys) == len(session.scalars(select(DigestRun.id)).all())
    return Counter(int(key.split(":")[1]) for key in keys)


@on_postgresql
def test_two_processes_share_the_reps_and_each_gets_one(morning: Company) -> None:
    with process(morning) as (first, tick_first), process(morning) as (_, tick_second):
        begun, done = Event(), Event()
        stored: list[str] = []

        @event.listens_for(first.engine, "before_cursor_execute")
        def pauses(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("INSERT INTO digest_run"):
                stored.append(statement)
                begun.set()
                assert done.wait(20)

        slow = Thread(target=tick_first)
        slow.start()
        assert begun.wait(20)
        # The first one is about to store its first digest: all the others are left to the second.
        tick_second()
        everybody = len(made(morning.database))
        done.set()
        slow.join(20)

    assert everybody > 3
    assert len(stored) == 1
    assert set(made(morning.database).values()) == {1}
    assert len(made(morning.database)) == everybody + 1
    with morning.database.begin_read() as session:
        times = sorted(session.scalars(select(Outbox.not_before)))
    # Shared, they go out no faster.
    assert all(later - earlier >= timedelta(seconds=0.9) for earlier, later in pairwise(times))


@on_postgresql
def test_what_a_killed_process_had_claimed_is_made_by_the_next_tick(morning: Company) -> None:
    with morning.database.begin_read() as session:
        nora = session.scalars(select(Rep.id).where(Rep.first_name == "Nora")).one()
    with process(morning) as (database, tick), held_elsewhere(database, KEY, morning.workspace_id, nora) as other:
        tick()
        before = made(database)
        other.kill()
        assert becomes_free(database, KEY, morning.workspace_id, nora)
        tick()
        after = made(database)

    assert nora not in before
    assert after == before + Counter([nora])

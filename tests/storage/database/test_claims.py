"""Parts of work that processes share: one has each at a time, and a dead one gives it back."""

from __future__ import annotations

import time
from threading import Timer

import pytest

from storage.database import doors
from storage.database.claims import claim_part, wait_for_turn
from storage.database.doors import Database
from tests.storage.claiming_process import held_elsewhere


def test_a_part_is_one_process_at_a_time_and_free_again_when_it_dies(postgres_database: Database) -> None:
    with held_elsewhere(postgres_database, "digest", 1, 7) as other:
        with (
            claim_part(postgres_database, "digest", 1, 7) as mine,
            claim_part(postgres_database, "digest", 1, 8) as free,
        ):
            assert (mine, free) == (False, True)

        other.kill()
        other.wait()

        assert becomes_free(postgres_database, "digest", 1, 7)


def test_a_claim_ends_with_its_block(postgres_database: Database) -> None:
    for _ in range(2):
        with claim_part(postgres_database, "part") as mine, claim_part(postgres_database, "part") as again:
            assert (mine, again) == (True, False)


def test_a_turn_is_waited_for_longer_than_a_lock(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # As it is, this takes five seconds: who begins to score a million leads has the turn for longer.
    monkeypatch.setattr(doors, "LOCK_SECONDS", 1)
    hurried = Database(postgres_database.url.render_as_string(hide_password=False))
    with held_elsewhere(postgres_database, "turn") as other:
        Timer(2, other.kill).start()
        with wait_for_turn(hurried, "turn"):
            other.wait(5)
    hurried.close()


def test_on_sqlite_nobody_waits(sqlite_database: Database) -> None:
    with claim_part(sqlite_database, "part") as mine, claim_part(sqlite_database, "part") as again:
        assert (mine, again) == (True, True)


def becomes_free(database: Database, *names: object) -> bool:
    """Whether a part is free within some seconds: the server first has to notice that its holder is gone."""
    for _ in range(200):
        with claim_part(database, *names) as mine:
            if mine:
                return True
        time.sleep(0.05)
    return False

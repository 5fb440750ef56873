"""Work that several processes share on PostgreSQL: each part is claimed by one of them at a time.

A claim is a lock of the server's own that belongs to a transaction. A process that dies loses its connection and with
it the claim, so its part is free again at once; there is no lease to choose or to run out. On SQLite every claim is
granted: there two processes do the same work, and what counts is that its result is stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import TextClause, text

from storage.database.doors import Database

CLAIM = text("SELECT pg_try_advisory_xact_lock(:number)")
JOIN = text("SELECT pg_try_advisory_xact_lock_shared(:number)")
WAIT = text("SELECT pg_advisory_xact_lock(:number)")
# Whoever has the turn may be learning from a million leads; one who died has lost it with the connection.
PATIENCE = text("SET LOCAL lock_timeout = '600s'")


def can_share(database: Database) -> bool:
    """Say whether processes can share work on this database."""
    return database.engine.dialect.name == "postgresql"


@contextmanager
def claim_part(database: Database, *names: object) -> Iterator[bool]:
    """Claim a part of some work while the block runs; yield False where another process has it."""
    with _hold_lock(database, CLAIM, names) as granted:
        yield granted


@contextmanager
def join_work(database: Database, *names: object) -> Iterator[None]:
    """Take part in some work while the block runs: as long as anybody does, nobody can claim the whole of it."""
    with _hold_lock(database, JOIN, names):
        yield


@contextmanager
def wait_for_turn(database: Database, *names: object) -> Iterator[None]:
    """Wait until no other process has this turn, and keep it while the block runs.

    Raise DatabaseTrouble where another has it for ten minutes.
    """
    with _hold_lock(database, WAIT, names):
        yield


@contextmanager
def _hold_lock(database: Database, query: TextClause, names: tuple[object, ...]) -> Iterator[bool]:
    if not can_share(database):
        yield True
        return
    with database.begin_read() as session:
        if query is WAIT:
            session.execute(PATIENCE)
        # A lock that is waited for returns nothing.
        yield session.scalar(query, {"number": _number_lock(names)}) is not False


def _number_lock(names: tuple[object, ...]) -> int:
    """Make the number by which the server knows a lock: the same in every process."""
    digest = hashlib.sha256("\x1f".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)

"""The database: one way to read, one way to write, each one short transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from storage.database.errors import DatabaseTrouble, SchemaTrouble, translate_errors
from storage.migrations import NEWEST, REVISIONS

# Each thread holds a connection for the length of its transaction: ten stay open, the others are for a rush, and who
# gets none within these seconds is told to try again. So three processes fit into the hundred connections that a
# PostgreSQL server allows by default.
POOL = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 5}

REVISION = text("SELECT version_num FROM alembic_version")

# Seconds that PostgreSQL waits for a lock, as long as SQLite's busy_timeout below: who holds one for longer may hold it
# for ever, and people get a sentence instead of an answer then.
LOCK_SECONDS = 5
PATIENCE = text("SET LOCAL lock_timeout = '60s'")
# A server that went away without a word is noticed within a minute, not after the two hours of TCP. What DATABASE_URL
# itself says is kept.
NETWORK = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}

# Seconds that a writer waits for another thread's turn to end. After that it waits as for another process.
TURN_SECONDS = 1
PRAGMAS = (
    # Readers go on while somebody writes. With this journal NORMAL never damages the file when power fails.
    "journal_mode=WAL",
    "synchronous=NORMAL",
    # SQLite checks references only where it is told to, for each connection anew.
    "foreign_keys=ON",
    # Milliseconds that a writer waits for another one before it gives up.
    "busy_timeout=5000",
    # A negative size is in KiB: 64 MiB.
    "cache_size=-65536",
)


class Database:
    """SQLite or PostgreSQL behind the same two doors, `begin_read()` and `begin_write()`.

    Neither may be held open across a call to Slack or to a model.
    """

    def __init__(self, url: str) -> None:
        self.url = _parse_url(url)
        self.where = _describe_url(self.url)
        self._turn = Lock() if self.url.get_backend_name() == "sqlite" else None
        if self.url.get_backend_name() == "sqlite":
            # IMMEDIATE takes the write lock at the start. SQLite's default takes it at the first write, when another
            # transaction may already have changed what this one has read: its update would be lost without an error.
            self._writer = _create_sqlite_engine(self.url, "BEGIN IMMEDIATE", PRAGMAS)
            # The journal mode stands in the file, and setting it is a write: readers leave the first two out.
            self._reader = _create_sqlite_engine(self.url, "BEGIN", (*PRAGMAS[2:], "query_only=ON"))
        else:
            # Repeatable read gives all queries of one answer the same snapshot, as SQLite does.
            self._writer = _create_postgresql_engine(self.url)
            self._reader = self._writer.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")

    @contextmanager
    def begin_read(self) -> Iterator[Session]:
        """Open a session on one snapshot that cannot write. Raise DatabaseTrouble if the database does not answer."""
        with translate_errors(self.where), Session(self._reader, autoflush=False) as session, session.begin():
            yield session

    @contextmanager
    def begin_write(self, *, patient: bool = False) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back whole on any error.

        `patient` waits a minute for a lock on PostgreSQL, for work whose answer nobody waits for. Raise SchemaTrouble
        where the tables are no longer this program's.
        """
        with self._take_turn(), translate_errors(self.where), Session(self._writer) as session, session.begin():
            # In the same transaction: a newer program may have upgraded the tables since this one began to run, and
            # what this one wrote would no longer be right.
            self._require_revision(session.scalar(REVISION))
            if patient and self.url.get_backend_name() == "postgresql":
                session.execute(PATIENCE)
            yield session

    def try_write(self) -> None:
        """Write the schema's revision over itself. Raise DatabaseTrouble where the database takes no writes."""
        with self.begin_write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = version_num"))

    def truncate_journal(self) -> None:
        """Write SQLite's journal into its file and empty it, as far as nobody reads what was there before."""
        if self.url.get_backend_name() == "sqlite":
            connection = self._writer.raw_connection()
            try:
                # Not within a transaction, which SQLAlchemy's own connection would begin.
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()

    @contextmanager
    def _take_turn(self) -> Iterator[None]:
        """Wait until no other thread of this process writes, where that is SQLite, for a second at most."""
        # SQLite lets writers sleep and look again, longer each time: under load the unlucky one waits for seconds.
        mine = self._turn is not None and self._turn.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if mine and self._turn is not None:
                self._turn.release()

    @property
    def engine(self) -> Engine:
        """Return the engine that may write, for migrations and bulk work."""
        return self._writer

    def read_revision(self) -> str | None:
        """Read the schema revision the database is at; None where it has no tables yet."""
        with translate_errors(self.where), self._writer.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(REVISION).scalar()

    def is_new(self) -> bool:
        """Say whether there is no database yet, or one without tables."""
        # Asking first whether the file is there: a connection would create an empty one.
        if self.url.get_backend_name() == "sqlite" and not _file_exists(self.url):
            return True
        return self.read_revision() is None

    def check_revision(self) -> None:
        """Raise SchemaTrouble if the schema is missing, older or newer than this program."""
        if self.url.get_backend_name() == "sqlite" and not _file_exists(self.url):
            raise SchemaTrouble(f"There is no database at {self.where} yet. Run: leadlight db upgrade")
        self._require_revision(self.read_revision())

    def _require_revision(self, found: str | None) -> None:
        if found == NEWEST:
            return
        if found is None:
            raise SchemaTrouble(f"The database {self.where} has no tables yet. Run: leadlight db upgrade")
        if found in REVISIONS:
            raise SchemaTrouble(f"The database {self.where} is older than this program. Run: leadlight db upgrade")
        raise SchemaTrouble(
            f"The database {self.where} is newer than this program (revision {found}). Install the newer Leadlight."
        )

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


def _create_sqlite_engine(url: URL, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # Errors end up in the log, where values of records do not belong: their parameters are hidden.
    # The pool gives a connection to one thread at a time, so SQLite's own check would only be in the way.
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True, **POOL)

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's driver would else begin transactions by itself, and only before the first write.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _create_postgresql_engine(url: URL) -> Engine:
    network = {name: value for name, value in NETWORK.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=network, **POOL)

    # Not in the connection's options: those of DATABASE_URL would be lost, and a pooler in between may refuse them.
    @event.listens_for(engine, "connect")
    def _limit_waiting(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        connection.commit()

    return engine


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseTrouble(
            "DATABASE_URL is not a database address. Write sqlite:///leadlight.db or postgresql://user@host/name"
        ) from None
    backend = parsed.get_backend_name()
    # Heroku and others hand out this shorter name, which SQLAlchemy no longer takes.
    if backend == "postgres":
        parsed, backend = parsed.set(drivername="postgresql"), "postgresql"
    if backend not in {"sqlite", "postgresql"}:
        raise DatabaseTrouble(f"Leadlight works on SQLite and PostgreSQL; DATABASE_URL names {backend}.")
    # In memory every connection would see a database of its own.
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DatabaseTrouble("Leadlight keeps its data in a file. Write sqlite:///leadlight.db")
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed


def _describe_url(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    # As people write it: the driver is our own business.
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _file_exists(url: URL) -> bool:
    return Path(str(url.database)).exists()


__all__ = ["Database", "Session"]

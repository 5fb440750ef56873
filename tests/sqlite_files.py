"""SQLite files made once a test process and copied for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Marks a test that asks for `company`, `desk` or `database` and need not run on PostgreSQL as well."""
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""Marks a test of what only a server does."""


class SqliteTemplates:
    """Files to copy: one migrated and empty, one with the sample company."""

    def __init__(self, folder: Path, load: Callable[[Database], None]) -> None:
        self.folder = folder
        self.load = load

    def path(self, *, with_company: bool) -> Path:
        path = self.folder / ("company.db" if with_company else "empty.db")
        if not path.exists():
            database = Database(f"sqlite:///{path}")
            upgrade_schema(database)
            if with_company:
                self.load(database)
            database.close()
        return path

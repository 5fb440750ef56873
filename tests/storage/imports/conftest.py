"""Files as people export them, imported into a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database.doors import Database
from storage.imports import ImportResult, run_import
from storage.workspaces.workspace_vocabulary import list_workspace_ids

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


class Importing:
    """`importing("leads.csv", text)` writes the file and imports it; `rows(Table)` is what the database holds."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        with database.begin_read() as session:
            self.workspace_id = list_workspace_ids(session)[0]

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def __call__(self, name: str, content: str | bytes, **options: Any) -> ImportResult:
        (result,) = self.files(self.write(name, content), **options)
        return result

    def files(self, *paths: Path, **options: Any) -> list[ImportResult]:
        return run_import(self.database, self.workspace_id, paths, **({"now": NOW} | options))

    def rows(self, table: Any) -> list[Any]:
        with self.database.begin_read() as session:
            found = list(session.scalars(select(table).order_by(table.id)))
            session.expunge_all()
        return found

    def one(self, table: Any) -> Any:
        (row,) = self.rows(table)
        return row


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Importing:
    folder = tmp_path / "files"
    folder.mkdir()
    return Importing(database, folder)


@pytest.fixture
def sqlite_importing(sqlite_database: Database, tmp_path: Path) -> Importing:
    """On SQLite alone, for what has nothing to do with the database."""
    folder = tmp_path / "files"
    folder.mkdir()
    return Importing(sqlite_database, folder)

"""An import whose server goes away in the middle: nothing is half written, and the same command goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text
from typer.testing import CliRunner, Result

from bot.shell.import_verb import GOES_ON
from bot.shell.program import app
from storage.database import doors
from storage.database.doors import Database
from storage.imports import import_run
from storage.tables import ImportedRow, Lead, NameWord, Status
from tests.postgres_server import wait_for_a_lock
from tests.sqlite_files import on_postgresql

BATCH, ROWS = 50, 225
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = on_postgresql


@pytest.fixture
def file(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of several batches, for the program on this database."""
    monkeypatch.setattr(import_run, "BATCH", BATCH)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    path = tmp_path / "visitors.csv"
    rows = (f"V{number},Ann,Visitor{number},Stand {number},New\n" for number in range(ROWS))
    path.write_text("Lead ID,First Name,Last Name,Company,Lead Status\n" + "".join(rows))
    return path


def import_file(path: Path) -> Result:
    return CliRunner().invoke(app, ["import", str(path)])


def count(database: Database, table: Any) -> int:
    with database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def at_statement(beginning: str, number: int, act: Any) -> Iterator[None]:
    """Call `act` with the connection right before the statement of this number that begins so."""
    left = iter(range(number))

    def look(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning) and next(left, None) == number - 1:
            act(connection)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)


@pytest.mark.parametrize("table", ["lead", "name_word", "imported_row"])
def test_a_connection_that_breaks_within_a_batch_leaves_whole_batches(
    database: Database, file: Path, table: str
) -> None:
    def terminate(connection: Any) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid
        with database.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with at_statement(f"INSERT INTO {table}", 3, terminate):
        broken = import_file(file)

    assert broken.exit_code == 1
    assert "was lost" in broken.stderr
    assert broken.stderr.strip().endswith(GOES_ON)
    assert len(broken.stderr.strip().splitlines()) == 1
    assert count(database, Lead) == count(database, ImportedRow) == 2 * BATCH
    words = count(database, NameWord)

    again = import_file(file)

    assert again.exit_code == 0
    assert count(database, Lead) == count(database, ImportedRow) == ROWS
    assert count(database, NameWord) * 2 * BATCH == words * ROWS
    assert import_file(file).exit_code == 0
    assert count(database, Lead) == ROWS


def test_another_import_of_the_same_records_is_named_and_nothing_comes_twice(database: Database, file: Path) -> None:
    values = {"workspace_id": 1, "external_id": "V7", "name": "Ann Visitor7", "created_at": NOW, "updated_at": NOW}
    with ThreadPoolExecutor(1) as one:
        with database.begin_write() as session:
            status = session.scalar(select(Status.id).where(Status.workspace_id == 1).limit(1))
            session.add(Lead(**values, status_id=status))
            session.flush()
            importing = one.submit(import_file, file)
            wait_for_a_lock(database)
        met = importing.result(60)

    assert met.exit_code == 1
    assert met.stderr.strip() == f"Another import is writing the same records at this moment. {GOES_ON}"
    assert import_file(file).exit_code == 0
    assert count(database, Lead) == ROWS


def test_an_import_waits_for_longer_than_a_person_would(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LOCK_SECONDS", 1)
    with ThreadPoolExecutor(1) as one, database.engine.connect() as other:
        other.execute(text("LOCK TABLE lead IN EXCLUSIVE MODE"))
        importing = one.submit(import_file, file)
        wait_for_a_lock(database)
        time.sleep(2)
        other.rollback()
        met = importing.result(60)

    assert met.exit_code == 0
    assert count(database, Lead) == ROWS

"""The test ground: real databases, the sample company, and people who say things."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from tests.company import Company, load_company
from tests.desk import Desk
from tests.postgres_server import Postgres
from tests.sqlite_files import Fill, SqliteTemplates


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait, for a process that starts or a clock that goes on."""
    return min((os.cpu_count() or 1) + 1, 8)


def pytest_configure() -> None:
    """What is compiled is kept: each of the many processes that tests start would compile the whole program anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-slow` what further tests of a file of the commands or the bot show on PostgreSQL.

    What is SQL is tried in tests/storage, there with each value on both databases.
    """
    tried: set[str] = set()
    for item in items:
        file, _, test = item.nodeid.partition("::")
        if file.startswith(("tests/commands/", "tests/bot/")) and "postgresql" in test.partition("[")[2]:
            if file in tried:
                item.add_marker(pytest.mark.slow)
            tried.add(file)


def pytest_collection_finish() -> None:
    """What was imported by now stays: the garbage collector leaves it alone, and comes as seldom as in the program."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


KNOWN: dict[str, Engine] = {}


def compiled_once(database: Database) -> Database:
    """A database that knows the statements compiled for the tests before it, which saves a quarter of the work.

    SQLAlchemy keeps them by dialect, and makes a dialect for each engine.
    """
    for engine in (database._writer, database._reader):
        if (known := KNOWN.get(engine.dialect.name)) is None:
            known = KNOWN[engine.dialect.name] = engine
            # A dialect knows its server from the first connection on.
            engine.connect().close()
        engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
    return database


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    return SqliteTemplates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test process, stopped at the end."""
    with Postgres() as server:
        yield server


@pytest.fixture
def fill(request: pytest.FixtureRequest) -> Fill | None:
    """What the databases of a test hold from the beginning: the sample company, if it asks for it."""
    return load_company if {"company", "sqlite_company"} & {*request.fixturenames} else None


@pytest.fixture
def sqlite_database(sqlite_templates: SqliteTemplates, fill: Fill | None, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite file of this test alone."""
    path = tmp_path / "leadlight.db"
    shutil.copyfile(sqlite_templates.path(fill), path)
    database = compiled_once(Database(f"sqlite:///{path}"))
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres: Postgres, fill: Fill | None) -> Iterator[Database]:
    """A migrated PostgreSQL database of this test alone."""
    with postgres.copy(fill) as url:
        database = compiled_once(Database(url))
        yield database
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of this test alone; each test that asks for it runs on SQLite and on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def company(database: Database) -> Company:
    """The company of tests/sentences/company.json, in `database`."""
    return Company(database)


@pytest.fixture
def sqlite_company(sqlite_database: Database) -> Company:
    """The same company, on SQLite alone."""
    return Company(sqlite_database)


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    return Dispatcher(company.database, BY_VERB, WorkspaceDefaults())


@pytest.fixture
def desk(company: Company, dispatcher: Dispatcher) -> Callable[..., Desk]:
    """`desk("nora")` is where Nora types, says, presses and confirms; the clock stands at the company's now."""

    def sit(first_name: str, **more: Any) -> Desk:
        return Desk(dispatcher, company, first_name, **more)

    return sit

"""Upgrading a database to the newest schema, checking it, and copying it while it is in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble, SchemaTrouble, translate_errors
from storage.migrations import NEWEST, REVISIONS
from storage.tables import Workspace
from storage.upkeep.folded_names import refold_names
from storage.upkeep.schema_drift import SchemaDifference, add_missing, list_differences
from storage.workspaces.workspace_vocabulary import create_workspace

# A PostgreSQL advisory lock, any number of our own: two programs that start together upgrade one after the other.
LOCK = 7_204_301_077
# The migration after which names are folded in Python.
FOLDED_ANEW = "0013"
# What the drivers say where a step meets tables that it does not expect.
OTHER_TABLES = ("no such table", "no such column", "does not exist", "already exists", "duplicate column")


def upgrade_schema(database: Database, target: str = NEWEST) -> list[str]:
    """Apply the missing migrations and return their names. Create the first workspace where there is none."""
    with translate_errors(database.where), database.engine.begin() as connection:
        _lock_upgrades(connection)
        # Read under the lock: another program may just have done the upgrade.
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in REVISIONS:
            raise SchemaTrouble(
                f"The database {database.where} is newer than this program (revision {found})."
                " Install the newer Leadlight."
            )
        done = REVISIONS[REVISIONS.index(found) + 1 if found else 0 : REVISIONS.index(target) + 1]
        if done:
            _stop_writers(connection, is_new=found is None)
            try:
                command.upgrade(_build_config(connection), target)
            except DBAPIError as error:
                if not any(words in str(error.orig).lower() for words in OTHER_TABLES):
                    raise
                raise DatabaseTrouble(
                    f"The database {database.where} cannot be upgraded from revision {found}, since its tables are not"
                    f" those of that revision ({str(error.orig).splitlines()[0]}). Nothing was changed. Export its"
                    " records with the program that made it, and import them into a new database."
                ) from error
        if FOLDED_ANEW in done and target == NEWEST:
            # In the same transaction: what is killed in between begins anew.
            with Session(connection) as session:
                refold_names(session)
                session.flush()
    if target == NEWEST:
        with database.begin_write() as session:
            if session.scalar(select(Workspace.id).limit(1)) is None:
                create_workspace(session, name="Leadlight", now=datetime.now(UTC))
    return list(done)


def mend_schema(database: Database) -> list[str]:
    """Add columns, indexes and tables that are missing though all migrations were carried out; return them in words.

    A migration that was edited after a database had carried it out leaves such gaps.
    """
    with translate_errors(database.where), database.engine.begin() as connection:
        _lock_upgrades(connection)
        return add_missing(connection)


def find_schema_drift(database: Database) -> list[SchemaDifference]:
    """List the differences between the tables that the program expects and those in the database."""
    with translate_errors(database.where), database.engine.connect() as connection:
        return list_differences(connection)


def refuse_schema_drift(database: Database) -> None:
    """Raise DatabaseTrouble where the tables differ from what the program expects so that it could not work."""
    found = [each for each in find_schema_drift(database) if not each.is_harmless]
    if found:
        words = "; ".join(each.words for each in found)
        raise DatabaseTrouble(
            f"The tables of {database.where} are not as this program expects: {words}. {choose_remedy(found)}"
        )


def choose_remedy(faults: Sequence[SchemaDifference], *, damaged: bool = False) -> str:
    """Say what to do about tables that are not as expected, or about a damaged file."""
    if not damaged and all(each.is_mendable for each in faults):
        return "Run: leadlight db upgrade"
    return "Restore the newest backup, then run: leadlight db upgrade"


def check_integrity(database: Database) -> list[str]:
    """List what SQLite finds wrong with its file and references; empty for PostgreSQL, which checks as it goes."""
    if database.engine.dialect.name != "sqlite":
        return []
    with translate_errors(database.where), database.engine.connect() as connection:
        found = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        found += [
            f"{row[0]} row {row[1]} points to a missing {row[2]}"
            for row in connection.execute(text("PRAGMA foreign_key_check"))
        ]
        return found


def copy_database(database: Database, path: Path) -> None:
    """Copy an SQLite database to a new file while it is in use. Raise DatabaseTrouble if the file exists."""
    if database.engine.dialect.name != "sqlite":
        raise DatabaseTrouble("For PostgreSQL use pg_dump, which copies while the database is in use.")
    if path.exists():
        raise DatabaseTrouble(f"{path} is there already. Name a new file.")
    if not path.parent.is_dir():
        raise DatabaseTrouble(f"There is no folder {path.parent}. Make it first.")
    with translate_errors(database.where), database.engine.connect() as connection:
        # On the driver's connection: VACUUM may not run within a transaction, and SQLAlchemy would begin one.
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM INTO ?", (str(path),))


def _lock_upgrades(connection: Connection) -> None:
    """Wait until no other program upgrades this database, and keep others waiting until the transaction ends."""
    if connection.dialect.name == "postgresql":
        # Nobody waits for an answer here.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _stop_writers(connection: Connection, *, is_new: bool) -> None:
    """Wait for the writes that are under way, and let no other begin until the transaction ends."""
    # Each write reads the revision first, and would else end on tables that are not those it was begun on. On SQLite
    # there is one writer at a time.
    if connection.dialect.name == "postgresql" and not is_new:
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))


def _build_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = connection
    return config

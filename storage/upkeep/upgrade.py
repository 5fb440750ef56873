"""Upgrading a database to the newest schema, checking it, and copying it while it is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text

from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble, translate_errors
from storage.migrations import NEWEST, REVISIONS
from storage.tables import Base, Workspace
from storage.workspaces.workspace_vocabulary import create_workspace

# A PostgreSQL advisory lock, any number of our own: two programs that start together upgrade one after the other.
LOCK = 7_204_301_077


def upgrade_schema(database: Database, target: str = NEWEST) -> list[str]:
    """Apply the missing migrations and return their names. Create the first workspace where there is none."""
    with translate_errors(database.where), database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        # Read under the lock: another program may just have done the upgrade.
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in REVISIONS:
            raise DatabaseTrouble(
                f"The database {database.where} is newer than this program (revision {found})."
                " Install the newer Leadlight."
            )
        done = REVISIONS[REVISIONS.index(found) + 1 if found else 0 : REVISIONS.index(target) + 1]
        if done:
            command.upgrade(_build_config(connection), target)
    if target == NEWEST:
        with database.begin_write() as session:
            if session.scalar(select(Workspace.id).limit(1)) is None:
                create_workspace(session, name="Leadlight", now=datetime.now(UTC))
    return list(done)


def find_schema_drift(database: Database) -> list[str]:
    """List the differences between the tables that the program expects and those in the database."""
    with translate_errors(database.where), database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


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


def _build_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = connection
    return config

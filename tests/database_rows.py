"""The rows of a database, for saying that something was taken back whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.database.doors import Database
from storage.tables import Base

LOGS = ("audit_entry", "change", "confirmation", "focus", "turn", "model_usage")
COUNTS_WRITES = ("version", "updated_at")


def records(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables but the logs, without the columns that count or date every write."""
    found = {}
    with database.begin_read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in LOGS:
                kept = [column for column in table.columns if column.name not in COUNTS_WRITES]
                found[table.name] = sorted((tuple(row) for row in session.execute(select(*kept))), key=repr)
    return found

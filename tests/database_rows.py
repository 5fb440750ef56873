"""The rows of a database, for saying that something was taken back whole."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Table

from storage.database.doors import Database
from storage.tables import Base

LOGS = ("audit_entry", "change", "confirmation", "focus", "turn", "model_usage")
COUNTS_WRITES = ("version", "updated_at")


def records(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables but the logs, without the columns that count or date every write.

    Values are as the database gives them, without our types, through which it would take many times as long.
    """
    with database.begin_read() as session:
        connection = session.connection()
        return {
            name: [(*row[:plain], *map(parsed, row[plain:])) for row in connection.exec_driver_sql(query).cursor]
            for name, (query, plain) in QUERIES.items()
        }


@lru_cache(10_000)
def parsed(text: str | None) -> Any:
    """A JSON value: two are the same in whatever order their keys were written. Most of them are there many times."""
    return None if text is None else json.loads(text)


def _query(table: Table) -> tuple[str, int]:
    """What selects the rows in order, those columns last that hold JSON, as text; and how many come before them."""
    kept = [column for column in table.columns if column.name not in COUNTS_WRITES]
    plain = [f'"{column.name}"' for column in kept if not isinstance(column.type, JSON)]
    texts = [f'CAST("{column.name}" AS TEXT)' for column in kept if isinstance(column.type, JSON)]
    keys = [f'"{column.name}"' for column in table.primary_key.columns]
    return f"SELECT {', '.join(plain + texts)} FROM {table.name} ORDER BY {', '.join(keys)}", len(plain)


QUERIES = {table.name: _query(table) for table in Base.metadata.sorted_tables if table.name not in LOGS}

"""What a database holds, for saying that something changed nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Table, text

from storage.database.doors import Database
from storage.tables import Base
from storage.workspaces.workspace_vocabulary import create_workspace
from tests.company import Company, load_company

ASKING = ("confirmation", "focus", "turn", "model_usage")
"""Tables that a question may write to: what waits for a yes, what a thread is about, what a model used."""


def contents(database: Database, *, workspace_id: int | None = None, without: tuple[str, ...] = ASKING) -> str:
    """A fingerprint of all rows of all tables (of one workspace), in order."""
    whole, parts = fingerprints(database, without=without)
    return whole if workspace_id is None else parts[workspace_id]


def fingerprints(database: Database, *, without: tuple[str, ...] = ASKING) -> tuple[str, dict[int, str]]:
    """The fingerprint of all rows, and that of each workspace's. Rows as the database gives them, without our types."""
    parts = defaultdict[int, Any](hashlib.sha256)
    with database.begin_read() as session:
        connection = session.connection()
        for name, query in QUERIES.items():
            if name not in without:
                for workspace, rows in groupby(connection.exec_driver_sql(query).cursor, itemgetter(0)):
                    parts[workspace].update(repr((name, *rows)).encode())
    found = {workspace: digest.hexdigest() for workspace, digest in sorted(parts.items())}
    return hashlib.sha256(repr(found).encode()).hexdigest(), found


def _query(table: Table) -> str:
    """What selects all rows, those of each workspace together, after its number: 0 for those that belong to none."""
    keys = ", ".join(column.name for column in table.primary_key.columns)
    of = "id" if table.name == "workspace" else "workspace_id" if "workspace_id" in table.columns else "0"
    # JSON as it is written: to read it would take longer than all the rest.
    columns = ", ".join(
        f'CAST("{each.name}" AS TEXT)' if isinstance(each.type, JSON) else f'"{each.name}"' for each in table.columns
    )
    return f"SELECT {of} AS of_workspace, {columns} FROM {table.name} ORDER BY of_workspace, {keys}"


QUERIES = {table.name: _query(table) for table in Base.metadata.sorted_tables}


def count(database: Database, table: str) -> int:
    """How many rows a table holds."""
    with database.begin_read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def add_neighbour(company: Company) -> int:
    """A second workspace in the same database, with the very same people and records. Returns its number."""
    with company.database.begin_write() as session:
        number = create_workspace(session, name="Neighbour", now=company.now).id
    load_company(company.database, number)
    return number

"""What a database holds, for saying that something changed nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any

from sqlalchemy import text

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
    whole, parts = hashlib.sha256(), defaultdict[int, Any](hashlib.sha256)
    with database.begin_read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            keys = ", ".join(column.name for column in table.primary_key.columns)
            of = "id" if table.name == "workspace" else "workspace_id" if "workspace_id" in table.columns else "0"
            rows = session.execute(text(f"SELECT {of}, {table.name}.* FROM {table.name} ORDER BY {keys}")).all()
            for row in rows:
                said = repr((table.name, tuple(row))).encode()
                whole.update(said)
                parts[row[0]].update(said)
    return whole.hexdigest(), {workspace: digest.hexdigest() for workspace, digest in parts.items()}


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

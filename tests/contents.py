"""What a database holds, for saying that something changed nothing."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import Base
from storage.workspaces import create_workspace
from tests.company import Company, load_company_into

ASKING = ("confirmation", "focus")
"""Tables that a question may write to: what waits for a yes, and what a thread is about."""


def contents(database: Database, *, workspace_id: int | None = None, without: tuple[str, ...] = ASKING) -> str:
    """A fingerprint of all rows of all tables (of one workspace), in order."""
    digest = hashlib.sha256()
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in without:
                digest.update(repr((table.name, rows_of(session, table.name, workspace_id))).encode())
    return digest.hexdigest()


def rows_of(session: Session, name: str, workspace_id: int | None = None) -> list[tuple[Any, ...]]:
    """All rows of a table (of one workspace), in order."""
    table = Base.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns)
    if workspace_id is not None:
        query = query.where(table.c["id" if name == "workspace" else "workspace_id"] == workspace_id)
    return [tuple(row) for row in session.execute(query)]


def count(database: Database, table: str) -> int:
    """How many rows a table holds."""
    with database.reading() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def add_neighbour(company: Company) -> int:
    """A second workspace in the same database, with the very same people and records. Returns its number."""
    with company.database.writing() as session:
        workspace = create_workspace(session, name="Neighbour", now=company.now)
        load_company_into(session, workspace.id)
        return workspace.id

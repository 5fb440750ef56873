"""Writing the word index for many records at once (storage.names.name_index does it for one)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, split_portions
from storage.imports.understanding.fields import TABLES
from storage.names.name_index import list_index_words
from storage.tables import NameWord


class WordIndex:
    """Builds and writes the rows of name_word for a workspace."""

    KINDS = frozenset(["user", "account", "contact", "lead", "opportunity"])
    COLUMNS = frozenset(["name", "company", "owner_id"])

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id

    def build_rows(self, kind: str, records: Sequence[dict[str, Any]]) -> list[tuple[int, str, int, str, int]]:
        """Build the index rows of these records: workspace, word, owner, kind, record."""
        workspace_id = self.workspace_id
        rows = []
        for record in records:
            owner = 0 if kind == "user" else record.get("owner_id") or 0
            for word in list_index_words(record["name"], record.get("company")):
                rows.append((workspace_id, word, owner, kind, record["id"]))
        # In the order of the primary key the rows of one page are written together.
        rows.sort()
        return rows

    def insert_words(self, session: Session, kind: str, records: Sequence[dict[str, Any]]) -> None:
        """Insert the index rows of new records, if records of this kind are found by words."""
        if kind in self.KINDS:
            Inserter(session.connection(), NameWord).insert_tuples(self.build_rows(kind, records))

    def rewrite_words(self, session: Session, kind: str, changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Replace the index rows of the records, given as (id, changed columns), that are found by other words now."""
        if kind not in self.KINDS:
            return
        table = TABLES[kind].__table__
        for portion in split_portions(number for number, values in changes if self.COLUMNS & values.keys()):
            session.execute(delete(NameWord).where(NameWord.kind == kind, NameWord.record_id.in_(portion)))
            records = [dict(row._mapping) for row in session.execute(select(table).where(table.c.id.in_(portion)))]
            self.insert_words(session, kind, records)

"""Keeps what imports remember of a row: the key by which it is known again, its cells, and the record it became."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions
from storage.imports.rows.row_reader import Cells
from storage.tables import ImportedRow


@dataclass(frozen=True)
class KnownRow:
    """What an earlier import kept of a row: its record and its cells."""

    id: int
    record_id: int
    cells: Cells


def load_known_rows(session: Session, workspace_id: int, kind: str, keys: Iterable[str]) -> dict[str, KnownRow]:
    """Load what earlier imports kept of the rows with these keys."""
    rows = _find_rows(session, workspace_id, kind, keys, "id", "record_id", "cells")
    return {key: KnownRow(number, record_id, cells) for key, number, record_id, cells in rows}


def find_imported_records(session: Session, workspace_id: int, kind: str, keys: Iterable[str]) -> dict[str, int]:
    """Find the records that rows with these keys became: key -> record id."""
    return {row.key: row.record_id for row in _find_rows(session, workspace_id, kind, keys, "record_id")}


def _find_rows(session: Session, workspace_id: int, kind: str, keys: Iterable[str], *columns: str) -> Iterator[Any]:
    table: Any = ImportedRow.__table__
    query = select(table.c.key, *(table.c[each] for each in columns))
    for portion in split_portions(keys):
        yield from session.execute(
            query.where(table.c.workspace_id == workspace_id, table.c.kind == kind, table.c.key.in_(portion))
        )


def save_imported_rows(
    session: Session, workspace_id: int, kind: str, rows: Sequence[tuple[str, int, Cells]]
) -> Sequence[int]:
    """Save rows that were not known before, given as (key, record id, cells); return their ids."""
    ids = reserve_ids(session, ImportedRow, len(rows))
    whose = {"workspace_id": workspace_id, "kind": kind}
    Inserter(session.connection(), ImportedRow).insert_rows(
        {"id": number, **whose, "key": key, "record_id": record_id, "cells": cells}
        for number, (key, record_id, cells) in zip(ids, rows, strict=True)
    )
    return ids

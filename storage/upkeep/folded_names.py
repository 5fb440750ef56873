"""Names that were folded to plain letters by an earlier program, folded anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions, update_many
from storage.names.name_index import KIND_OF, index_records
from storage.names.normalise import PLAIN_LETTERS, make_company_key
from storage.tables import Account, ImportedRow, Lead, PendingReference, Source, Stage, Status
from storage.workspaces.definitions import make_name_key

PORTION = 500


def refold_names(session: Session) -> None:
    """Write the word index and the keys of names anew where a name has other than plain letters."""
    for table in KIND_OF:
        company = (table.company,) if table is Lead else ()
        for ids in _find_foreign_rows(session, table, table.name, *company):
            index_records(session, session.scalars(select(table).where(table.id.in_(ids))).all())
            session.expunge_all()
    _renew_keys(session, Account, Account.name, Account.name_key, make_company_key)
    for table in (Status, Stage, Source):
        _renew_keys(session, table, table.name, table.name_key, make_name_key, each_once=True)
    _renew_keys(session, PendingReference, PendingReference.target_key, PendingReference.target_key, _fold_key)
    _renew_keys(session, ImportedRow, ImportedRow.key, ImportedRow.key, _fold_key, each_once=True)


def _fold_key(key: str) -> str:
    """Fold a key that was made of folded names; ids and addresses stand in it as they are written."""
    return key if key.startswith("id:") or "@" in key.partition("|")[0] else key.translate(PLAIN_LETTERS)


def _find_foreign_rows(session: Session, table: Any, *columns: Any) -> Iterator[list[int]]:
    """Find the ids of rows whose texts are not written in ASCII alone, in portions."""
    rows = session.execute(select(table.id, *columns).execution_options(yield_per=10_000))
    yield from split_portions((row[0] for row in rows if any(text and not text.isascii() for text in row[1:])), PORTION)


def _renew_keys(
    session: Session, table: Any, name: Any, key: Any, fold: Callable[[str], str], *, each_once: bool = False
) -> None:
    """Fold the keys of a table anew; where each may stand once, a key that another row has already stays as it is."""
    kind = (table.kind,) if table is ImportedRow else ()
    for ids in _find_foreign_rows(session, table, name):
        rows = session.execute(select(table.id, name, key, table.workspace_id, *kind).where(table.id.in_(ids))).all()
        renewed = {row: fold(row[1])[: key.type.length] for row in rows}
        changes = [(row, new) for row, new in renewed.items() if new and new != row[2]]
        if each_once:
            changes = _drop_taken_keys(session, key, kind, changes)
        update_many(session, table, [(row[0], {key.key: new}) for row, new in changes], versioned=False)


def _drop_taken_keys(
    session: Session, key: Any, kind: tuple[Any, ...], changes: Sequence[tuple[Any, str]]
) -> list[tuple[Any, str]]:
    columns = (key, key.class_.workspace_id, *kind)
    rows = session.execute(select(*columns).where(key.in_([new for _, new in changes])))
    taken = {tuple(row) for row in rows}
    kept = []
    for row, new in changes:
        mark = (new, *row[3:])
        if mark not in taken:
            taken.add(mark)
            kept.append((row, new))
    return kept

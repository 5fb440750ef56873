"""The audit log: who changed what, when and from where. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import DERIVED_COLUMNS, SET_BY_PEOPLE, NotedChange
from storage.people.visibility import CONSOLE, Asker
from storage.tables import AuditEntry, Change

PORTION = 1_000


def build_entry(
    asker: Asker,
    at: datetime,
    surface: str,
    command: str,
    arguments: dict[str, Any],
    *,
    undoes: int | None = None,
    key: str | None = None,
) -> AuditEntry:
    """Build an audit entry. `key` names the request and is unique in the workspace."""
    # Of two processes that carry out the same confirmation, the second fails at the key and changes nothing.
    return AuditEntry(
        workspace_id=asker.workspace_id,
        rep_id=None if asker.id == CONSOLE else asker.id,
        who=asker.name,
        at=at,
        surface=surface,
        command=command,
        arguments=arguments,
        undoes_id=undoes,
        key=key,
    )


@dataclass(frozen=True)
class EntryWithChanges:
    """An audit entry and its changes. `undoes`: the entry that it took back; `undone`: whether one took it back."""

    number: int
    command: str
    undoes: int | None
    undone: bool
    noted: tuple[NotedChange, ...]


def find_entry_by_key(session: Session, workspace_id: int, rep_id: int, key: str) -> EntryWithChanges | None:
    """Find what this person's request with this key did; None where it has done nothing yet."""
    entry = session.scalar(
        select(AuditEntry).where(
            AuditEntry.workspace_id == workspace_id,
            AuditEntry.key == key,
            AuditEntry.rep_id.is_(None) if rep_id == CONSOLE else AuditEntry.rep_id == rep_id,
        )
    )
    if entry is None:
        return None
    rows = session.scalars(select(Change).where(Change.entry_id == entry.id).order_by(Change.id))
    noted = tuple(
        NotedChange(
            row.kind, row.record_id, None, row.name, row.field, row.before, row.after,
            row.column, row.raw_before, row.raw_after,
        )
        for row in rows
    )  # fmt: skip
    undone = session.scalar(select(AuditEntry.id).where(AuditEntry.undoes_id == entry.id)) is not None
    return EntryWithChanges(entry.id, entry.command, entry.undoes_id, undone, noted)


def find_last_import(session: Session, workspace_id: int) -> int | None:
    """Find the number of the last import's audit entry; None before the first import."""
    query = select(func.max(AuditEntry.id)).where(AuditEntry.workspace_id == workspace_id)
    return session.scalar(query.where(AuditEntry.command == "import"))


@dataclass(frozen=True)
class AuditRow:
    """One changed field: when (UTC), who, from where, by which command, of which record, before and after."""

    at: datetime
    who: str
    surface: str
    command: str
    kind: str
    record_id: int
    name: str
    field: str
    before: Any
    after: Any


def list_changes(
    session: Session,
    workspace_id: int,
    *,
    records: Sequence[tuple[str, int]] | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> list[AuditRow]:
    """List the workspace's changes, newest first; those of some records (kind, number) only where asked for.

    An entry that changed no field of a record, as an import's may be, has one row without a field.
    """
    query = _select_changes(workspace_id, since).order_by(AuditEntry.at.desc(), AuditEntry.id.desc(), Change.id)
    if records is not None:
        query = query.where(
            Change.workspace_id == workspace_id,
            or_(false(), *(and_(Change.kind == kind, Change.record_id == number) for kind, number in records)),
        )
    return [AuditRow(*row) for row in session.execute(query.limit(limit) if limit is not None else query)]


def iterate_changes(
    session: Session, workspace_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[AuditRow]:
    """Iterate over the workspace's changes, oldest first, with a portion of them in memory."""
    query = _select_changes(workspace_id, since).order_by(AuditEntry.at, AuditEntry.id, Change.id)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    for row in session.execute(query, execution_options={"yield_per": PORTION}):
        yield AuditRow(*row)


def _select_changes(workspace_id: int, since: datetime | None) -> Select[Any]:
    own = (and_(Change.kind == kind, Change.column == column) for kind, column in SET_BY_PEOPLE)
    spoken = or_(Change.column.not_in(DERIVED_COLUMNS), *own)
    query = (
        select(
            AuditEntry.at,
            AuditEntry.who,
            AuditEntry.surface,
            AuditEntry.command,
            func.coalesce(Change.kind, "").label("kind"),
            func.coalesce(Change.record_id, 0).label("record_id"),
            func.coalesce(Change.name, "").label("name"),
            func.coalesce(Change.field, "").label("field"),
            Change.before,
            Change.after,
        )
        .select_from(AuditEntry)
        # Outer join: an entry without changes, such as an import's, has its line in the log too.
        .outerjoin(Change, Change.entry_id == AuditEntry.id)
        .where(AuditEntry.workspace_id == workspace_id, or_(Change.column.is_(None), spoken))
    )
    return query if since is None else query.where(AuditEntry.at >= since)

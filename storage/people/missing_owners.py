"""Owners whom files name and no import has brought yet, and records that nobody owns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions
from storage.tables import Lead, Opportunity, PendingReference

OWNER = "owner_id"


@dataclass(frozen=True)
class MissingOwner:
    """Somebody whom files name as owner by these words: an id, an address or a name. `counts`: records by kind."""

    words: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def list_missing_owners(session: Session, workspace_id: int) -> list[MissingOwner]:
    """List the owners who are nobody here, those of most records first."""
    query = (
        select(PendingReference.target_key, func.min(PendingReference.words), PendingReference.kind, func.count())
        .where(
            PendingReference.workspace_id == workspace_id,
            PendingReference.target_kind == "user",
            PendingReference.field == OWNER,
        )
        .group_by(PendingReference.target_key, PendingReference.kind)
    )
    words: dict[str, str] = {}
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for key, said, kind, count in session.execute(query):
        words[key] = min(said, words.get(key, said))
        counts[key][kind] = count
    found = [MissingOwner(words[key], dict(sorted(each.items()))) for key, each in counts.items()]
    return sorted(found, key=lambda each: (-each.total, each.words))


def count_unowned(session: Session, workspace_id: int) -> dict[str, int]:
    """Count the open leads and opportunities without an owner, leaving out those whose owner only has to arrive."""
    return {
        "lead": _count_rows(session, workspace_id, "lead", Lead, Lead.lifecycle == "open"),
        "opportunity": _count_rows(session, workspace_id, "opportunity", Opportunity, Opportunity.state == "open"),
    }


def forget_waiting_references(
    session: Session, workspace_id: int, kind: str, record_ids: Collection[int], columns: Collection[str]
) -> None:
    """Let references wait no longer, because a person has decided them: what arrives later must not undo that."""
    for portion in split_portions(record_ids) if columns else ():
        session.execute(
            delete(PendingReference).where(
                PendingReference.workspace_id == workspace_id,
                PendingReference.kind == kind,
                PendingReference.record_id.in_(portion),
                PendingReference.field.in_(columns),
            )
        )


def _count_rows(
    session: Session, workspace_id: int, kind: str, table: type[Lead] | type[Opportunity], is_open: ColumnElement[bool]
) -> int:
    waits = exists().where(
        PendingReference.workspace_id == workspace_id,
        PendingReference.kind == kind,
        PendingReference.record_id == table.id,
        PendingReference.field == OWNER,
    )
    query = select(func.count()).where(table.workspace_id == workspace_id, table.owner_id.is_(None), is_open, ~waits)
    return session.scalar(query) or 0

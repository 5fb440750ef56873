"""References whose target has not arrived yet: kept with their words, and filled in when it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions, update_many
from storage.imports.understanding.fields import TABLES
from storage.imports.writing.imported_scores import settle_waiting_scores
from storage.imports.writing.last_touches import update_last_touches
from storage.imports.writing.references import (
    ANY_KIND,
    GROUPS,
    LONGEST_KEY,
    choose_waiting_kind,
    list_arrival_keys,
    make_reference_key,
)
from storage.tables import Activity, NameWord, PendingReference

INDEXED = frozenset(["lead", "contact", "account", "opportunity"])


def build_waiting_row(
    workspace_id: int, kind: str, record_id: int, column: str, targets: tuple[str, ...], words: str
) -> dict[str, Any]:
    """Build the row of a waiting reference."""
    return {
        "workspace_id": workspace_id,
        "kind": kind,
        "record_id": record_id,
        "field": column,
        "target_kind": choose_waiting_kind(targets),
        "target_key": make_reference_key(words),
        "words": words[:LONGEST_KEY],
    }


def save_waiting(session: Session, rows: Sequence[Mapping[str, Any]], inserter: Inserter) -> None:
    """Save waiting references; each replaces an older one of the same record and field."""
    if rows:
        delete_waiting(session, [(row["kind"], row["record_id"], row["field"]) for row in rows])
        ids = reserve_ids(session, PendingReference, len(rows))
        inserter.insert_rows({"id": number, **row} for number, row in zip(ids, rows, strict=True))


def delete_waiting(session: Session, places: Sequence[tuple[str, int, str]]) -> None:
    """Delete waiting references, given by (kind, record id, field)."""
    if places:
        table: Any = PendingReference.__table__
        session.connection().execute(
            delete(table).where(
                table.c.kind == bindparam("of_kind"),
                table.c.record_id == bindparam("of_record"),
                table.c.field == bindparam("of_field"),
            ),
            [{"of_kind": kind, "of_record": record, "of_field": field} for kind, record, field in places],
        )


def settle_references(
    session: Session, workspace_id: int, kind: str, arrived: Iterable[tuple[int, dict[str, Any]]], *, now: datetime
) -> int:
    """Fill in the references that waited for these records (id, values). Return how many there were."""
    group = GROUPS.get(kind)
    names = {kind, group or kind} | ({ANY_KIND} if kind in INDEXED else set())
    if group is None or not _anything_waits(session, workspace_id, names):
        return 0
    targets: dict[str, int] = {}
    for number, values in arrived:
        for key in list_arrival_keys(values):
            targets.setdefault(key, number)
    settled = 0
    for portion in split_portions(targets):
        query = select(PendingReference).where(
            PendingReference.workspace_id == workspace_id,
            PendingReference.target_kind.in_(names),
            PendingReference.target_key.in_(portion),
        )
        waiting = [
            (row.id, row.kind, row.record_id, row.field, targets[row.target_key]) for row in session.scalars(query)
        ]
        # As objects they are no longer needed, and the deletes below would compare themselves with each of them.
        session.expunge_all()
        for some in split_portions(waiting):
            _fill_references(session, workspace_id, kind, some, now)
            session.execute(delete(PendingReference).where(PendingReference.id.in_([row[0] for row in some])))
        settled += len(waiting)
    return settled


def _anything_waits(session: Session, workspace_id: int, kinds: set[str]) -> bool:
    query = select(PendingReference.id).where(
        PendingReference.workspace_id == workspace_id, PendingReference.target_kind.in_(kinds)
    )
    return session.scalar(query.limit(1)) is not None


def _fill_references(
    session: Session, workspace_id: int, target: str, waiting: Sequence[tuple[Any, ...]], now: datetime
) -> None:
    by_kind: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    owners = []
    scores = []
    for _, kind, record_id, field, number in waiting:
        if kind == "score":
            scores.append((record_id, number))
            continue
        column = f"{target}_id" if kind in {"activity", "follow_up"} and field != "owner_id" else field
        by_kind.setdefault(kind, []).append((record_id, {column: number}))
        if field == "owner_id" and kind in INDEXED:
            owners.append({"of_kind": kind, "of_record": record_id, "to_owner": number})
    for kind, changes in by_kind.items():
        update_many(session, TABLES[kind], changes)
    if owners:
        words: Any = NameWord.__table__
        session.connection().execute(
            update(words)
            .where(
                words.c.kind == bindparam("of_kind"),
                words.c.record_id == bindparam("of_record"),
                words.c.owner_id == 0,
            )
            .values(owner_id=bindparam("to_owner")),
            owners,
        )
    if "activity" in by_kind and target in INDEXED:
        for portion in split_portions(record_id for record_id, _ in by_kind["activity"]):
            rows = session.execute(
                select(Activity.kind, Activity.at)
                .add_columns(Activity.lead_id, Activity.contact_id, Activity.opportunity_id)
                .where(Activity.id.in_(portion))
            )
            update_last_touches(session, [row._asdict() for row in rows], until=now)
    if scores:
        settle_waiting_scores(session, workspace_id, scores, now)

"""References whose target has not arrived yet: kept with their words, and filled in when it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions, update_many
from storage.imports.rows.built_records import COMPANY, Reference
from storage.imports.understanding.fields import TABLES
from storage.imports.writing.imported_scores import settle_waiting_scores
from storage.imports.writing.last_touches import update_last_touches
from storage.imports.writing.references import (
    ANY_KIND,
    GROUPS,
    LONGEST_KEY,
    PERSON_PAIR,
    Finder,
    choose_waiting_kind,
    list_arrival_keys,
    make_waiting_key,
    may_be_both,
)
from storage.imports.writing.word_index import WordIndex
from storage.names.normalise import read_domain
from storage.tables import Activity, Lead, NameWord, PendingReference

INDEXED = frozenset(["lead", "contact", "account", "opportunity"])
TOUCHES = frozenset(["activity", "follow_up"])
WAITING = (
    PendingReference.id,
    PendingReference.kind,
    PendingReference.record_id,
    PendingReference.field,
    PendingReference.target_kind,
    PendingReference.words,
)


def build_waiting_row(
    workspace_id: int, kind: str, record_id: int, column: str, reference: Reference
) -> dict[str, Any]:
    """Build the row of a waiting reference."""
    return {
        "workspace_id": workspace_id,
        "kind": kind,
        "record_id": record_id,
        "field": column,
        "target_kind": choose_waiting_kind(reference.targets),
        "target_key": make_waiting_key(reference.targets, reference.words),
        "words": reference.words[:LONGEST_KEY],
    }


def save_waiting(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Save waiting references; each replaces an older one of the same record and field."""
    if rows:
        delete_waiting(session, [(row["kind"], row["record_id"], row["field"]) for row in rows])
        ids = reserve_ids(session, PendingReference, len(rows))
        inserter = Inserter(session.connection(), PendingReference)
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
    arrived = list(arrived)
    called = {number: values.get("name") for number, values in arrived}
    finder = Finder(workspace_id)
    settled = 0
    for portion in split_portions({key for _, values in arrived for key in list_arrival_keys(values)}):
        rows = session.execute(
            select(*WAITING).where(
                PendingReference.workspace_id == workspace_id,
                PendingReference.target_kind.in_(names),
                PendingReference.target_key.in_(portion),
            )
        ).all()
        # Found as they would have been, had the record been here before: a name that two have points to neither.
        numbers = finder.find_of_kind(session, kind, {row.words for row in rows}) if rows else {}
        found = [(row, numbers[row.words]) for row in rows if row.words in numbers]
        for some in split_portions(found):
            companies = [(row.record_id, called.get(number)) for row, number in some if row.field == COMPANY]
            _fill_companies(session, workspace_id, companies)
            _fill_references(session, workspace_id, kind, [each for each in some if each[0].field != COMPANY], now)
            session.execute(delete(PendingReference).where(PendingReference.id.in_([row.id for row, _ in some])))
        _find_other_person(session, workspace_id, finder, kind, [row for row, _ in found], now)
        settled += len(found)
    return settled


def _find_other_person(
    session: Session, workspace_id: int, finder: Finder, kind: str, rows: Sequence[Any], now: datetime
) -> None:
    """Have a touch whose lead arrived belong to the contact of the same person too, or wait for it; and vice versa."""
    other = PERSON_PAIR.get(kind)
    people = [each for each in rows if each.kind in TOUCHES and each.target_kind != kind and may_be_both(each.words)]
    if other is None or not people:
        return
    numbers = finder.find_of_kind(session, other, {each.words for each in people})
    here = [(each, numbers[each.words]) for each in people if each.words in numbers]
    for some in split_portions(here):
        _fill_references(session, workspace_id, other, some, now)
    waiting = [
        build_waiting_row(workspace_id, each.kind, each.record_id, each.field, Reference((other,), each.words))
        for each in people
        if each.words not in numbers
    ]
    save_waiting(session, waiting)


def _anything_waits(session: Session, workspace_id: int, kinds: set[str]) -> bool:
    query = select(PendingReference.id).where(
        PendingReference.workspace_id == workspace_id, PendingReference.target_kind.in_(kinds)
    )
    return session.scalar(query.limit(1)) is not None


def _fill_companies(session: Session, workspace_id: int, leads: Sequence[tuple[int, Any]]) -> None:
    """Give leads that call their company by its web address the name of the account that has it."""
    called = dict(leads)
    rows = session.execute(select(Lead.id, Lead.company).where(Lead.id.in_(called))) if leads else ()
    # A company that somebody has corrected meanwhile stays.
    changes = [(row.id, {COMPANY: called[row.id]}) for row in rows if read_domain(row.company) and called[row.id]]
    update_many(session, Lead, changes)
    WordIndex(workspace_id).rewrite_words(session, "lead", changes)


def _fill_references(
    session: Session, workspace_id: int, target: str, waiting: Sequence[tuple[Any, int]], now: datetime
) -> None:
    """Fill in the references of these rows of `pending_reference`, each with the id of the record that arrived."""
    by_kind: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    owners = []
    scores = []
    for row, number in waiting:
        if row.kind == "score":
            scores.append((row.record_id, number))
            continue
        column = f"{target}_id" if row.kind in TOUCHES and row.field != "owner_id" else row.field
        by_kind.setdefault(row.kind, []).append((row.record_id, {column: number}))
        if row.field == "owner_id" and row.kind in INDEXED:
            owners.append({"of_kind": row.kind, "of_record": row.record_id, "to_owner": number})
    for kind, changes in by_kind.items():
        if kind in TOUCHES and target in INDEXED:
            # What another column of the row says of this kind is the surer.
            column = getattr(TABLES[kind], f"{target}_id")
            ids = [number for number, _ in changes]
            blank = set(session.scalars(select(TABLES[kind].id).where(TABLES[kind].id.in_(ids), column.is_(None))))
            update_many(session, TABLES[kind], [each for each in changes if each[0] in blank])
        else:
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

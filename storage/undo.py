"""Taking back what one audit entry did: whether nothing came in between, and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Time, exists, func, inspect, select
from sqlalchemy.orm import Session, aliased

from storage.access import Scope
from storage.activities import NOTE
from storage.ledger import ATTACHED, ATTACHMENTS, REMARK, TABLE_OF, Ledger
from storage.tables import (
    Account,
    Activity,
    AuditEntry,
    Change,
    Contact,
    FollowUp,
    Lead,
    Opportunity,
    OpportunityContact,
    Rep,
    Workspace,
)
from storage.types import Money, UtcDateTime, hundredths

WITHIN = timedelta(hours=24)
MOST_CHANGES = 20_000
CREATED = "record"
"""The field of a change by which a record came or went."""

TOUCH = "last_touch_at"
"""Follows from the activities that there are, so it is worked out anew rather than compared."""

COMPUTED = frozenset({"version", "updated_at", "score", "band", "movement", TOUCH})
"""Columns of a new record that change without anybody having changed the record."""

REFERENCES: dict[str, tuple[Any, ...]] = {
    "lead": (Activity.lead_id, FollowUp.lead_id),
    "account": (
        Contact.account_id,
        Opportunity.account_id,
        Activity.account_id,
        FollowUp.account_id,
        Lead.converted_account_id,
        Account.parent_id,
    ),
    "contact": (
        Opportunity.contact_id,
        OpportunityContact.contact_id,
        Activity.contact_id,
        FollowUp.contact_id,
        Lead.converted_contact_id,
    ),
    "opportunity": (
        OpportunityContact.opportunity_id,
        Activity.opportunity_id,
        FollowUp.opportunity_id,
        Lead.converted_opportunity_id,
    ),
}
"""Where each kind of record is used."""

Place = tuple[str, Any]


@dataclass(frozen=True)
class Obstacle:
    """Why an entry cannot be taken back: the record in the way, and who changed it when, where that is known."""

    kind: str
    name: str
    reason: str
    who: str | None = None
    at: datetime | None = None


def newest_of(scope: Scope, rep_id: int | None, now: datetime) -> AuditEntry | None:
    """The last change of this person (None: of the console) that can still be taken back."""
    undo = aliased(AuditEntry)
    query = select(AuditEntry).where(
        AuditEntry.workspace_id == scope.workspace_id,
        AuditEntry.rep_id == rep_id if rep_id else AuditEntry.rep_id.is_(None),
        AuditEntry.at > now - WITHIN,
        AuditEntry.undoes_id.is_(None),
        ~exists().where(undo.undoes_id == AuditEntry.id),
        exists().where(Change.entry_id == AuditEntry.id),
    )
    return scope.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def locked(scope: Scope, entry_id: int) -> AuditEntry | None:
    """This workspace's entry, held until the transaction ends, so that two cannot take it back at once."""
    query = select(AuditEntry).where(AuditEntry.workspace_id == scope.workspace_id, AuditEntry.id == entry_id)
    return scope.session.scalar(query.with_for_update())


def undone_by(session: Session, entry: AuditEntry) -> AuditEntry | None:
    """The entry that took this one back."""
    return session.scalar(select(AuditEntry).where(AuditEntry.undoes_id == entry.id))


def changes_of(session: Session, entry: AuditEntry) -> list[Change]:
    """What the entry changed, in the order in which it happened; at most one more than MOST_CHANGES."""
    query = select(Change).where(Change.entry_id == entry.id).order_by(Change.id).limit(MOST_CHANGES + 1)
    return list(session.scalars(query))


def hidden(scope: Scope, changes: Sequence[Change], asker_id: int) -> str | None:
    """The name of a changed record that the asker may not see, None where all are visible."""
    for place, its_changes in _by_place(changes).items():
        record = _load(scope.session, place)
        if record is not None and not _may_see(scope, record, asker_id):
            return its_changes[0].name
    return None


def obstacle(session: Session, entry: AuditEntry, changes: Sequence[Change]) -> Obstacle | None:
    """What came in between: a later change, another value than the entry left, or a use of what it created."""
    by_place = _by_place(changes)
    for place, its_changes in by_place.items():
        record = _load(session, place)
        if record is None:
            return Obstacle(place[0], its_changes[0].name, "is no longer there")
        if all(change.column == TOUCH for change in its_changes):
            continue
        found = (
            _changed_later(session, entry, place, its_changes)
            or _left_otherwise(record, place, its_changes)
            or _used(session, place, its_changes, set(by_place))
        )
        if found is not None:
            return found
    return None


def take_back(ledger: Ledger, changes: Sequence[Change]) -> None:
    """Undo the changes, the last one first: what was created goes, what was changed is as it was before."""
    session = ledger.session
    gone = [change.record_id for change in changes if change.kind == "activity" and change.column == CREATED]
    for place, its_changes in _runs(reversed(changes)):
        record = _load(session, place)
        if its_changes[0].column == CREATED:
            ledger.remove(record)
            continue
        values = {}
        for change in its_changes:
            if change.column == TOUCH:
                values[TOUCH] = _touch_before(session, record, change, gone)
            elif change.column != REMARK:
                values[change.column] = _value(type(record), change.column, change.raw_before)
        ledger.set(record, **values)


def records_of(session: Session, changes: Sequence[Change]) -> list[Any]:
    """The changed leads, contacts, accounts and opportunities that are there."""
    found = (_load(session, place) for place in _by_place(changes) if place[0] in REFERENCES)
    return [record for record in found if record is not None]


def _place(change: Change) -> Place:
    if change.kind == "opportunity_contact":
        row = change.raw_after or change.raw_before
        return change.kind, (row["opportunity_id"], row["contact_id"])
    return change.kind, change.record_id


def _by_place(changes: Iterable[Change]) -> dict[Place, list[Change]]:
    found: dict[Place, list[Change]] = defaultdict(list)
    for change in changes:
        found[_place(change)].append(change)
    return found


def _runs(changes: Iterable[Change]) -> Iterable[tuple[Place, list[Change]]]:
    """Neighbouring changes of one record together; the coming or going of a record stands alone."""
    run: list[Change] = []
    for change in changes:
        if run and (_place(run[0]) != _place(change) or CREATED in (change.column, run[0].column)):
            yield _place(run[0]), run
            run = []
        run.append(change)
    if run:
        yield _place(run[0]), run


def _load(session: Session, place: Place) -> Any:
    return session.get(TABLE_OF[place[0]], place[1])


def _may_see(scope: Scope, record: Any, asker_id: int) -> bool:
    match record:
        case Rep():
            return scope.visible is None or record.id == asker_id
        case Workspace():
            return scope.visible is None
        case OpportunityContact():
            return _may_see(scope, scope.session.get(Opportunity, record.opportunity_id), asker_id)
        case Activity() | FollowUp():
            links = {
                Lead: record.lead_id,
                Contact: record.contact_id,
                Account: record.account_id,
                Opportunity: record.opportunity_id,
            }
            about: list[Any] = [scope.session.get(table, number) for table, number in links.items() if number]
            owners = [each.owner_id for each in about if each is not None]
            return any(scope.may_see(owner) for owner in owners) if owners else scope.may_see(record.owner_id)
        case _:
            return scope.may_see(record.owner_id)


def _changed_later(session: Session, entry: AuditEntry, place: Place, its_changes: list[Change]) -> Obstacle | None:
    """A later change of the record that still stands. Where the entry only attached something, this is no matter."""
    kind, number = place
    if kind == "opportunity_contact" or (
        kind in ATTACHED and all(change.column in ATTACHMENTS for change in its_changes)
    ):
        return None
    undo = aliased(AuditEntry)
    query = (
        select(AuditEntry)
        .join(Change, Change.entry_id == AuditEntry.id)
        .where(
            Change.workspace_id == entry.workspace_id,
            Change.kind == kind,
            Change.record_id == number,
            Change.column != TOUCH,
            AuditEntry.id > entry.id,
            AuditEntry.undoes_id.is_(None),
            ~exists().where(undo.undoes_id == AuditEntry.id),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    later = session.scalar(query)
    return Obstacle(kind, its_changes[0].name, "was changed since", later.who, later.at) if later else None


def _left_otherwise(record: Any, place: Place, its_changes: list[Change]) -> Obstacle | None:
    """A value that is not the one the entry left: changed by an import, which writes no change of each field."""
    left: dict[str, Any] = {}
    for change in its_changes:
        if change.column == CREATED:
            left |= {column: raw for column, raw in change.raw_after.items() if column not in COMPUTED}
        elif change.column not in (REMARK, TOUCH):
            left[change.column] = change.raw_after
    for column, raw in left.items():
        if not _same(type(record), column, getattr(record, column), _value(type(record), column, raw)):
            return Obstacle(
                place[0], its_changes[0].name, f"has another {column.removesuffix('_id').replace('_', ' ')} since"
            )
    return None


def _used(session: Session, place: Place, its_changes: list[Change], own: set[Place]) -> Obstacle | None:
    """A row outside the entry that refers to a record which the entry created."""
    kind, number = place
    if its_changes[0].column != CREATED:
        return None
    for column in REFERENCES.get(kind, ()):
        for row in session.scalars(select(column.class_).where(column == number).limit(len(own) + 1)):
            if _place_of(row) not in own:
                return Obstacle(kind, its_changes[0].name, f"has {_spoken(row)} since")
    return None


def _place_of(row: Any) -> Place:
    kind = next(kind for kind, table in TABLE_OF.items() if table is type(row))
    return kind, (row.opportunity_id, row.contact_id) if isinstance(row, OpportunityContact) else row.id


def _spoken(row: Any) -> str:
    match row:
        case Activity():
            return f"{'an' if row.kind[:1] in 'aeiou' else 'a'} {row.kind}"
        case FollowUp():
            return "a follow-up"
        case OpportunityContact():
            return "another contact or opportunity"
        case _:
            kind = _place_of(row)[0]
            return f"{'an' if kind[:1] in 'ao' else 'a'} {kind} ({row.name})"


def _touch_before(session: Session, record: Any, change: Change, gone: list[int]) -> datetime | None:
    """The last touch without the one taken back: what stood there before, or what was logged besides it.

    What stood there before may itself have come from a touch that was taken back meanwhile; then what stood
    there before that.
    """
    current: datetime | None = record.last_touch_at
    if current != _value(type(record), TOUCH, change.raw_after):
        return current
    undo = aliased(AuditEntry)
    undone = session.scalars(
        select(Change).where(
            Change.workspace_id == record.workspace_id,
            Change.kind == change.kind,
            Change.record_id == change.record_id,
            Change.column == TOUCH,
            exists().where(undo.undoes_id == Change.entry_id),
        )
    )
    earlier = {each.raw_after: each.raw_before for each in undone}
    raw = change.raw_before
    while raw in earlier:
        raw = earlier.pop(raw)
    besides = session.scalar(
        select(func.max(Activity.at)).where(
            getattr(Activity, f"{change.kind}_id") == change.record_id,
            Activity.kind != NOTE,
            Activity.id.not_in(gone),
        )
    )
    return max((at for at in (_value(type(record), TOUCH, raw), besides) if at is not None), default=None)


def _value(table: type[Any], column: str, raw: Any) -> Any:
    """A value as the ledger kept it, as its column holds it."""
    if raw is None:
        return None
    match inspect(table).columns[column].type:
        case Money():
            return Decimal(str(raw))
        case UtcDateTime():
            return datetime.fromisoformat(raw)
        case Date():
            return date.fromisoformat(raw)
        case Time():
            return time.fromisoformat(raw)
        case _:
            return raw


def _same(table: type[Any], column: str, one: Any, other: Any) -> bool:
    if isinstance(inspect(table).columns[column].type, Money) and one is not None and other is not None:
        return hundredths(one) == hundredths(other)
    return bool(one == other)

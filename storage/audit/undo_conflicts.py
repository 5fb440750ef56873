"""What stands in the way of taking a change back: nothing may have come in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import ATTACHED, ATTACHMENTS, REMARK, TABLE_OF
from storage.ledger.changed_records import (
    CREATED,
    TOUCH,
    RecordKey,
    group_by_record,
    is_same_value,
    parse_raw_value,
)
from storage.ledger.standing_entries import STANDS
from storage.people.visibility import Scope
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
    ScoreFeedback,
    Source,
    Stage,
    Status,
    Workspace,
)

# These change by themselves; that they differ does not mean that somebody changed the record.
COMPUTED = frozenset({"version", "updated_at", "score", "band", "movement", TOUCH})

# A record that an entry created may only go while no row outside the entry refers to it.
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
    "status": (Lead.status_id,),
    "stage": (Opportunity.stage_id,),
    "user": (
        Lead.owner_id,
        Opportunity.owner_id,
        Account.owner_id,
        Contact.owner_id,
        Activity.owner_id,
        FollowUp.owner_id,
        Rep.manager_id,
    ),
}


@dataclass(frozen=True)
class UndoConflict:
    """Why an entry cannot be taken back: the record in the way, and who changed it when, where that is known."""

    kind: str
    name: str
    reason: str
    who: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class HiddenRecord:
    """A changed record that the asker may not see. `given` says that the entry did nothing but give it away."""

    name: str
    given: bool


def find_hidden_records(
    scope: Scope, changes: Sequence[Change], changed: Mapping[RecordKey, Any], asker_id: int
) -> list[HiddenRecord]:
    """Find the changed records that the asker may not see, those that were not only given away first."""
    found = [
        HiddenRecord(its_changes[0].name, all(change.column == "owner_id" for change in its_changes))
        for place, its_changes in group_by_record(changes).items()
        if (record := changed.get(place)) is not None and not _may_see(scope, record, asker_id)
    ]
    return sorted(found, key=lambda each: each.given)


def find_undo_conflict(
    scope: Scope, entry: AuditEntry, changes: Sequence[Change], changed: Mapping[RecordKey, Any]
) -> UndoConflict | None:
    """Find why an entry can no longer be undone: a later change, another value, or a use of what it created."""
    places = group_by_record(changes)
    for place, its_changes in places.items():
        record = changed.get(place)
        if record is None:
            return UndoConflict(place[0], its_changes[0].name, "is no longer there")
        # A last touch is computed anew, whatever came later.
        if all(change.column == TOUCH for change in its_changes):
            continue
        found = (
            _find_later_change(scope.session, entry, place, its_changes)
            or _find_other_value(record, place, its_changes)
            or _find_use(scope, place, its_changes, set(places))
        )
        if found is not None:
            return found
    return None


def _may_see(scope: Scope, record: Any, asker_id: int) -> bool:
    match record:
        case Rep():
            return scope.visible is None or record.id == asker_id
        case Workspace() | Status() | Stage() | Source():
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
        case ScoreFeedback():
            return _may_see(scope, scope.session.get(Lead, record.lead_id), asker_id)
        case _:
            return scope.may_see(record.owner_id)


def _find_later_change(
    session: Session, entry: AuditEntry, place: RecordKey, its_changes: list[Change]
) -> UndoConflict | None:
    """Find a later change of the record that has not been undone itself."""
    kind, number = place
    # Where the entry only attached an activity to records, later changes of the activity are not in the way.
    if kind == "opportunity_contact" or (
        kind in ATTACHED and all(change.column in ATTACHMENTS for change in its_changes)
    ):
        return None
    query = (
        select(AuditEntry)
        .join(Change, Change.entry_id == AuditEntry.id)
        .where(
            Change.workspace_id == entry.workspace_id,
            Change.kind == kind,
            Change.record_id == number,
            Change.column != TOUCH,
            AuditEntry.id > entry.id,
            *STANDS,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    later = session.scalar(query)
    return UndoConflict(kind, its_changes[0].name, "was changed since", later.who, later.at) if later else None


def _find_other_value(record: Any, place: RecordKey, its_changes: list[Change]) -> UndoConflict | None:
    """Find a column that no longer has the value that the entry left."""
    # Imports change records without a line in the log for each field, so the values themselves are compared.
    left: dict[str, Any] = {}
    for change in its_changes:
        if change.column == CREATED:
            left |= {column: raw for column, raw in change.raw_after.items() if column not in COMPUTED}
        elif change.column not in (REMARK, TOUCH):
            left[change.column] = change.raw_after
    for column, raw in left.items():
        if not is_same_value(type(record), column, getattr(record, column), parse_raw_value(type(record), column, raw)):
            return UndoConflict(
                place[0], its_changes[0].name, f"has another {column.removesuffix('_id').replace('_', ' ')} since"
            )
    return None


def _find_use(scope: Scope, place: RecordKey, its_changes: list[Change], own: set[RecordKey]) -> UndoConflict | None:
    """Find a row outside the entry that refers to a record created by it."""
    kind, number = place
    if its_changes[0].column != CREATED:
        return None
    for column in REFERENCES.get(kind, ()):
        query = select(column.class_).where(column == number)
        if kind in ("status", "stage", "user"):
            query = query.where(column.class_.workspace_id == scope.workspace_id)
        # Among one more row than the entry has records there must be a foreign one, if there is any.
        for row in scope.session.scalars(query.limit(len(own) + 1)):
            if _identify_row(row) not in own:
                return UndoConflict(kind, its_changes[0].name, f"has {_describe_row(scope, row)} since")
    if kind == "source" and _has_leads(scope, its_changes[0].raw_after["name"]):
        return UndoConflict(kind, its_changes[0].name, "has leads since")
    if kind == "user" and _has_acted(scope, number):
        return UndoConflict(kind, its_changes[0].name, "has changed something since")
    return None


def _has_leads(scope: Scope, source: str) -> bool:
    query = select(Lead.id).where(Lead.workspace_id == scope.workspace_id, Lead.source == source)
    return scope.session.scalar(query.limit(1)) is not None


def _has_acted(scope: Scope, rep_id: int) -> bool:
    query = select(AuditEntry.id).where(AuditEntry.workspace_id == scope.workspace_id, AuditEntry.rep_id == rep_id)
    return scope.session.scalar(query.limit(1)) is not None


def _identify_row(row: Any) -> RecordKey:
    kind = next(kind for kind, table in TABLE_OF.items() if table is type(row))
    return kind, (row.opportunity_id, row.contact_id) if isinstance(row, OpportunityContact) else row.id


def _describe_row(scope: Scope, row: Any) -> str:
    match row:
        case Activity():
            return f"{'an' if row.kind[:1] in 'aeiou' else 'a'} {row.kind}"
        case FollowUp():
            return "a follow-up"
        case OpportunityContact():
            return "another contact or opportunity"
        case Rep():
            return f"{row.name} as a report"
        case _:
            kind = _identify_row(row)[0]
            name = f" ({row.name})" if scope.may_see(row.owner_id) else ""
            return f"{'an' if kind[:1] in 'ao' else 'a'} {kind}{name}"

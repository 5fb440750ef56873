"""Taking back what one audit entry did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import REMARK, ChangeLedger
from storage.ledger.changed_records import (
    CREATED,
    TOUCH,
    RecordKey,
    group_by_record,
    identify_record,
    load_record,
    parse_raw_value,
)
from storage.ledger.standing_entries import STANDS
from storage.names.name_index import TABLES
from storage.people.visibility import Scope
from storage.records.activities import NOTE
from storage.tables import Activity, AuditEntry, Change

WITHIN = timedelta(hours=24)
SETTINGS = frozenset({"workspace", "status", "stage", "source"})
# Every rep may set these of themselves.
OWN_SETTINGS = frozenset(
    {"digest_enabled", "digest_time", "digest_days", "digest_size", "time_zone", "tell_quiet_days", "tell_hot_leads"}
)
# An undo runs in one transaction that a person waits for; an import's hundred thousand changes are too many for it.
MOST_CHANGES = 20_000


def find_last_change(scope: Scope, rep_id: int | None, now: datetime) -> AuditEntry | None:
    """Find the last change of this person that can still be undone; rep None is the console."""
    query = select(AuditEntry).where(
        AuditEntry.workspace_id == scope.workspace_id,
        AuditEntry.rep_id == rep_id if rep_id else AuditEntry.rep_id.is_(None),
        AuditEntry.at > now - WITHIN,
        *STANDS,
        # An import is not taken back, so what was done before it is the last.
        AuditEntry.command != "import",
        # An entry that changed nothing leaves nothing to undo.
        exists().where(Change.entry_id == AuditEntry.id),
    )
    return scope.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def lock_entry(scope: Scope, entry_id: int) -> AuditEntry | None:
    """Load this workspace's entry and lock it until the transaction ends, so that two people cannot undo it at once."""
    query = select(AuditEntry).where(AuditEntry.workspace_id == scope.workspace_id, AuditEntry.id == entry_id)
    return scope.session.scalar(query.with_for_update(key_share=True))


def find_undoing_entry(session: Session, entry: AuditEntry) -> AuditEntry | None:
    """Find the entry that undid this one; None where it still stands."""
    return session.scalar(select(AuditEntry).where(AuditEntry.undoes_id == entry.id))


def list_entry_changes(session: Session, entry: AuditEntry) -> list[Change]:
    """List what the entry changed, oldest first. More than MOST_CHANGES rows mean that there are too many to undo."""
    query = select(Change).where(Change.entry_id == entry.id).order_by(Change.id).limit(MOST_CHANGES + 1)
    return list(session.scalars(query))


def is_administrative(changes: Iterable[Change]) -> bool:
    """Say whether something changed that is for administrators alone: settings, vocabulary, people and roles."""
    return any(each.kind in SETTINGS or (each.kind == "user" and each.column not in OWN_SETTINGS) for each in changes)


def undo_changes(ledger: ChangeLedger, changes: Sequence[Change], changed: Mapping[RecordKey, Any]) -> None:
    """Undo the changes: delete what was created, and give what was changed its former values."""
    session = ledger.session
    gone = [change.record_id for change in changes if change.kind == "activity" and change.column == CREATED]
    # The last one first: a record that refers to another goes before the one it refers to.
    for _, runs in groupby(_group_runs(reversed(changes)), _describe_run):
        places, (its_changes, *_) = zip(*runs, strict=True)
        records = [changed[place] for place in places]
        if its_changes[0].column == CREATED:
            for record in records:
                ledger.remove_record(record)
            continue
        values = {}
        for change in its_changes:
            if change.column == TOUCH:
                values[TOUCH] = _find_touch_before(session, records[0], change, gone)
            elif change.column != REMARK:
                values[change.column] = parse_raw_value(type(records[0]), change.column, change.raw_before)
        ledger.change_records(records, **values)


def load_changed_records(session: Session, changes: Sequence[Change]) -> list[Any]:
    """Load the changed leads, contacts, accounts and opportunities that still exist."""
    found = (load_record(session, place) for place in group_by_record(changes) if place[0] in TABLES)
    return [record for record in found if record is not None]


def _group_runs(changes: Iterable[Change]) -> Iterable[tuple[RecordKey, list[Change]]]:
    """Group neighbouring changes of one record; the change that created or deleted it stands alone."""
    run: list[Change] = []
    for change in changes:
        if run and (identify_record(run[0]) != identify_record(change) or CREATED in (change.column, run[0].column)):
            yield identify_record(run[0]), run
            run = []
        run.append(change)
    if run:
        yield identify_record(run[0]), run


def _describe_run(run: tuple[RecordKey, list[Change]]) -> tuple[Any, ...]:
    """Describe what a run of changes gives back: neighbours that are alike are written together."""
    place, changes = run
    # What the last touch was before differs from record to record.
    alone = place if any(change.column == TOUCH for change in changes) else None
    return place[0], alone, [(change.column, change.raw_before) for change in changes]


def _find_touch_before(session: Session, record: Any, change: Change, gone: list[int]) -> datetime | None:
    """Find the last touch that remains: the one before the undone one, or a later one logged besides it."""
    current: datetime | None = record.last_touch_at
    if current != parse_raw_value(type(record), TOUCH, change.raw_after):
        return current
    undone = session.scalars(
        select(Change).where(
            Change.workspace_id == record.workspace_id,
            Change.kind == change.kind,
            Change.record_id == change.record_id,
            Change.column == TOUCH,
            exists().where(AuditEntry.undoes_id == Change.entry_id),
        )
    )
    # The value before may itself have come from a touch that was undone meanwhile: then the one before that counts.
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
    return max((at for at in (parse_raw_value(type(record), TOUCH, raw), besides) if at is not None), default=None)

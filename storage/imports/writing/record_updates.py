"""Updates the records of rows that are read anew: what the file changes, not what people have changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions, update_many
from storage.imports.rows.built_records import BuiltRecord, Entry
from storage.imports.understanding.fields import TABLES
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.reference_resolution import Unresolved, resolve_references
from storage.imports.writing.references import Finder
from storage.imports.writing.waiting_references import build_waiting_row, delete_waiting, save_waiting
from storage.imports.writing.word_index import WordIndex

NEVER_UPDATED = frozenset(["created_at", "updated_at", "version", "id", "workspace_id"])
# A file must not open or close again a record that people have worked on.
LIFE_CYCLE = frozenset(["lifecycle", "status_id", "converted_at", "closed_at"])
REQUIRED = frozenset("name status_id stage_id lifecycle currency probability due at kind state".split())


@dataclass(frozen=True)
class RecordUpdate:
    """A row that is read anew, the record it is of and its former reading; without `overwrite` it only fills blanks."""

    entry: Entry
    record_id: int
    before: BuiltRecord
    overwrite: bool = True

    @property
    def after(self) -> BuiltRecord:
        return self.entry.built


def update_records(session: Session, finder: Finder, plan: Plan, kind: str, updates: Sequence[RecordUpdate]) -> int:
    """Set on each record what differs between the two readings of its row; return how many records this changes."""
    table = TABLES[kind]
    # Differences of the cells, not of the record: what people changed meanwhile stays until the file itself
    # changes.
    current = _lock_current_rows(session, table, [each.record_id for each in updates])
    waiting = resolve_references(session, finder, plan, kind, [each.after for each in updates])
    resolve_references(session, finder, plan, kind, [each.before for each in updates])
    changes: list[tuple[int, dict[str, Any]]] = []
    for each in updates:
        now = current.get(each.record_id)
        values = _find_differences(each, now) if now is not None else {}
        if values:
            stamp = {"updated_at": plan.around.now} if "updated_at" in table.__table__.c else {}
            changes.append((each.record_id, values | stamp))
    update_many(session, table, changes)
    still_here = [each for each in waiting if updates[each[0]].record_id in current]
    _renew_waiting(session, finder.workspace_id, kind, updates, still_here)
    WordIndex(finder.workspace_id).rewrite_words(session, kind, changes)
    return len(changes)


def _lock_current_rows(session: Session, table: Any, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    model = table.__table__
    found = {}
    for portion in split_portions(set(ids)):
        query = select(model).where(model.c.id.in_(portion)).with_for_update(key_share=True)
        found.update({row.id: dict(row._mapping) for row in session.execute(query)})
    return found


def _renew_waiting(
    session: Session, workspace_id: int, kind: str, updates: Sequence[RecordUpdate], waiting: Sequence[Unresolved]
) -> None:
    """Have the references wait that the row gives only now, and no longer those that it gave before."""
    gone = [
        (kind, each.record_id, column)
        for each in updates
        for column, reference in each.before.references.items()
        if each.after.references.get(column) != reference
    ]
    delete_waiting(session, gone)
    kept = []
    for place, column, reference in waiting:
        update = updates[place]
        former = update.before.references.get(column)
        if former is None or former.words != reference.words:
            kept.append(build_waiting_row(workspace_id, kind, update.record_id, column, reference))
    save_waiting(session, kept)


def _find_differences(update: RecordUpdate, now: Mapping[str, Any]) -> dict[str, Any]:
    """Find the columns to set on a record that has these values now."""
    before, after = update.before, update.after
    columns = before.values.keys() | after.values.keys() | _reference_columns(before) | _reference_columns(after)
    values = {}
    for column in columns - NEVER_UPDATED - {"custom"}:
        value = after.values.get(column)
        if before.values.get(column) == value or column not in now or now[column] == value:
            continue
        if update.overwrite or now[column] is None:
            values[column] = value
    # The moment of closing is more exact than a file's date, and moves only together with the outcome.
    if now.get("closed_at") is not None and not values.keys() & {"state", "lifecycle", "close_date"}:
        values.pop("closed_at", None)
    # A conversion by a person stands, whatever the file says.
    if not update.overwrite or now.get("converted_by_id") is not None:
        values = {column: value for column, value in values.items() if column not in LIFE_CYCLE}
    # An owner who is not known here yet must not take the record from the present one.
    if "owner_id" in values and values["owner_id"] is None and "owner_id" in after.references:
        del values["owner_id"]
    values = {column: value for column, value in values.items() if value is not None or column not in REQUIRED}
    return values | _find_creation(update, now) | _find_custom(before, after, now)


def _reference_columns(built: BuiltRecord) -> set[str]:
    return {column for column, reference in built.references.items() if len(reference.targets) == 1}


def _find_creation(update: RecordUpdate, now: Mapping[str, Any]) -> dict[str, Any]:
    """Find the moment of creation, where the file says another one than before, or says it for the first time."""
    before, after = update.before.values.get("created_at"), update.after.values.get("created_at")
    if update.before.values:
        differs = before is not None and before != after
    else:
        # Without such a cell it is the moment of the import.
        differs = after is not None and "created_at" in update.entry.cells
    return {"created_at": after} if differs and after != now.get("created_at") else {}


def _find_custom(before: BuiltRecord, after: BuiltRecord, now: Mapping[str, Any]) -> dict[str, Any]:
    """Find the fields of the person's own to keep: those of the record, with what differs in the row."""
    custom = dict(now.get("custom") or {})
    for name in before.custom.keys() | after.custom.keys():
        if before.custom.get(name) != after.custom.get(name):
            if name in after.custom:
                custom[name] = after.custom[name]
            else:
                custom.pop(name, None)
    return {"custom": custom or None} if custom != (now.get("custom") or {}) else {}

"""What a kept change was about: the record it belongs to, and its values as their columns hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Time, inspect, select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import TABLE_OF
from storage.tables import Change
from storage.tables.column_types import Money, UtcDateTime, to_hundredths

# Stands as the column of a change by which a whole record came or went.
CREATED = "record"

# It follows from the activities there are, so undo computes it anew instead of comparing it.
TOUCH = "last_touch_at"

# So many records are loaded by one query: a database takes only so many values in one.
PORTION = 1000

# Kind and primary key.
RecordKey = tuple[str, Any]


def identify_record(change: Change) -> RecordKey:
    """Return the kind and primary key of the record that was changed."""
    # A contact's place in an opportunity has no id of its own, only those of the two.
    if change.kind == "opportunity_contact":
        row = change.raw_after or change.raw_before
        return change.kind, (row["opportunity_id"], row["contact_id"])
    return change.kind, change.record_id


def group_by_record(changes: Iterable[Change]) -> dict[RecordKey, list[Change]]:
    """Group changes by their record, in the order in which they happened."""
    found: dict[RecordKey, list[Change]] = defaultdict(list)
    for change in changes:
        found[identify_record(change)].append(change)
    return found


def load_record(session: Session, place: RecordKey) -> Any:
    """Load a record as it is now; None where it is gone."""
    return session.get(TABLE_OF[place[0]], place[1])


def load_records(session: Session, places: Iterable[RecordKey]) -> dict[RecordKey, Any]:
    """Load records as they are now, those of one kind together; those that are gone are left out."""
    keys_of: dict[str, list[Any]] = defaultdict(list)
    for kind, key in places:
        keys_of[kind].append(key)
    found: dict[RecordKey, Any] = {}
    for kind, keys in keys_of.items():
        if len(keys) == 1 or kind == "opportunity_contact":
            found |= {(kind, key): record for key in keys if (record := load_record(session, (kind, key))) is not None}
            continue
        table = TABLE_OF[kind]
        for start in range(0, len(keys), PORTION):
            some = session.scalars(select(table).where(table.id.in_(keys[start : start + PORTION])))
            found |= {(kind, record.id): record for record in some}
    return found


def parse_raw_value(table: type[Any], column: str, raw: Any) -> Any:
    """Turn a value as the ledger keeps it back into what its column holds."""
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


def is_same_value(table: type[Any], column: str, one: Any, other: Any) -> bool:
    """Say whether two values of a column are the same."""
    # Amounts are stored as whole hundredths, so what differs by less is the same there.
    if isinstance(inspect(table).columns[column].type, Money) and one is not None and other is not None:
        return to_hundredths(one) == to_hundredths(other)
    return bool(one == other)

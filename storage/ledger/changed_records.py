"""What a kept change was about: the record it belongs to, and its values as their columns hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Time, inspect
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import TABLE_OF
from storage.tables import Change
from storage.tables.column_types import Money, UtcDateTime, hundredths

CREATED = "record"
"""The field of a change by which a record came or went."""

TOUCH = "last_touch_at"
"""Follows from the activities that there are, so it is worked out anew rather than compared."""

Place = tuple[str, Any]
"""Kind and key of a record."""


def place_of(change: Change) -> Place:
    """The record of a change. Who takes part in an opportunity has no number of its own, but two."""
    if change.kind == "opportunity_contact":
        row = change.raw_after or change.raw_before
        return change.kind, (row["opportunity_id"], row["contact_id"])
    return change.kind, change.record_id


def by_place(changes: Iterable[Change]) -> dict[Place, list[Change]]:
    """Changes by record, in the order in which they happened."""
    found: dict[Place, list[Change]] = defaultdict(list)
    for change in changes:
        found[place_of(change)].append(change)
    return found


def load(session: Session, place: Place) -> Any:
    """The record as it is now, None where it is gone."""
    return session.get(TABLE_OF[place[0]], place[1])


def value_of(table: type[Any], column: str, raw: Any) -> Any:
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


def same_value(table: type[Any], column: str, one: Any, other: Any) -> bool:
    """Whether a column holds both values alike: amounts as whole hundredths."""
    if isinstance(inspect(table).columns[column].type, Money) and one is not None and other is not None:
        return hundredths(one) == hundredths(other)
    return bool(one == other)

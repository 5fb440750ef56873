"""Counts of leads and of those that became customers, by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import case, func, literal, select

from storage.access import Scope, among
from storage.tables import Lead

LeadGroup = Literal["source", "status", "owner", "industry", "month"]
Moments = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Converted:
    """How many leads there are in a group, and how many of them are converted by now."""

    group: Any
    count: int
    converted: int


def in_all(scope: Scope, owners: tuple[int, ...] | None, created: Moments | None) -> Converted:
    """All leads created in a period (moments, half open), whatever became of them."""
    row = scope.session.execute(_created(scope, select(*COUNTS), owners, created)).one()
    return Converted(None, row[0], row[1])


def by_group(
    scope: Scope,
    owners: tuple[int, ...] | None,
    created: Moments | None,
    group: LeadGroup,
    months: Sequence[datetime],
    *,
    limit: int,
) -> tuple[list[Converted], int]:
    """Groups, the largest first, and how many there are. `months` are the moments at which months begin.

    A group is a text, the number of a status or rep, or the place of a month in `months`, -1 for what is before.
    """
    column = _column(group, months)
    query = _created(scope, select(column.label("grouped_by"), *COUNTS, func.count().over()), owners, created)
    order = (column,) if group == "month" else (func.count().desc(), column)
    rows = scope.session.execute(query.group_by(column).order_by(*order).limit(limit)).all()
    return [Converted(row[0], row[1], row[2]) for row in rows], rows[0][3] if rows else 0


def first_and_last(scope: Scope, owners: tuple[int, ...] | None, created: Moments | None) -> Moments:
    """When the oldest and the newest of these leads were created."""
    first, last = (
        scope.session.scalar(_created(scope, select(edge(Lead.created_at)), owners, created))
        for edge in (func.min, func.max)
    )
    return first, last


COUNTS = (func.count(), func.count().filter(Lead.lifecycle == "converted"))


def _created(scope: Scope, query: Any, owners: tuple[int, ...] | None, created: Moments | None) -> Any:
    query = scope.limit(query.select_from(Lead), Lead)
    start, end = created or (None, None)
    if owners is not None:
        query = query.where(among(Lead.owner_id, owners))
    if start is not None:
        query = query.where(Lead.created_at >= start)
    if end is not None:
        query = query.where(Lead.created_at < end)
    return query


def _column(group: LeadGroup, months: Sequence[datetime]) -> Any:
    match group:
        case "status":
            return Lead.status_id
        case "owner":
            return Lead.owner_id
        case "industry":
            return Lead.industry
        case "month":
            return _place(months, -1, len(months) - 1)
        case _:
            return Lead.source


def _place(months: Sequence[datetime], low: int, high: int) -> Any:
    """The place of the last of these moments that is not after creation, by halving as in a dictionary.

    Months are those of the asker's time zone, which the databases do not know alike.
    """
    if low == high:
        return literal(low)
    middle = (low + high + 1) // 2
    return case((Lead.created_at < months[middle], _place(months, low, middle - 1)), else_=_place(months, middle, high))

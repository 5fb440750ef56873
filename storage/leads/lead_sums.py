"""Counts of leads and of those that became customers, by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import case, func, literal, select, union_all

from storage.database.expressions import unindexed
from storage.people.visibility import Scope, among
from storage.tables import Lead

LeadGroup = Literal["source", "status", "owner", "industry"]
Moments = tuple[datetime | None, datetime | None]

COLUMNS: dict[LeadGroup, Any] = {
    "source": Lead.source,
    "status": Lead.status_id,
    "owner": Lead.owner_id,
    "industry": Lead.industry,
}
COUNTS = (func.count(), func.count().filter(Lead.lifecycle == "converted"))


@dataclass(frozen=True)
class Converted:
    """How many leads there are in a group, and how many of them are converted by now."""

    group: Any
    count: int
    converted: int


@dataclass(frozen=True)
class Created:
    """Leads of these owners (None: of everyone visible) created in a period, whatever became of them."""

    owners: tuple[int, ...] | None = None
    period: Moments = (None, None)


def in_all(scope: Scope, wanted: Created) -> Converted:
    """All of them together."""
    return Converted(None, *scope.session.execute(_matching(scope, select(*COUNTS), wanted)).one())


def by_group(scope: Scope, wanted: Created, group: LeadGroup, *, limit: int) -> tuple[Converted, list[Converted], int]:
    """All together; groups (a text, or the number of a status or rep), the largest first; how many there are."""
    # Everyone's leads are counted in the order of the group's own index, those of a few owners as they come.
    column = unindexed(COLUMNS[group]) if _of_some(scope, wanted) else COLUMNS[group]
    sums = (*COUNTS, func.count().over(), *(func.sum(count).over() for count in COUNTS))
    query = _matching(scope, select(column, *sums), wanted, unindexed(Lead.created_at))
    rows = scope.session.execute(query.group_by(column).order_by(func.count().desc(), column).limit(limit)).all()
    if not rows:
        return Converted(None, 0, 0), [], 0
    groups, count, converted = rows[0][3:]
    return Converted(None, int(count), int(converted)), [Converted(*row[:3]) for row in rows], groups


def by_month(scope: Scope, wanted: Created, starts: Sequence[datetime]) -> list[Converted]:
    """Those created from one of these moments to the next, the last one open; a group is the place of its moment.

    Moments, since months are those of the asker's time zone, which the databases do not know alike.
    """
    if _of_some(scope, wanted):
        place = _place(starts, 0, len(starts) - 1)
        query = _matching(scope, select(place, *COUNTS), wanted).where(unindexed(Lead.created_at) >= starts[0])
        return [Converted(*row) for row in scope.session.execute(query.group_by(place).order_by(place))]
    months = [
        _matching(scope, select(literal(place), *COUNTS), Created(wanted.owners, _both(wanted.period, month)))
        for place, month in enumerate(pairwise([*starts, None]))
    ]
    return sorted((Converted(*row) for row in scope.session.execute(union_all(*months))), key=lambda each: each.group)


def first_and_last(scope: Scope, wanted: Created) -> Moments:
    """When the oldest and the newest of these leads were created."""
    first, last = (
        scope.session.scalar(_matching(scope, select(edge(Lead.created_at)), wanted)) for edge in (func.min, func.max)
    )
    return first, last


def _of_some(scope: Scope, wanted: Created) -> bool:
    return scope.visible is not None or wanted.owners is not None


def _matching(scope: Scope, query: Any, wanted: Created, created_at: Any = None) -> Any:
    query = scope.limit(query.select_from(Lead), Lead)
    if wanted.owners is not None:
        query = query.where(among(Lead.owner_id, wanted.owners))
    if created_at is None:
        created_at = unindexed(Lead.created_at) if _of_some(scope, wanted) else Lead.created_at
    start, end = wanted.period
    if start is not None:
        query = query.where(created_at >= start)
    return query if end is None else query.where(created_at < end)


def _both(period: Moments, month: Moments) -> Moments:
    starts = [moment for moment in (period[0], month[0]) if moment is not None]
    ends = [moment for moment in (period[1], month[1]) if moment is not None]
    return max(starts, default=None), min(ends, default=None)


def _place(starts: Sequence[datetime], low: int, high: int) -> Any:
    """The place of the last of these moments that is not after creation, by halving."""
    if low == high:
        return literal(low)
    middle = (low + high + 1) // 2
    return case((Lead.created_at < starts[middle], _place(starts, low, middle - 1)), else_=_place(starts, middle, high))

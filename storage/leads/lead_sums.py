"""Counts of leads and of those that were converted, made by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import func, literal, select, union_all

from storage.database.expressions import skip_index
from storage.database.matching import select_place
from storage.people.visibility import Scope, match_ids
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
class ConversionCount:
    """How many leads there are in a group, and how many of them are converted by now."""

    group: Any
    count: int
    converted: int


@dataclass(frozen=True)
class CreatedLeads:
    """Leads of these owners (None: of everyone visible) created in a period, whatever became of them."""

    owners: tuple[int, ...] | None = None
    period: Moments = (None, None)


def count_all(scope: Scope, wanted: CreatedLeads) -> ConversionCount:
    """Count all of these leads, and how many of them are converted."""
    return ConversionCount(None, *scope.session.execute(_filter_created(scope, select(*COUNTS), wanted)).one())


def count_by_group(
    scope: Scope, wanted: CreatedLeads, group: LeadGroup, *, limit: int
) -> tuple[ConversionCount, list[ConversionCount], int]:
    """Count all together, then by group with the largest first, then how many groups there are.

    A group is a text, or the id of a status or rep.
    """
    # Everyone's leads are counted in the order of the group's own index, those of a few owners as they come.
    column = skip_index(COLUMNS[group]) if _is_of_some(scope, wanted) else COLUMNS[group]
    sums = (*COUNTS, func.count().over(), *(func.sum(count).over() for count in COUNTS))
    query = _filter_created(scope, select(column, *sums), wanted, skip_index(Lead.created_at))
    rows = scope.session.execute(query.group_by(column).order_by(func.count().desc(), column).limit(limit)).all()
    if not rows:
        return ConversionCount(None, 0, 0), [], 0
    groups, count, converted = rows[0][3:]
    return ConversionCount(None, int(count), int(converted)), [ConversionCount(*row[:3]) for row in rows], groups


def count_by_month(scope: Scope, wanted: CreatedLeads, starts: Sequence[datetime]) -> list[ConversionCount]:
    """Count the leads created from each of these moments to the next, the last one open. A group is its position."""
    # The caller gives moments: months are those of the asker's time zone, which the two databases do not know alike.
    if _is_of_some(scope, wanted):
        place = select_place(Lead.created_at, starts)
        query = _filter_created(scope, select(place, *COUNTS), wanted).where(skip_index(Lead.created_at) >= starts[0])
        return [ConversionCount(*row) for row in scope.session.execute(query.group_by(place).order_by(place))]
    # For everyone's leads one range of the index a month is cheaper than sorting all of them into months.
    months = [
        _filter_created(
            scope,
            select(literal(place), *COUNTS),
            CreatedLeads(wanted.owners, _intersect_periods(wanted.period, month)),
        )
        for place, month in enumerate(pairwise([*starts, None]))
    ]
    return sorted(
        (ConversionCount(*row) for row in scope.session.execute(union_all(*months))), key=lambda each: each.group
    )


def find_creation_range(scope: Scope, wanted: CreatedLeads) -> Moments:
    """Find when the oldest and the newest of these leads were created."""
    if not _is_of_some(scope, wanted):
        first, last = (
            scope.session.scalar(_filter_created(scope, select(edge(Lead.created_at)), wanted))
            for edge in (func.min, func.max)
        )
        return first, last
    # The ends of the index on the moment belong to others: both databases would go through their leads to the first
    # one that counts.
    own = _filter_created(scope, select(Lead.created_at), wanted).cte("own").prefix_with("MATERIALIZED")
    first, last = scope.session.execute(select(func.min(own.c.created_at), func.max(own.c.created_at))).one()
    return first, last


def _is_of_some(scope: Scope, wanted: CreatedLeads) -> bool:
    return scope.visible is not None or wanted.owners is not None


def _filter_created(scope: Scope, query: Any, wanted: CreatedLeads, created_at: Any = None) -> Any:
    query = scope.filter_visible(query.select_from(Lead), Lead)
    if wanted.owners is not None:
        query = query.where(match_ids(Lead.owner_id, wanted.owners))
    if created_at is None:
        created_at = skip_index(Lead.created_at) if _is_of_some(scope, wanted) else Lead.created_at
    start, end = wanted.period
    if start is not None:
        query = query.where(created_at >= start)
    return query if end is None else query.where(created_at < end)


def _intersect_periods(period: Moments, month: Moments) -> Moments:
    starts = [moment for moment in (period[0], month[0]) if moment is not None]
    ends = [moment for moment in (period[1], month[1]) if moment is not None]
    return max(starts, default=None), min(ends, default=None)

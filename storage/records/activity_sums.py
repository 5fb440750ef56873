"""Counts of calls, emails, meetings and notes by who made them, made by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select

from storage.database.matching import select_place
from storage.people.visibility import Scope, match_ids
from storage.tables import Activity

Moments = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class TouchFilter:
    """Which touches: of these kinds, by these people (None: by everyone whose records are visible), in a period.

    Moments are aware and half open; None is open.
    """

    kinds: tuple[str, ...] | None = None
    owners: tuple[int, ...] | None = None
    period: Moments = (None, None)


def count_touches(scope: Scope, wanted: TouchFilter) -> int:
    """Count the touches that match."""
    return scope.session.scalar(_filter_touches(scope, select(func.count()), wanted)) or 0


def count_touches_by(scope: Scope, wanted: TouchFilter, group: Literal["owner", "kind"]) -> list[tuple[Any, int]]:
    """Count by owner (the id of a rep, None for nobody) or by kind, the most first."""
    column = Activity.owner_id if group == "owner" else Activity.kind
    query = _filter_touches(scope, select(column, func.count()), wanted).group_by(column)
    return [(row[0], row[1]) for row in scope.session.execute(query.order_by(func.count().desc(), column))]


def count_touches_from(scope: Scope, wanted: TouchFilter, starts: Sequence[datetime]) -> dict[int, int]:
    """Count from each of these moments to the next, the last one open; by position, where there are any."""
    place = select_place(Activity.at, starts)
    query = _filter_touches(scope, select(place, func.count()), wanted).where(Activity.at >= starts[0])
    return {row[0]: row[1] for row in scope.session.execute(query.group_by(place))}


def find_touch_range(scope: Scope, wanted: TouchFilter) -> Moments:
    """Find when the first and the last of these touches was; None where there is none."""
    query = _filter_touches(scope, select(func.min(Activity.at), func.max(Activity.at)), wanted)
    first, last = scope.session.execute(query).one()
    return first, last


def _filter_touches(scope: Scope, query: Any, wanted: TouchFilter) -> Any:
    # By who made it: what somebody did is theirs to count, whose record it was about is not told.
    query = scope.filter_visible(query.select_from(Activity), Activity)
    if wanted.owners is not None:
        query = query.where(match_ids(Activity.owner_id, wanted.owners))
    if wanted.kinds is not None:
        query = query.where(Activity.kind.in_(wanted.kinds))
    start, end = wanted.period
    if start is not None:
        query = query.where(Activity.at >= start)
    return query if end is None else query.where(Activity.at < end)

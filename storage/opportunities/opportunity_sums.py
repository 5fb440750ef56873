"""Counts and sums of opportunities, made by the database, each currency apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, and_, func, select, type_coerce

from storage.database.expressions import days_between
from storage.opportunities.opportunities import Days, OpportunityFilter, apply_filter, match_days
from storage.opportunities.opportunity_groups import Group, select_group_column
from storage.people.visibility import Scope
from storage.tables import Opportunity

Figure = Literal["amount", "win_rate", "average", "cycle_days", "count"]


@dataclass(frozen=True)
class Sums:
    """The sums of some opportunities in one currency; those not asked for are 0.

    `priced` counts those with an amount. `days` adds up the days from creation to close date of closed opportunities,
    and `cycles` counts these.
    """

    count: int = 0
    priced: int = 0
    amount: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    won: int = 0
    lost: int = 0
    days: int = 0
    cycles: int = 0

    def add_sums(self, other: Sums) -> Sums:
        """Add two sums of the same currency; of different ones only the counts mean anything."""
        return Sums(*(getattr(self, name) + getattr(other, name) for name in Sums.__dataclass_fields__))


# A figure asks the database only for the sums that it is made of: each costs a pass over the rows.
PARTS_OF: dict[Figure, tuple[str, ...]] = {
    "amount": ("count", "priced", "amount", "weighted"),
    "average": ("count", "priced", "amount"),
    "win_rate": ("count", "won", "lost"),
    "cycle_days": ("count", "days", "cycles"),
    "count": ("count",),
}


@dataclass(frozen=True)
class Slice:
    """A part of the opportunities that is summed apart: one currency, one period, or both."""

    currency: str | None = None
    days: Days | None = None


WHOLE = (Slice(),)


@dataclass(frozen=True)
class GroupOrder:
    """How groups are ordered: by the figure of the first slice, or else by the group itself."""

    by_figure: bool = True
    descending: bool = True
    limit: int = 200


def sum_by_currency(
    scope: Scope, wanted: OpportunityFilter, figure: Figure = "amount", slices: Sequence[Slice] = WHOLE
) -> dict[str, tuple[Sums, ...]]:
    """Sum all that match: for each currency one Sums a slice."""
    sums = [sum_ for each in slices for sum_ in _select_sums(each, figure)]
    least, most = func.min(Opportunity.currency), func.max(Opportunity.currency)
    first, last, *row = scope.session.execute(apply_filter(scope, select(least, most, *sums), wanted)).one()
    if first is None:
        return {}
    if first == last:
        return {first: _read_sums(row, figure)}
    # Several currencies are rare, and grouping costs a sort of all rows: only then is it done.
    query = apply_filter(scope, select(Opportunity.currency, *sums), wanted).group_by(Opportunity.currency)
    return {currency: _read_sums(row, figure) for currency, *row in scope.session.execute(query)}


def sum_by_stage(scope: Scope, wanted: OpportunityFilter) -> dict[str, dict[int, Sums]]:
    """Sum the amounts of all that match, by currency and stage id."""
    least, most = func.min(Opportunity.currency), func.max(Opportunity.currency)
    each_stage = select(Opportunity.stage_id, least, most, *_select_sums(Slice(), "amount"))
    rows = scope.session.execute(apply_filter(scope, each_stage, wanted).group_by(Opportunity.stage_id)).all()
    currencies = {currency for row in rows for currency in row[1:3]}
    # As above: grouping by currency only where there are several.
    if len(currencies) < 2:
        return {currency: {row[0]: _read_sums(row[3:], "amount")[0] for row in rows} for currency in currencies}
    query = select(Opportunity.currency, Opportunity.stage_id, *_select_sums(Slice(), "amount"))
    grouped = apply_filter(scope, query, wanted).group_by(Opportunity.currency, Opportunity.stage_id)
    found: dict[str, dict[int, Sums]] = {}
    for currency, stage, *row in scope.session.execute(grouped):
        (found.setdefault(currency, {})[stage],) = _read_sums(row, "amount")
    return found


def sum_by_group_and_stage(
    scope: Scope, wanted: OpportunityFilter, group: Group
) -> dict[Any, dict[str, dict[int, Sums]]]:
    """Sum the amounts of all that match, by group (see `opportunity_groups`), currency and stage id."""
    column, join = select_group_column(scope, group, fiscal_start_month=1)
    columns = (column, Opportunity.currency, Opportunity.stage_id)
    query = apply_filter(scope, select(*columns, *_select_sums(Slice(), "amount")), wanted)
    query = query.outerjoin(*join) if join is not None else query
    found: dict[Any, dict[str, dict[int, Sums]]] = {}
    for key, currency, stage, *row in scope.session.execute(query.group_by(*columns)):
        (found.setdefault(key, {}).setdefault(currency, {})[stage],) = _read_sums(row, "amount")
    return found


def sum_by_group(
    scope: Scope,
    wanted: OpportunityFilter,
    group: Group,
    figure: Figure,
    slices: Sequence[Slice],
    ranking: GroupOrder,
    *,
    fiscal_start_month: int = 1,
) -> tuple[list[tuple[Any, tuple[Sums, ...]]], int]:
    """Sum by group (see `opportunity_groups`), one Sums a slice, and count how many groups there are in all."""
    column, join = select_group_column(scope, group, fiscal_start_month)
    sums = [sum_ for each in slices for sum_ in _select_sums(each, figure)]
    query = apply_filter(scope, select(column, func.count().over(), *sums), wanted)
    if join is not None:
        query = query.outerjoin(*join)
    order = _select_figure(figure, slices[0]) if ranking.by_figure else column
    direction = order.desc() if ranking.descending and ranking.by_figure else order.asc()
    query = query.group_by(column).order_by(direction.nulls_last(), column).limit(ranking.limit)
    rows = scope.session.execute(query).all()
    return [(row[0], _read_sums(row[2:], figure)) for row in rows], rows[0][1] if rows else 0


# Summed as the whole hundredths that are stored: exact on both databases.
HUNDREDTHS: Any = type_coerce(Opportunity.amount, BigInteger)
CYCLE: Any = days_between(Opportunity.created_at, Opportunity.close_date)
# Imports bring deals whose close date lies before their creation; these say nothing about how long a sale takes.
IN_ORDER: Any = and_(CYCLE >= 0, Opportunity.state != "open")


def _select_sums(part: Slice, figure: Figure) -> list[Any]:
    return [_select_sum(part, name) for name in PARTS_OF[figure]]


def _select_sum(part: Slice, name: str) -> Any:
    match name:
        case "count":
            return _filter_slice(part, func.count())
        case "priced":
            return _filter_slice(part, func.count(Opportunity.amount))
        case "amount":
            return _filter_slice(part, func.sum(HUNDREDTHS))
        case "weighted":
            return _filter_slice(part, func.sum(HUNDREDTHS * Opportunity.probability))
        case "won" | "lost":
            return _filter_slice(part, func.count(), Opportunity.state == name)
        case "days":
            return _filter_slice(part, func.sum(CYCLE), IN_ORDER)
        case _:
            return _filter_slice(part, func.count(), IN_ORDER)


def _filter_slice(part: Slice, sum_: Any, *more: Any) -> Any:
    conditions = list(more)
    if part.currency is not None:
        conditions.append(Opportunity.currency == part.currency)
    if part.days is not None and any(part.days):
        conditions.append(match_days(Opportunity.close_date, part.days))
    return sum_.filter(*conditions) if conditions else sum_


def _select_figure(figure: Figure, part: Slice) -> Any:
    sums = dict(zip(PARTS_OF[figure], _select_sums(part, figure), strict=True))
    match figure:
        case "count":
            return sums["count"]
        case "amount":
            return func.coalesce(sums["amount"], 0)
        case "average":
            return sums["amount"] * 1.0 / func.nullif(sums["priced"], 0)
        case "win_rate":
            return sums["won"] * 1.0 / func.nullif(sums["won"] + sums["lost"], 0)
        case _:
            return sums["days"] * 1.0 / func.nullif(sums["cycles"], 0)


def _read_sums(row: Any, figure: Figure) -> tuple[Sums, ...]:
    """Turn the columns of a row into one Sums a slice."""
    names = PARTS_OF[figure]
    chunks = (row[at : at + len(names)] for at in range(0, len(row), len(names)))
    return tuple(
        Sums(**{name: _convert_sum(name, each) for name, each in zip(names, chunk, strict=True)}) for chunk in chunks
    )


def _convert_sum(name: str, value: Any) -> Any:
    match name:
        case "amount":
            return Decimal(value or 0) / 100
        case "weighted":
            # Hundredths times percent.
            return Decimal(value or 0) / 10_000
        case _:
            return int(value or 0)

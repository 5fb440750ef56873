"""Counts and sums of opportunities, by the database, each currency apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from storage.access import Scope
from storage.expressions import days_between, month_number
from storage.opportunities import Days, OpportunityFilter, filtered, within
from storage.tables import Account, Opportunity, Rep

Group = Literal["currency", "owner", "team", "account", "product", "source", "industry", "stage", "month", "quarter"]
Figure = Literal["amount", "weighted", "win_rate", "average", "cycle_days", "count"]


@dataclass(frozen=True)
class Sums:
    """What opportunities come to in one currency. `priced` are those with an amount.

    `days` are those from creation to close date, over the `cycles` opportunities that have both in that order.
    """

    count: int = 0
    priced: int = 0
    amount: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    won: int = 0
    lost: int = 0
    days: int = 0
    cycles: int = 0

    def plus(self, other: Sums) -> Sums:
        """Both together; of one currency only, or for what is no amount."""
        return Sums(*(getattr(self, name) + getattr(other, name) for name in Sums.__dataclass_fields__))


@dataclass(frozen=True)
class Slice:
    """A part of the opportunities that is summed apart: one currency, one of two periods, or both."""

    currency: str | None = None
    days: Days | None = None


@dataclass(frozen=True)
class Ranking:
    """By which figure of the first slice groups are ordered; None: by the group itself."""

    figure: Figure | None = None
    descending: bool = True
    limit: int = 200


def by_currency(scope: Scope, wanted: OpportunityFilter, slices: Sequence[Slice]) -> dict[str, tuple[Sums, ...]]:
    """The sums of all that match, a currency, each with one Sums a slice."""
    return {
        str(currency): sums
        for currency, sums in _grouped(scope, wanted, Opportunity.currency, slices, Ranking(), ())[0]
    }


def by_stage(scope: Scope, wanted: OpportunityFilter) -> dict[str, dict[int, Sums]]:
    """The sums of all that match, a currency and a stage."""
    query = select(Opportunity.currency, Opportunity.stage_id, *_sums(Slice()))
    grouped = filtered(scope, query, wanted).group_by(Opportunity.currency, Opportunity.stage_id)
    found: dict[str, dict[int, Sums]] = {}
    for currency, stage, *row in scope.session.execute(grouped):
        found.setdefault(currency, {})[stage] = _read(row)
    return found


def by_group(
    scope: Scope,
    wanted: OpportunityFilter,
    group: Group,
    slices: Sequence[Slice],
    ranking: Ranking,
    *,
    fiscal_start_month: int = 1,
) -> tuple[list[tuple[Any, tuple[Sums, ...]]], int]:
    """Groups with one Sums a slice, and how many groups there are in all.

    A group is the number of a rep, account or stage, a text, or a month counted from the year 0; for a quarter
    the month it begins with. `team` is the number of the manager under whom the owner works; people with
    people below them count to their own team.
    """
    column, joins = _column(scope, group, fiscal_start_month)
    return _grouped(scope, wanted, column, slices, ranking, joins)


def _grouped(
    scope: Scope,
    wanted: OpportunityFilter,
    column: Any,
    slices: Sequence[Slice],
    ranking: Ranking,
    joins: Sequence[tuple[Any, Any]],
) -> tuple[list[tuple[Any, tuple[Sums, ...]]], int]:
    sums = [sum_ for each in slices for sum_ in _sums(each)]
    group = column.label("grouped_by")
    query = filtered(scope, select(group, func.count().over().label("groups"), *sums), wanted)
    for table, condition in joins:
        query = query.outerjoin(table, condition)
    order = _figure(ranking.figure, slices[0]) if ranking.figure else column
    direction = order.desc() if ranking.descending and ranking.figure else order.asc()
    rows = scope.session.execute(
        query.group_by(column).order_by(direction.nulls_last(), column).limit(ranking.limit)
    ).all()
    width = len(Sums.__dataclass_fields__)
    found = [(row[0], tuple(_read(row[start : start + width]) for start in range(2, len(row), width))) for row in rows]
    return found, rows[0].groups if rows else 0


def _sums(part: Slice) -> list[Any]:
    count = _over(part, func.count())
    days = days_between(Opportunity.created_at, Opportunity.close_date)
    in_order = and_(days >= 0, Opportunity.state != "open")
    return [
        count,
        _over(part, func.count(Opportunity.amount)),
        _over(part, func.sum(HUNDREDTHS)),
        _over(part, func.sum(HUNDREDTHS * Opportunity.probability)),
        _over(part, func.count(), Opportunity.state == "won"),
        _over(part, func.count(), Opportunity.state == "lost"),
        _over(part, func.sum(days), in_order),
        _over(part, func.count(), in_order),
    ]


HUNDREDTHS: Any = type_coerce(Opportunity.amount, BigInteger)


def _over(part: Slice, sum_: Any, *more: Any) -> Any:
    conditions = list(more)
    if part.currency is not None:
        conditions.append(Opportunity.currency == part.currency)
    if part.days is not None:
        conditions.append(within(Opportunity.close_date, part.days))
    return sum_.filter(*conditions) if conditions else sum_


def _figure(figure: Figure, part: Slice) -> Any:
    count, priced, amount, weighted, won, lost, days, cycles = _sums(part)
    match figure:
        case "count":
            return count
        case "amount":
            return func.coalesce(amount, 0)
        case "weighted":
            return func.coalesce(weighted, 0)
        case "average":
            return amount * 1.0 / func.nullif(priced, 0)
        case "win_rate":
            return won * 1.0 / func.nullif(won + lost, 0)
        case _:
            return days * 1.0 / func.nullif(cycles, 0)


def _read(row: Any) -> Sums:
    count, priced, amount, weighted, won, lost, days, cycles = (each or 0 for each in row)
    return Sums(count, priced, Decimal(amount) / 100, Decimal(weighted) / 10_000, won, lost, int(days), cycles)


def _column(scope: Scope, group: Group, fiscal_start_month: int) -> tuple[Any, list[tuple[Any, Any]]]:
    match group:
        case "owner":
            return Opportunity.owner_id, []
        case "account":
            return Opportunity.account_id, []
        case "stage":
            return Opportunity.stage_id, []
        case "product":
            return Opportunity.product, []
        case "source":
            return Opportunity.source, []
        case "month":
            return month_number(Opportunity.close_date), []
        case "quarter":
            month = month_number(Opportunity.close_date)
            return month - (month - (fiscal_start_month - 1)) % 3, []
        case "industry":
            return Account.industry, [(Account, Account.id == Opportunity.account_id)]
        case "team":
            teams = _teams(scope)
            return teams.c.team, [(teams, teams.c.rep_id == Opportunity.owner_id)]
        case _:
            return Opportunity.currency, []


def _teams(scope: Scope) -> Any:
    below = aliased(Rep)
    leads_people = select(below.id).where(below.workspace_id == scope.workspace_id, below.manager_id == Rep.id).exists()
    return (
        select(Rep.id.label("rep_id"), case((leads_people, Rep.id), else_=Rep.manager_id).label("team"))
        .where(Rep.workspace_id == scope.workspace_id)
        .cte("team_of")
    )

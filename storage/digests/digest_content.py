"""What a morning's digest tells besides the leads: what closes, what was won, how the team stands."""

# Each function is one query over one person's, or one team's, own rows: a digest costs the same in any workspace.

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select

from storage.digests.priorities import Occasion
from storage.leads.lead_filter import touched_at
from storage.ledger.standing_entries import STANDS
from storage.people.visibility import Scope, match_ids
from storage.tables import Account, AuditEntry, Change, Lead, Opportunity, Rep

CLOSING_DAYS = 7


@dataclass(frozen=True)
class DigestDeal:
    """An opportunity of a digest. The amount may be missing."""

    number: int
    external_id: str | None
    name: str
    account: str | None
    stage_id: int
    amount: Decimal | None
    currency: str
    close_date: date


@dataclass(frozen=True)
class ClosingDeals:
    """The first few open opportunities that close soon or are overdue, and how many of each there are in all."""

    deals: tuple[DigestDeal, ...]
    soon: int
    past: int


@dataclass(frozen=True)
class RepLeads:
    """How a colleague's open leads stand."""

    rep_id: int
    untouched: int
    hot_waiting: int


@dataclass(frozen=True)
class StageMoves:
    """How many of a colleague's opportunities in one currency changed stage, and what they are worth."""

    rep_id: int
    currency: str
    count: int
    amount: Decimal


def list_closing_deals(scope: Scope, rep_id: int, today: date, *, limit: int) -> ClosingDeals:
    """List the owner's open opportunities that close within seven days or are overdue, earliest first."""
    if not scope.may_see(rep_id):
        return ClosingDeals((), 0, 0)
    last = today + timedelta(days=CLOSING_DAYS)
    values = {"workspace": scope.workspace_id, "owner": rep_id, "today": today, "last": last, "most": limit}
    rows = scope.session.execute(_select_closing_deals(), values).all()
    if not rows:
        return ClosingDeals((), 0, 0)
    past = int(rows[0].past)
    return ClosingDeals(tuple(_build_deal(row) for row in rows), rows[0].total - past, past)


# Statements are built once: building one takes longer than the database takes to answer it.
@cache
def _select_closing_deals() -> Any:
    return (
        _select_deals()
        .add_columns(
            # Window functions count all rows that match, also those beyond the limit.
            func.sum(case((Opportunity.close_date < bindparam("today"), 1), else_=0)).over().label("past"),
            func.count().over().label("total"),
        )
        .where(
            Opportunity.workspace_id == bindparam("workspace"),
            Opportunity.owner_id == bindparam("owner"),
            Opportunity.state == "open",
            Opportunity.close_date <= bindparam("last"),
        )
        .order_by(Opportunity.close_date, Opportunity.id)
        .limit(bindparam("most"))
    )


def list_closed_deals(
    scope: Scope, state: str, owners: tuple[int, ...] | None, since: datetime, first_day: date, *, limit: int
) -> list[DigestDeal]:
    """List opportunities won or lost since a moment, newest first; `first_day` is the moment's local date."""
    values: dict[str, Any] = {"state": state, "since": since, "first_day": first_day, "most": limit}
    if owners is not None and len(owners) == 1 and scope.may_see(owners[0]):
        # For one owner the built statement is used again; with several, the ids become part of the statement.
        query = _select_closed_deals(one=True)
        values |= {"workspace": scope.workspace_id, "owner": owners[0]}
    else:
        query = scope.filter_visible(_select_closed_deals(one=False), Opportunity)
        query = query if owners is None else query.where(match_ids(Opportunity.owner_id, owners))
    return [_build_deal(row) for row in scope.session.execute(query, values)]


def count_closed_deals(
    scope: Scope, state: str, owners: tuple[int, ...] | None, since: datetime, first_day: date
) -> int:
    """Count the opportunities won or lost since a moment."""
    query = scope.filter_visible(_select_closed_deals(one=False), Opportunity)
    query = query if owners is None else query.where(match_ids(Opportunity.owner_id, owners))
    values = {"state": state, "since": since, "first_day": first_day}
    counted = query.with_only_columns(func.count(Opportunity.id)).order_by(None).limit(None)
    return scope.session.scalar(counted, values) or 0


@cache
def _select_closed_deals(*, one: bool) -> Any:
    since: Any = bindparam("since")
    # Some imports say only the date on which a deal closed. It counts where the row was written since then as well.
    unknown = and_(
        Opportunity.closed_at.is_(None),
        Opportunity.close_date >= bindparam("first_day"),
        Opportunity.updated_at > since,
    )
    its = (
        (Opportunity.workspace_id == bindparam("workspace"), Opportunity.owner_id == bindparam("owner")) if one else ()
    )
    return (
        _select_deals()
        .where(Opportunity.state == bindparam("state"), or_(Opportunity.closed_at > since, unknown), *its)
        .order_by(Opportunity.closed_at.desc(), Opportunity.id)
        .limit(bindparam("most"))
    )


def count_waiting_leads(scope: Scope, owners: tuple[int, ...], occasion: Occasion) -> list[RepLeads]:
    """Count open leads of these colleagues: untouched for seven days, and hot ones untouched for three."""
    sums: Any = select(
        Lead.owner_id,
        func.sum(case((touched_at < occasion.seven_days, 1), else_=0)).label("untouched"),
        func.sum(case((and_(Lead.band == "hot", touched_at < occasion.three_days), 1), else_=0)).label("hot"),
    )
    query = scope.filter_visible(sums, Lead).where(
        match_ids(Lead.owner_id, owners),
        Lead.lifecycle == "open",
        or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= occasion.today),
    )
    rows = scope.session.execute(query.group_by(Lead.owner_id))
    return [RepLeads(row.owner_id, int(row.untouched), int(row.hot)) for row in rows]


def sum_stage_moves(scope: Scope, owners: tuple[int, ...], since: datetime) -> list[StageMoves]:
    """Count and sum these colleagues' opportunities that changed stage since a moment, by owner and currency."""
    changed = (
        select(Change.id)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(
            Change.workspace_id == scope.workspace_id,
            Change.kind == "opportunity",
            Change.record_id == Opportunity.id,
            Change.column == "stage_id",
            AuditEntry.at > since,
            *STANDS,
        )
        .exists()
    )
    sums: Any = select(
        Opportunity.owner_id,
        Opportunity.currency,
        func.count().label("deals"),
        func.sum(Opportunity.amount).label("amount"),
    )
    query = scope.filter_visible(sums, Opportunity).where(match_ids(Opportunity.owner_id, owners), changed)
    rows = scope.session.execute(query.group_by(Opportunity.owner_id, Opportunity.currency))
    return [StageMoves(row.owner_id, row.currency, row.deals, row.amount or Decimal(0)) for row in rows]


def list_colleagues(scope: Scope, *, limit: int) -> tuple[int, ...]:
    """List the ids of the workspace's active people, at most `limit`."""
    query = select(Rep.id).where(Rep.workspace_id == scope.workspace_id, Rep.active.is_(True))
    return tuple(scope.session.scalars(query.order_by(Rep.id).limit(limit)))


def _select_deals() -> Any:
    return select(
        Opportunity.id,
        Opportunity.external_id,
        Opportunity.name,
        Account.name.label("account"),
        Opportunity.stage_id,
        Opportunity.amount,
        Opportunity.currency,
        Opportunity.close_date,
    ).outerjoin(Account, Account.id == Opportunity.account_id)


def _build_deal(row: Any) -> DigestDeal:
    return DigestDeal(
        row.id, row.external_id, row.name, row.account, row.stage_id, row.amount, row.currency, row.close_date
    )

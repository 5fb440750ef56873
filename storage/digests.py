"""What a morning's digest is made of (DOMAIN.md section 4): the order of leads, what closes, what was won.

Each function costs a fixed number of queries over one person's own rows, whatever the size of the workspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import String, and_, case, false, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from storage.access import Scope, among
from storage.leads import touched_at
from storage.tables import Account, AuditEntry, Change, DigestRun, FollowUp, Lead, LeadScore, Opportunity, Rep

UNSCORED = 50
"""What a lead without a score counts as."""
ROSE = 10
JUST = timedelta(hours=24)
CLOSING_DAYS = 7
MOST_NEWS = 20


@dataclass(frozen=True)
class Occasion:
    """The moment of a digest as its reader lives it.

    `today` is the local day; `since` when the last digest was sent; a lead last touched before
    `three_days` (`seven_days`) has been untouched for that many local days or more.
    """

    now: datetime
    today: date
    since: datetime
    three_days: datetime
    seven_days: datetime


@dataclass(frozen=True)
class RankedLead:
    """An open lead with its place of the day. `base` is the score at the last digest, None where there was none."""

    number: int
    external_id: str | None
    name: str
    title: str | None
    company: str | None
    status_id: int
    score: int | None
    band: str | None
    base: int | None
    priority: int
    place: int
    is_new: bool
    urgency: tuple[tuple[str, int], ...]
    due: date | None
    note: str | None
    missing: tuple[str, ...]
    reasons: Any
    touched_at: datetime

    @property
    def movement(self) -> int | None:
        """Points since the last digest."""
        return None if self.score is None or self.base is None else self.score - self.base


@dataclass(frozen=True)
class Ranking:
    """The leads to show or to tell about, best first, and counts over all that are in question."""

    leads: tuple[RankedLead, ...]
    open: int
    urgent: int
    new: int


@dataclass(frozen=True)
class Deal:
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
class Closing:
    """The first few open opportunities that close soon or should have, and how many of each there are."""

    deals: tuple[Deal, ...]
    soon: int
    past: int


@dataclass(frozen=True)
class RepLeads:
    """How a colleague's open leads stand."""

    rep_id: int
    untouched: int
    hot_waiting: int


@dataclass(frozen=True)
class Moved:
    """How many of a colleague's opportunities in one currency changed stage, and what they are worth."""

    rep_id: int
    currency: str
    count: int
    amount: Decimal


def last_sent(session: Session, workspace_id: int, rep_id: int, now: datetime) -> datetime | None:
    """When this person's last digest was sent; None before the first."""
    return session.scalar(
        select(DigestRun.sent_at)
        .where(
            DigestRun.workspace_id == workspace_id,
            DigestRun.rep_id == rep_id,
            DigestRun.sent_at.is_not(None),
            DigestRun.sent_at <= now,
        )
        .order_by(DigestRun.local_date.desc())
        .limit(1)
    )


def ranking(
    scope: Scope,
    rep_id: int,
    occasion: Occasion,
    *,
    weights: dict[str, int],
    uncontacted: Sequence[int],
    size: int,
    only: int | None = None,
) -> Ranking:
    """The leads of one owner by priority: the first `size`, and behind them what is new or moved much.

    `uncontacted` are the statuses that mean not contacted yet; `only` asks for one lead, snoozed or not.
    """
    ranked = _ranked(scope, rep_id, occasion, weights=weights, uncontacted=uncontacted, only=only)
    moved = func.abs(ranked.c.score - ranked.c.base) >= ROSE
    first_step = (
        select(FollowUp.note)
        .where(FollowUp.lead_id == Lead.id, FollowUp.done_at.is_(None), FollowUp.due == ranked.c.due)
        .order_by(FollowUp.id)
        .limit(1)
        .scalar_subquery()
    )
    reasons = (
        select(LeadScore.reasons)
        .where(LeadScore.lead_id == Lead.id)
        .order_by(LeadScore.as_of.desc(), LeadScore.model.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = scope.session.execute(
        select(
            ranked,
            Lead.external_id,
            Lead.title,
            Lead.company,
            Lead.product_interest,
            Lead.budget,
            Lead.timeframe,
            first_step.label("note"),
            reasons.label("reasons"),
        )
        .join(Lead, Lead.id == ranked.c.id)
        .where(or_(ranked.c.place <= size, ranked.c.is_new, moved))
        .order_by(ranked.c.place)
        .limit(size + MOST_NEWS)
    ).all()
    if not rows:
        return Ranking((), 0, 0, 0)
    leads = tuple(_ranked_lead(row, weights) for row in rows)
    return Ranking(leads, rows[0].open_count, rows[0].urgent_count, rows[0].new_count)


def _ranked(
    scope: Scope,
    rep_id: int,
    occasion: Occasion,
    *,
    weights: dict[str, int],
    uncontacted: Sequence[int],
    only: int | None,
) -> Any:
    mine = _mine(scope, rep_id, occasion, only)
    touched = mine.c.touched_at
    applies = {
        "follow_up_due": mine.c.due <= occasion.today,
        "new": and_(mine.c.is_new, mine.c.status_id.in_(uncontacted) if uncontacted else false()),
        "score_rose": mine.c.score - mine.c.base >= ROSE,
        "hot_untouched": and_(mine.c.band == "hot", touched < occasion.three_days),
        "warm_untouched": and_(mine.c.band == "warm", touched < occasion.seven_days),
        "just_touched": and_(mine.c.last_touch_at > occasion.now - JUST, mine.c.due.is_(None)),
    }
    points = [case((condition, weights.get(name, 0)), else_=0) for name, condition in applies.items()]
    priority: Any = func.coalesce(mine.c.score, UNSCORED)
    for each in points:
        priority = priority + each
    flagged = select(
        mine,
        priority.label("priority"),
        *(case((condition, 1), else_=0).label(name) for name, condition in applies.items()),
    ).cte("flagged")
    urgent = or_(*(flagged.c[name] == 1 for name in applies if weights.get(name, 0) > 0), false())
    order = (
        flagged.c.priority.desc(),
        func.coalesce(flagged.c.score, UNSCORED).desc(),
        flagged.c.touched_at,
        bytewise(func.lower(flagged.c.name)),
        flagged.c.id,
    )
    return select(
        flagged,
        func.row_number().over(order_by=order).label("place"),
        func.count().over().label("open_count"),
        func.sum(case((urgent, 1), else_=0)).over().label("urgent_count"),
        func.sum(case((flagged.c.is_new, 1), else_=0)).over().label("new_count"),
    ).subquery("ranked")


def _mine(scope: Scope, rep_id: int, occasion: Occasion, only: int | None) -> Any:
    """The owner's leads in question, each with its earliest due follow-up and its score at the last digest."""
    due = (
        select(func.min(FollowUp.due))
        .where(FollowUp.lead_id == Lead.id, FollowUp.done_at.is_(None), FollowUp.due <= occasion.today)
        .scalar_subquery()
    )
    query = scope.limit(
        select(
            Lead.id,
            Lead.name,
            Lead.status_id,
            Lead.score,
            Lead.band,
            Lead.last_touch_at,
            touched_at.label("touched_at"),
            (Lead.created_at > occasion.since).label("is_new"),
            due.label("due"),
            score_at(Lead.id, occasion.since).label("base"),
        ),
        Lead,
    ).where(Lead.owner_id == rep_id, Lead.lifecycle == "open")
    if only is not None:
        query = query.where(Lead.id == only)
    else:
        query = query.where(or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= occasion.today))
    # Materialized: the two look-ups a lead are made once and not again for each place that mentions them.
    return query.cte("mine").prefix_with("MATERIALIZED")


def score_at(lead_id: Any, moment: datetime) -> Any:
    """The score that a lead had at a moment, as a column; the first it ever got where it had none yet."""
    kept = select(LeadScore.score).where(LeadScore.lead_id == lead_id)
    then = kept.where(LeadScore.as_of <= moment).order_by(LeadScore.as_of.desc(), LeadScore.model.desc()).limit(1)
    first = kept.order_by(LeadScore.as_of, LeadScore.model).limit(1)
    return func.coalesce(then.scalar_subquery(), first.scalar_subquery())


def _ranked_lead(row: Any, weights: dict[str, int]) -> RankedLead:
    return RankedLead(
        number=row.id,
        external_id=row.external_id,
        name=row.name,
        title=row.title,
        company=row.company,
        status_id=row.status_id,
        score=row.score,
        band=row.band,
        base=row.base,
        priority=int(row.priority),
        place=row.place,
        is_new=bool(row.is_new),
        urgency=tuple((name, points) for name, points in weights.items() if points and getattr(row, name, 0)),
        due=row.due,
        note=row.note,
        missing=tuple(name for name in ("product_interest", "budget", "timeframe") if not getattr(row, name)),
        reasons=row.reasons,
        touched_at=row.touched_at,
    )


def closing(scope: Scope, rep_id: int, today: date, *, limit: int) -> Closing:
    """The owner's open opportunities with a close date within seven days or past, earliest first."""
    rows = scope.session.execute(
        scope.limit(
            _deals().add_columns(
                func.sum(case((Opportunity.close_date < today, 1), else_=0)).over().label("past"),
                func.count().over().label("total"),
            ),
            Opportunity,
        )
        .where(
            Opportunity.owner_id == rep_id,
            Opportunity.state == "open",
            Opportunity.close_date <= today + timedelta(days=CLOSING_DAYS),
        )
        .order_by(Opportunity.close_date, Opportunity.id)
        .limit(limit)
    ).all()
    if not rows:
        return Closing((), 0, 0)
    past = int(rows[0].past)
    return Closing(tuple(_deal(row) for row in rows), rows[0].total - past, past)


def closed(
    scope: Scope, state: str, owners: tuple[int, ...] | None, since: datetime, first_day: date, *, limit: int
) -> list[Deal]:
    """Opportunities won or lost since a moment, newest first; `first_day` is its local day.

    Where the moment of closing is not known, as after some imports, the close date decides.
    """
    query = scope.limit(_deals(), Opportunity).where(
        Opportunity.state == state,
        or_(
            Opportunity.closed_at > since,
            and_(Opportunity.closed_at.is_(None), Opportunity.close_date >= first_day, Opportunity.updated_at > since),
        ),
    )
    if owners is not None:
        query = query.where(among(Opportunity.owner_id, owners))
    query = query.order_by(Opportunity.closed_at.desc(), Opportunity.id).limit(limit)
    return [_deal(row) for row in scope.session.execute(query)]


def standing(scope: Scope, owners: tuple[int, ...], occasion: Occasion) -> list[RepLeads]:
    """Open leads of these colleagues: how many are untouched for seven days, how many hot ones for three."""
    sums: Any = select(
        Lead.owner_id,
        func.sum(case((touched_at < occasion.seven_days, 1), else_=0)).label("untouched"),
        func.sum(case((and_(Lead.band == "hot", touched_at < occasion.three_days), 1), else_=0)).label("hot"),
    )
    query = scope.limit(sums, Lead).where(
        among(Lead.owner_id, owners),
        Lead.lifecycle == "open",
        or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= occasion.today),
    )
    rows = scope.session.execute(query.group_by(Lead.owner_id))
    return [RepLeads(row.owner_id, int(row.untouched), int(row.hot)) for row in rows]


def moved(scope: Scope, owners: tuple[int, ...], since: datetime) -> list[Moved]:
    """Opportunities of these colleagues that changed stage since a moment."""
    changed = (
        select(Change.id)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(
            Change.workspace_id == scope.workspace_id,
            Change.kind == "opportunity",
            Change.record_id == Opportunity.id,
            Change.column == "stage_id",
            AuditEntry.at > since,
        )
        .exists()
    )
    sums: Any = select(
        Opportunity.owner_id,
        Opportunity.currency,
        func.count().label("deals"),
        func.sum(Opportunity.amount).label("amount"),
    )
    query = scope.limit(sums, Opportunity).where(among(Opportunity.owner_id, owners), changed)
    rows = scope.session.execute(query.group_by(Opportunity.owner_id, Opportunity.currency))
    return [Moved(row.owner_id, row.currency, row.deals, row.amount or Decimal(0)) for row in rows]


def colleagues(scope: Scope, *, limit: int) -> tuple[int, ...]:
    """The active people of the workspace, at most so many."""
    query = select(Rep.id).where(Rep.workspace_id == scope.workspace_id, Rep.active.is_(True))
    return tuple(scope.session.scalars(query.order_by(Rep.id).limit(limit)))


def _deals() -> Any:
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


def _deal(row: Any) -> Deal:
    return Deal(row.id, row.external_id, row.name, row.account, row.stage_id, row.amount, row.currency, row.close_date)


class bytewise(GenericFunction[str]):
    """Text compared byte by byte, so that both databases sort it alike."""

    type = String()
    inherit_cache = True


@compiles(bytewise, "sqlite")
def _bytewise_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses.clauses[0], **options)} COLLATE BINARY"


@compiles(bytewise, "postgresql")
def _bytewise_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.clauses.clauses[0], **options)} COLLATE "C"'

"""Which leads to work on first: stored score plus the urgency of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, String, and_, bindparam, case, false, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from storage.leads.lead_filter import touched_at
from storage.people.visibility import Scope
from storage.tables import FollowUp, Lead, LeadScore
from storage.tables.column_types import UtcDateTime

# A lead without a score stands in the middle: neither buried nor first.
UNSCORED = 50
# Points of score by which a lead must have risen to be worth saying.
ROSE = 10
JUST = timedelta(hours=24)
# A digest of five leads may have to tell of some more: new ones, and scores that moved.
MOST_NEWS = 20
URGENCIES = ("follow_up_due", "new", "score_rose", "hot_untouched", "warm_untouched", "just_touched")


@dataclass(frozen=True)
class Occasion:
    """The moment of a digest in its reader's time zone.

    `today` is the local date, `since` the moment of the last digest. A lead last touched before `three_days`
    (`seven_days`) has been untouched for that many local days or more.
    """

    now: datetime
    today: date
    since: datetime
    three_days: datetime
    seven_days: datetime


@dataclass(frozen=True)
class RankedLead:
    """An open lead and its place in today's order. `movement` is in points since the last digest."""

    number: int
    external_id: str | None
    name: str
    title: str | None
    company: str | None
    status_id: int
    score: int | None
    band: str | None
    movement: int | None
    priority: int
    place: int
    is_new: bool
    urgency: tuple[tuple[str, int], ...]
    due: date | None
    missing: tuple[str, ...]
    reasons: Any
    touched_at: datetime

    @property
    def base(self) -> int | None:
        """Return the score that the owner last saw."""
        return None if self.score is None or self.movement is None else self.score - self.movement


@dataclass(frozen=True)
class LeadRanking:
    """The leads to show or to tell of, best first, and counts over all open leads of the owner."""

    leads: tuple[RankedLead, ...]
    open: int
    urgent: int
    new: int


def rank_leads(
    scope: Scope,
    rep_id: int,
    occasion: Occasion,
    *,
    weights: Mapping[str, int],
    uncontacted: Sequence[int],
    size: int,
    only: int | None = None,
) -> LeadRanking:
    """Rank the leads of one owner: the first `size`, and behind them those that are new or moved much.

    `uncontacted` are the ids of statuses that mean not contacted yet; `only` asks for one lead, even a snoozed one.
    """
    if not scope.may_see(rep_id):
        return LeadRanking((), 0, 0, 0)
    values = {
        "workspace": scope.workspace_id,
        "owner": rep_id,
        "only": only,
        "today": occasion.today,
        "since": occasion.since,
        "three_days": occasion.three_days,
        "seven_days": occasion.seven_days,
        "just": occasion.now - JUST,
        "uncontacted": [*uncontacted],
        "size": size,
        "most": size + MOST_NEWS,
        **{f"weight_{name}": weights.get(name, 0) for name in URGENCIES},
    }
    rows = scope.session.execute(_select_ranking(only is not None), values).all()
    if not rows:
        return LeadRanking((), 0, 0, 0)
    leads = tuple(_build_ranked_lead(row, weights) for row in rows)
    return LeadRanking(leads, rows[0].open_count, rows[0].urgent_count, rows[0].new_count)


# Built once: ten thousand digests a morning would else spend their time on building it.
@cache
def _select_ranking(one: bool) -> Any:
    ranked = _select_ranked(one)
    moved = func.abs(ranked.c.movement) >= ROSE
    reasons = (
        select(LeadScore.reasons)
        .where(LeadScore.lead_id == Lead.id, LeadScore.shown)
        .order_by(LeadScore.as_of.desc(), LeadScore.model.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            ranked,
            Lead.external_id,
            Lead.title,
            Lead.company,
            Lead.product_interest,
            Lead.budget,
            Lead.timeframe,
            reasons.label("reasons"),
        )
        .join(Lead, Lead.id == ranked.c.id)
        .where(or_(ranked.c.place <= _bind_number("size"), ranked.c.is_new, moved))
        .order_by(ranked.c.place)
        .limit(_bind_number("most"))
    )


def _select_ranked(one: bool) -> Any:
    mine = _select_own_leads(one)
    lead, touched = mine.c, mine.c.touched_at
    applies = {
        "follow_up_due": lead.due.is_not(None),
        "new": and_(lead.is_new, lead.status_id.in_(bindparam("uncontacted", expanding=True))),
        "score_rose": lead.movement >= ROSE,
        "hot_untouched": and_(lead.band == "hot", touched < _bind_moment("three_days")),
        "warm_untouched": and_(lead.band == "warm", touched < _bind_moment("seven_days")),
        "just_touched": and_(lead.last_touch_at > _bind_moment("just"), lead.due.is_(None)),
    }
    priority: Any = func.coalesce(lead.score, UNSCORED)
    for name in URGENCIES:
        priority = priority + case((applies[name], _bind_number(f"weight_{name}")), else_=0)
    flagged = select(
        mine,
        priority.label("priority"),
        *(case((applies[name], 1), else_=0).label(name) for name in URGENCIES),
    ).cte("flagged")
    # A weight may be below zero (just touched): such a lead is not urgent.
    urgent = or_(*(and_(flagged.c[name] == 1, _bind_number(f"weight_{name}") > 0) for name in URGENCIES), false())
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


def _select_own_leads(one: bool) -> Any:
    """Select the owner's leads, each with its earliest follow-up due by today."""
    due = (
        select(func.min(FollowUp.due))
        .where(FollowUp.lead_id == Lead.id, FollowUp.done_at.is_(None), FollowUp.due <= _bind_day("today"))
        .scalar_subquery()
    )
    query = select(
        Lead.id,
        Lead.name,
        Lead.status_id,
        Lead.score,
        Lead.band,
        Lead.movement,
        Lead.last_touch_at,
        touched_at.label("touched_at"),
        (Lead.created_at > _bind_moment("since")).label("is_new"),
        due.label("due"),
    ).where(
        Lead.workspace_id == _bind_number("workspace"),
        Lead.owner_id == _bind_number("owner"),
        Lead.lifecycle == "open",
        Lead.id == _bind_number("only")
        if one
        else or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= _bind_day("today")),
    )
    # Materialized: each lead's look-up is made once, and not again for each place that mentions it.
    return query.cte("mine").prefix_with("MATERIALIZED")


def _bind_number(name: str) -> Any:
    return bindparam(name, type_=Integer())


def _bind_day(name: str) -> Any:
    return bindparam(name, type_=Date())


def _bind_moment(name: str) -> Any:
    return bindparam(name, type_=UtcDateTime())


def _build_ranked_lead(row: Any, weights: Mapping[str, int]) -> RankedLead:
    return RankedLead(
        number=row.id,
        external_id=row.external_id,
        name=row.name,
        title=row.title,
        company=row.company,
        status_id=row.status_id,
        score=row.score,
        band=row.band,
        movement=None if row.score is None else row.movement or 0,
        priority=int(row.priority),
        place=row.place,
        is_new=bool(row.is_new),
        urgency=tuple((name, points) for name, points in weights.items() if points and getattr(row, name, 0)),
        due=row.due,
        missing=tuple(name for name in ("product_interest", "budget", "timeframe") if not getattr(row, name)),
        reasons=row.reasons,
        touched_at=row.touched_at,
    )


class bytewise(GenericFunction[str]):
    """Compares text byte by byte, so that SQLite and PostgreSQL sort it alike."""

    type = String()
    inherit_cache = True


@compiles(bytewise, "sqlite")
def _compile_bytewise_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses.clauses[0], **options)} COLLATE BINARY"


@compiles(bytewise, "postgresql")
def _compile_bytewise_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.clauses.clauses[0], **options)} COLLATE "C"'

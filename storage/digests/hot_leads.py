"""New hot leads whose owners have not been told yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.tables import HotAlert, Lead, Rep

# A lead counts as new for a day, so that what comes in overnight is still told in the morning.
NEW_FOR = timedelta(hours=24)

# An import may bring a hundred thousand leads at once. The rest follows in the next rounds, each a minute later.
MOST = 2_000


@dataclass(frozen=True)
class NewHotLead:
    """A new hot lead, its owner, who wants to be told, and the owner's time zone."""

    lead_id: int
    rep_id: int
    zone: str | None


@dataclass(frozen=True)
class AlertCount:
    """Of how many leads a rep was told on a local date, and when last (UTC)."""

    count: int
    last: datetime | None


def list_leads_to_tell(session: Session, workspace_id: int, now: datetime) -> list[NewHotLead]:
    """List open hot leads of the last 24 hours that nobody was told of, the best first."""
    told = select(HotAlert.id).where(HotAlert.lead_id == Lead.id)
    query = (
        select(Lead.id, Lead.owner_id, func.coalesce(Rep.time_zone, Rep.slack_time_zone))
        .join(Rep, Rep.id == Lead.owner_id)
        .where(
            Lead.workspace_id == workspace_id,
            Lead.created_at > now - NEW_FOR,
            Lead.created_at <= now,
            Lead.lifecycle == "open",
            Lead.band == "hot",
            Rep.active.is_(True),
            Rep.tell_hot_leads.is_(True),
            ~told.exists(),
        )
        .order_by(Lead.score.desc(), Lead.id)
        .limit(MOST)
    )
    return [NewHotLead(lead, rep or 0, zone) for lead, rep, zone in session.execute(query)]


def count_alerts(session: Session, rep_id: int, day: date) -> AlertCount:
    """Count of how many leads a rep was told on a local date, and find when last."""
    query = select(func.count(), func.max(HotAlert.told_at)).where(
        HotAlert.rep_id == rep_id, HotAlert.local_date == day
    )
    count, last = session.execute(query).one()
    return AlertCount(count, last)


class ToldMeanwhile(Exception):
    """Raised when another process recorded some of the leads first. The transaction is to be rolled back."""


def save_alerts(
    session: Session, workspace_id: int, rep_id: int, leads: Iterable[int], day: date, now: datetime
) -> None:
    """Record that a rep is told of these leads. Raise ToldMeanwhile if any of them was recorded before."""
    wanted = [*leads]
    if session.scalar(select(HotAlert.lead_id).where(HotAlert.lead_id.in_(wanted)).limit(1)) is not None:
        raise ToldMeanwhile
    session.add_all(
        HotAlert(workspace_id=workspace_id, rep_id=rep_id, lead_id=lead, local_date=day, told_at=now) for lead in wanted
    )
    try:
        # The look-up above misses rows that another process has not committed yet; the unique key does not.
        session.flush()
    except IntegrityError as error:
        raise ToldMeanwhile from error

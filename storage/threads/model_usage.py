"""Tokens and cost that language models used, by person, model and day (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database.expressions import insert_into
from storage.tables import ModelUsage

MILLIONTHS = 1_000_000


@dataclass(frozen=True)
class UsedToday:
    """Tokens, read and written together, used since the day began (UTC)."""

    rep: int
    workspace: int


def add_usage(
    session: Session,
    *,
    workspace_id: int,
    rep_id: int,
    now: datetime,
    model: str,
    tokens_in: int,
    tokens_out: int,
    cost: Decimal | None,
) -> None:
    """Add one call of a model to its day; `cost` is in the currency of the prices."""
    values = {
        "workspace_id": workspace_id,
        "rep_id": rep_id,
        "day": _utc_day(now),
        "model": model[:120],
        "rounds": 1,
        "tokens_in": tokens_in,
        "tokens_out": tokens_out,
        "cost": int((cost or Decimal()) * MILLIONTHS),
    }
    # Added by the database, so that calls that end at the same moment are all counted.
    query = insert_into(session, ModelUsage).values(**values)
    sums = {
        name: getattr(ModelUsage, name) + query.excluded[name] for name in ("rounds", "tokens_in", "tokens_out", "cost")
    }
    session.execute(query.on_conflict_do_update(index_elements=list(ModelUsage.__table__.primary_key), set_=sums))


def sum_usage_today(session: Session, workspace_id: int, rep_id: int, now: datetime) -> UsedToday:
    """Sum the tokens that this person and this workspace have used today (UTC)."""
    tokens = ModelUsage.tokens_in + ModelUsage.tokens_out
    query = select(ModelUsage.rep_id, func.sum(tokens)).where(
        ModelUsage.workspace_id == workspace_id, ModelUsage.day == _utc_day(now)
    )
    used = {row[0]: int(row[1]) for row in session.execute(query.group_by(ModelUsage.rep_id))}
    return UsedToday(used.get(rep_id, 0), sum(used.values()))


def sum_cost_today(session: Session, workspace_id: int, now: datetime) -> Decimal:
    """Sum what this workspace's questions cost today (UTC), in the currency of the prices."""
    query = select(func.sum(ModelUsage.cost)).where(
        ModelUsage.workspace_id == workspace_id, ModelUsage.day == _utc_day(now)
    )
    return Decimal(int(session.scalar(query) or 0)) / MILLIONTHS


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()

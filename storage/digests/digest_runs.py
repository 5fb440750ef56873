"""Which digests were made, sent, or missed: at most one a rep and local date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database.expressions import insert_into
from storage.digests.score_movement import restart_movement
from storage.tables import AuditEntry, Change, DigestRun, Rep

# In this order: it waits in the outbox; it had nothing to say; the rep has it; its time had passed; Slack refused it;
# the rep has no Slack account.
QUEUED, SILENT, SENT, SKIPPED, FAILED, UNREACHABLE = "queued", "silent", "sent", "skipped", "failed", "unreachable"

# Columns of a rep or of the workspace on which it depends when digests come.
TIMES = (
    *("digest_enabled", "digest_time", "digest_days", "time_zone", "slack_time_zone", "active"),
    *("working_days", "holidays"),
)


@dataclass(frozen=True)
class DigestRecipient:
    """A rep who wants a digest, with the settings of their own."""

    rep_id: int
    name: str
    email: str | None
    slack_user_id: str | None
    time: time | None
    days: tuple[str, ...] | None
    zone: str | None
    size: int | None
    tells_quiet_days: bool | None
    since: datetime


@dataclass(frozen=True)
class NewRun:
    """Says what becomes of a rep's digest for a local date.

    `content` is what `digest --json` prints of it, `whole` all that its message is made of.
    """

    rep_id: int
    local_date: date
    state: str
    content: dict[str, Any] | None = None
    whole: dict[str, Any] | None = None


def list_recipients(session: Session, workspace_id: int, *, only: int | None = None) -> list[DigestRecipient]:
    """List the active reps who have not stopped their digest."""
    query = select(
        Rep.id,
        Rep.name,
        Rep.email,
        Rep.slack_user_id,
        Rep.digest_time,
        Rep.digest_days,
        Rep.time_zone,
        Rep.slack_time_zone,
        Rep.digest_size,
        Rep.tell_quiet_days,
        Rep.created_at,
    ).where(Rep.workspace_id == workspace_id, Rep.active.is_(True), Rep.digest_enabled.is_(True))
    if only is not None:
        query = query.where(Rep.id == only)
    return [
        DigestRecipient(
            row.id,
            row.name,
            row.email,
            row.slack_user_id,
            row.digest_time,
            tuple(row.digest_days) if row.digest_days else None,
            row.time_zone or row.slack_time_zone,
            row.digest_size,
            row.tell_quiet_days,
            row.created_at,
        )
        for row in session.execute(query.order_by(Rep.id))
    ]


def list_settled_runs(
    session: Session, workspace_id: int, since: date, *, of: Collection[int] | None = None
) -> set[tuple[int, date]]:
    """List the digests, as (rep, local date) from a date on, of which it is already decided what becomes of them.

    `of` limits them to those of some reps.
    """
    query = select(DigestRun.rep_id, DigestRun.local_date).where(
        DigestRun.workspace_id == workspace_id, DigestRun.local_date >= since
    )
    if of is not None:
        query = query.where(DigestRun.rep_id.in_(of))
    return {(row.rep_id, row.local_date) for row in session.execute(query)}


def find_first_day(session: Session, workspace_id: int) -> date | None:
    """Find the local date of the workspace's first digest; None where none was ever made."""
    query = select(DigestRun.local_date).where(DigestRun.workspace_id == workspace_id)
    return session.scalar(query.order_by(DigestRun.local_date).limit(1))


def find_schedule_changes(session: Session, workspace_id: int, since: datetime) -> dict[int | None, datetime]:
    """Find when each rep (by id) and the workspace (None) last changed the times of digests, since a moment."""
    query = (
        select(Change.kind, Change.record_id, func.max(AuditEntry.at))
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(
            Change.workspace_id == workspace_id,
            or_(Change.kind == "user", and_(Change.kind == "workspace", Change.record_id == workspace_id)),
            Change.column.in_(TIMES),
            AuditEntry.at > since,
        )
        .group_by(Change.kind, Change.record_id)
    )
    return {number if kind == "user" else None: at for kind, number, at in session.execute(query)}


def create_runs(
    session: Session,
    workspace_id: int,
    runs: Sequence[NewRun],
    now: datetime,
) -> set[tuple[int, date]]:
    """Record what becomes of digests. Return those, as (rep, local date), that had no record before."""
    if not runs:
        return set()
    rows = [
        {
            "workspace_id": workspace_id,
            "rep_id": each.rep_id,
            "local_date": each.local_date,
            "state": each.state,
            "created_at": now,
            "content": each.content,
            "whole": each.whole,
        }
        for each in runs
    ]
    # Of two processes that make the same digest, the one that comes second gets nothing back and sends nothing.
    query = insert_into(session, DigestRun).on_conflict_do_nothing(index_elements=["rep_id", "local_date"])
    new = session.execute(query.returning(DigestRun.rep_id, DigestRun.local_date), rows)
    return {(row.rep_id, row.local_date) for row in new}


def finish_run(
    session: Session,
    rep_id: int,
    local_date: date,
    state: str,
    sent_at: datetime | None = None,
    *,
    channel: str | None = None,
    posted_ts: str | None = None,
) -> None:
    """Record what became of a digest that waited in the outbox, and where its message stands in Slack."""
    query = update(DigestRun).where(DigestRun.rep_id == rep_id, DigestRun.local_date == local_date)
    session.execute(query.values(state=state, sent_at=sent_at, channel=channel, posted_ts=posted_ts))
    if sent_at is not None:
        restart_movement(session, rep_id, local_date)


def find_content(session: Session, rep_id: int, local_date: date) -> dict[str, Any] | None:
    """Find what a digest said, in the form that `digest --json` prints."""
    query = select(DigestRun.content).where(DigestRun.rep_id == rep_id, DigestRun.local_date == local_date)
    return session.scalar(query)


def find_delivered_run(session: Session, rep_id: int, local_date: date) -> DigestRun | None:
    """Find the digest of a rep for a local date, if it reached its reader; else None."""
    query = select(DigestRun).where(
        DigestRun.rep_id == rep_id, DigestRun.local_date == local_date, DigestRun.sent_at.is_not(None)
    )
    found: DigestRun | None = session.scalar(query)
    return found


@dataclass(frozen=True)
class PostedRun:
    """A digest whose message stands in Slack. `created_at` is when its content was gathered."""

    whole: dict[str, Any]
    channel: str
    posted_ts: str
    created_at: datetime


def list_posted_runs(session: Session, rep_id: int, since: datetime, posted_ts: str | None) -> list[int]:
    """List the ids of a rep's digests that stand in Slack: those since a moment, and the one with this message."""
    query = select(DigestRun.id).where(
        DigestRun.rep_id == rep_id,
        DigestRun.posted_ts.is_not(None),
        or_(DigestRun.created_at > since, DigestRun.posted_ts == posted_ts),
    )
    return list(session.scalars(query.order_by(DigestRun.id)))


def load_posted_run(session: Session, rep_id: int, number: int) -> PostedRun | None:
    """Load a digest that stands in Slack; None where it does not."""
    query = select(DigestRun).where(DigestRun.id == number, DigestRun.rep_id == rep_id)
    run: DigestRun | None = session.scalar(query)
    if run is None or run.whole is None or run.channel is None or run.posted_ts is None:
        return None
    return PostedRun(run.whole, run.channel, run.posted_ts, run.created_at)


def save_shown(session: Session, number: int, whole: dict[str, Any]) -> None:
    """Save what the message of a digest shows since its last edit."""
    session.execute(update(DigestRun).where(DigestRun.id == number).values(whole=whole))


def load_states(session: Session, workspace_id: int, runs: Iterable[tuple[int, date]]) -> dict[tuple[int, date], str]:
    """Load the states of these runs."""
    wanted: Collection[tuple[int, date]] = {*runs}
    if not wanted:
        return {}
    query = select(DigestRun.rep_id, DigestRun.local_date, DigestRun.state).where(
        DigestRun.workspace_id == workspace_id, DigestRun.local_date.in_({day for _, day in wanted})
    )
    rows = {(row.rep_id, row.local_date): row.state for row in session.execute(query)}
    return {run: rows[run] for run in wanted if run in rows}

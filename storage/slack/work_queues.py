"""Accept once, work once, post once: the inbox and the outbox (docs/architecture.md, "Inbox and outbox")."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Table, bindparam, delete, func, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from storage.tables import Inbox, Outbox

Row = TypeVar("Row", bound=Inbox | Outbox)
# How long a settled row stays, so that a late second delivery is still known.
KEPT = timedelta(days=2)

OPEN = ("waiting", "held")


def accept_event(
    session: Session,
    *,
    workspace_id: int,
    key: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    lane: str | None = None,
    lease: timedelta | None = None,
) -> int | None:
    """Keep an event to be worked on and return its number; None where it was accepted before.

    Events of one lane are worked on one after the other. With a `lease` it is claimed at once, as attempt 1: only
    for a caller that has asked `has_earlier_event` and was told no.
    """
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "lane": lane,
        "kind": kind,
        "payload": payload,
        "not_before": now,
        "created_at": now,
        **_build_claim(now, lease),
    }
    return _insert_new(session, Inbox, values)


def has_earlier_event(session: Session, lane: str) -> bool:
    """Say whether an earlier event of this lane is still open."""
    return session.connection().execute(AHEAD, {"lane": lane}).first() is not None


def put_message(
    session: Session,
    *,
    workspace_id: int,
    key: str,
    channel: str,
    body: dict[str, Any],
    now: datetime,
    thread_ts: str | None = None,
    user: str | None = None,
    not_before: datetime | None = None,
    token: str | None = None,
    lease: timedelta | None = None,
) -> int | None:
    """Keep a message to be posted and give its number; None where one with this key was kept before.

    With a `lease` it is claimed at once, as attempt 1 that begins now.
    """
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "token": token or make_token(),
        "channel": channel,
        "thread_ts": thread_ts,
        "user": user,
        "body": body,
        "not_before": not_before or now,
        "created_at": now,
        "tried_at": now if lease is not None else None,
        **_build_claim(now, lease),
    }
    return _insert_new(session, Outbox, values)


def make_token() -> str:
    """Make the token that finds a message again at Slack."""
    return secrets.token_urlsafe(16)


def _build_claim(now: datetime, lease: timedelta | None) -> dict[str, Any]:
    if lease is None:
        return {"state": "waiting", "attempts": 0, "lease_until": None}
    return {"state": "held", "attempts": 1, "lease_until": now + lease}


def claim_rows(
    session: Session, table: type[Row], now: datetime, *, lease: timedelta, limit: int, only: int | None = None
) -> list[Row]:
    """Claim the next rows that are due, until the lease runs out. Oldest first.

    Rows whose holder died are among them again after their lease; `attempts` counts the claims. `only` asks for one
    row by its number.
    """
    query = (
        select(table)
        .where(table.state.in_(OPEN), table.not_before <= now)
        .where(or_(table.lease_until.is_(None), table.lease_until <= now))
        .order_by(table.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )
    if only is not None:
        query = query.where(table.id == only)
    if table is Inbox:
        earlier = aliased(Inbox)
        ahead = select(earlier.id).where(earlier.lane == Inbox.lane, earlier.id < Inbox.id, earlier.state.in_(OPEN))
        query = query.where(or_(Inbox.lane.is_(None), ~ahead.exists()))
    rows = list(session.scalars(query))
    for row in rows:
        row.state = "held"
        row.attempts += 1
        row.lease_until = now + lease
    session.flush()
    return rows


def extend_leases(session: Session, table: type[Row], held: Mapping[int, int], until: datetime) -> None:
    """Go on holding rows, known by number and attempt, that their holder still works on."""
    for number, attempt in held.items():
        still = update(table).where(table.id == number, table.state == "held", table.attempts == attempt)
        session.execute(still.values(lease_until=until), execution_options={"synchronize_session": False})


def is_due(session: Session, table: type[Row], now: datetime) -> bool:
    """Say whether there may be something to claim, found without a lock."""
    query = select(table.id).where(table.state.in_(OPEN), table.not_before <= now)
    free = query.where(or_(table.lease_until.is_(None), table.lease_until <= now))
    return session.scalar(free.limit(1)) is not None


def settle_row(session: Session, row: Inbox | Outbox, state: str, now: datetime, error: str | None = None) -> None:
    """End a row: done, or dead with the reason. It is never claimed again."""
    row.state = state
    row.settled_at = now
    row.lease_until = None
    row.error = error
    session.flush()


def conclude_event(session: Session, number: int, attempt: int, now: datetime) -> bool:
    """End an event as done and forget what it said; False where this attempt does not hold it any more."""
    given = {"number": number, "attempt": attempt, "settled": now}
    return bool(session.connection().execute(CONCLUDED, given).rowcount)


def put_back(session: Session, row: Inbox | Outbox, not_before: datetime, error: str | None = None) -> None:
    """Give a row back, to be claimed again from a moment on."""
    row.state = "waiting"
    row.lease_until = None
    row.not_before = not_before
    row.error = error
    session.flush()


def begin_attempt(row: Outbox, now: datetime) -> datetime | None:
    """Note that a message is about to be sent; return when an earlier attempt of unknown outcome began."""
    before, row.tried_at = row.tried_at, now
    return before


def mark_tried(row: Outbox, at: datetime | None) -> None:
    """Note when an attempt of unknown outcome began; None where the message is certainly not in Slack."""
    row.tried_at = at


def postpone(session: Session, row: Outbox, not_before: datetime) -> None:
    """Give a claimed message back without an attempt to send it."""
    row.attempts -= 1
    put_back(session, row, not_before, row.error)


def record_post(row: Outbox, channel: str, ts: str | None) -> None:
    """Note where a message stands in Slack, and forget what it said."""
    row.channel = channel
    row.posted_ts = ts
    row.body = None


def replace_body(row: Outbox, body: dict[str, Any]) -> None:
    """Change what a message says, after Slack refused it as it was."""
    row.body = body
    row.tried_at = None


def find_held_row(session: Session, table: type[Row], number: int, attempt: int) -> Row | None:
    """Find the row if this attempt's claim still holds it; None where the lease ran out and another took over."""
    row = session.get(table, number, with_for_update=True)
    return row if row is not None and row.state == "held" and row.attempts == attempt else None


def has_event_since(session: Session, workspace_id: int, prefix: str, since: datetime) -> bool:
    """Say whether an event whose key begins so has come in since a moment."""
    query = select(Inbox.id).where(
        Inbox.workspace_id == workspace_id,
        Inbox.key >= prefix,
        Inbox.key < f"{prefix}\x7f",
        Inbox.created_at >= since,
    )
    return session.scalar(query.limit(1)) is not None


def add_to_payload(session: Session, row: Inbox, **more: Any) -> None:
    """Add to what is known of an event that is being worked on."""
    row.payload = {**(row.payload or {}), **more}
    session.flush()


def count_open_rows(session: Session, table: type[Row]) -> int:
    """Count the open rows."""
    return session.scalar(select(func.count()).select_from(table).where(table.state.in_(OPEN))) or 0


def delete_settled_rows(session: Session, now: datetime) -> None:
    """Delete what was settled long enough ago, texts of conversations with it."""
    for table in (Inbox, Outbox):
        session.execute(delete(table).where(table.settled_at < now - KEPT))


def _insert_new(session: Session, table: type[Any], values: dict[str, Any]) -> int | None:
    connection = session.connection()
    found: int | None = connection.execute(INSERTS[connection.dialect.name, table], values).scalar()
    return found


def _build_insert(dialect: Any, table: type[Any]) -> Any:
    columns = table.__table__
    made = dialect.insert(columns).on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    return made.returning(columns.c.id)


# Every event and every answer passes here: building such a statement takes longer than running it.
INSERTS = {
    (name, table): _build_insert(dialect, table)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
    for table in (Inbox, Outbox)
}
INBOX = cast(Table, Inbox.__table__)
CONCLUDED = (
    update(INBOX)
    .where(INBOX.c.id == bindparam("number"), INBOX.c.state == "held", INBOX.c.attempts == bindparam("attempt"))
    .values(state="done", settled_at=bindparam("settled"), lease_until=None, error=None, payload=null())
)
AHEAD = select(INBOX.c.id).where(INBOX.c.lane == bindparam("lane"), INBOX.c.state.in_(OPEN)).limit(1)

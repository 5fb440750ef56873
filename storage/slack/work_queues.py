"""The inbox and the outbox: an event is accepted once and worked on once, a message is posted once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Table, bindparam, delete, func, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from storage.tables import Inbox, Outbox

QueueRow = TypeVar("QueueRow", bound=Inbox | Outbox)
# A settled row stays for so long, so that a late second delivery is still recognised.
SETTLED_KEPT_FOR = timedelta(days=2)

OPEN = ("waiting", "held")

# An alias takes longer to make than the query to run, so one serves all.
_earlier = aliased(Inbox)


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
    """Store an event to be worked on and return its id; None where it was accepted before.

    Events of one lane are worked on one after the other. With a `lease` the event is claimed at once, as attempt 1;
    the caller must have seen that `has_earlier_event` is false.
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
    """Say whether an event of this lane is still open."""
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
    """Store a message to be posted and return its id; None where one with this key was stored before.

    With a `lease` it is claimed at once, as attempt 1, which begins now.
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
    """Make the random token by which a message is found again in Slack."""
    return secrets.token_urlsafe(16)


def _build_claim(now: datetime, lease: timedelta | None) -> dict[str, Any]:
    if lease is None:
        return {"state": "waiting", "attempts": 0, "lease_until": None}
    return {"state": "held", "attempts": 1, "lease_until": now + lease}


def claim_rows(
    session: Session, table: type[QueueRow], now: datetime, *, lease: timedelta, limit: int, only: int | None = None
) -> list[QueueRow]:
    """Claim the next rows that are due, oldest first, until the lease runs out; `only` claims one row by its id.

    A row whose holder died is due again after its lease; `attempts` counts the claims.
    """
    query = (
        select(table)
        .where(table.state.in_(OPEN), table.not_before <= now)
        .where(or_(table.lease_until.is_(None), table.lease_until <= now))
        .order_by(table.id)
        .limit(limit)
        # PostgreSQL's workers do not wait for rows that others are just claiming; SQLite has one writer at a time.
        .with_for_update(skip_locked=True, of=table)
    )
    if only is not None:
        query = query.where(table.id == only)
    if table is Inbox:
        # What is said in one conversation is answered in the order in which it was said.
        ahead = select(_earlier.id).where(_earlier.lane == Inbox.lane, _earlier.id < Inbox.id, _earlier.state.in_(OPEN))
        query = query.where(or_(Inbox.lane.is_(None), ~ahead.exists()))
    rows = list(session.scalars(query))
    for row in rows:
        row.state = "held"
        row.attempts += 1
        row.lease_until = now + lease
    session.flush()
    return rows


def extend_leases(session: Session, table: type[QueueRow], held: Mapping[int, int], until: datetime) -> None:
    """Extend the leases of rows (id -> attempt) that their holder still works on."""
    for number, attempt in held.items():
        still = update(table).where(table.id == number, table.state == "held", table.attempts == attempt)
        session.execute(still.values(lease_until=until), execution_options={"synchronize_session": False})


def is_due(session: Session, table: type[QueueRow], now: datetime) -> bool:
    """Say whether there may be something to claim, without taking a lock."""
    query = select(table.id).where(table.state.in_(OPEN), table.not_before <= now)
    free = query.where(or_(table.lease_until.is_(None), table.lease_until <= now))
    return session.scalar(free.limit(1)) is not None


def settle_row(session: Session, row: Inbox | Outbox, state: str, now: datetime, error: str | None = None) -> None:
    """End a row as done, or as dead with the reason. It is never claimed again."""
    row.state = state
    row.settled_at = now
    row.lease_until = None
    row.error = error
    session.flush()


def conclude_event(session: Session, number: int, attempt: int, now: datetime) -> bool:
    """End an event as done and delete its payload. Return False where this attempt no longer holds it."""
    given = {"number": number, "attempt": attempt, "settled": now}
    return bool(session.connection().execute(CONCLUDED, given).rowcount)


def put_back(session: Session, row: Inbox | Outbox, not_before: datetime, error: str | None = None) -> None:
    """Release a row, to be claimed again from this moment on."""
    row.state = "waiting"
    row.lease_until = None
    row.not_before = not_before
    row.error = error
    session.flush()


def begin_attempt(row: Outbox, now: datetime) -> datetime | None:
    """Record that a message is about to be sent; return when an earlier attempt of unknown outcome began."""
    before, row.tried_at = row.tried_at, now
    return before


def mark_tried(row: Outbox, at: datetime | None) -> None:
    """Record when an attempt of unknown outcome began; None means that the message is certainly not in Slack."""
    row.tried_at = at


def postpone(session: Session, row: Outbox, not_before: datetime) -> None:
    """Release a claimed message without counting an attempt, since none was made to send it."""
    row.attempts -= 1
    put_back(session, row, not_before, row.error)


def record_post(row: Outbox, channel: str, ts: str | None) -> None:
    """Record where a message stands in Slack, and delete its text."""
    row.channel = channel
    row.posted_ts = ts
    row.body = None


def replace_body(row: Outbox, body: dict[str, Any]) -> None:
    """Replace the text of a message that Slack refused as it was."""
    row.body = body
    row.tried_at = None


def find_held_row(session: Session, table: type[QueueRow], number: int, attempt: int) -> QueueRow | None:
    """Load and lock the row if this attempt still holds it; None where the lease ran out and another took over."""
    row = session.get(table, number, with_for_update=True)
    return row if row is not None and row.state == "held" and row.attempts == attempt else None


def has_event_since(session: Session, workspace_id: int, prefix: str, since: datetime) -> bool:
    """Say whether an event whose key begins with `prefix` has come in since a moment."""
    query = select(Inbox.id).where(
        Inbox.workspace_id == workspace_id,
        Inbox.key >= prefix,
        Inbox.key < f"{prefix}\x7f",
        Inbox.created_at >= since,
    )
    return session.scalar(query.limit(1)) is not None


def add_to_payload(session: Session, row: Inbox, **more: Any) -> None:
    """Add values to the payload of an event that is being worked on."""
    row.payload = {**(row.payload or {}), **more}
    session.flush()


def count_open_rows(session: Session, table: type[QueueRow]) -> int:
    """Count the rows that wait or are held."""
    return session.scalar(select(func.count()).select_from(table).where(table.state.in_(OPEN))) or 0


def delete_settled_rows(session: Session, now: datetime) -> None:
    """Delete rows that were settled two days ago or earlier."""
    for table in (Inbox, Outbox):
        session.execute(delete(table).where(table.settled_at < now - SETTLED_KEPT_FOR))


def _insert_new(session: Session, table: type[Any], values: dict[str, Any]) -> int | None:
    connection = session.connection()
    found: int | None = connection.execute(INSERTS[connection.dialect.name, table], values).scalar()
    return found


def _build_insert(dialect: Any, table: type[Any]) -> Any:
    columns = table.__table__
    made = dialect.insert(columns).on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    return made.returning(columns.c.id)


# Every event and every answer passes here, and building such a statement takes longer than running it.
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

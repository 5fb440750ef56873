"""Proposed calls that wait for their person's yes or choice, and what a thread last showed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database.expressions import begin_insert
from storage.tables import Confirmation, Focus

LIFETIME = timedelta(minutes=15)
FOCUS_LIFETIME = timedelta(hours=24)
TICK = timedelta(microseconds=1)
"""The least that the database tells apart."""
# The thread of proposals that no word answers any more. No conversation has this name.
ASIDE = "aside"


def save_proposal(
    session: Session,
    *,
    workspace_id: int,
    rep_id: int,
    thread: str,
    now: datetime,
    command: str,
    arguments: dict[str, Any],
    origin: str,
    shown: str = "",
    choices: list[Any] | None = None,
    field: str | None = None,
) -> str:
    """Save a call that waits fifteen minutes for its person's yes or choice; return its id.

    `shown` is the fingerprint of what its card asks and of the changes it shows.
    """
    # A word answers the newest. A clock that stands or lags must not put an older card before this one.
    newest = session.scalar(
        select(func.max(Confirmation.created_at)).where(
            Confirmation.workspace_id == workspace_id, Confirmation.rep_id == rep_id
        )
    )
    row = Confirmation(
        # Not a number: ids travel in buttons and must not be guessed.
        id=secrets.token_urlsafe(9),
        workspace_id=workspace_id,
        rep_id=rep_id,
        thread=thread,
        command=command,
        arguments=arguments,
        shown=shown,
        origin=origin,
        choices=choices,
        field=field,
        created_at=now if newest is None else max(now, newest + TICK),
        expires_at=now + LIFETIME,
    )
    session.add(row)
    session.flush()
    return row.id


def answer_in_order(session: Session, workspace_id: int, rep_id: int, confirmation_ids: Sequence[str]) -> None:
    """Have a word answer the first of these proposals, then the next: they stand below one another."""
    rows = [row for each in confirmation_ids if (row := find_proposal(session, workspace_id, rep_id, each))]
    times = sorted((row.created_at for row in rows), reverse=True)
    for row, at in zip(rows, times, strict=True):
        row.created_at = at


def lock_proposal(session: Session, workspace_id: int, rep_id: int, confirmation_id: str) -> Confirmation | None:
    """Load the person's own proposal and lock it until the transaction ends."""
    return session.scalar(
        select(Confirmation)
        .where(
            Confirmation.id == confirmation_id,
            Confirmation.workspace_id == workspace_id,
            Confirmation.rep_id == rep_id,
        )
        .with_for_update()
    )


def find_proposal(session: Session, workspace_id: int, rep_id: int, confirmation_id: str) -> Confirmation | None:
    """Find the person's own proposal, for reading only."""
    row = session.get(Confirmation, confirmation_id)
    return row if row is not None and (row.workspace_id, row.rep_id) == (workspace_id, rep_id) else None


def find_open_proposal(
    session: Session,
    workspace_id: int,
    rep_id: int,
    thread: str,
    now: datetime,
    *,
    near: str = "",
    key: str | None = None,
) -> Confirmation | None:
    """Find the last proposal of this thread that still waits, or that the request with this `key` used itself.

    With `near`, proposals of all threads whose names begin with it count too.
    """
    values = {"workspace": workspace_id, "rep": rep_id, "thread": thread, "now": now, "key": key}
    found: Confirmation | None = session.scalar(_select_open_proposal(near, bool(key)), values)
    return found


# Built once: every sentence asks this, and to build it takes longer than to ask it.
@lru_cache(maxsize=64)
def _select_open_proposal(near: str, keyed: bool) -> Any:
    waits = and_(Confirmation.used_at.is_(None), Confirmation.expires_at > bindparam("now"))
    return (
        select(Confirmation)
        .where(
            Confirmation.workspace_id == bindparam("workspace"),
            Confirmation.rep_id == bindparam("rep"),
            _match_thread(Confirmation.thread, bindparam("thread"), near),
            or_(waits, Confirmation.used_by == bindparam("key")) if keyed else waits,
        )
        # A repeated run of a request finds what it used before anything that still waits, and so answers the same.
        .order_by(Confirmation.used_at.is_(None), Confirmation.created_at.desc())
        .limit(1)
    )


def set_aside(session: Session, workspace_id: int, rep_id: int, thread: str, *, near: str = "") -> None:
    """Take the proposals that wait out of their threads: they can still be pressed, but no word answers them."""
    waits = (Confirmation.rep_id == rep_id, Confirmation.used_at.is_(None))
    query = update(Confirmation).where(
        Confirmation.workspace_id == workspace_id, *waits, _match_thread(Confirmation.thread, thread, near)
    )
    session.execute(query.values(thread=ASIDE), execution_options={"synchronize_session": False})


def mark_used(
    session: Session, confirmation: Confirmation, outcome: str, now: datetime, key: str | None = None
) -> None:
    """Mark a proposal as used by the request with this key; no other request can use it again."""
    confirmation.used_at = now
    confirmation.outcome = outcome
    confirmation.used_by = key
    session.flush()


def replace_follow_ups(session: Session, choice: Confirmation, now: datetime) -> bool:
    """Settle the proposals that came of a choice, which is made again; return whether one of them was answered."""
    query = select(Confirmation).where(
        Confirmation.workspace_id == choice.workspace_id,
        Confirmation.rep_id == choice.rep_id,
        Confirmation.command == choice.command,
        Confirmation.created_at >= choice.used_at,
    )
    came = [
        each
        for each in session.scalars(query)
        if choice.field and each.choices is None and each.arguments.get(choice.field) == choice.arguments[choice.field]
    ]
    for each in came:
        if each.used_at is None:
            mark_used(session, each, "replaced", now)
    return any(each.outcome not in ("replaced", "overtaken") for each in came)


def find_focus(
    session: Session, workspace_id: int, rep_id: int, thread: str, now: datetime, *, near: str = ""
) -> Focus | None:
    """Find what the thread last showed to this person, at most a day ago.

    Where it has shown nothing yet, the newest of the threads whose names begin with `near` counts.
    """
    found = session.scalar(SELECT_FOCUS, {"workspace": workspace_id, "rep": rep_id, "thread": thread})
    if found is None and near:
        found = session.scalar(
            select(Focus)
            .where(
                Focus.workspace_id == workspace_id,
                Focus.rep_id == rep_id,
                Focus.thread.startswith(near, autoescape=True),
            )
            .order_by(Focus.updated_at.desc())
            .limit(1)
        )
    return found if found is not None and found.updated_at > now - FOCUS_LIFETIME else None


SELECT_FOCUS = select(Focus).where(
    Focus.workspace_id == bindparam("workspace"), Focus.rep_id == bindparam("rep"), Focus.thread == bindparam("thread")
)


def _match_thread(column: Any, thread: Any, near: str) -> Any:
    return or_(column == thread, column.startswith(near, autoescape=True)) if near else column == thread


def save_focus(
    session: Session,
    *,
    workspace_id: int,
    rep_id: int,
    thread: str,
    now: datetime,
    records: list[str],
    command: str | None,
    arguments: dict[str, Any] | None,
    listed: list[str] | None = None,
) -> None:
    """Save what a thread showed last and the list it is of."""
    whose = {"workspace_id": workspace_id, "rep_id": rep_id, "thread": thread}
    shown = {"records": records, "listed": listed, "command": command, "arguments": arguments, "updated_at": now}
    session.execute(_replace_focus(session.get_bind().dialect.name), {**whose, **shown})


# Built once, as every answer ends with it.
@cache
def _replace_focus(dialect: str) -> Any:
    query = begin_insert(dialect, Focus.__table__)
    whose = [column.name for column in Focus.__table__.primary_key]
    shown = {each.name: each for each in query.excluded if each.name not in whose}
    return query.on_conflict_do_update(index_elements=whose, set_=shown)

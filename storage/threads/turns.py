"""The turns of a person's thread: the last twenty, for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import Turn

LIFETIME = timedelta(hours=24)
MOST_KEPT = 20
LONGEST = 1_000
MOST_RECORDS = 10


@dataclass(frozen=True)
class KeptTurn:
    """What a person said, the calls made of it, and references to the records shown."""

    said: str
    calls: tuple[dict[str, Any], ...]
    records: tuple[str, ...]


def save_turn(
    session: Session,
    *,
    workspace_id: int,
    rep_id: int,
    thread: str,
    now: datetime,
    said: str,
    calls: Sequence[dict[str, Any]],
    records: Sequence[str],
) -> None:
    """Save a turn, and delete turns that are a day old or beyond the last twenty of the thread."""
    delete_old_turns(session, now)
    session.add(
        Turn(
            workspace_id=workspace_id,
            rep_id=rep_id,
            thread=thread,
            at=now,
            said=said[:LONGEST],
            calls=list(calls),
            records=list(records)[:MOST_RECORDS],
        )
    )
    session.flush()
    own = (Turn.workspace_id == workspace_id, Turn.rep_id == rep_id, Turn.thread == thread)
    newest = session.scalars(select(Turn.id).where(*own).order_by(Turn.id.desc()).limit(MOST_KEPT)).all()
    session.execute(delete(Turn).where(*own, Turn.id < newest[-1]))


def list_last_turns(
    session: Session, workspace_id: int, rep_id: int, thread: str, now: datetime, *, near: str = "", limit: int = 6
) -> list[KeptTurn]:
    """List this person's last turns of a day, oldest first: of the thread, or of all whose names begin with `near`."""
    place = Turn.thread.startswith(near, autoescape=True) if near else Turn.thread == thread
    rows = session.scalars(
        select(Turn)
        .where(
            Turn.workspace_id == workspace_id,
            Turn.rep_id == rep_id,
            place,
            Turn.at > now - LIFETIME,
        )
        .order_by(Turn.id.desc())
        .limit(limit)
    )
    return [KeptTurn(row.said, tuple(row.calls), tuple(row.records)) for row in reversed(rows.all())]


def delete_old_turns(session: Session, now: datetime) -> int:
    """Delete turns that are a day old. Return how many."""
    gone = session.execute(delete(Turn).where(Turn.at <= now - LIFETIME))
    return int(getattr(gone, "rowcount", 0) or 0)


def delete_turns(session: Session, workspace_id: int) -> None:
    """Delete every turn of a workspace."""
    session.execute(delete(Turn).where(Turn.workspace_id == workspace_id))

"""What reps thought of answers. A vote is kept longer than the words of the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database.expressions import insert_into
from storage.tables import Vote


def save_vote(
    session: Session,
    *,
    workspace_id: int,
    rep_id: int,
    key: str,
    good: bool,
    now: datetime,
    understood_by: str | None = None,
    command: str | None = None,
    model: str | None = None,
) -> None:
    """Save a vote on the answer that its surface knows by `key`; a second vote replaces the first."""
    whose = {"workspace_id": workspace_id, "rep_id": rep_id, "key": key}
    vote = {"good": good, "at": now, "understood_by": understood_by, "command": command, "model": model}
    query = insert_into(session, Vote).values(**whose, **vote)
    session.execute(query.on_conflict_do_update(index_elements=list(whose), set_=vote))


def count_votes(session: Session, workspace_id: int) -> dict[tuple[str | None, bool], int]:
    """Count votes: (who understood the question, whether the answer was good) -> number."""
    query = select(Vote.understood_by, Vote.good, func.count()).where(Vote.workspace_id == workspace_id)
    return {(by, good): count for by, good, count in session.execute(query.group_by(Vote.understood_by, Vote.good))}

"""What the reader of sentences learned from a workspace's own ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from storage.tables import ReaderLearning, Workspace


@dataclass(frozen=True, eq=False)
class LearnedReading:
    """How a workspace's weights differ from those of the package, learned (UTC) from that many sentences."""

    learned_at: datetime
    sentences: int
    changes: dict[str, Any]


def load_learned_reading(session: Session, workspace_id: int) -> LearnedReading | None:
    """Load what a workspace's reader learned; None where it learned nothing."""
    row = session.execute(
        select(ReaderLearning.learned_at, ReaderLearning.sentences, ReaderLearning.changes).where(
            ReaderLearning.workspace_id == workspace_id
        )
    ).one_or_none()
    return LearnedReading(*row) if row else None


def save_learned_reading(session: Session, workspace_id: int, learned: LearnedReading | None) -> None:
    """Keep what was learned in the place of what was known before; None forgets it. Every process reads it anew."""
    session.execute(delete(ReaderLearning).where(ReaderLearning.workspace_id == workspace_id))
    if learned is not None:
        session.execute(
            insert(ReaderLearning).values(
                workspace_id=workspace_id,
                learned_at=learned.learned_at,
                sentences=learned.sentences,
                changes=learned.changes,
            )
        )
    # As with statuses and stages: a new version makes every process load its copy anew.
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(version=Workspace.version + 1))

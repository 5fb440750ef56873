"""Models that score leads, and what reps say about scores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class ScoreModel(Numbered, InWorkspace, Base):
    """A model as plain data: bins, categories and weights in `data`, how good it is in `evaluation`.

    One model of a workspace is active. `state` is ok, not_predictive or rules; in the latter two the plain rules
    score. `scored_at` is when all open leads were last scored with it.
    """

    __tablename__ = "score_model"
    __table_args__ = (
        Index("uq_score_model_workspace_id_name", "workspace_id", "name", unique=True),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(Boolean, default=False)
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Loaded only on demand: it is large, and most readers want no more than name and state.
    data: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    evaluation: Mapped[dict[str, Any]] = mapped_column()


class ScoringPart(Numbered, InWorkspace, Base):
    """A part of the newest scoring run: the open leads in a range of ids, and what came of them once it is `done`.

    The last part has no range. It ends the run, when all others are done.
    """

    __tablename__ = "scoring_part"
    __table_args__ = (
        Index("ix_scoring_part_workspace_id_done", "workspace_id", "done"),
        {"sqlite_autoincrement": True},
    )

    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    first_lead: Mapped[int | None] = mapped_column(Key)
    last_lead: Mapped[int | None] = mapped_column(Key)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
    leads: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    unscored: Mapped[int] = mapped_column(Integer, default=0)


class ScoreFeedback(Numbered, InWorkspace, Base):
    """A rep's "this is wrong" about a score."""

    __tablename__ = "score_feedback"
    __table_args__ = (
        Index("uq_score_feedback_lead_score_id_rep_id", "lead_score_id", "rep_id", unique=True),
        Index("ix_score_feedback_lead_id", "lead_id"),
        Index("ix_score_feedback_workspace_id_at", "workspace_id", "at"),
        {"sqlite_autoincrement": True},
    )

    lead_score_id: Mapped[int] = mapped_column(Key, ForeignKey("lead_score.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(Key, ForeignKey("lead.id", ondelete="CASCADE"))
    rep_id: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(500))
    said: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

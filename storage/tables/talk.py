"""Turns of threads, the usage of language models, and votes on answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class Turn(Numbered, InWorkspace, Base):
    """One turn of a person's thread: the words, the calls, and which records were shown.

    Answers are not stored: records are read anew, as far as the person may see them then.
    """

    __tablename__ = "turn"
    __table_args__ = (
        Index("ix_turn_workspace_id_rep_id_thread", "workspace_id", "rep_id", "thread"),
        Index("ix_turn_at", "at"),
        {"sqlite_autoincrement": True},
    )

    rep_id: Mapped[int] = mapped_column(Key)
    thread: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text)
    calls: Mapped[list[Any]] = mapped_column()
    records: Mapped[list[Any]] = mapped_column()


class ModelUsage(Base):
    """What one person's questions used of one model on one day (UTC). `cost` is in millionths of a currency unit."""

    __tablename__ = "model_usage"
    __table_args__ = (Index("ix_model_usage_workspace_id_day", "workspace_id", "day"),)

    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    rep_id: Mapped[int] = mapped_column(Key, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    rounds: Mapped[int] = mapped_column(Integer)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int] = mapped_column(BigInteger)


class Vote(Numbered, InWorkspace, Base):
    """What a rep thought of an answer. `key` names the answer on its surface; its words are not stored."""

    __tablename__ = "vote"
    __table_args__ = (
        Index("uq_vote_workspace_id_rep_id_key", "workspace_id", "rep_id", "key", unique=True),
        {"sqlite_autoincrement": True},
    )

    rep_id: Mapped[int] = mapped_column(Key)
    key: Mapped[str] = mapped_column(String(200))
    good: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    understood_by: Mapped[str | None] = mapped_column(String(20))
    command: Mapped[str | None] = mapped_column(String(60))
    model: Mapped[str | None] = mapped_column(String(120))

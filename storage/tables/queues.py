"""The inbox of events from Slack and the outbox of messages to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import UtcDateTime


class Leased:
    """A row that one worker at a time may hold, until its lease runs out."""

    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class Inbox(Numbered, InWorkspace, Leased, Base):
    """An accepted event. Its key, the channel and time of the message, makes two deliveries one event."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_workspace_id_key", "workspace_id", "key", unique=True),
        Index("ix_inbox_state_not_before", "state", "not_before"),
        Index("ix_inbox_lane", "lane", "id"),
        {"sqlite_autoincrement": True},
    )

    key: Mapped[str] = mapped_column(String(200))
    # Events of one lane are worked on one after the other, in the order in which they came.
    lane: Mapped[str | None] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any] | None] = mapped_column()


class Outbox(Numbered, InWorkspace, Leased, Base):
    """A message to be posted."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_workspace_id_key", "workspace_id", "key", unique=True),
        Index("uq_outbox_token", "token", unique=True),
        Index("ix_outbox_state_not_before", "state", "not_before"),
        {"sqlite_autoincrement": True},
    )

    key: Mapped[str] = mapped_column(String(200))
    # Sent along as metadata: after a timeout the message is looked for by it, since Slack knows no idempotency key.
    token: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(40))
    thread_ts: Mapped[str | None] = mapped_column(String(40))
    user: Mapped[str | None] = mapped_column(String(40))
    body: Mapped[dict[str, Any] | None] = mapped_column()
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    posted_ts: Mapped[str | None] = mapped_column(String(40))

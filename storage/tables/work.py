"""Activities, follow-ups, scores of leads, digests and alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class About:
    """The records that an activity or a follow-up belongs to."""

    lead_id: Mapped[int | None] = mapped_column(Key, ForeignKey("lead.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(Key, ForeignKey("contact.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id", ondelete="SET NULL"))
    opportunity_id: Mapped[int | None] = mapped_column(Key, ForeignKey("opportunity.id", ondelete="SET NULL"))


class Activity(Numbered, InWorkspace, About, Base):
    """A call, email, meeting or note. All but notes count as touches."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("uq_activity_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_activity_workspace_id_owner_id_at", "workspace_id", "owner_id", "at", "kind"),
        Index("ix_activity_lead_id_at", "lead_id", "at"),
        Index("ix_activity_contact_id_at", "contact_id", "at"),
        Index("ix_activity_account_id_at", "account_id", "at"),
        Index("ix_activity_opportunity_id_at", "opportunity_id", "at"),
        {"sqlite_autoincrement": True},
    )

    external_id: Mapped[str | None] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("rep.id", ondelete="SET NULL"))
    custom: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class FollowUp(Numbered, InWorkspace, About, Base):
    """Something its owner means to do by a date (the owner's local date)."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("uq_follow_up_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_follow_up_workspace_id_owner_id_due", "workspace_id", "owner_id", "done_at", "due"),
        Index("ix_follow_up_workspace_id_due", "workspace_id", "done_at", "due"),
        Index("ix_follow_up_lead_id", "lead_id", "done_at", "due"),
        Index("ix_follow_up_opportunity_id", "opportunity_id", "done_at", "due"),
        Index("ix_follow_up_contact_id", "contact_id"),
        Index("ix_follow_up_account_id", "account_id"),
        {"sqlite_autoincrement": True},
    )

    external_id: Mapped[str | None] = mapped_column(String(255))
    due: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(String(1000))
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("rep.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    custom: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class LeadScore(Numbered, InWorkspace, Base):
    """A score of a lead as of a moment: 1 to 99, with its probability, reasons and model."""

    __tablename__ = "lead_score"
    __table_args__ = (
        Index("uq_lead_score_lead_id_as_of_model", "lead_id", "as_of", "model", unique=True),
        Index("ix_lead_score_workspace_id_as_of", "workspace_id", "as_of"),
        {"sqlite_autoincrement": True},
    )

    lead_id: Mapped[int] = mapped_column(Key, ForeignKey("lead.id", ondelete="CASCADE"))
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    score: Mapped[int] = mapped_column(Integer)
    probability: Mapped[float | None] = mapped_column(Float)
    model: Mapped[str] = mapped_column(String(60))
    reasons: Mapped[dict[str, Any] | None] = mapped_column()
    # Scores of the workspace's own model and imported ones are stored side by side; people see one kind.
    shown: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class DigestRun(Numbered, InWorkspace, Base):
    """The digest of a rep for one local date. The unique index allows one at most."""

    __tablename__ = "digest_run"
    __table_args__ = (
        Index("uq_digest_run_rep_id_local_date", "rep_id", "local_date", unique=True),
        {"sqlite_autoincrement": True},
    )

    rep_id: Mapped[int] = mapped_column(Key, ForeignKey("rep.id", ondelete="CASCADE"))
    local_date: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where its message stands in Slack.
    channel: Mapped[str | None] = mapped_column(String(40))
    posted_ts: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[dict[str, Any] | None] = mapped_column()
    # All that its message was made of: it is made again, ticked off, when something on it is done.
    whole: Mapped[dict[str, Any] | None] = mapped_column()


class HotAlert(Numbered, InWorkspace, Base):
    """A new hot lead of which its owner was told, once, on this local date."""

    __tablename__ = "hot_alert"
    __table_args__ = (
        Index("uq_hot_alert_lead_id", "lead_id", unique=True),
        Index("ix_hot_alert_rep_id_local_date", "rep_id", "local_date"),
        {"sqlite_autoincrement": True},
    )

    rep_id: Mapped[int] = mapped_column(Key, ForeignKey("rep.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(Key, ForeignKey("lead.id", ondelete="CASCADE"))
    local_date: Mapped[date] = mapped_column(Date)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""A workspace, its people and its own vocabulary."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Time, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class Workspace(Numbered, Base):
    """A company that uses Leadlight. Where a setting is null, the program's setting holds."""

    __tablename__ = "workspace"
    __table_args__ = ({"sqlite_autoincrement": True},)

    name: Mapped[str] = mapped_column(String(200))
    slack_team_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    fiscal_start_month: Mapped[int] = mapped_column(Integer, default=1)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    visibility: Mapped[str | None] = mapped_column(String(20))
    digest_time: Mapped[time | None] = mapped_column(Time)
    digest_size: Mapped[int] = mapped_column(Integer, default=5)
    digest_weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    working_days: Mapped[list[Any]] = mapped_column(default=lambda: ["mon", "tue", "wed", "thu", "fri"])
    holidays: Mapped[list[Any]] = mapped_column(default=list)
    guidelines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    hot_from: Mapped[int | None] = mapped_column(Integer)
    warm_from: Mapped[int | None] = mapped_column(Integer)
    bands_given: Mapped[bool] = mapped_column(Boolean, default=False)
    tell_quiet_days: Mapped[bool] = mapped_column(Boolean, default=False)
    scores_shown: Mapped[str | None] = mapped_column(String(12))
    # Since when people see this kind of scores: no movement reaches back beyond it. Null: from the beginning.
    scores_shown_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Days within which a lead has to convert to count for its score; null: 90.
    score_horizon_days: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Rep(Numbered, InWorkspace, Base):
    """A person who works with records: a rep, a manager or an administrator."""

    __tablename__ = "rep"
    __table_args__ = (
        Index("uq_rep_workspace_id_email", "workspace_id", "email", unique=True),
        Index("uq_rep_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("uq_rep_workspace_id_slack_user_id", "workspace_id", "slack_user_id", unique=True),
        Index("ix_rep_workspace_id_manager_id", "workspace_id", "manager_id"),
        Index("ix_rep_workspace_id_name", "workspace_id", "name"),
        {"sqlite_autoincrement": True},
    )

    external_id: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    first_name: Mapped[str | None] = mapped_column(String(255))
    last_name: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    slack_user_id: Mapped[str | None] = mapped_column(String(40))
    manager_id: Mapped[int | None] = mapped_column(Key, ForeignKey("rep.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(String(20), default="rep")
    role_given: Mapped[bool] = mapped_column(Boolean, default=False)
    team: Mapped[str | None] = mapped_column(String(255))
    # Given by a person or an import. `slack_time_zone` follows the Slack profile and holds where this one is null.
    time_zone: Mapped[str | None] = mapped_column(String(64))
    slack_time_zone: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    digest_enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    digest_time: Mapped[time | None] = mapped_column(Time)
    digest_days: Mapped[list[Any] | None] = mapped_column()
    digest_size: Mapped[int | None] = mapped_column(Integer)
    tell_quiet_days: Mapped[bool | None] = mapped_column(Boolean)
    tell_hot_leads: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    # When the person got the message that greets who meets the bot for the first time.
    welcomed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    custom: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Status(Numbered, InWorkspace, Base):
    """A lead status of the workspace. Rules depend on its class, never on its name."""

    __tablename__ = "status"
    __table_args__ = (
        Index("uq_status_workspace_id_name_key", "workspace_id", "name_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    status_class: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column(Boolean, default=False)


class Stage(Numbered, InWorkspace, Base):
    """An opportunity stage of the workspace with its probability (percent) and forecast category."""

    __tablename__ = "stage"
    __table_args__ = (
        Index("uq_stage_workspace_id_name_key", "workspace_id", "name_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    probability: Mapped[int] = mapped_column(Integer)
    category: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column(Boolean, default=False)


class ReaderLearning(InWorkspace, Base):
    """What the reader of sentences learned from a workspace's own ones: how its weights differ from the package's."""

    __tablename__ = "reader_learning"

    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    learned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sentences: Mapped[int] = mapped_column(Integer)
    changes: Mapped[dict[str, Any]] = mapped_column()


class Source(Numbered, InWorkspace, Base):
    """A lead source of the workspace."""

    __tablename__ = "source"
    __table_args__ = (
        Index("uq_source_workspace_id_name_key", "workspace_id", "name_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer)
    retired: Mapped[bool] = mapped_column(Boolean, default=False)

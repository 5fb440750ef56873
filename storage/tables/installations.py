"""Slack teams that installed the app by OAuth. Tokens are stored encrypted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import UtcDateTime


class Installation(Numbered, InWorkspace, Base):
    """The app in one Slack team. `bot_token` and `refresh_token` are encrypted; the key is in the settings.

    A team that removed the app keeps its row, without tokens.
    """

    __tablename__ = "installation"
    __table_args__ = (Index("uq_installation_team_id", "team_id", unique=True), {"sqlite_autoincrement": True})

    team_id: Mapped[str] = mapped_column(String(40))
    bot_user_id: Mapped[str] = mapped_column(String(40))
    scopes: Mapped[str] = mapped_column(Text)
    bot_token: Mapped[str | None] = mapped_column(Text)
    refresh_token: Mapped[str | None] = mapped_column(Text)
    token_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A refresh token is good once: until then no other process may use it.
    refresh_lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OAuthState(Base):
    """The state with which an installation began. It is good once, for ten minutes, and belongs to no workspace yet."""

    __tablename__ = "oauth_state"

    state: Mapped[str] = mapped_column(String(80), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""A team takes the app out: its token goes, what was open ends, its retention begins."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack.runtime.bot import Bot
from storage.slack import app_installations
from storage.upkeep import retention

log = logging.getLogger(__name__)


def end_installation(
    bot: Bot, team_id: str | None, event: Mapping[str, Any], told_at: object, *, retried: bool
) -> None:
    """Handle `app_uninstalled` or `tokens_revoked`; they come together, in any order, and more than once.

    `told_at` is the event's time in seconds since the epoch. A late retry about an installation that was
    replaced meanwhile ends nothing.
    """
    if team_id is None or (event.get("type") == "tokens_revoked" and not (event.get("tokens") or {}).get("bot")):
        return
    now = bot.clock()
    with bot.database.begin_write() as session:
        row = app_installations.find_by_team(session, team_id)
        happened = datetime.fromtimestamp(told_at, UTC) if isinstance(told_at, int) else now
        if row is not None and retried and happened < row.installed_at:
            return
        workspace_id = app_installations.remove_installation(session, team_id, now)
        if workspace_id is None and (team := bot.teams.find_team(team_id)) is not None:
            workspace_id = team.workspace_id
        if workspace_id is None:
            return
        retention.delete_conversations(session, workspace_id, now)
    bot.teams.refresh_installed()
    log.warning("the app was taken out of team %s", team_id)

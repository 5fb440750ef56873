"""Finds the workspace and the bot token of a Slack team."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from bot.slack.api.clients import SlackClients
from bot.slack.teams.token_encryption import KeyTrouble, TokenCipher
from storage.database.doors import Database, Session
from storage.slack import app_installations
from storage.tables import Installation

log = logging.getLogger(__name__)
# Seconds for which a row that was read is trusted. Every event needs it; but other processes install and remove, too.
FRESH = 2.0
MOST_REMEMBERED = 10_000


class TeamTrouble(Exception):
    """Says, with what to do, that the bot cannot start for this Slack team."""


@dataclass(frozen=True)
class SlackTeam:
    """Describes a Slack team in which the app is installed: its workspace and its bot token."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    token: str = field(repr=False)


class InstalledTeams:
    """Finds the teams that installed the app by OAuth. What is read is remembered for two seconds."""

    def __init__(self, database: Database, cipher: TokenCipher) -> None:
        self._database = database
        self._cipher = cipher
        # By team id and by workspace number: when it was read (on `monotonic`), and the team, None for none.
        self._cache: dict[str | int, tuple[float, SlackTeam | None]] = {}

    def find_team(self, team_id: str) -> SlackTeam | None:
        """Find the team with this Slack id."""
        return self._find_cached(team_id, lambda session: app_installations.find_by_team(session, team_id))

    def find_team_of_workspace(self, workspace_id: int) -> SlackTeam | None:
        """Find the team of a workspace."""
        return self._find_cached(
            workspace_id, lambda session: app_installations.find_by_workspace(session, workspace_id)
        )

    def find_unreadable_teams(self) -> tuple[list[str], int]:
        """Return the ids of the teams whose tokens were stored with another key, and how many teams there are."""
        with self._database.begin_read() as session:
            rows = [each for each in app_installations.list_installations(session) if each.bot_token is not None]
            return [each.team_id for each in rows if self._decrypt_team(each) is None], len(rows)

    def clear_cache(self) -> None:
        """Forget what was read, so that it is read anew."""
        self._cache = {}

    def _find_cached(self, key: str | int, read: Callable[[Session], Installation | None]) -> SlackTeam | None:
        at, team = self._cache.get(key, (-FRESH, None))
        if monotonic() - at < FRESH:
            return team
        # From before the read: the row may change while it is read.
        began = monotonic()
        with self._database.begin_read() as session:
            row = read(session)
            team = self._decrypt_team(row) if row is not None else None
        if len(self._cache) >= MOST_REMEMBERED:
            self._cache = {}
        self._cache[key] = (began, team)
        return team

    def _decrypt_team(self, row: Installation) -> SlackTeam | None:
        assert row.bot_token is not None
        try:
            return SlackTeam(row.workspace_id, row.team_id, row.bot_user_id, self._cipher.decrypt(row.bot_token))
        except KeyTrouble as trouble:
            log.error("team %s is not served: %s", row.team_id, trouble)
            return None


class SlackTeams:
    """Finds the teams that this process serves: the one of SLACK_BOT_TOKEN and those that installed the app."""

    def __init__(self, *teams: SlackTeam, installed: InstalledTeams | None = None) -> None:
        self._by_id = {team.team_id: team for team in teams}
        self._installed = installed

    def find_team(self, team_id: str | None) -> SlackTeam | None:
        """Find the team with this Slack id, None where it is not served."""
        found = self._by_id.get(team_id or "")
        if found is None and team_id and self._installed is not None:
            return self._installed.find_team(team_id)
        return found

    def find_team_of_workspace(self, workspace_id: int) -> SlackTeam | None:
        """Find the team of a workspace, None where it is not served."""
        found = next((team for team in self._by_id.values() if team.workspace_id == workspace_id), None)
        if found is None and self._installed is not None:
            return self._installed.find_team_of_workspace(workspace_id)
        return found

    def is_own(self, team_id: str) -> bool:
        """Return whether a team is the one of SLACK_BOT_TOKEN."""
        return team_id in self._by_id

    def serves_workspace(self, workspace_id: int) -> bool:
        """Return whether a workspace has a team to send messages to."""
        return self.find_team_of_workspace(workspace_id) is not None

    def refresh_installed(self) -> None:
        """Read installations anew from now on, because one was made or removed."""
        if self._installed is not None:
            self._installed.clear_cache()


def bind_team(database: Database, clients: SlackClients, token: str, now: datetime) -> SlackTeam:
    """Find the team of a bot token; at the first start bind the database's only workspace to it.

    TeamTrouble where the database belongs to another team; SlackApiError where Slack refuses the token.
    """
    told = clients.reading(token).auth_test()
    team_id, bot_user_id = str(told["team_id"]), str(told["user_id"])
    with database.begin_write() as session:
        workspace_id = app_installations.bind_team(session, team_id, now)
    if workspace_id is None:
        raise TeamTrouble(
            f"The token belongs to the Slack team {told.get('team') or team_id}, this database to another one. "
            "Set SLACK_BOT_TOKEN of the right team, or DATABASE_URL to a database of its own."
        )
    return SlackTeam(workspace_id, team_id, bot_user_id, token)

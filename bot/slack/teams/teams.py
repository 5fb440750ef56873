"""Which Slack team is which workspace, and with which token the bot speaks there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy.orm import Session

from bot.slack.api.clients import Clients
from bot.slack.teams.token_encryption import KeyTrouble, Seal
from storage.database.doors import Database
from storage.slack import app_installations
from storage.tables import Installation
from storage.workspaces.workspace_vocabulary import bind_slack_team

log = logging.getLogger(__name__)
FRESH = 2.0
"""Seconds for which an installation is believed to be as it was read: others come and go in other processes too."""

MOST_REMEMBERED = 10_000


class TeamTrouble(Exception):
    """The bot cannot start for this Slack team. The message says what to do."""


@dataclass(frozen=True)
class Team:
    """A Slack team in which the app is installed."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    token: str = field(repr=False)


class Installed:
    """The teams that installed the app by OAuth, as the table has them, remembered for two seconds."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._teams: dict[str | int, tuple[float, Team | None]] = {}

    def of(self, team_id: str) -> Team | None:
        return self._remembered(team_id, lambda session: app_installations.of_team(session, team_id))

    def of_workspace(self, workspace_id: int) -> Team | None:
        return self._remembered(workspace_id, lambda session: app_installations.of_workspace(session, workspace_id))

    def unreadable(self) -> tuple[list[str], int]:
        """The teams whose tokens were stored with another key, and how many teams there are."""
        with self._database.reading() as session:
            rows = [each for each in app_installations.all_of_them(session) if each.bot_token is not None]
            return [each.team_id for each in rows if self._opened(each) is None], len(rows)

    def forget(self) -> None:
        """Read everything anew."""
        self._teams = {}

    def _remembered(self, key: str | int, read: Callable[[Session], Installation | None]) -> Team | None:
        at, team = self._teams.get(key, (-FRESH, None))
        if monotonic() - at < FRESH:
            return team
        began = monotonic()
        with self._database.reading() as session:
            row = read(session)
            team = self._opened(row) if row is not None else None
        if len(self._teams) >= MOST_REMEMBERED:
            self._teams = {}
        self._teams[key] = (began, team)
        return team

    def _opened(self, row: Installation) -> Team | None:
        assert row.bot_token is not None
        try:
            return Team(row.workspace_id, row.team_id, row.bot_user_id, self._seal.open(row.bot_token))
        except KeyTrouble as trouble:
            log.error("team %s is not served: %s", row.team_id, trouble)
            return None


class Teams:
    """The teams that this process serves: that of the bot token, and those of the table."""

    def __init__(self, *teams: Team, installed: Installed | None = None) -> None:
        self._by_id = {team.team_id: team for team in teams}
        self._installed = installed

    def of(self, team_id: str | None) -> Team | None:
        """The team an event, command or press came from."""
        found = self._by_id.get(team_id or "")
        if found is None and team_id and self._installed is not None:
            return self._installed.of(team_id)
        return found

    def of_workspace(self, workspace_id: int) -> Team | None:
        """The team to which a workspace's messages go."""
        found = next((team for team in self._by_id.values() if team.workspace_id == workspace_id), None)
        if found is None and self._installed is not None:
            return self._installed.of_workspace(workspace_id)
        return found

    def serves(self, workspace_id: int) -> bool:
        """Whether a workspace's messages can go anywhere now."""
        return self.of_workspace(workspace_id) is not None

    def changed(self) -> None:
        """An installation came or went: what is remembered of the table holds no more."""
        if self._installed is not None:
            self._installed.forget()


def bound_team(database: Database, clients: Clients, token: str) -> Team:
    """The team of a bot token, bound to the database's only workspace at the first start.

    TeamTrouble where the database belongs to another team; SlackApiError where Slack refuses the token.
    """
    told = clients.reading(token).auth_test()
    team_id, bot_user_id = str(told["team_id"]), str(told["user_id"])
    with database.writing() as session:
        workspace_id = bind_slack_team(session, team_id)
    if workspace_id is None:
        raise TeamTrouble(
            f"The token belongs to the Slack team {told.get('team') or team_id}, this database to another one. "
            "Set SLACK_BOT_TOKEN of the right team, or DATABASE_URL to a database of its own."
        )
    return Team(workspace_id, team_id, bot_user_id, token)

"""Which Slack team is which workspace, and with which token the bot speaks there."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from bot.slack.clients import Clients
from storage.database import Database
from storage.tables import Workspace


class TeamTrouble(Exception):
    """The bot cannot start for this Slack team. The message says what to do."""


@dataclass(frozen=True)
class Team:
    """A Slack team in which the app is installed."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    token: str = field(repr=False)


class Teams:
    """The teams that this process serves."""

    def __init__(self, *teams: Team) -> None:
        self._by_id = {team.team_id: team for team in teams}

    def of(self, team_id: str | None) -> Team | None:
        """The team an event, command or press came from."""
        return self._by_id.get(team_id or "")

    def of_workspace(self, workspace_id: int) -> Team | None:
        """The team to which a workspace's messages go."""
        return next((team for team in self._by_id.values() if team.workspace_id == workspace_id), None)


def bound_team(database: Database, clients: Clients, token: str) -> Team:
    """The team of a bot token, bound to the database's only workspace at the first start.

    TeamTrouble where the database belongs to another team; SlackApiError where Slack refuses the token.
    """
    told = clients.reading(token).auth_test()
    team_id, bot_user_id = str(told["team_id"]), str(told["user_id"])
    with database.writing() as session:
        workspaces = list(session.scalars(select(Workspace).order_by(Workspace.id).with_for_update()))
        bound = [each for each in workspaces if each.slack_team_id == team_id]
        free = [each for each in workspaces if each.slack_team_id is None]
        if not bound and len(workspaces) == 1 and free:
            free[0].slack_team_id = team_id
            bound = free
        if not bound:
            raise TeamTrouble(
                f"The token belongs to the Slack team {told.get('team') or team_id}, this database to another one. "
                "Set SLACK_BOT_TOKEN of the right team, or DATABASE_URL to a database of its own."
            )
        return Team(bound[0].id, team_id, bot_user_id, token)

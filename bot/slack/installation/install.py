"""Installing the app into a team: what Slack grants for a code, checked, sealed and kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import Clients
from bot.slack.api.errors import TROUBLE, said_by
from bot.slack.installation.oauth import OAuth, ends_at
from bot.slack.teams.teams import Team, Teams
from bot.slack.teams.users import not_matched, zone_of
from storage.database.doors import Database
from storage.slack import app_installations
from storage.slack.app_installations import Granted, Installer

log = logging.getLogger(__name__)
NO_ANSWER = "Slack did not answer, so nothing was installed. Please try again in a moment."
WHOLE_ORGANISATION = "Leadlight is installed into one workspace at a time, not into a whole organisation."
MEMBERS_ONLY = "Only a full member of the workspace can install Leadlight. Nothing was installed."


class NotInstalled(Exception):
    """Nothing was installed. The message says why, to the person at the browser."""


@dataclass(frozen=True)
class Done:
    """An installation that is kept. `first`: the team had none before, and the installer is its administrator."""

    team_name: str
    first: bool
    opens: str
    """The address that opens the app in Slack."""


class Installing:
    """Carries out installations, each of one team."""

    def __init__(
        self, database: Database, clients: Clients, oauth: OAuth, teams: Teams, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clients = clients
        self._oauth = oauth
        self._teams = teams
        self._clock = clock

    def begin(self, state: str) -> str:
        """Keep a state; gives the address of Slack's consent page."""
        with self._database.writing() as session:
            app_installations.begin(session, state, self._clock())
        return self._oauth.consent_page(self._clients.api_url, state)

    def is_ours(self, state: str) -> bool:
        """Use up a state. Whether an installation began with it less than ten minutes ago."""
        with self._database.writing() as session:
            return app_installations.take(session, state, self._clock())

    def finish(self, code: str) -> Done:
        """Exchange a code and keep what it grants. NotInstalled where Slack or we refuse."""
        try:
            granted = self._oauth.exchange(self._clients.posting(None), code=code)
            team = granted.get("team") or {}
            token, bot_user = granted.get("access_token"), granted.get("bot_user_id")
            if granted.get("is_enterprise_install") or not team.get("id") or not token or not bot_user:
                raise NotInstalled(WHOLE_ORGANISATION)
            installer = self._installer(Team(0, str(team["id"]), str(bot_user), str(token)), granted)
        except SlackApiError as error:
            log.warning("an installation was refused by Slack: %s", said_by(error))
            raise NotInstalled(f"Slack refused ({said_by(error)}), so nothing was installed. Start again.") from None
        except TROUBLE as error:
            log.warning("an installation failed: %s", type(error).__name__)
            raise NotInstalled(NO_ANSWER) from None
        return self._kept(granted, installer)

    def _installer(self, team: Team, granted: Mapping[str, Any]) -> Installer:
        user_id = str((granted.get("authed_user") or {}).get("id"))
        client = self._clients.reading(team.token)
        profile: Mapping[str, Any] = client.users_info(user=user_id)["user"]
        if not_matched(profile, team) is not None:
            # The token is not kept, so it must not go on living either.
            with suppress(*TROUBLE):
                client.auth_revoke()
            raise NotInstalled(MEMBERS_ONLY)
        shown = profile.get("profile") or {}
        name = shown.get("real_name") or profile.get("real_name") or profile.get("name") or user_id
        return Installer(user_id, str(name), str(shown.get("email") or "") or None, zone_of(profile))

    def _kept(self, granted: Mapping[str, Any], installer: Installer) -> Done:
        now, seal = self._clock(), self._oauth.seal
        team, refresh_token = granted["team"], granted.get("refresh_token")
        kept = Granted(
            team_id=str(team["id"]),
            team_name=str(team.get("name") or team["id"]),
            bot_user_id=str(granted["bot_user_id"]),
            scopes=str(granted.get("scope") or ""),
            bot_token=seal.close(str(granted["access_token"])),
            refresh_token=seal.close(str(refresh_token)) if refresh_token else None,
            token_expires_at=ends_at(granted, now),
        )
        with self._database.writing() as session:
            first = app_installations.keep(session, kept, installer, now)
        self._teams.changed()
        log.info("the app was installed into team %s%s", kept.team_id, "" if first else " again")
        query = urlencode({"app": granted.get("app_id") or "", "team": kept.team_id})
        return Done(kept.team_name, first, f"{urljoin(self._clients.api_url, '../app_redirect')}?{query}")

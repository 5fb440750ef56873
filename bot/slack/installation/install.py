"""Installs the app into a team: exchanges a code for tokens, checks the installer and stores the tokens encrypted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import TROUBLE, error_code
from bot.slack.installation.oauth import OAuth, token_expiry
from bot.slack.teams.teams import SlackTeam, SlackTeams
from bot.slack.teams.users import profile_time_zone, refusal_for_profile
from commands.dispatching.conflicts import retry_conflicts
from storage.database.doors import Database
from storage.slack import app_installations
from storage.slack.app_installations import InstallationGrant, Installer

log = logging.getLogger(__name__)
NO_ANSWER = "Slack did not answer, so nothing was installed. Please try again in a moment."
WHOLE_ORGANISATION = "Leadlight is installed into one workspace at a time, not into a whole organisation."
MEMBERS_ONLY = "Only a full member of the workspace can install Leadlight. Nothing was installed."


class NotInstalled(Exception):
    """Says why nothing was installed, in words for the person at the browser."""


@dataclass(frozen=True)
class InstallationResult:
    """Names the team that installed the app.

    `first` says that it never had before: the installer is its administrator now.
    """

    team_name: str
    first: bool
    opens: str
    """The URL that opens the app in Slack."""


class InstallFlow:
    """Carries out installations by OAuth, each of one team. `greet` welcomes a user of a team that has installed it."""

    def __init__(
        self,
        database: Database,
        clients: SlackClients,
        oauth: OAuth,
        teams: SlackTeams,
        clock: Callable[[], datetime],
        greet: Callable[[str, str], None],
    ) -> None:
        self._database = database
        self._clients = clients
        self._oauth = oauth
        self._teams = teams
        self._clock = clock
        self._greet = greet

    def begin_install(self, state: str) -> str:
        """Store a state; return the URL of Slack's consent page."""
        with self._database.begin_write() as session:
            app_installations.save_state(session, state, self._clock())
        return self._oauth.consent_page_url(self._clients.api_url, state)

    def consume_state(self, state: str) -> bool:
        """Use up a state; return whether an installation began with it less than ten minutes ago."""
        with self._database.begin_write() as session:
            return app_installations.consume_state(session, state, self._clock())

    def finish_install(self, code: str) -> InstallationResult:
        """Exchange a code for tokens and store them. NotInstalled where Slack or we refuse."""
        try:
            granted = self._oauth.exchange_for_tokens(self._clients.posting(None), code=code)
            team = granted.get("team") or {}
            token, bot_user = granted.get("access_token"), granted.get("bot_user_id")
            # An installation into a whole organisation names no team.
            if granted.get("is_enterprise_install") or not team.get("id") or not token or not bot_user:
                raise NotInstalled(WHOLE_ORGANISATION)
            installer = self._fetch_installer(SlackTeam(0, str(team["id"]), str(bot_user), str(token)), granted)
        except SlackApiError as error:
            log.warning("an installation was refused by Slack: %s", error_code(error))
            raise NotInstalled(f"Slack refused ({error_code(error)}), so nothing was installed. Start again.") from None
        except TROUBLE as error:
            log.warning("an installation failed: %s", type(error).__name__)
            raise NotInstalled(NO_ANSWER) from None
        return self._store_installation(granted, installer)

    def _fetch_installer(self, team: SlackTeam, granted: Mapping[str, Any]) -> Installer:
        user_id = str((granted.get("authed_user") or {}).get("id"))
        client = self._clients.reading(team.token)
        profile: Mapping[str, Any] = client.users_info(user=user_id)["user"]
        if refusal_for_profile(profile, team) is not None:
            # Nobody would ever revoke a token that is not stored.
            with suppress(*TROUBLE):
                client.auth_revoke()
            raise NotInstalled(MEMBERS_ONLY)
        shown = profile.get("profile") or {}
        name = shown.get("real_name") or profile.get("real_name") or profile.get("name") or user_id
        return Installer(user_id, str(name), str(shown.get("email") or "") or None, profile_time_zone(profile))

    def _store_installation(self, granted: Mapping[str, Any], installer: Installer) -> InstallationResult:
        now, cipher = self._clock(), self._oauth.cipher
        team, refresh_token = granted["team"], granted.get("refresh_token")
        kept = InstallationGrant(
            team_id=str(team["id"]),
            team_name=str(team.get("name") or team["id"]),
            bot_user_id=str(granted["bot_user_id"]),
            scopes=str(granted.get("scope") or ""),
            bot_token=cipher.encrypt(str(granted["access_token"])),
            refresh_token=cipher.encrypt(str(refresh_token)) if refresh_token else None,
            token_expires_at=token_expiry(granted, now),
        )

        def save_grant() -> bool:
            with self._database.begin_write() as session:
                return app_installations.save_installation(session, kept, installer, now)

        # Two members of a team may be the first to install it, both at once.
        first = retry_conflicts(save_grant)
        self._teams.refresh_installed()
        self._greet(kept.team_id, installer.slack_user_id)
        log.info("the app was installed into team %s%s", kept.team_id, "" if first else " again")
        query = urlencode({"app": granted.get("app_id") or "", "team": kept.team_id})
        return InstallationResult(kept.team_name, first, f"{urljoin(self._clients.api_url, '../app_redirect')}?{query}")

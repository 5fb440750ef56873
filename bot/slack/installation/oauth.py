"""The app at Slack's consent page: its id and secret, the address of the page, and what a code is exchanged for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_sdk import WebClient

from bot.settings import Settings
from bot.slack.installation.manifest import scopes
from bot.slack.teams.token_encryption import MAKE_ONE, KeyTrouble, Seal


class OAuthTrouble(Exception):
    """The settings of OAuth cannot be used. The message says what to do."""


@dataclass(frozen=True)
class OAuth:
    """The settings with which any number of teams can install the app."""

    client_id: str
    secret: str = field(repr=False)
    seal: Seal = field(repr=False)

    def exchange(self, client: WebClient, **proof: str) -> Mapping[str, Any]:
        """What Slack grants for a code, or for a refresh token. Raises what slack_sdk raises."""
        answer = client.oauth_v2_access(client_id=self.client_id, client_secret=self.secret, **proof)
        granted: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        return granted

    def consent_page(self, api_url: str, state: str) -> str:
        """Where a person agrees to the scopes. Slack leads back to the redirect URL of the app's settings."""
        query = {"client_id": self.client_id, "scope": ",".join(scopes()), "user_scope": "", "state": state}
        return f"{urljoin(api_url, '../oauth/v2/authorize')}?{urlencode(query)}"


def oauth_of(settings: Settings) -> OAuth | None:
    """OAuth as it is set up; None where it is not. OAuthTrouble where only a part of it is."""
    if settings.slack_client_id is None and settings.slack_client_secret is None:
        return None
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        raise OAuthTrouble("Set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, from “Basic Information” of the app.")
    if settings.encryption_key is None:
        raise OAuthTrouble(f"Set ENCRYPTION_KEY, with which tokens are stored. Make one with: {MAKE_ONE}")
    try:
        seal = Seal(settings.encryption_key.get_secret_value())
    except KeyTrouble as trouble:
        raise OAuthTrouble(str(trouble)) from None
    return OAuth(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), seal)


def ends_at(granted: Mapping[str, Any], now: datetime) -> datetime | None:
    """When a granted token ends; None for one that does not."""
    seconds = granted.get("expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None

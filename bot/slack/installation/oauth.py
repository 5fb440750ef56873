"""Holds the app's OAuth settings, and exchanges codes for tokens with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_sdk import WebClient

from bot.settings import Settings
from bot.slack.installation.manifest import required_scopes
from bot.slack.teams.token_encryption import MAKE_ONE, KeyTrouble, TokenCipher


class OAuthTrouble(Exception):
    """Says why the OAuth settings cannot be used, and what to do."""


@dataclass(frozen=True)
class OAuth:
    """Holds the settings that let any number of teams install the app."""

    client_id: str
    secret: str = field(repr=False)
    cipher: TokenCipher = field(repr=False)

    def exchange_for_tokens(self, client: WebClient, **proof: str) -> Mapping[str, Any]:
        """Exchange a code or a refresh token for new tokens (oauth.v2.access). Raises what slack_sdk raises."""
        answer = client.oauth_v2_access(client_id=self.client_id, client_secret=self.secret, **proof)
        granted: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        return granted

    def consent_page_url(self, api_url: str, state: str) -> str:
        """Return the URL where a person agrees to the scopes. From there Slack redirects to `/slack/oauth_redirect`."""
        query = {"client_id": self.client_id, "scope": ",".join(required_scopes()), "user_scope": "", "state": state}
        return f"{urljoin(api_url, '../oauth/v2/authorize')}?{urlencode(query)}"


def oauth_from_settings(settings: Settings) -> OAuth | None:
    """Build OAuth from the settings; None where they are not set. OAuthTrouble where some are missing or unusable."""
    if settings.slack_client_id is None and settings.slack_client_secret is None:
        return None
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        raise OAuthTrouble("Set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, from “Basic Information” of the app.")
    if settings.encryption_key is None:
        raise OAuthTrouble(f"Set ENCRYPTION_KEY, with which tokens are stored. Make one with: {MAKE_ONE}")
    try:
        old_key = settings.encryption_key_old
        cipher = TokenCipher(
            settings.encryption_key.get_secret_value(), old_key.get_secret_value() if old_key is not None else None
        )
    except KeyTrouble as trouble:
        raise OAuthTrouble(str(trouble)) from None
    return OAuth(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), cipher)


def token_expiry(granted: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when a granted token expires (UTC); None for one that never does."""
    seconds = granted.get("expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None

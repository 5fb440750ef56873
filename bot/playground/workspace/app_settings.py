"""The app as it is set up at the local Slack: tokens, secrets, scopes, features. None of it is secret."""

from __future__ import annotations

from dataclasses import dataclass

EVENTS = frozenset(
    "app_home_opened app_context_changed app_mention message.im agent_session_stopped agent_session_title_changed"
    " app_uninstalled tokens_revoked user_change".split()
)


@dataclass(frozen=True)
class AppSettings:
    """Describes one app. `scopes` None grants every scope; `events` is what the app is subscribed to.

    OAuth leads back to `redirect_url` where the app names no other. With `rotates_tokens` each token lives for
    twelve hours and comes with a refresh token that is good once.
    """

    app_id: str = "A0PLAYGRND"
    name: str = "Leadlight"
    app_token: str = "xapp-playground"
    signing_secret: str = "playground-signing-secret"
    client_id: str = "100.200"
    client_secret: str = "playground-client-secret"
    verification_token: str = "playground-verification"
    scopes: frozenset[str] | None = None
    events: frozenset[str] = EVENTS
    home_tab: bool = True
    messages_tab: bool = True
    agent_view: bool = True
    redirect_url: str | None = None
    rotates_tokens: bool = False


@dataclass
class LocalInstallation:
    """Holds the app in one team: its bot user and its token, good until the team uninstalls it or the token expires.

    After a rotation the token of before stays good until its own end.
    """

    team_id: str
    bot_user: str
    bot_id: str
    bot_token: str
    scopes: frozenset[str] | None
    revoked: bool = False
    refresh_token: str | None = None
    expires_at: float | None = None
    before: tuple[str, float] | None = None

    def owns_token(self, token: str) -> bool:
        """Tell whether the token is, or was, this installation's."""
        return token == self.bot_token or (self.before is not None and token == self.before[0])

    def has_expired(self, token: str, now: float) -> bool:
        """Tell whether this token, the present one or the one before, has expired."""
        end = self.expires_at if token == self.bot_token or self.before is None else self.before[1]
        return end is not None and now >= end

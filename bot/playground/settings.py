"""The app as it is set up at the local Slack: tokens, secrets, scopes, features. None of it is secret."""

from __future__ import annotations

from dataclasses import dataclass

EVENTS = frozenset(
    "app_home_opened app_context_changed app_mention message.im agent_session_stopped agent_session_title_changed"
    " app_uninstalled tokens_revoked user_change".split()
)


@dataclass(frozen=True)
class AppSettings:
    """One app. `scopes` None grants every scope; `events` is what the app is subscribed to."""

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

    @property
    def scope_list(self) -> str:
        return ",".join(sorted(self.scopes)) if self.scopes is not None else "chat:write"


@dataclass
class Installation:
    """The app in one team: its bot user and its token, good until the team uninstalls it."""

    team_id: str
    bot_user: str
    bot_id: str
    bot_token: str
    scopes: frozenset[str] | None
    revoked: bool = False

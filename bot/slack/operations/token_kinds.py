"""Recognises Slack's tokens by how they begin, to tell when one was put into the place of another."""

from __future__ import annotations

from pydantic import SecretStr

from bot.settings import Settings

KINDS = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
# Setting, how its value begins where it is a token, and where Slack shows it.
PLACES = (
    ("slack_bot_token", "xoxb-", "the Bot User OAuth Token, which begins with xoxb- and stands under Install App"),
    ("slack_app_token", "xapp-", "the App-Level Token, which begins with xapp- and stands under Basic Information"),
    ("slack_signing_secret", None, "the Signing Secret under Basic Information"),
    ("slack_client_secret", None, "the Client Secret under Basic Information"),
)


def find_misplaced_tokens(settings: Settings) -> str | None:
    """Say which setting holds a token of another kind, and what belongs there; None where all is in its place."""
    found = {
        name: (kind, wanted)
        for name, right, wanted in PLACES
        if (kind := _recognise_token(getattr(settings, name))) is not None and kind != right
    }
    if {name: kind for name, (kind, _) in found.items()} == {"slack_bot_token": "xapp-", "slack_app_token": "xoxb-"}:
        return "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: xoxb-… is the bot token, xapp-… the app token."
    return (
        " ".join(
            f"{name.upper()} holds {KINDS[kind]} ({kind}…). Put there {wanted}."
            for name, (kind, wanted) in found.items()
        )
        or None
    )


def _recognise_token(secret: SecretStr | None) -> str | None:
    value = secret.get_secret_value() if secret is not None else ""
    return next((kind for kind in KINDS if value.startswith(kind)), None)

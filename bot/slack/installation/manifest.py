"""Builds the app's manifest from what the bot listens to and calls (docs/slack.md, "Manifest and permissions").

`python -m bot.slack.installation.manifest` prints the one for Socket Mode, which `bot/manifest.json` holds. Followed by
the public address of the bot (`https://leadlight.example.com`) it prints the one for HTTP.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.slack.inbox.publish_home import PROMPTS
from bot.slack.listeners.slash_commands import COMMANDS

EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "tokens_revoked",
    "user_change",
)
# The Web API methods that the bot calls, each with the scopes that its token needs for it.
METHODS: dict[str, tuple[str, ...]] = {
    "assistant.threads.setStatus": ("assistant:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "auth.revoke": (),
    "auth.test": (),
    "chat.appendStream": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("im:history",),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("im:history",),
    "oauth.v2.access": (),
    "users.info": ("users:read", "users:read.email"),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
EVENT_SCOPES = {"app_mention": "app_mentions:read", "message.im": "im:history", "user_change": "users:read"}
FEATURE_SCOPES = ("commands", "assistant:write")
SHORTCUTS = (
    ("message", "find_lead", "Find this lead", "Look up the leads that this message speaks of"),
    ("global", "add_lead", "Add a lead", "Write down a new lead"),
)


def required_scopes() -> list[str]:
    """Return the scopes that the bot needs and no others, sorted."""
    needed = {scope for each in METHODS.values() for scope in each}
    return sorted({*needed, *EVENT_SCOPES.values(), *FEATURE_SCOPES})


def build_manifest(address: str | None = None) -> dict[str, Any]:
    """Build the manifest for HTTP with the bot's public address, for Socket Mode without one."""
    url = {"url": f"{address}/slack/events"} if address else {}
    request_url = {"request_url": f"{address}/slack/events"} if address else {}
    redirect_urls = {"redirect_urls": [f"{address}/slack/oauth_redirect"]} if address else {}
    commands = [
        {"command": command, "description": about, "usage_hint": hint, "should_escape": True, **url}
        for command, (about, hint) in COMMANDS.items()
    ]
    shortcuts = [
        {"name": name, "type": kind, "callback_id": callback, "description": about}
        for kind, callback, name, about in SHORTCUTS
    ]
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Leadlight",
            "description": "Your leads and deals in Slack: ask, update, convert, and start the day with a short list.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Leadlight", "always_online": True},
            "agent_view": {
                "agent_description": "Ask about your leads and opportunities, update a status, convert a lead. "
                "What you say is only done after you press Confirm.",
                "suggested_prompts": [{"title": each, "message": each} for each in PROMPTS],
            },
            "shortcuts": shortcuts,
            "slash_commands": commands,
        },
        "oauth_config": {**redirect_urls, "scopes": {"bot": required_scopes()}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS), **request_url},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            # An app that has turned it on can never turn it off again, so that is left to whoever installs it.
            "token_rotation_enabled": False,
        },
    }


def manifest_json(address: str | None = None) -> str:
    """Return the manifest as JSON, to paste into Slack's form for new apps."""
    return json.dumps(build_manifest(address), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(manifest_json(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else None))

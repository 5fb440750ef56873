"""Reads who used a button, a command, a shortcut or a form, where, and how to answer there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bot.slack.payloads.conversation import SlackConversation
from bot.slack.payloads.private_metadata import FormOrigin


@dataclass(frozen=True)
class Interaction:
    """Describes one interaction.

    `message_ts` is None where it came from no message: from Home, a global shortcut or a command.
    """

    team_id: str | None
    user_id: str
    user_team: str | None
    trigger_id: str = field(repr=False)
    channel: str | None = None
    message_ts: str | None = None
    thread_ts: str | None = None
    ephemeral: bool = False
    response_url: str | None = field(default=None, repr=False)
    home: bool = False
    is_message_shortcut: bool = False
    """Whether it is a shortcut on a message of anybody's, maybe in a conversation that the bot is no member of."""

    @property
    def conversation(self) -> SlackConversation:
        """Return the conversation it happened in; with the user's id as the channel where it was in none."""
        return SlackConversation(self.channel or self.user_id, self.thread_ts or self.message_ts)

    @property
    def reply_thread_ts(self) -> str | None:
        """Return the ts of the thread in which an answer can be posted."""
        # Nobody can reply below an ephemeral message.
        return self.thread_ts or (None if self.ephemeral else self.message_ts)

    @property
    def form_origin(self) -> FormOrigin | None:
        """Return the place for a form to remember, None where there is no channel."""
        if self.channel is None:
            return None
        return FormOrigin(self.channel, self.thread_ts, self.message_ts, self.ephemeral)


def read_interaction(body: Mapping[str, Any]) -> Interaction:
    """Read the interaction from the payload of a block action, a view or a shortcut."""
    # Only the user is in each of these payloads; the rest stands in different places or is missing.
    user, container, message, view = (_read_object(body, name) for name in ("user", "container", "message", "view"))
    return Interaction(
        team_id=_read_id(body.get("team")) or user.get("team_id"),
        user_id=str(_read_id(body.get("user"))),
        user_team=user.get("team_id"),
        trigger_id=str(body.get("trigger_id") or ""),
        channel=container.get("channel_id") or _read_id(body.get("channel")),
        message_ts=container.get("message_ts") or message.get("ts") or body.get("message_ts"),
        thread_ts=container.get("thread_ts") or message.get("thread_ts"),
        ephemeral=_is_true(container.get("is_ephemeral") or message.get("is_ephemeral")),
        response_url=body.get("response_url"),
        home=view.get("type") == "home",
        is_message_shortcut=body.get("type") == "message_action",
    )


def slash_interaction(command: Mapping[str, Any]) -> Interaction:
    """Read the interaction from the payload of a slash command."""
    return Interaction(
        team_id=command.get("team_id"),
        user_id=str(command.get("user_id")),
        user_team=command.get("team_id"),
        trigger_id=str(command.get("trigger_id") or ""),
        channel=command.get("channel_id"),
        response_url=command.get("response_url"),
    )


def interaction_key(act: Interaction, action: Mapping[str, Any], kind: str = "press") -> str:
    """Return a key that is the same for two deliveries of one interaction."""
    # Some servers leave out the trigger id. Without any mark an interaction is taken for a new one.
    return f"{kind}:{act.trigger_id or action.get('action_ts') or uuid4().hex}"[:110]


def _read_object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _read_id(found: Any) -> str | None:
    """Return an id, which Slack gives as it is or as a field of an object."""
    named = found.get("id") if isinstance(found, dict) else found
    return str(named) if named else None


def _is_true(found: Any) -> bool:
    return str(found).lower() in ("true", "1")

"""What the bot posts: kept in the outbox first, then sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.slack.render import SlackMessage


class DeliveryMethod(StrEnum):
    """Names the Slack method, or the response URL, by which a message is delivered."""

    POST = "chat.postMessage"
    WHISPER = "chat.postEphemeral"
    UPDATE = "chat.update"
    RESPOND = "response_url"


@dataclass(frozen=True)
class OutboxMessage:
    """Describes a message to be sent once. `key` makes a second one of the same event impossible.

    `channel` is a conversation, or a user for a direct message. `user` alone reads an ephemeral message, and is
    told directly what a conversation does not take; `ts` is the message to be replaced by an update; `url` is
    the response URL, which replaces the message that was pressed or posts a new one beside it.
    """

    workspace_id: int
    key: str
    channel: str
    message: SlackMessage
    way: DeliveryMethod = DeliveryMethod.POST
    thread_ts: str | None = None
    user: str | None = None
    ts: str | None = None
    url: str | None = None
    in_place: bool = False
    not_before: datetime | None = None
    until: datetime | None = None
    """After this moment it is not sent any more."""

    def outbox_body(self) -> dict[str, Any]:
        """Return what the outbox stores of the message besides its address."""
        kept = {"ts": self.ts, "url": self.url, "in_place": self.in_place or None}
        if self.until is not None:
            kept["until"] = self.until.isoformat()
        given = {name: value for name, value in kept.items() if value}
        return {"way": self.way, "text": self.message.text, "blocks": list(self.message.blocks), **given}

"""Describes a message that is stored in the outbox, then sent."""

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
    """Describes a message to be sent once; a second one with the same `key` is dropped.

    `channel` is a conversation, or for a direct message a Slack user or a rep (`@5`). `user` is who reads an ephemeral
    message, and who gets the message directly where the conversation refuses it. `ts` is the message that an update
    replaces. `url` is the response URL; with `in_place` it replaces the message that was pressed, else it posts a new
    one.
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
    """It is not sent any more after this moment."""

    def outbox_body(self) -> dict[str, Any]:
        """Return the JSON that the outbox stores of the message besides its address."""
        kept = {"ts": self.ts, "url": self.url, "in_place": self.in_place or None}
        if self.until is not None:
            kept["until"] = self.until.isoformat()
        given = {name: value for name, value in kept.items() if value}
        return {"way": self.way, "text": self.message.text, "blocks": list(self.message.blocks), **given}

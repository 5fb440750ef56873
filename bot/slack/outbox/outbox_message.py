"""What the bot posts: kept in the outbox first, then sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.slack.render import Message


class Way(StrEnum):
    """How a message reaches its reader."""

    POST = "chat.postMessage"
    WHISPER = "chat.postEphemeral"
    UPDATE = "chat.update"
    RESPOND = "response_url"


@dataclass(frozen=True)
class Outgoing:
    """A message to be sent once. `key` makes a second one of the same event impossible.

    `channel` is a conversation, or a user for a direct message. `user` reads a whisper alone, and is told directly
    what a conversation does not take; `ts` is the message to be replaced by an update; `url` is where a response
    goes, in place of the message that was pressed or beside it.
    """

    workspace_id: int
    key: str
    channel: str
    message: Message
    way: Way = Way.POST
    thread_ts: str | None = None
    user: str | None = None
    ts: str | None = None
    url: str | None = None
    in_place: bool = False
    not_before: datetime | None = None
    until: datetime | None = None
    """After this moment it is not sent any more."""

    def body(self) -> dict[str, Any]:
        """What the outbox keeps of it."""
        kept = {"ts": self.ts, "url": self.url, "in_place": self.in_place or None}
        if self.until is not None:
            kept["until"] = self.until.isoformat()
        given = {name: value for name, value in kept.items() if value}
        return {"way": self.way, "text": self.message.text, "blocks": list(self.message.blocks), **given}

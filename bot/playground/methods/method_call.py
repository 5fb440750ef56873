"""One call of the Web API: its arguments, whose token it bears, and what a method is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.app_settings import Installation
from bot.playground.workspace.slack_state import Channel, Json, Message
from bot.playground.workspace.slack_world import World


@dataclass
class Asked:
    """A call with a good token. Arguments came as a form (all text) or as JSON; both read alike."""

    world: World
    arguments: Json
    base_url: str
    installed: Installation | None = None

    @property
    def installation(self) -> Installation:
        """The app in the team of the bot token."""
        if self.installed is None:
            raise Refusal("not_allowed_token_type")
        return self.installed

    def text(self, name: str) -> str | None:
        value = self.arguments.get(name)
        return None if value is None else str(value)

    def needed(self, name: str) -> str:
        if not (value := self.text(name)):
            found = [f"[ERROR] missing required field: {name}"]
            raise Refusal("invalid_arguments", response_metadata={"messages": found})
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, otherwise: int) -> int:
        try:
            return int(self.arguments.get(name) or otherwise)
        except ValueError:
            raise Refusal("invalid_arguments") from None

    def data(self, name: str, wrong: str = "invalid_arguments") -> Any:
        """An argument that is JSON: as it is in a JSON body, as text in a form."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise Refusal(wrong) from None
        return value

    def new_block_id(self) -> str:
        return self.world.new_id("b")

    def channel(self, name: str = "channel") -> Channel:
        """The conversation, if it is the team's and the bot is in it."""
        found = self.world.channels.get(self.needed(name))
        if found is None or found.team_id != self.installation.team_id:
            raise Refusal("channel_not_found")
        if self.installation.bot_user not in found.members:
            raise Refusal("channel_not_found" if found.is_im else "not_in_channel")
        return found

    def own_message(self, refused: str) -> Message:
        """The message that `channel` and `ts` name, if the app wrote it."""
        channel = self.channel()
        found = self.world.message(channel.id, self.needed("ts"))
        if found is None:
            raise Refusal("message_not_found")
        if found.bot_id != self.installation.bot_id:
            raise Refusal(refused)
        return found


@dataclass(frozen=True)
class Method:
    """What answers a method. `tier` is the rate limit (calls a minute), None where Slack has a special one."""

    run: Callable[[Asked], Json]
    scope: str | None = None
    tier: int | None = None
    token: str = "bot"

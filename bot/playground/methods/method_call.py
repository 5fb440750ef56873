"""One call of the Web API: its arguments, whose token it bears, and what a method is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.app_settings import LocalInstallation
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage
from bot.playground.workspace.slack_world import World


@dataclass
class ApiRequest:
    """Holds a Web API call with a valid token. Arguments from a form (all text) and from JSON read alike."""

    world: World
    arguments: Json
    base_url: str
    installed: LocalInstallation | None = None

    @property
    def installation(self) -> LocalInstallation:
        """Find the app in the team of the bot token; refuse another kind of token."""
        if self.installed is None:
            raise Refusal("not_allowed_token_type")
        return self.installed

    def text_argument(self, name: str) -> str | None:
        value = self.arguments.get(name)
        return None if value is None else str(value)

    def required_argument(self, name: str) -> str:
        if not (value := self.text_argument(name)):
            found = [f"[ERROR] missing required field: {name}"]
            raise Refusal("invalid_arguments", response_metadata={"messages": found})
        return value

    def flag_argument(self, name: str) -> bool:
        # A form says "1" or "true", a JSON body says true.
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number_argument(self, name: str, otherwise: int) -> int:
        try:
            return int(self.arguments.get(name) or otherwise)
        except ValueError:
            raise Refusal("invalid_arguments") from None

    def json_argument(self, name: str, wrong: str = "invalid_arguments") -> Any:
        """Read an argument that is JSON: as it is in a JSON body, as text in a form."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise Refusal(wrong) from None
        return value

    def new_block_id(self) -> str:
        return self.world.new_id("b")

    def find_channel(self, name: str = "channel") -> Channel:
        """Find the conversation; refuse one of another team, or one the bot is not in."""
        found = self.world.channels.get(self.required_argument(name))
        if found is None or found.team_id != self.installation.team_id:
            raise Refusal("channel_not_found")
        if self.installation.bot_user not in found.members:
            # Of other people's direct messages the app is not even told that they exist.
            raise Refusal("channel_not_found" if found.is_im else "not_in_channel")
        return found

    def find_own_message(self, refused: str) -> LocalMessage:
        """Find the message that `channel` and `ts` name; refuse with code `refused` one the app did not write."""
        channel = self.find_channel()
        found = self.world.find_message(channel.id, self.required_argument("ts"))
        if found is None:
            raise Refusal("message_not_found")
        if found.bot_id != self.installation.bot_id:
            raise Refusal(refused)
        return found


@dataclass(frozen=True)
class Method:
    """Says what runs a method. `tier` is its limit of calls a minute, None where Slack has a special one."""

    run: Callable[[ApiRequest], Json]
    scope: str | None = None
    tier: int | None = None
    token: str = "bot"

"""The passes that come with a person's act: a trigger_id, and a URL to answer to."""

from __future__ import annotations

import secrets

from bot.playground.workspace.slack_state import Hook, Message, Trigger
from bot.playground.workspace.slack_world import World


def new_trigger(world: World, team_id: str, user: str, view: str | None = None) -> str:
    with world.changing():
        number = world.new_id("")[:-1]
        name = f"{number}.{abs(hash(team_id)) % 10**9}.{secrets.token_hex(16)}"
        world.triggers[name] = Trigger(user, team_id, world.now, view)
        return name


def new_hook(world: World, team_id: str, channel: str, user: str, message: Message | None = None) -> str:
    """The path of a response_url. `message` is what `replace_original` and `delete_original` mean."""
    with world.changing():
        name = secrets.token_hex(12)
        world.hooks[name] = Hook(team_id, channel, user, world.now, message)
        kind = "commands" if message is None else "actions"
        return f"/{kind}/{team_id}/{world.new_id('')[:-1]}/{name}"

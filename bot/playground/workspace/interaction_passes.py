"""The passes that come with a person's act: a trigger_id, and a URL to answer to."""

from __future__ import annotations

import secrets

from bot.playground.workspace.slack_state import Hook, LocalMessage, Trigger
from bot.playground.workspace.slack_world import World


def new_trigger(world: World, team_id: str, user: str, view: str | None = None) -> str:
    with world.new_revision():
        number = world.new_id("")[:-1]
        name = f"{number}.{abs(hash(team_id)) % 10**9}.{secrets.token_hex(16)}"
        world.triggers[name] = Trigger(user, team_id, world.now, view)
        return name


def new_response_path(world: World, team_id: str, channel: str, user: str, message: LocalMessage | None = None) -> str:
    """Make the path of a response_url. `message` is what `replace_original` and `delete_original` act on."""
    with world.new_revision():
        name = secrets.token_hex(12)
        world.hooks[name] = Hook(team_id, channel, user, world.now, message)
        kind = "commands" if message is None else "actions"
        return f"/{kind}/{team_id}/{world.new_id('')[:-1]}/{name}"

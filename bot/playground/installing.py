"""Putting the app into a team and taking it out again."""

from __future__ import annotations

from bot.playground.settings import Installation
from bot.playground.state import User
from bot.playground.world import World


def install(world: World, team_id: str, scopes: frozenset[str] | None, token: str | None = None) -> Installation:
    """Give the team a bot user and a token; one that was installed before keeps its bot user and gets a new token."""
    with world.changing():
        before = world.installations.get(team_id)
        bot_user = before.bot_user if before else world.new_id("U")
        name = world.app.name
        if before is None:
            world.users[bot_user] = User(bot_user, team_id, name.lower(), name, None, tz="UTC", is_bot=True)
        made = Installation(
            team_id=team_id,
            bot_user=bot_user,
            bot_id=before.bot_id if before else world.new_id("B"),
            bot_token=token or f"xoxb-{world.new_id('playground-')}",
            scopes=scopes,
        )
        world.installations[team_id] = made
        return made


def uninstall(world: World, team_id: str) -> None:
    """The token dies, then the app hears of it by two events, in no promised order."""
    with world.changing():
        installed = world.installation(team_id)
        installed.revoked = True
        world.announce(team_id, "app_uninstalled", {"type": "app_uninstalled"})
        gone = {"type": "tokens_revoked", "tokens": {"bot": [installed.bot_user], "oauth": []}}
        world.announce(team_id, "tokens_revoked", gone)

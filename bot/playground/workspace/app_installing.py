"""Installs the app in a team, renews its tokens, and takes it out again."""

from __future__ import annotations

from bot.playground.workspace.app_settings import LocalInstallation
from bot.playground.workspace.slack_state import User
from bot.playground.workspace.slack_world import World

# In seconds: a token that rotates is good for twelve hours.
TOKEN_LIVES = 12 * 3600.0


def install_app(
    world: World, team_id: str, scopes: frozenset[str] | None, token: str | None = None
) -> LocalInstallation:
    """Install the app in a team: a bot user and a token. A second time keeps the bot user and makes a new token."""
    with world.new_revision():
        before = world.installations.get(team_id)
        bot_user = before.bot_user if before else world.new_id("U")
        name = world.app.name
        if before is None:
            world.users[bot_user] = User(bot_user, team_id, name.lower(), name, None, tz="UTC", is_bot=True)
        rotates = world.app.rotates_tokens
        made = LocalInstallation(
            team_id=team_id,
            bot_user=bot_user,
            bot_id=before.bot_id if before else world.new_id("B"),
            bot_token=token or _new_token(world),
            scopes=scopes,
            refresh_token=f"xoxe-1-{world.new_id('playground-')}" if rotates else None,
            expires_at=world.now + TOKEN_LIVES if rotates else None,
        )
        world.installations[team_id] = made
        return made


def rotate_tokens(world: World, refresh_token: str) -> LocalInstallation | None:
    """Exchange a refresh token, good once, for new tokens; None where it is not valid."""
    with world.new_revision():
        found = [each for each in world.installations.values() if each.refresh_token == refresh_token]
        installed = found[0] if found else None
        if installed is None or installed.revoked or installed.expires_at is None:
            return None
        # Requests under way still bear the old token, which stays good until its own end.
        installed.before = (installed.bot_token, installed.expires_at)
        installed.bot_token = _new_token(world)
        installed.refresh_token = f"xoxe-1-{world.new_id('playground-')}"
        installed.expires_at = world.now + TOKEN_LIVES
        return installed


def uninstall_app(world: World, team_id: str) -> None:
    """Revoke the token, then send app_uninstalled and tokens_revoked."""
    with world.new_revision():
        installed = world.find_installation(team_id)
        installed.revoked = True
        # Slack promises no order of these two, and an app must cope with either.
        world.announce(team_id, "app_uninstalled", {"type": "app_uninstalled"})
        gone = {"type": "tokens_revoked", "tokens": {"bot": [installed.bot_user], "oauth": []}}
        world.announce(team_id, "tokens_revoked", gone)


def _new_token(world: World) -> str:
    return f"{'xoxe.' if world.app.rotates_tokens else ''}xoxb-{world.new_id('playground-')}"

"""Reading people."""

from __future__ import annotations

from bot.playground.methods.method_call import Asked, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import user_object
from bot.playground.workspace.slack_state import Json, User


def info(asked: Asked) -> Json:
    user = asked.world.users.get(asked.needed("user"))
    if user is None or not _known(asked, user):
        raise Refusal("user_not_found")
    return {"user": user_object(asked.world, user, email=_reads_email(asked))}


def everyone(asked: Asked) -> Json:
    found = [each for each in asked.world.users.values() if each.team_id == asked.installation.team_id]
    start, limit = asked.number("cursor", 0), asked.number("limit", 1000)
    more = len(found) > start + limit
    return {
        "members": [user_object(asked.world, each, email=_reads_email(asked)) for each in found[start : start + limit]],
        "cache_ts": int(asked.world.now),
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def by_email(asked: Asked) -> Json:
    email = asked.needed("email").lower()
    for user in asked.world.users.values():
        if user.team_id == asked.installation.team_id and not user.deleted and (user.email or "").lower() == email:
            return {"user": user_object(asked.world, user, email=True)}
    raise Refusal("users_not_found")


def _known(asked: Asked, user: User) -> bool:
    """Of the team, or in a channel with the bot."""
    return user.team_id == asked.installation.team_id or any(
        {user.id, asked.installation.bot_user} <= channel.members for channel in asked.world.joined.get(user.id, [])
    )


def _reads_email(asked: Asked) -> bool:
    return asked.installation.scopes is None or "users:read.email" in asked.installation.scopes


METHODS = {
    "users.info": Method(info, "users:read", 100),
    "users.list": Method(everyone, "users:read", 20),
    "users.lookupByEmail": Method(by_email, "users:read.email", 50),
}

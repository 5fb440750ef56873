"""Reading people."""

from __future__ import annotations

from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import user_object
from bot.playground.workspace.slack_state import Json, User


def show_user(asked: ApiRequest) -> Json:
    user = asked.world.users.get(asked.required_argument("user"))
    if user is None or not _is_visible(asked, user):
        raise Refusal("user_not_found")
    return {"user": user_object(asked.world, user, email=_may_read_email(asked))}


def list_users(asked: ApiRequest) -> Json:
    found = [each for each in asked.world.users.values() if each.team_id == asked.installation.team_id]
    start, limit = asked.number_argument("cursor", 0), asked.number_argument("limit", 1000)
    more = len(found) > start + limit
    return {
        "members": [
            user_object(asked.world, each, email=_may_read_email(asked)) for each in found[start : start + limit]
        ],
        "cache_ts": int(asked.world.now),
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def look_up_email(asked: ApiRequest) -> Json:
    email = asked.required_argument("email").lower()
    for user in asked.world.users.values():
        if user.team_id == asked.installation.team_id and not user.deleted and (user.email or "").lower() == email:
            return {"user": user_object(asked.world, user, email=True)}
    raise Refusal("users_not_found")


def _is_visible(asked: ApiRequest, user: User) -> bool:
    """Tell whether the person is of the team, or of another company and in a channel with the bot."""
    return user.team_id == asked.installation.team_id or any(
        {user.id, asked.installation.bot_user} <= channel.members for channel in asked.world.joined.get(user.id, [])
    )


def _may_read_email(asked: ApiRequest) -> bool:
    return asked.installation.scopes is None or "users:read.email" in asked.installation.scopes


METHODS = {
    "users.info": Method(show_user, "users:read", 100),
    "users.list": Method(list_users, "users:read", 20),
    "users.lookupByEmail": Method(look_up_email, "users:read.email", 50),
}

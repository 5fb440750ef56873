"""Opening and reading conversations. The bot reads those it is a member of."""

from __future__ import annotations

from bot.playground.methods.method_call import Asked, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import channel_object, message_object
from bot.playground.workspace.slack_state import Json, Message

LARGEST_PAGE = 1000


def open_direct(asked: Asked) -> Json:
    if (channel_id := asked.text("channel")) is not None:
        channel = asked.world.channels.get(channel_id)
        if channel is None or not channel.is_im:
            raise Refusal("channel_not_found")
        return {"channel": {"id": channel.id}}
    named = [each for each in (asked.text("users") or "").split(",") if each]
    if not named:
        raise Refusal("users_list_not_supplied")
    if len(named) > 1:
        raise Refusal("not_enough_users")
    user = asked.world.users.get(named[0])
    if user is None or user.team_id != asked.installation.team_id:
        raise Refusal("user_not_found")
    if user.is_bot:
        raise Refusal("cannot_dm_bot")
    if user.deleted:
        raise Refusal("user_disabled")
    before = len(asked.world.channels)
    channel = asked.world.direct(asked.installation.team_id, user.id)
    found: Json = channel_object(channel) | {"user": user.id} if asked.flag("return_im") else {"id": channel.id}
    return {"channel": found, **({"no_op": True, "already_open": True} if len(asked.world.channels) == before else {})}


def history(asked: Asked) -> Json:
    channel = asked.channel()
    seen = [each for each in channel.seen_by(None) if each.root == each.ts or each.broadcast]
    return _page(asked, seen[::-1])


def replies(asked: Asked) -> Json:
    channel = asked.channel()
    root = asked.needed("ts")
    thread = [each for each in channel.seen_by(None) if root in (each.ts, each.thread_ts)]
    if not thread:
        raise Refusal("thread_not_found")
    first = thread[0].root
    return _page(asked, [each for each in channel.seen_by(None) if each.root == first], always=first)


def info(asked: Asked) -> Json:
    channel = asked.world.channels.get(asked.needed("channel"))
    if channel is None or channel.team_id != asked.installation.team_id:
        raise Refusal("channel_not_found")
    found = channel_object(channel) | {"is_member": asked.installation.bot_user in channel.members}
    if channel.is_im:
        found["user"] = next(each for each in channel.members if each != asked.installation.bot_user)
    return {"channel": found}


def members(asked: Asked) -> Json:
    channel = asked.channel()
    return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}


def _page(asked: Asked, messages: list[Message], always: str | None = None) -> Json:
    """The messages between `oldest` and `latest`, `limit` at a time; a thread's root comes `always`."""
    oldest, latest = asked.text("oldest") or "0", asked.text("latest")
    inclusive = asked.flag("inclusive")
    try:
        after, before = float(oldest), float(latest) if latest else None
        start = int(asked.text("cursor") or 0)
    except ValueError:
        raise Refusal("invalid_cursor" if asked.text("cursor") else "invalid_ts_oldest") from None
    found = []
    for each in messages:
        ts = float(each.ts)
        soon = ts > after or (inclusive and ts == after)
        early = before is None or ts < before or (inclusive and ts == before)
        if (soon and early) or each.ts == always:
            found.append(each)
    limit = asked.number("limit", 100)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refusal("invalid_limit")
    shown = found[start : start + limit]
    more = len(found) > start + limit
    metadata = asked.flag("include_all_metadata")
    return {
        "messages": [message_object(asked.world, each, metadata=metadata) for each in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


METHODS = {
    "conversations.open": Method(open_direct, "im:write", 50),
    "conversations.history": Method(history, "im:history", 50),
    "conversations.replies": Method(replies, "im:history", 50),
    "conversations.info": Method(info, "im:read", 50),
    "conversations.members": Method(members, "im:read", 100),
}

"""Opening and reading conversations. The bot reads those it is a member of."""

from __future__ import annotations

from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import channel_object, message_object
from bot.playground.workspace.slack_state import Json, LocalMessage

LARGEST_PAGE = 1000


def open_conversation(asked: ApiRequest) -> Json:
    if (channel_id := asked.text_argument("channel")) is not None:
        channel = asked.world.channels.get(channel_id)
        if channel is None or not channel.is_im:
            raise Refusal("channel_not_found")
        return {"channel": {"id": channel.id}}
    named = [each for each in (asked.text_argument("users") or "").split(",") if each]
    if not named:
        raise Refusal("users_list_not_supplied")
    # The local Slack knows no conversations of several people.
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
    channel = asked.world.open_direct_message(asked.installation.team_id, user.id)
    found: Json = (
        channel_object(channel) | {"user": user.id} if asked.flag_argument("return_im") else {"id": channel.id}
    )
    return {"channel": found, **({"no_op": True, "already_open": True} if len(asked.world.channels) == before else {})}


def list_history(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    # Replies in threads are no part of a history, unless they were sent to the conversation as well.
    seen = [each for each in channel.visible_to(None) if each.root_ts == each.ts or each.broadcast]
    return _page_messages(asked, seen[::-1])


def list_replies(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    root = asked.required_argument("ts")
    thread = [each for each in channel.visible_to(None) if root in (each.ts, each.thread_ts)]
    if not thread:
        raise Refusal("thread_not_found")
    # Slack takes any message of the thread for the thread.
    first = thread[0].root_ts
    return _page_messages(asked, [each for each in channel.visible_to(None) if each.root_ts == first], always=first)


def show_conversation(asked: ApiRequest) -> Json:
    channel = asked.world.channels.get(asked.required_argument("channel"))
    if channel is None or channel.team_id != asked.installation.team_id:
        raise Refusal("channel_not_found")
    found = channel_object(channel) | {"is_member": asked.installation.bot_user in channel.members}
    if channel.is_im:
        found["user"] = next(each for each in channel.members if each != asked.installation.bot_user)
    return {"channel": found}


def list_members(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}


def _page_messages(asked: ApiRequest, messages: list[LocalMessage], always: str | None = None) -> Json:
    """Page through the messages between `oldest` and `latest`, `limit` at a time; `always` is the ts of a root."""
    oldest, latest = asked.text_argument("oldest") or "0", asked.text_argument("latest")
    inclusive = asked.flag_argument("inclusive")
    try:
        after, before = float(oldest), float(latest) if latest else None
        start = int(asked.text_argument("cursor") or 0)
    except ValueError:
        raise Refusal("invalid_cursor" if asked.text_argument("cursor") else "invalid_ts_oldest") from None
    found = []
    for each in messages:
        ts = float(each.ts)
        soon = ts > after or (inclusive and ts == after)
        early = before is None or ts < before or (inclusive and ts == before)
        # The root of a thread comes first, however old it is.
        if (soon and early) or each.ts == always:
            found.append(each)
    limit = asked.number_argument("limit", 100)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refusal("invalid_limit")
    shown = found[start : start + limit]
    more = len(found) > start + limit
    metadata = asked.flag_argument("include_all_metadata")
    return {
        "messages": [message_object(asked.world, each, metadata=metadata) for each in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


METHODS = {
    "conversations.open": Method(open_conversation, "im:write", 50),
    "conversations.history": Method(list_history, "im:history", 50),
    "conversations.replies": Method(list_replies, "im:history", 50),
    "conversations.info": Method(show_conversation, "im:read", 50),
    "conversations.members": Method(list_members, "im:read", 100),
}

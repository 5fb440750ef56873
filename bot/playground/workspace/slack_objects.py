"""Writes objects as Slack does in answers, events and payloads."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.workspace.slack_state import Channel, Json, LocalMessage, User, View
from bot.playground.workspace.slack_world import World


def message_object(world: World, message: LocalMessage, *, metadata: bool = False) -> Json:
    """Write a message as history and payloads show it."""
    found: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    team_id = world.users[message.user].team_id
    found["team"] = team_id
    if message.bot_id is not None:
        app_id = world.app.app_id
        profile = {"id": message.bot_id, "app_id": app_id, "name": world.app.name, "deleted": False, "team_id": team_id}
        found |= {"bot_id": message.bot_id, "app_id": app_id, "bot_profile": profile}
    if message.username is not None:
        found["username"] = message.username
    if message.blocks:
        found["blocks"] = message.blocks
    if message.stream is not None:
        found["streaming_state"] = message.stream.state
    if message.edited is not None:
        found["edited"] = message.edited
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata is not None and metadata:
        found["metadata"] = message.metadata
    return found | _thread_fields(world, message)


def _thread_fields(world: World, message: LocalMessage) -> Json:
    if message.thread_ts is not None and message.thread_ts != message.ts:
        root = world.find_message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else message.user}
    standing = world.channels[message.channel].visible_to(None)
    replies = [each for each in standing if each.thread_ts == message.ts and each.ts != message.ts]
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(each.user for each in replies)),
        "latest_reply": replies[-1].ts,
    }


def user_object(world: World, user: User, *, email: bool) -> Json:
    """Write a person as users.info does; the address only with `email`, for an app that may read it."""
    zone = datetime.now(ZoneInfo(user.tz))
    offset = zone.utcoffset()
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "real_name": user.real_name,
        "display_name": user.name,
        "first_name": first,
        "last_name": last,
        "team": user.team_id,
    }
    # The address of another company's member is never told.
    if email and user.email is not None and not user.is_stranger:
        profile["email"] = user.email
    found: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    # Of a deleted member Slack leaves these out: an app must not count on a time zone.
    if not user.deleted:
        found |= {
            "tz": user.tz,
            "tz_label": zone.tzname(),
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": user.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.is_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
        }
    if user.is_stranger:
        found["is_stranger"] = True
    if user.is_bot:
        profile["api_app_id"] = world.app.app_id
    return found


def channel_object(channel: Channel) -> Json:
    found: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_org_shared": False,
        "is_ext_shared": channel.is_ext_shared,
        "context_team_id": channel.team_id,
    }
    if channel.is_im:
        return found
    return found | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_private": False,
        "is_member": True,
        "is_shared": channel.is_ext_shared,
        "num_members": len(channel.members),
    }


def view_object(world: World, view: View) -> Json:
    """Write a view as answers and payloads show it, with what was filled in."""
    installation = world.find_installation(view.team_id)
    empty: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False}
    return {
        **empty,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "title": {"type": "plain_text", "text": "", "emoji": True},
        **view.content,
        "id": view.id,
        "team_id": view.team_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": world.app.app_id,
        "app_installed_team_id": view.team_id,
        "bot_id": installation.bot_id,
    }

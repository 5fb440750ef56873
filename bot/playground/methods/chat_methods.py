"""Posting, changing and deleting messages."""

from __future__ import annotations

import json

from bot.playground.kit.surface_rules import check_message_blocks
from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import message_object
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage

# In characters. A post that is longer is cut off without a word, an update that is longer is refused.
LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
LARGEST_METADATA = 8_000


def post_message(asked: ApiRequest) -> Json:
    channel = _find_target(asked)
    message = asked.world.add_message(_build_message(asked, channel))
    # Posting is what ends the line that says the app is thinking.
    channel.ensure_session(message.root_ts).line = ""
    _announce_event(asked, channel, message_object(asked.world, message))
    shown = message_object(asked.world, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    user = asked.world.users.get(asked.required_argument("user"))
    if user is None or user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    message = _build_message(asked, channel)
    message.only_for = user.id
    asked.world.add_message(message)
    return {"message_ts": message.ts}


def update_message(asked: ApiRequest) -> Json:
    message = asked.find_own_message("cant_update_message")
    if message.is_streaming:
        raise Refusal("streaming_state_conflict")
    text, markdown = asked.text_argument("text"), _read_markdown(asked)
    blocks = _read_blocks(asked)
    if text is None and blocks is None and markdown is None and "metadata" not in asked.arguments:
        raise Refusal("no_text")
    if text is not None and len(text) > LONGEST_UPDATE:
        raise Refusal("msg_too_long")
    metadata = _read_metadata(asked)
    before = message_object(asked.world, message)
    with asked.world.new_revision() as revision:
        if markdown is not None:
            message.text, message.blocks = markdown, markdown_blocks(asked, markdown)
        elif blocks is not None:
            message.text, message.blocks = text or "", blocks
        elif text is not None:
            message.text, message.blocks = text, []
            message.edited = {"user": message.user, "ts": asked.world.new_ts()}
        if "metadata" in asked.arguments:
            message.metadata = metadata
        message.revision = revision
    after = message_object(asked.world, message)
    _announce_event(
        asked,
        asked.find_channel(),
        _change_event("message_changed", message.ts, message=after, previous_message=before),
    )
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": after}


def delete_message(asked: ApiRequest) -> Json:
    message = asked.find_own_message("cant_delete_message")
    if message.is_streaming:
        raise Refusal("cant_delete_message")
    before = message_object(asked.world, message)
    with asked.world.new_revision() as revision:
        message.deleted, message.revision = True, revision
    change = _change_event("message_deleted", message.ts, deleted_ts=message.ts, previous_message=before)
    _announce_event(asked, asked.find_channel(), change)
    return {"channel": message.channel, "ts": message.ts}


def make_permalink(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    message = asked.world.find_message(channel.id, asked.required_argument("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    link = f"{asked.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.root_ts != message.ts:
        link += f"?thread_ts={message.root_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    message = asked.world.find_message(channel.id, asked.required_argument("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    users = message.reactions.setdefault(asked.required_argument("name"), [])
    if asked.installation.bot_user in users:
        raise Refusal("already_reacted")
    with asked.world.new_revision() as revision:
        users.append(asked.installation.bot_user)
        message.revision = revision
    return {}


def markdown_blocks(asked: ApiRequest, markdown: str) -> list[Json]:
    return [{"type": "markdown", "text": markdown, "block_id": asked.new_block_id()}]


def _find_target(asked: ApiRequest) -> Channel:
    """Find the conversation to post to; a person's id means the direct message with them."""
    user = asked.world.users.get(asked.required_argument("channel"))
    if user is not None and user.team_id == asked.installation.team_id and not user.is_bot:
        channel = asked.world.open_direct_message(user.team_id, user.id)
    else:
        channel = asked.find_channel()
    if channel.is_archived:
        raise Refusal("is_archived")
    if channel.is_im and not asked.world.app.messages_tab:
        raise Refusal("messages_tab_disabled")
    return channel


def _build_message(asked: ApiRequest, channel: Channel) -> LocalMessage:
    text, markdown, blocks = asked.text_argument("text"), _read_markdown(asked), _read_blocks(asked)
    if not text and not blocks and not markdown:
        raise Refusal("no_text")
    thread_ts = asked.text_argument("thread_ts")
    if thread_ts is not None and asked.world.find_message(channel.id, thread_ts) is None:
        raise Refusal("thread_not_found" if "." in thread_ts else "invalid_thread_ts")
    return LocalMessage(
        channel=channel.id,
        ts=asked.world.new_ts(),
        user=asked.installation.bot_user,
        bot_id=asked.installation.bot_id,
        username=asked.text_argument("username"),
        text=(markdown or text or "")[:LONGEST_TEXT],
        blocks=markdown_blocks(asked, markdown) if markdown else blocks or [],
        thread_ts=thread_ts,
        broadcast=asked.flag_argument("reply_broadcast"),
        metadata=_read_metadata(asked),
    )


def _read_blocks(asked: ApiRequest) -> list[Json] | None:
    given = asked.arguments.get("blocks")
    return None if given is None else check_message_blocks(given, asked.new_block_id)


def _read_markdown(asked: ApiRequest) -> str | None:
    markdown = asked.text_argument("markdown_text")
    if markdown is None:
        return None
    if asked.text_argument("text") or asked.arguments.get("blocks"):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise Refusal("msg_too_long")
    return markdown


def _read_metadata(asked: ApiRequest) -> Json | None:
    """Read the message's metadata; an empty object takes away what was there."""
    given = asked.json_argument("metadata", "invalid_metadata_format")
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not given["event_type"]:
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    return given


def _change_event(subtype: str, ts: str, **more: object) -> Json:
    return {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **more}


def _announce_event(asked: ApiRequest, channel: Channel, event: Json) -> None:
    """Announce a message, or a change of one."""
    # The app hears of its own messages, too (docs.slack.dev/reference/events/message.im).
    kind = "im" if channel.is_im else "channel"
    name = "message.im" if channel.is_im else "message.channels"
    event = event | {"channel": channel.id, "channel_type": kind, "event_ts": event["ts"]}
    asked.world.announce(channel.team_id, name, event)


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", 100),
    "chat.update": Method(update_message, "chat:write", 50),
    "chat.delete": Method(delete_message, "chat:write", 50),
    "chat.getPermalink": Method(make_permalink),
    "reactions.add": Method(add_reaction, "reactions:write", 50),
}

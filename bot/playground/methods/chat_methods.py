"""Posting, changing and deleting messages."""

from __future__ import annotations

import json

from bot.playground.kit.surface_rules import message_blocks
from bot.playground.methods.method_call import Asked, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import message_object
from bot.playground.workspace.slack_state import Channel, Json, Message

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
LARGEST_METADATA = 8_000


def post(asked: Asked) -> Json:
    channel = _where(asked)
    message = asked.world.put(_made(asked, channel))
    # Posting is what ends the line that says the app is thinking.
    channel.session(message.root).line = ""
    _tell(asked, channel, message_object(asked.world, message))
    shown = message_object(asked.world, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(asked: Asked) -> Json:
    channel = asked.channel()
    user = asked.world.users.get(asked.needed("user"))
    if user is None or user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    message = _made(asked, channel)
    message.only_for = user.id
    asked.world.put(message)
    return {"message_ts": message.ts}


def update(asked: Asked) -> Json:
    message = asked.own_message("cant_update_message")
    if message.streaming:
        raise Refusal("streaming_state_conflict")
    text, markdown = asked.text("text"), _markdown(asked)
    blocks = _blocks(asked)
    if text is None and blocks is None and markdown is None and "metadata" not in asked.arguments:
        raise Refusal("no_text")
    if text is not None and len(text) > LONGEST_UPDATE:
        raise Refusal("msg_too_long")
    metadata = _metadata(asked)
    before = message_object(asked.world, message)
    with asked.world.changing() as revision:
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
    _tell(asked, asked.channel(), _change("message_changed", message.ts, message=after, previous_message=before))
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": after}


def delete(asked: Asked) -> Json:
    message = asked.own_message("cant_delete_message")
    if message.streaming:
        raise Refusal("cant_delete_message")
    before = message_object(asked.world, message)
    with asked.world.changing() as revision:
        message.deleted, message.revision = True, revision
    change = _change("message_deleted", message.ts, deleted_ts=message.ts, previous_message=before)
    _tell(asked, asked.channel(), change)
    return {"channel": message.channel, "ts": message.ts}


def permalink(asked: Asked) -> Json:
    channel = asked.channel()
    message = asked.world.message(channel.id, asked.needed("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    link = f"{asked.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.root != message.ts:
        link += f"?thread_ts={message.root}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def react(asked: Asked) -> Json:
    channel = asked.channel()
    message = asked.world.message(channel.id, asked.needed("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    users = message.reactions.setdefault(asked.needed("name"), [])
    if asked.installation.bot_user in users:
        raise Refusal("already_reacted")
    with asked.world.changing() as revision:
        users.append(asked.installation.bot_user)
        message.revision = revision
    return {}


def markdown_blocks(asked: Asked, markdown: str) -> list[Json]:
    return [{"type": "markdown", "text": markdown, "block_id": asked.new_block_id()}]


def _where(asked: Asked) -> Channel:
    """The conversation to post to; a person's id means the direct message with them."""
    user = asked.world.users.get(asked.needed("channel"))
    if user is not None and user.team_id == asked.installation.team_id and not user.is_bot:
        channel = asked.world.direct(user.team_id, user.id)
    else:
        channel = asked.channel()
    if channel.is_archived:
        raise Refusal("is_archived")
    if channel.is_im and not asked.world.app.messages_tab:
        raise Refusal("messages_tab_disabled")
    return channel


def _made(asked: Asked, channel: Channel) -> Message:
    text, markdown, blocks = asked.text("text"), _markdown(asked), _blocks(asked)
    if not text and not blocks and not markdown:
        raise Refusal("no_text")
    thread_ts = asked.text("thread_ts")
    if thread_ts is not None and asked.world.message(channel.id, thread_ts) is None:
        raise Refusal("thread_not_found" if "." in thread_ts else "invalid_thread_ts")
    return Message(
        channel=channel.id,
        ts=asked.world.new_ts(),
        user=asked.installation.bot_user,
        bot_id=asked.installation.bot_id,
        username=asked.text("username"),
        text=(markdown or text or "")[:LONGEST_TEXT],
        blocks=markdown_blocks(asked, markdown) if markdown else blocks or [],
        thread_ts=thread_ts,
        broadcast=asked.flag("reply_broadcast"),
        metadata=_metadata(asked),
    )


def _blocks(asked: Asked) -> list[Json] | None:
    given = asked.arguments.get("blocks")
    return None if given is None else message_blocks(given, asked.new_block_id)


def _markdown(asked: Asked) -> str | None:
    markdown = asked.text("markdown_text")
    if markdown is None:
        return None
    if asked.text("text") or asked.arguments.get("blocks"):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise Refusal("msg_too_long")
    return markdown


def _metadata(asked: Asked) -> Json | None:
    """The message's metadata; an empty object takes what was there away."""
    given = asked.data("metadata", "invalid_metadata_format")
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not given["event_type"]:
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    return given


def _change(subtype: str, ts: str, **more: object) -> Json:
    return {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **more}


def _tell(asked: Asked, channel: Channel, event: Json) -> None:
    """The app hears of its own messages, too (docs.slack.dev/reference/events/message.im)."""
    kind = "im" if channel.is_im else "channel"
    name = "message.im" if channel.is_im else "message.channels"
    event = event | {"channel": channel.id, "channel_type": kind, "event_ts": event["ts"]}
    asked.world.announce(channel.team_id, name, event)


METHODS = {
    "chat.postMessage": Method(post, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", 100),
    "chat.update": Method(update, "chat:write", 50),
    "chat.delete": Method(delete, "chat:write", 50),
    "chat.getPermalink": Method(permalink),
    "reactions.add": Method(react, "reactions:write", 50),
}

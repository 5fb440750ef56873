"""Messages that are written while they are read (chat.startStream, appendStream, stopStream)."""

from __future__ import annotations

from bot.playground.kit.surface_rules import check_message_blocks
from bot.playground.methods.chat_methods import LONGEST_MARKDOWN, markdown_blocks
from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import message_object
from bot.playground.workspace.slack_state import Json, LocalMessage, Stream

# In seconds, however busy a stream is (github.com/slackapi/python-slack-sdk/issues/1859; not in Slack's docs).
LIFE = 300.0
STATUSES = ("active", "processing", "suspended", "closed")
CHUNKS = ("markdown_text", "task_update", "plan_update", "blocks")


def start_stream(asked: ApiRequest) -> Json:
    channel = asked.find_channel()
    thread_ts = asked.required_argument("thread_ts")
    if asked.world.find_message(channel.id, thread_ts) is None:
        raise Refusal("thread_not_found")
    # In a channel Slack must be told for whom the stream is.
    if not channel.is_im:
        for name in ("recipient_user_id", "recipient_team_id"):
            if not asked.text_argument(name):
                raise Refusal(f"missing_{name}")
    if asked.text_argument("recipient_user_id") not in (None, *asked.world.users):
        raise Refusal("user_not_found")
    stream = Stream(started=asked.world.now)
    written = _read_addition(asked, stream)
    message = LocalMessage(
        channel=channel.id,
        ts=asked.world.new_ts(),
        user=asked.installation.bot_user,
        bot_id=asked.installation.bot_id,
        username=asked.text_argument("username"),
        text="",
        thread_ts=thread_ts,
        stream=stream,
    )
    asked.world.add_message(message)
    _append_content(asked, message, *written)
    with asked.world.new_revision() as revision:
        session = channel.ensure_session(thread_ts)
        session.status, session.line, session.revision = "processing", "", revision
    return {"channel": channel.id, "ts": message.ts}


def append_stream(asked: ApiRequest) -> Json:
    message, stream = _find_open_stream(asked)
    markdown, chunks = _read_addition(asked, stream)
    if markdown is None and chunks is None:
        raise Refusal("markdown_text_or_chunks_required")
    _append_content(asked, message, markdown, chunks)
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(asked: ApiRequest) -> Json:
    message, stream = _find_open_stream(asked)
    written = _read_addition(asked, stream)
    status = asked.text_argument("session_status") or "active"
    if status not in STATUSES:
        raise Refusal("invalid_status")
    blocks = asked.arguments.get("blocks")
    below = [] if blocks is None else check_message_blocks(blocks, asked.new_block_id)
    metadata = asked.json_argument("metadata", "invalid_metadata_format")
    _append_content(asked, message, *written)
    with asked.world.new_revision() as revision:
        stream.state = "completed"
        message.blocks = message.blocks + below
        message.metadata = metadata or message.metadata
        message.revision = revision
        asked.find_channel().ensure_session(message.root_ts).status = status
    event = message_object(asked.world, message) | {"channel": message.channel, "event_ts": message.ts}
    if asked.find_channel().is_im:
        asked.world.announce(asked.installation.team_id, "message.im", event | {"channel_type": "im"})
    return {"channel": message.channel, "ts": message.ts, "message": message_object(asked.world, message)}


def _find_open_stream(asked: ApiRequest) -> tuple[LocalMessage, Stream]:
    message = asked.find_own_message("message_not_owned_by_app")
    stream = message.stream
    if stream is None:
        raise Refusal("message_not_in_streaming_state")
    # The person pressed Stop: whatever the app sends after that is refused.
    if stream.stopped_by_user and stream.state == "in_progress":
        stream.state = "completed"
    if stream.stopped_by_user:
        raise Refusal("stopped_by_user")
    if stream.state == "in_progress" and asked.world.now - stream.started >= LIFE:
        stream.state = "completed"
    if stream.state != "in_progress":
        raise Refusal("message_not_in_streaming_state")
    return message, stream


def _read_addition(asked: ApiRequest, stream: Stream) -> tuple[str | None, list[Json] | None]:
    """Read what this call adds. A stream keeps to the way it began: Markdown or chunks."""
    markdown, chunks = asked.text_argument("markdown_text"), asked.json_argument("chunks", "invalid_chunks")
    if markdown is not None and chunks is not None:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if markdown is not None and len(markdown) > LONGEST_MARKDOWN:
        raise Refusal("msg_too_long")
    if chunks is not None and not (
        isinstance(chunks, list) and all(isinstance(each, dict) and each.get("type") in CHUNKS for each in chunks)
    ):
        raise Refusal("invalid_chunks")
    mode = "markdown_text" if markdown is not None else "chunks" if chunks is not None else None
    if mode is not None and stream.mode not in (None, mode):
        raise Refusal("streaming_mode_mismatch")
    # Checked before anything is written: a call that is refused leaves the stream as it was.
    for each in chunks or []:
        if each["type"] == "blocks":
            check_message_blocks(each.get("blocks"), asked.new_block_id)
    stream.mode = stream.mode or mode
    return markdown, chunks


def _append_content(asked: ApiRequest, message: LocalMessage, markdown: str | None, chunks: list[Json] | None) -> None:
    stream = message.stream
    assert stream is not None
    with asked.world.new_revision() as revision:
        stream.markdown += markdown or ""
        stream.chunks += chunks or []
        stream.markdown += "".join(str(each["text"]) for each in chunks or [] if each["type"] == "markdown_text")
        message.text = stream.markdown
        message.blocks = markdown_blocks(asked, stream.markdown) if stream.markdown else []
        for each in stream.chunks:
            if each["type"] == "blocks":
                message.blocks += check_message_blocks(each["blocks"], asked.new_block_id)
        message.revision = revision


METHODS = {
    "chat.startStream": Method(start_stream, "chat:write", 20),
    "chat.appendStream": Method(append_stream, "chat:write", 100),
    "chat.stopStream": Method(stop_stream, "chat:write", 20),
}

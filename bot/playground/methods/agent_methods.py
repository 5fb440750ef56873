"""What an agent shows around its answers: status, title, suggested prompts, the session's lifecycle."""

from __future__ import annotations

from bot.playground.methods.method_call import Asked, Method
from bot.playground.methods.stream_methods import STATUSES
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_state import Channel, Json

LINE_LIVES = 120.0
"""Seconds until the "is thinking…" line goes away by itself."""
MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10
LONGEST_TITLE = 200


def set_line(asked: Asked) -> Json:
    channel, thread_ts = _thread(asked)
    status = asked.text("status")
    if status is None:
        raise Refusal("invalid_arguments")
    if len(asked.data("loading_messages") or []) > MOST_LOADING_MESSAGES:
        raise Refusal("invalid_arguments")
    with asked.world.changing() as revision:
        session = channel.session(thread_ts)
        session.line, session.line_until, session.revision = status, asked.world.now + LINE_LIVES, revision
    return {}


def set_title(asked: Asked) -> Json:
    channel, thread_ts = _thread(asked)
    with asked.world.changing():
        channel.session(thread_ts).title = asked.needed("title")
    return {}


def set_prompts(asked: Asked) -> Json:
    channel = asked.channel("channel_id")
    thread_ts = asked.text("thread_ts")
    if thread_ts is None and not asked.world.app.agent_view:
        raise Refusal("missing_thread_ts")
    if thread_ts is not None and asked.world.message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    prompts = asked.data("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refusal("invalid_arguments")
    if any(not isinstance(each, dict) or not each.get("title") or not each.get("message") for each in prompts):
        raise Refusal("invalid_arguments")
    with asked.world.changing():
        channel.prompts = prompts
    return {}


def set_status(asked: Asked) -> Json:
    channel, thread_ts = _session(asked)
    status = asked.needed("status")
    if status not in STATUSES:
        raise Refusal("invalid_status")
    with asked.world.changing() as revision:
        session = channel.session(thread_ts)
        session.revision = revision
        if session.status is None and session.title is None:
            session.title = (asked.text("title") or "")[:LONGEST_TITLE] or None
        session.status = status
    return {"status": session.status, "title": session.title or ""}


def rename(asked: Asked) -> Json:
    channel, thread_ts = _session(asked)
    title = asked.needed("title")
    if len(title) > LONGEST_TITLE:
        raise Refusal("invalid_arguments")
    with asked.world.changing():
        channel.session(thread_ts).title = title
    return {"title": title}


def _thread(asked: Asked) -> tuple[Channel, str]:
    channel, thread_ts = asked.channel("channel_id"), asked.needed("thread_ts")
    if asked.world.message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    return channel, thread_ts


def _session(asked: Asked) -> tuple[Channel, str]:
    if not asked.world.app.agent_view:
        raise Refusal("not_agent_app")
    channel = asked.channel("channel_id")
    if (thread_ts := asked.text("thread_ts")) is None:
        raise Refusal("thread_ts_required")
    if asked.world.message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    return channel, thread_ts


METHODS = {
    "assistant.threads.setStatus": Method(set_line, "chat:write"),
    "assistant.threads.setTitle": Method(set_title, "assistant:write", 100),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, "assistant:write", 100),
    "agents.sessions.setStatus": Method(set_status, "chat:write", 50),
    "agents.sessions.rename": Method(rename, "chat:write", 50),
}

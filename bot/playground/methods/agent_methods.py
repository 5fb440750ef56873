"""What an agent shows around its answers: status, title, suggested prompts, the session's lifecycle."""

from __future__ import annotations

from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.methods.stream_methods import STATUSES
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_state import Channel, Json

# In seconds, after which the "is thinking…" line goes away by itself
# (docs.slack.dev/reference/methods/assistant.threads.setStatus).
LINE_LIVES = 120.0
MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10
LONGEST_TITLE = 200


def set_thread_status(asked: ApiRequest) -> Json:
    channel, thread_ts = _find_thread(asked)
    status = asked.text_argument("status")
    if status is None:
        raise Refusal("invalid_arguments")
    if len(asked.json_argument("loading_messages") or []) > MOST_LOADING_MESSAGES:
        raise Refusal("invalid_arguments")
    with asked.world.new_revision() as revision:
        session = channel.ensure_session(thread_ts)
        session.line, session.line_until, session.revision = status, asked.world.now + LINE_LIVES, revision
    return {}


def set_title(asked: ApiRequest) -> Json:
    channel, thread_ts = _find_thread(asked)
    with asked.world.new_revision():
        channel.ensure_session(thread_ts).title = asked.required_argument("title")
    return {}


def set_suggested_prompts(asked: ApiRequest) -> Json:
    channel = asked.find_channel("channel_id")
    thread_ts = asked.text_argument("thread_ts")
    # In agent view each message begins a thread, so prompts belong to the conversation and not to a thread.
    if thread_ts is None and not asked.world.app.agent_view:
        raise Refusal("missing_thread_ts")
    if thread_ts is not None and asked.world.find_message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    prompts = asked.json_argument("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refusal("invalid_arguments")
    if any(not isinstance(each, dict) or not each.get("title") or not each.get("message") for each in prompts):
        raise Refusal("invalid_arguments")
    with asked.world.new_revision():
        channel.prompts = prompts
    return {}


def set_session_status(asked: ApiRequest) -> Json:
    channel, thread_ts = _find_session(asked)
    status = asked.required_argument("status")
    if status not in STATUSES:
        raise Refusal("invalid_status")
    with asked.world.new_revision() as revision:
        session = channel.ensure_session(thread_ts)
        session.revision = revision
        # A title is taken with the first status only; afterwards agents.sessions.rename changes it.
        if session.status is None and session.title is None:
            session.title = (asked.text_argument("title") or "")[:LONGEST_TITLE] or None
        session.status = status
    return {"status": session.status, "title": session.title or ""}


def rename_session(asked: ApiRequest) -> Json:
    channel, thread_ts = _find_session(asked)
    title = asked.required_argument("title")
    if len(title) > LONGEST_TITLE:
        raise Refusal("invalid_arguments")
    with asked.world.new_revision():
        channel.ensure_session(thread_ts).title = title
    return {"title": title}


def _find_thread(asked: ApiRequest) -> tuple[Channel, str]:
    channel, thread_ts = asked.find_channel("channel_id"), asked.required_argument("thread_ts")
    if asked.world.find_message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    return channel, thread_ts


def _find_session(asked: ApiRequest) -> tuple[Channel, str]:
    if not asked.world.app.agent_view:
        raise Refusal("not_agent_app")
    channel = asked.find_channel("channel_id")
    if (thread_ts := asked.text_argument("thread_ts")) is None:
        raise Refusal("thread_ts_required")
    if asked.world.find_message(channel.id, thread_ts) is None:
        raise Refusal("invalid_thread_ts")
    return channel, thread_ts


METHODS = {
    "assistant.threads.setStatus": Method(set_thread_status, "chat:write"),
    "assistant.threads.setTitle": Method(set_title, "assistant:write", 100),
    "assistant.threads.setSuggestedPrompts": Method(set_suggested_prompts, "assistant:write", 100),
    "agents.sessions.setStatus": Method(set_session_status, "chat:write", 50),
    "agents.sessions.rename": Method(rename_session, "chat:write", 50),
}

"""Streams: how they end, what they refuse, and a person who presses Stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson


@pytest.fixture
def stream(client: WebClient, nora: LocalPerson) -> dict[str, str]:
    """A stream that has begun in answer to Nora."""
    nora.says("hello", waits=False)
    started = client.chat_startStream(channel=nora.dm.id, thread_ts=nora.visible_messages()[0].ts, markdown_text="One ")
    return {"channel": nora.dm.id, "ts": started["ts"]}


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_a_stream_grows_and_stops(client: WebClient, nora: LocalPerson, stream: dict[str, str]) -> None:
    message = nora.visible_messages()[-1]
    client.chat_appendStream(**stream, markdown_text="two ")
    assert (message.text, message.is_streaming) == ("One two ", True)
    assert nora.dm.ensure_session(message.root_ts).status == "processing"
    client.chat_stopStream(**stream, markdown_text="three", session_status="suspended")

    assert (message.text, message.is_streaming) == ("One two three", False)
    assert nora.dm.ensure_session(message.root_ts).status == "suspended"
    assert refusal(client.chat_appendStream, **stream, markdown_text="x") == "message_not_in_streaming_state"


def test_a_stream_is_over_after_five_minutes_and_can_then_be_updated(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, stream: dict[str, str]
) -> None:
    assert refusal(client.chat_update, **stream, text="x") == "streaming_state_conflict"
    slack.advance_clock(minutes=5)

    assert refusal(client.chat_appendStream, **stream, markdown_text="x") == "message_not_in_streaming_state"
    client.chat_update(**stream, text="All of it")
    assert nora.visible_messages()[-1].text == "All of it"


def test_stop_ends_a_stream_and_is_told(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, stream: dict[str, str]
) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    nora.presses_stop(nora.visible_messages()[-1])

    (delivery,) = slack.ledger.list_deliveries("agent_session_stopped")
    assert delivery.payload["event"]["thread_ts"] == nora.visible_messages()[0].ts
    assert refusal(client.chat_appendStream, **stream, markdown_text="x") == "stopped_by_user"


def test_a_stream_keeps_to_the_way_it_began(client: WebClient, stream: dict[str, str]) -> None:
    chunks = [{"type": "markdown_text", "text": "x"}]

    assert refusal(client.chat_appendStream, **stream, chunks=chunks) == "streaming_mode_mismatch"
    assert refusal(client.chat_appendStream, **stream, chunks=chunks, markdown_text="x") == (
        "cannot_provide_both_markdown_text_and_chunks"
    )


def test_a_channel_needs_to_know_for_whom_the_stream_is(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    sales = slack.add_channel("sales", nora)
    nora.mentions_app("hello", sales, waits=False)
    where = {"channel": sales.id, "thread_ts": nora.visible_messages(sales)[0].ts}

    assert refusal(client.chat_startStream, **where) == "missing_recipient_user_id"
    assert refusal(client.chat_startStream, **where, recipient_user_id=nora.id) == "missing_recipient_team_id"
    assert client.chat_startStream(**where, recipient_user_id=nora.id, recipient_team_id=slack.team.id)["ok"]

"""Each fault as the real client meets it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.web_api.api_faults import (
    Fault,
    Gate,
    answers_error,
    answers_late,
    bad_gateway,
    drops_connection,
    rate_limited,
    server_error,
)


def post(client: WebClient, nora: LocalPerson) -> str:
    """What the caller is told: ok, an error code, a status, or the name of an exception."""
    try:
        client.chat_postMessage(channel=nora.dm.id, text="Good morning")
    except SlackApiError as error:
        return str(error.response.get("error") or error.response.status_code)
    except (OSError, RemoteDisconnected) as error:
        return type(error).__name__
    return "ok"


@pytest.mark.parametrize(
    ("fault", "told", "posted"),
    [
        (drops_connection(), "RemoteDisconnected", 1),
        (drops_connection(after=False), "RemoteDisconnected", 0),
        (rate_limited(7), "ratelimited", 0),
        (answers_error("unknown_method"), "unknown_method", 0),
        (answers_error("invalid_blocks"), "invalid_blocks", 0),
        (answers_error("internal_error", after=True), "internal_error", 1),
    ],
)
def test_a_call_goes_wrong_once_and_then_well(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, fault: Fault, told: str, posted: int
) -> None:
    slack.faults.plan_fault("chat.postMessage", fault)

    assert post(client, nora) == told
    assert len(nora.visible_messages()) == posted
    assert post(client, nora) == "ok"
    assert [each.outcome for each in slack.ledger.list_calls("chat.postMessage")] == [fault.name, "ok"]
    assert len(slack.ledger.list_posts(nora.dm.id)) == posted + 1


@pytest.mark.parametrize(
    ("fault", "status", "posted"),
    [
        (server_error(), 500, 0),
        (server_error(after=True), 500, 1),
        (bad_gateway(), 502, 0),
        (bad_gateway(after=True), 502, 1),
    ],
)
def test_a_broken_server_answers_without_json(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, fault: Fault, status: int, posted: int
) -> None:
    slack.faults.plan_fault("chat.postMessage", fault)
    with pytest.raises(SlackApiError) as failed:
        client.chat_postMessage(channel=nora.dm.id, text="x")

    assert failed.value.response.status_code == status
    assert len(nora.visible_messages()) == posted


def test_the_sdk_posts_twice_when_the_first_answer_is_lost(slack: LocalSlack, nora: LocalPerson) -> None:
    careless = WebClient(slack.bot_token, base_url=slack.api_url)
    slack.faults.plan_fault("chat.postMessage", drops_connection())

    careless.chat_postMessage(channel=nora.dm.id, text="Good morning")

    assert len(nora.visible_messages()) == 2


def test_a_rate_limit_says_how_long_to_wait(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    slack.faults.plan_fault("chat.postMessage", rate_limited(7))
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel=nora.dm.id, text="x")

    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"


def test_a_late_answer_finds_nobody_waiting_though_the_message_is_posted(slack: LocalSlack, nora: LocalPerson) -> None:
    gate = Gate()
    slack.faults.plan_fault("chat.postMessage", answers_late(gate=gate))
    hasty = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)

    assert post(hasty, nora) == "TimeoutError"
    assert len(nora.visible_messages()) == 1
    gate.let_through()


def test_a_held_answer_comes_when_the_gate_opens(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    gate = Gate()
    slack.faults.plan_fault("chat.postMessage", answers_late(gate=gate))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, client, nora)
        assert gate.wait_until_reached()
        assert not answer.done()
        gate.let_through()

        assert answer.result(10) == "ok"


def test_the_nth_call_goes_wrong_or_every_one_does(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    slack.faults.plan_fault("chat.postMessage", answers_error("is_archived"), nth=2)
    slack.faults.plan_fault("chat.startStream", answers_error("unknown_method"), times=None)

    assert [post(client, nora) for _ in range(3)] == ["ok", "is_archived", "ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError, match="unknown_method"):
            client.chat_startStream(channel=nora.dm.id, thread_ts=nora.visible_messages()[0].ts)


def test_rates_are_kept_when_asked_for(nora: LocalPerson) -> None:
    with LocalSlack(rate_limits=True) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        one, other = slack.add_person("One"), slack.add_person("Other")

        assert [post(client, one), post(client, other), post(client, one)] == ["ok", "ok", "ratelimited"]
        slack.advance_clock(1)
        assert post(client, one) == "ok"

        def read(times: int) -> list[str]:
            return [_told(client.users_list) for _ in range(times)]

        assert read(21) == ["ok"] * 20 + ["ratelimited"]
        slack.advance_clock(minutes=1)
        assert read(1) == ["ok"]


def _told(call: Callable[[], object]) -> str:
    try:
        call()
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"

"""Retries, duplicates, lost acknowledgements, signatures, and sockets that go away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.transport.signed_post import post_signed

Connect = Callable[..., SocketModeHandler]


class Heard:
    """The retry number of every delivery of a message that reaches a listener."""

    def __init__(self) -> None:
        self._found: list[str | None] = []
        self._changed = threading.Condition()

    def note(self, number: str | None) -> None:
        with self._changed:
            self._found.append(number)
            self._changed.notify_all()

    def first(self, many: int) -> list[str | None]:
        """Wait for so many; gives what there is."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._found) >= many, 15)
            return list(self._found)


@pytest.fixture
def heard(app: App) -> Heard:
    found = Heard()

    @app.event("message")
    def note(request: BoltRequest, event: dict[str, Any]) -> None:
        if "bot_id" not in event:
            found.note((request.headers.get("x-slack-retry-num") or [None])[0])

    return found


def attempts(slack: LocalSlack) -> list[tuple[int, str | None, str | None]]:
    (delivery,) = slack.ledger.list_deliveries("message.im")
    return [(each.number, each.reason, each.failure) for each in delivery.attempts]


def test_an_event_is_tried_again_at_once_after_a_minute_and_after_five(
    slack: LocalSlack, serve: Callable[[], str], nora: LocalPerson
) -> None:
    serve()  # without a listener Bolt answers 404
    nora.says("hello", waits=False)
    (delivery,) = slack.ledger.list_deliveries("message.im")

    assert slack.world.wait_until(lambda: [each.ended is None for each in delivery.attempts] == [False] * 2, 5)
    slack.advance_clock(minutes=1)
    assert slack.world.wait_until(lambda: [each.ended is None for each in delivery.attempts] == [False] * 3, 5)
    slack.advance_clock(minutes=4)
    assert not delivery.settled
    slack.advance_clock(minutes=1)
    assert slack.wait_until_quiet()

    assert attempts(slack) == [
        (0, None, "http_error"),
        (1, "http_error", "http_error"),
        (2, "http_error", "http_error"),
        (3, "http_error", "http_error"),
    ]


def test_an_event_nobody_takes_in_is_tried_again(slack: LocalSlack, nora: LocalPerson) -> None:
    slack.request_url = "http://127.0.0.1:9/slack/events"
    nora.says("hello", waits=False)
    (delivery,) = slack.ledger.list_deliveries("message.im")

    assert slack.world.wait_until(lambda: [each.ended is None for each in delivery.attempts] == [False] * 2, 5)
    assert attempts(slack)[:2] == [(0, None, "connection_failed"), (1, "connection_failed", "connection_failed")]


@pytest.mark.parametrize("over", ["connect", "serve"])
def test_a_lost_acknowledgement_brings_the_event_again_with_its_number(
    request: pytest.FixtureRequest, slack: LocalSlack, heard: Heard, nora: LocalPerson, over: str
) -> None:
    request.getfixturevalue(over)()
    slack.deliveries.lose_acks()
    nora.says("hello", waits=False)

    assert slack.wait_until_quiet()
    assert attempts(slack) == [(0, None, "http_timeout"), (1, "http_timeout", None)]
    # A socket's first envelope says retry_attempt 0, which Bolt shows as a header.
    assert heard.first(2) == (["0", "1"] if over == "connect" else [None, "1"])


@pytest.mark.parametrize("over", ["connect", "serve"])
def test_an_event_comes_again_and_doubled_on_demand(
    request: pytest.FixtureRequest, slack: LocalSlack, heard: Heard, nora: LocalPerson, over: str
) -> None:
    request.getfixturevalue(over)()
    slack.deliveries.duplicate_next(3)
    nora.says("hello", waits=False)
    (delivery,) = slack.ledger.list_deliveries("message.im")
    assert slack.world.wait_until(lambda: sum(each.status == 200 for each in delivery.attempts) == 3, 5)
    slack.deliveries.redeliver_event(delivery, times=2)

    assert len(heard.first(5)) == 5
    assert len({delivery.event_id}) == 1
    assert [each.number for each in delivery.attempts] == [0, 0, 0, 3, 3]


def test_an_acknowledgement_that_is_too_late_counts_as_none(
    slack: LocalSlack, app: App, connect: Connect, nora: LocalPerson
) -> None:
    go_on = threading.Event()

    @app.command("/slow")
    def slow(ack: Callable[..., None]) -> None:
        go_on.wait(10)
        ack("Done")

    connect()
    slack.deliveries.ack_within = 0.2
    seen = nora.uses_command("/slow")
    go_on.set()

    assert seen.error == "operation_timeout"
    assert nora.visible_messages() == []


def test_bolt_itself_verifies_what_is_sent(
    slack: LocalSlack, app: App, serve: Callable[[], str], heard: Heard, nora: LocalPerson
) -> None:
    url = serve()
    payload = slack.payloads.build_event(
        slack.team.id, {"type": "message", "channel_type": "im", "user": nora.id, "text": ""}
    )

    assert post_signed(url, "events_api", payload, slack.signing_secret, {}, 3).status == 200
    assert post_signed(url, "events_api", payload, "another-secret", {}, 3).status == 401


def test_a_refresh_moves_deliveries_to_a_new_connection(
    slack: LocalSlack, heard: Heard, connect: Connect, nora: LocalPerson
) -> None:
    connect()
    slack.sockets.refresh_connections()

    assert slack.world.wait_until(lambda: slack.sockets.opened_count == 2, 10)
    nora.says("still there?", waits=False)
    assert slack.wait_until_quiet()
    assert heard.first(1) == ["0"]


@pytest.mark.parametrize("gone", ["close_connections", "abort_connections"])
def test_an_event_waits_for_a_socket_that_went_away(
    slack: LocalSlack, heard: Heard, connect: Connect, nora: LocalPerson, gone: str
) -> None:
    handler = connect()
    getattr(slack.sockets, gone)()
    assert slack.world.wait_until(lambda: slack.sockets.ready_count == 0, 5)
    nora.says("hello?", waits=False)
    handler.client.connect_to_new_endpoint(force=True)

    assert len(heard.first(1)) == 1


def test_any_one_of_several_connections_gets_an_envelope(
    slack: LocalSlack, heard: Heard, connect: Connect, nora: LocalPerson
) -> None:
    connect()
    connect()
    slack.sockets.wait_for_connections(2)
    for _ in range(4):
        nora.says("hello", waits=False)

    assert slack.wait_until_quiet()
    assert len(heard.first(4)) == 4
    assert {len(each.attempts) for each in slack.ledger.list_deliveries("message.im")} == {1}


def test_a_connection_without_a_hello_still_carries_envelopes(
    slack: LocalSlack, heard: Heard, connect: Connect, nora: LocalPerson
) -> None:
    slack.sockets.say_hello = False
    connect()
    nora.says("hello", waits=False)

    assert slack.wait_until_quiet()
    assert heard.first(1) == ["0"]


def test_only_events_the_app_is_subscribed_to_are_sent(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    sales = slack.add_channel("sales", nora)
    nora.says("just talking", sales, waits=False)

    assert slack.ledger.list_deliveries() == []


def test_a_request_url_proves_itself(slack: LocalSlack, serve: Callable[[], str]) -> None:
    serve()

    assert slack.verify_request_url()


def test_a_stranger_in_a_shared_channel_is_told_apart(slack: LocalSlack, nora: LocalPerson) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    stranger = slack.add_person("Stan", team=slack.add_team("Other"), is_stranger=True)
    shared = slack.add_channel("shared", nora, stranger, shared=True)
    seen = stranger.mentions_app("show me the leads", shared, waits=False)

    assert seen.delivery is not None
    payload = seen.delivery.payload
    assert (payload["team_id"], payload["is_ext_shared_channel"]) == (slack.team.id, True)
    assert payload["event"]["user_team"] == stranger.user.team_id


def test_a_person_changes_and_takes_away_what_was_said(slack: LocalSlack, nora: LocalPerson) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    nora.says("one", waits=False)
    (message,) = nora.visible_messages()
    nora.edits_message(message, "two")
    assert message.text == "two"
    nora.deletes_message(message)

    assert nora.visible_messages() == []
    subtypes = [each.payload["event"].get("subtype") for each in slack.ledger.list_deliveries("message.im")]
    assert subtypes == [None, "message_changed", "message_deleted"]

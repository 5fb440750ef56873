"""Delivers events, commands and interactions to the app, over HTTP or a socket, with Slack's retries."""

from __future__ import annotations

import json
import threading
import time

from bot.playground.transport.signed_post import post_signed
from bot.playground.transport.sockets import Sockets
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Attempt, Delivery, TrafficLog

# Seconds to wait before each retry of an event (docs.slack.dev/apis/events-api#retries).
RETRIES = (0.0, 60.0, 300.0)
# Seconds in which the app must acknowledge.
ACK_WITHIN = 3.0


class Deliveries:
    """Delivers events, commands and interactions, each in a thread: over HTTP with a `request_url`, else Socket Mode.

    Only events are retried, on the world's clock. `ack_within` is in real seconds.
    """

    def __init__(self, world: World, ledger: TrafficLog, sockets: Sockets) -> None:
        self._world, self._ledger, self._sockets = world, ledger, sockets
        self.request_url: str | None = None
        self.ack_within = ACK_WITHIN
        self._copies = 1
        self._lost_acks = 0
        self._stopped = False

    def start_delivery(self, kind: str, name: str, team_id: str, payload: Json) -> Delivery:
        """Start a delivery; its `settled` says when it is over."""
        delivery = self._ledger.record_delivery(kind, name, team_id, payload)
        copies, self._copies = (self._copies, 1) if kind == "events_api" else (1, self._copies)
        self._start_thread(self._deliver_with_retries, delivery)
        for _ in range(copies - 1):
            self._start_thread(self._attempt_delivery, delivery, 0, None)
        return delivery

    def duplicate_next(self, copies: int = 2) -> None:
        """Deliver the next event this many times at once, with one event_id."""
        self._copies = copies

    def lose_acks(self, times: int = 1) -> None:
        """Lose the next acknowledgements on their way to Slack, though the app gave them."""
        self._lost_acks += times

    def redeliver_event(self, delivery: Delivery, times: int = 1, reason: str = "http_timeout") -> list[Attempt]:
        """Redeliver an event one attempt after the other, with Slack's retry headers counting on."""
        first = len(delivery.attempts)
        return [self._attempt_delivery(delivery, min(first + number, len(RETRIES)), reason) for number in range(times)]

    def stop_retries(self) -> None:
        with self._world.new_revision():
            self._stopped = True

    def _start_thread(self, doing: object, *arguments: object) -> None:
        assert callable(doing)
        threading.Thread(target=doing, args=arguments, name="local-slack-delivery", daemon=True).start()

    def _deliver_with_retries(self, delivery: Delivery) -> None:
        attempt = self._attempt_delivery(delivery, 0, None)
        for number, wait in enumerate(RETRIES, start=1):
            # Commands and interactions are never sent again: the person sees an error and may try once more.
            if attempt.failure is None or attempt.failure == "no_retry" or delivery.kind != "events_api":
                break
            if not self._pause_until((attempt.ended or self._world.now) + wait):
                break
            attempt = self._attempt_delivery(delivery, number, attempt.failure)
        with self._world.new_revision():
            delivery.settled = True

    def _pause_until(self, due: float) -> bool:
        """Wait on the world's clock; False when the local Slack stops first."""
        while not self._stopped and (left := due - self._world.now) > 0:
            self._world.wait_until(lambda: self._stopped or self._world.now >= due, left)
        return not self._stopped

    def _attempt_delivery(self, delivery: Delivery, number: int, reason: str | None) -> Attempt:
        over = "http" if self.request_url is not None else "socket"
        attempt = Attempt(number, self._ledger.current_time(), over, reason)
        with self._world.new_revision():
            delivery.attempts.append(attempt)
        started = time.monotonic()
        if self.request_url is not None:
            self._deliver_by_http(self.request_url, delivery, attempt)
        else:
            self._deliver_by_socket(delivery, attempt)
        with self._world.new_revision():
            attempt.seconds, attempt.ended = time.monotonic() - started, self._world.now
            # The app believes that it acknowledged, Slack that it did not: the same event will come again.
            if attempt.failure is None and self._lost_acks > 0:
                self._lost_acks -= 1
                attempt.status, attempt.body, attempt.failure = None, "", "http_timeout"
        return attempt

    def _deliver_by_http(self, url: str, delivery: Delivery, attempt: Attempt) -> None:
        headers = {}
        if attempt.number:
            headers = {"x-slack-retry-num": str(attempt.number), "x-slack-retry-reason": attempt.reason or ""}
        secret = self._world.app.signing_secret
        posted = post_signed(url, delivery.kind, delivery.payload, secret, headers, self.ack_within)
        attempt.status, attempt.body, attempt.failure = posted.status, posted.body, posted.failure
        if posted.failure is not None and posted.headers.get("x-slack-no-retry") == "1":
            attempt.failure = "no_retry"

    def _deliver_by_socket(self, delivery: Delivery, attempt: Attempt) -> None:
        attempt.envelope_id = self._world.new_id("envelope-")
        envelope: Json = {
            "envelope_id": attempt.envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason or ""}
        if self._sockets.deliver_envelope(envelope, self.ack_within) is None:
            attempt.failure = "connection_failed"
            return
        answer = self._sockets.wait_for_ack(attempt.envelope_id, self.ack_within)
        if answer is None:
            attempt.failure = "http_timeout"
            return
        attempt.status = 200
        attempt.body = json.dumps(answer["payload"]) if answer.get("payload") else ""

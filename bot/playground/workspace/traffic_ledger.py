"""The record of what happened: every call the app made, and everything that was delivered to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World


@dataclass
class RecordedCall:
    """A request of the app: a Web API method, or `response_url`. `outcome` is ok, an error code, or what went wrong.

    `effective` says whether the local Slack did what was asked, whatever the app was told; `at` is aware UTC.
    """

    number: int
    method: str
    arguments: Json
    token: str | None
    at: datetime
    outcome: str = "under way"
    status: int = 0
    answer: Json = field(default_factory=dict)
    effective: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


@dataclass
class Attempt:
    """Records one try to deliver: over HTTP or a socket, what came back and how long it took.

    `status` is the HTTP status, 200 for a socket's acknowledgement, None when there was none.
    """

    number: int
    at: datetime
    over: str
    reason: str | None = None
    status: int | None = None
    body: str = ""
    failure: str | None = None
    seconds: float = 0.0
    envelope_id: str | None = None
    # In seconds of the world's clock; None while under way.
    ended: float | None = None


@dataclass
class Delivery:
    """An event, command or interaction on its way to the app. `kind` is events_api, slash_commands or interactive."""

    number: int
    kind: str
    name: str
    team_id: str
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    settled: bool = False

    @property
    def event_id(self) -> str | None:
        return self.payload.get("event_id")

    @property
    def is_acknowledged(self) -> bool:
        return any(each.failure is None and each.status is not None for each in self.attempts)


class TrafficLog:
    """Keeps every call the app made and everything delivered to it, in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls: list[RecordedCall] = []
        self._deliveries: list[Delivery] = []

    def record_call(self, method: str, arguments: Json, token: str | None) -> RecordedCall:
        with self._world.new_revision():
            made = RecordedCall(len(self._calls) + 1, method, arguments, token, self.current_time())
            self._calls.append(made)
            return made

    def record_delivery(self, kind: str, name: str, team_id: str, payload: Json) -> Delivery:
        with self._world.new_revision():
            made = Delivery(len(self._deliveries) + 1, kind, name, team_id, payload)
            self._deliveries.append(made)
            return made

    def current_time(self) -> datetime:
        return datetime.fromtimestamp(self._world.now, UTC)

    def list_calls(self, *methods: str, ok: bool | None = None) -> list[RecordedCall]:
        """List the calls so far, of these methods or of all; `ok` True or False only those answered so."""
        with self._world.changed:
            return [each for each in self._calls if (not methods or each.method in methods) and ok in (None, each.ok)]

    def list_posts(self, channel: str | None = None) -> list[RecordedCall]:
        """List the calls that posted a message, to the conversation or to any."""
        found = self.list_calls("chat.postMessage", "chat.postEphemeral", "chat.startStream")
        return [each for each in found if each.effective and channel in (None, each.arguments.get("channel"))]

    def list_deliveries(self, *names: str) -> list[Delivery]:
        """List what was delivered so far: by event type (`app_mention`), command (`/lead`) or payload type."""
        with self._world.changed:
            return [each for each in self._deliveries if not names or each.name in names]

    def unsettled_deliveries(self) -> Iterator[Delivery]:
        return (each for each in self.list_deliveries() if not each.settled)

    def describe_recent(self, last: int = 12) -> str:
        """Describe the last calls and deliveries, a line each, for the message of a failing test."""
        calls = [f"  call {each.method} -> {each.outcome}" for each in self.list_calls()[-last:]]
        sent = [
            f"  delivery {each.name}: "
            + (", ".join(_describe_attempt(each) for each in each.attempts) or "not tried yet")
            for each in self.list_deliveries()[-last:]
        ]
        return "\n".join(["Calls:", *calls, "Deliveries:", *sent])


def _describe_attempt(attempt: Attempt) -> str:
    return attempt.failure or f"{attempt.status} {attempt.body[:80]}".strip()

"""Notes when a request of Slack arrived: it may wait for a thread while its three seconds go by."""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Any

from slack_bolt import App

from bot.slack.runtime.draining_socket import DrainingSocket
from bot.slack.runtime.intake_turns import IntakeTurns

# When the request that this thread works on arrived, on the clock of `monotonic`.
ARRIVED: ContextVar[float | None] = ContextVar("arrived", default=None)
MOST_NOTED = 10_000


def seconds_since_arrival() -> float:
    """Return the seconds since the request of this thread arrived; 0 where that was not noted."""
    arrived = ARRIVED.get()
    return 0.0 if arrived is None else max(0.0, monotonic() - arrived)


def make_socket_handler(app: App, turns: IntakeTurns, token: str) -> DrainingSocket:
    """Make a Socket Mode connection, not yet open, that notes when each request arrived."""
    handler = DrainingSocket(turns, app, token, concurrency=20)
    # slack_sdk hands a message from the thread that reads the socket to one of a pool, through a queue. The text is all
    # that both threads see of it.
    noted: dict[int, float] = {}

    def note_arrival(raw: str) -> None:
        # A message that a thread took before it was noted here is never taken out, nor is a disconnect.
        if len(noted) > MOST_NOTED:
            noted.clear()
        noted[hash(raw)] = monotonic()

    def set_arrival(_client: Any, _message: dict[str, Any], raw: str | None) -> None:
        ARRIVED.set(noted.pop(hash(raw), monotonic()))

    handler.client.on_message_listeners.append(note_arrival)
    handler.client.message_listeners.append(set_arrival)
    return handler

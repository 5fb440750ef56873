"""When a request of Slack came in: it may wait for a thread, and its three seconds go by meanwhile."""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

ARRIVED: ContextVar[float | None] = ContextVar("arrived", default=None)
"""On the clock of `monotonic`, for the request that this thread works on."""

MOST_NOTED = 10_000


def seconds_since_arrival() -> float:
    """Return the seconds since the request of this thread came in; 0 where nobody noted it."""
    arrived = ARRIVED.get()
    return 0.0 if arrived is None else max(0.0, monotonic() - arrived)


def make_socket_handler(app: App, token: str) -> SocketModeHandler:
    """Make a Socket Mode connection, not yet open, that notes when each request came in."""
    handler = SocketModeHandler(app, token, concurrency=20)
    noted: dict[int, float] = {}

    def note_arrival(raw: str) -> None:
        if len(noted) > MOST_NOTED:
            noted.clear()
        noted[hash(raw)] = monotonic()

    def set_arrival(_client: Any, _message: dict[str, Any], raw: str | None) -> None:
        ARRIVED.set(noted.pop(hash(raw), monotonic()))

    handler.client.on_message_listeners.append(note_arrival)
    handler.client.message_listeners.append(set_arrival)
    return handler

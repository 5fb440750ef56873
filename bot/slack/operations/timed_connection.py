"""A connection of uvicorn's that is closed where its request does not come."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds from the opening of a connection, or from its last answer, until the next request must be there as a whole.
REQUEST_SECONDS = 12.0


class TimedConnection(H11Protocol):
    """Closes the connection of who sends too slowly; uvicorn itself waits for a begun request without end."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, or for the rest of one that was answered before it was read."""
        super().on_response_complete()
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to wait."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._close_if_waiting)

    def _close_if_waiting(self) -> None:
        # A request that came as a whole is being answered, and that may take its time.
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self.transport.close()

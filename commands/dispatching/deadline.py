"""A moment after which nothing is done any more: the one who waits and the one who works agree on who was first."""

from __future__ import annotations

from threading import Lock

from commands.contract.errors import CommandError

TOO_LATE = "That took too long, so it was not done. Please press again."


class TooLate(CommandError):
    """The person was told that nothing was done, so nothing may be done."""


class Deadline:
    """Shared by a worker and the one who waits for it.

    Either the worker passes `begin_commit()` first, and what it did stands, or the other calls `give_up()` first, and
    the worker is stopped before its commit. Never both, never neither.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._decided: str | None = None

    def begin_commit(self) -> None:
        """Mark the commit as begun, right before it. TooLate where the waiting thread has given up."""
        with self._lock:
            if self._decided == "given up":
                raise TooLate(TOO_LATE)
            self._decided = "committed"

    def give_up(self) -> bool:
        """Stop waiting. True where nothing has been and will be written; False where the write is under way."""
        with self._lock:
            if self._decided is None:
                self._decided = "given up"
            return self._decided == "given up"

"""Lets the waiting thread and the worker agree whether the commit or the timeout came first."""

from __future__ import annotations

from threading import Lock

from commands.contract.errors import CommandError

TOO_LATE = "That took too long, so it was not done. Please press again."


class TooLate(CommandError):
    """Stops a worker before its commit: the person was told already that nothing was done."""

    # Pressing again may help.
    keeps_card = True


# Slack wants an answer within three seconds. Whoever waits for a slow write tells the person by then that it was not
# done, and that has to stay true: a commit a moment later would be a change nobody knows of.
class Deadline:
    """Shared by a worker and the thread that waits for it.

    Either the worker calls `begin_commit()` first, and what it did stands, or the waiting thread calls `give_up()`
    first, and the worker is stopped before its commit.
    """

    def __init__(self) -> None:
        # Looking and deciding must be one step: without the lock both could find it undecided.
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

    @property
    def is_given_up(self) -> bool:
        """Tell whether the waiting thread has given up."""
        with self._lock:
            return self._decided == "given up"

"""Commands, buttons and forms: done and answered within Slack's three seconds, or not done at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from typing import TypeVar

from bot.slack.runtime.received_at import seconds_since_arrival
from commands.dispatching.deadline import Deadline

SECONDS = 2.4
"""Slack gives three; the rest is for the way there and back."""

A_COMMIT = 0.4
"""Seconds that a commit under way is waited for."""

T = TypeVar("T")


class TooSlow(Exception):
    """Says that work was not done in time. `sure` is False where a write was under way and may be done."""

    def __init__(self, *, sure: bool) -> None:
        super().__init__("not done in time" if sure else "not known to be done")
        self.sure = sure


class DeadlinePool:
    """Runs work in its own threads, so that the one who waits can give up in time."""

    def __init__(self, threads: int = 24, seconds: float = SECONDS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="quick")
        self._seconds = seconds

    def run_in_time(self, work: Callable[[Deadline], T]) -> T:
        """Run `work` and return its result. TooSlow where it does not come in time: then its deadline stops its commit.

        The time runs from the arrival of the request, which may have waited for a thread.
        """
        left = self._seconds - seconds_since_arrival()
        if left <= 0:
            raise TooSlow(sure=True)
        deadline = Deadline()
        future = self._pool.submit(work, deadline)
        try:
            return future.result(left)
        except StillRunning:
            if deadline.give_up():
                future.cancel()
                raise TooSlow(sure=True) from None
        try:
            return future.result(A_COMMIT)
        except StillRunning:
            raise TooSlow(sure=False) from None

    def run_later(self, work: Callable[[], object]) -> None:
        """Start something that nobody waits for."""
        self._pool.submit(work)

    def stop(self) -> None:
        """Stop taking work; what has not begun is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

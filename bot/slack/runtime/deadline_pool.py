"""Runs work within Slack's three seconds, or makes sure that it is not done at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from typing import TypeVar

from bot.slack.runtime.received_at import seconds_since_arrival
from commands.dispatching.deadline import Deadline

# Slack waits three seconds; the rest is for the network and for storing the answer.
SECONDS = 2.4
# Seconds to wait for a commit that has begun: it can no longer be stopped, and mostly ends at once.
COMMIT_SECONDS = 0.4
T = TypeVar("T")


class TooSlow(Exception):
    """Says that work did not end in time. `sure`: it was not done; otherwise a commit was under way and may succeed."""

    def __init__(self, *, sure: bool) -> None:
        super().__init__("not done in time" if sure else "not known to be done")
        self.sure = sure


class DeadlinePool:
    """Runs work in threads of its own, so that the caller can stop waiting in time."""

    def __init__(self, threads: int = 24, seconds: float = SECONDS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="quick")
        self._seconds = seconds

    def run_in_time(self, work: Callable[[Deadline], T]) -> T:
        """Run `work` and return its result. TooSlow where it takes too long; its deadline then stops its commit."""
        # The time runs from the arrival of the request, which may have waited for a thread.
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
            return future.result(COMMIT_SECONDS)
        except StillRunning:
            raise TooSlow(sure=False) from None

    def run_later(self, work: Callable[[], object]) -> None:
        """Run `work` without waiting for it."""
        self._pool.submit(work)

    def stop(self) -> None:
        """Take no more work and drop what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)

"""Lets work that nobody waits three seconds for stand back while requests of Slack are taken in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

# Seconds that work waits at most before it begins, so that a day of many requests is still a day of answers.
LONGEST_WAIT = 1.0


class IntakeTurns:
    """Counts the requests that are being taken in, and lets workers begin in the gaps between them.

    Threads share one interpreter lock: each that computes makes each step of an acknowledgement wait for its turn. So
    a dozen answers at a time could delay an acknowledgement by seconds.
    """

    def __init__(self) -> None:
        self._none_under_way = Condition()
        self._under_way = 0

    @contextmanager
    def take_precedence(self) -> Iterator[None]:
        """Have workers stand back until this request is answered."""
        with self._none_under_way:
            self._under_way += 1
        try:
            yield
        finally:
            with self._none_under_way:
                self._under_way -= 1
                if self._under_way == 0:
                    self._none_under_way.notify_all()

    def stand_back(self) -> None:
        """Wait until no request is being taken in, at most a second."""
        with self._none_under_way:
            self._none_under_way.wait_for(lambda: self._under_way == 0, LONGEST_WAIT)

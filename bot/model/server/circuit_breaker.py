"""A model that fails again and again is left alone for a while, so that nobody waits for it in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bot.model.server.model_errors import LASTING, OF_THE_TURN, Kind, ModelTrouble

FAILURES = 3
"""How many failures in a row open the breaker; of those that do not pass by themselves, one."""
PAUSE = 60.0
LONG_PAUSE = 300.0
"""Seconds; the long one where somebody has to change a setting first."""


class Breaker:
    """Closed: the model is asked. Open: it is not, until the pause is over; then one turn may try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    def check(self) -> None:
        """ModelTrouble while the breaker is open."""
        with self._lock:
            if not self._until:
                return
            if self._trying or self._clock() < self._until:
                raise ModelTrouble(Kind.PAUSED)
            self._trying = True

    def worked(self) -> None:
        """The model answered."""
        with self._lock:
            self._failures, self._until, self._trying = 0, 0.0, False

    def failed(self, kind: Kind) -> bool:
        """The model did not answer. Returns whether it is left alone now."""
        with self._lock:
            tried, self._trying = self._trying, False
            if kind in OF_THE_TURN:
                if tried:
                    self._until = 0.0
                return False
            self._failures += 1
            opens = tried or kind in LASTING or self._failures >= FAILURES
            if opens:
                self._until = self._clock() + (LONG_PAUSE if kind in LASTING else PAUSE)
            return opens

    def left(self) -> None:
        """A turn ended before it could tell."""
        with self._lock:
            self._trying = False

"""Logs lasting troubles: one line each minute, however many people meet them."""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic

# Seconds for which the same trouble is counted, not logged again: everything that is said meets it.
COUNTED_FOR = 60.0


class TroubleLog:
    """Logs each trouble once a minute, with how often it was met since."""

    def __init__(self) -> None:
        self._lock = Lock()
        # When each sentence was logged, by the monotonic clock, and how often it was met since.
        self._logged: dict[str, tuple[float, int]] = {}

    def log_trouble(self, log: logging.Logger, sentence: str) -> None:
        """Log what is the matter and what an operator can do, unless that was logged a moment ago."""
        now = monotonic()
        with self._lock:
            at, times = self._logged.get(sentence, (-COUNTED_FOR, 0))
            if now - at < COUNTED_FOR:
                self._logged[sentence] = at, times + 1
                return
            self._logged[sentence] = now, 0
        log.warning("%s%s", sentence, f" ({times} more times since this was last said)" if times else "")

    def forget(self) -> None:
        """Begin anew, as if nothing had been logged yet."""
        with self._lock:
            self._logged.clear()


TROUBLES = TroubleLog()

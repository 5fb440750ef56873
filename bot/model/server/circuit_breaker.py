"""The circuit breaker: a model that fails again and again is not asked for a while, so that nobody waits in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bot.model.server.model_errors import LASTING, OF_THE_TURN, ModelTrouble, TroubleKind

# One failure may be chance. Of a kind that does not pass by itself, one is enough.
FAILURES = 3
# In seconds. The long one is for what somebody has to mend first: a key, credit, a model's name.
PAUSE = 60.0
LONG_PAUSE = 300.0


class Breaker:
    """Counts failures of the model, and opens for a pause after too many: then the model is not asked.

    When the pause is over, one turn at a time may try; its success closes the breaker.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    def ensure_closed(self) -> None:
        """Raise ModelTrouble while the breaker is open, and while another turn tries after the pause."""
        with self._lock:
            if not self._until:
                return
            if self._trying or self._clock() < self._until:
                raise ModelTrouble(TroubleKind.PAUSED)
            self._trying = True

    def record_success(self) -> None:
        """Close the breaker: the model answered."""
        with self._lock:
            self._failures, self._until, self._trying = 0, 0.0, False

    def record_failure(self, kind: TroubleKind) -> bool:
        """Count a failure; return whether the breaker is open now."""
        with self._lock:
            tried, self._trying = self._trying, False
            if kind in OF_THE_TURN:
                # The server answered the trial, if with something useless: it is there again.
                if tried:
                    self._until = 0.0
                return False
            self._failures += 1
            opens = tried or kind in LASTING or self._failures >= FAILURES
            if opens:
                self._until = self._clock() + (LONG_PAUSE if kind in LASTING else PAUSE)
            return opens

    def release_trial(self) -> None:
        """Let another turn try, where this one ended without knowing whether the model answers."""
        with self._lock:
            self._trying = False

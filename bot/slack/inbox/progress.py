"""Signs that something takes longer: shown after a while, unless it is over by then."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread
from time import monotonic, sleep

log = logging.getLogger(__name__)
LOOKS_EVERY = 0.1
LINGERS = 30.0
"""Seconds for which the thread waits for more to watch over."""


class ProgressTimer:
    """Waits to show that something takes longer, unless it is over by then."""

    def __init__(self, show: Callable[[], None], due: float) -> None:
        self._show = show
        self._lock = Lock()
        self.due = due
        self.over = False

    def cancel_timer(self) -> None:
        """Cancel it. Waits for a sign that is just being shown: after the answer it would stay there."""
        self.over = True
        if self._lock.acquire(timeout=5):
            self._lock.release()

    def show_progress(self) -> None:
        """Show the sign of progress unless the work is over; a failure to show it is only logged."""
        with self._lock:
            if self.over:
                return
            try:
                self._show()
            except Exception:
                # A sign is a courtesy: the answer comes all the same.
                log.info("a sign of progress could not be shown", exc_info=True)


class ProgressTimers:
    """Watches many timers with one thread: starting one for each would take longer than most answers."""

    def __init__(self, after: float, threads: int = 8) -> None:
        self._after = after
        self._waiting: deque[ProgressTimer] = deque()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sign")

    def start_timer(self, show: Callable[[], None]) -> ProgressTimer:
        """Call `show` in a while, unless the timer is cancelled first."""
        sign = ProgressTimer(show, monotonic() + self._after)
        with self._lock:
            self._waiting.append(sign)
            if self._thread is None:
                self._thread = Thread(target=self._watch_timers, name="signs", daemon=True)
                self._thread.start()
        return sign

    def _watch_timers(self) -> None:
        idle_since = monotonic()
        while True:
            sleep(LOOKS_EVERY)
            now = monotonic()
            with self._lock:
                if not self._waiting and now - idle_since > LINGERS:
                    self._thread = None
                    return
                if self._waiting:
                    idle_since = now
                due = []
                while self._waiting and (self._waiting[0].over or self._waiting[0].due <= now):
                    due.append(self._waiting.popleft())
            for sign in due:
                if not sign.over:
                    self._pool.submit(sign.show_progress)

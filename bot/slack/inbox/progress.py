"""Shows a sign of progress where an answer takes longer than a moment."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread
from time import monotonic, sleep

log = logging.getLogger(__name__)
# Seconds without any timer after which the watching thread ends, so that an idle bot does not wake every second.
LINGERS = 30.0


class ProgressTimer:
    """Shows a sign of progress when it is due, unless it is cancelled before. `due` is on the clock of `monotonic`."""

    def __init__(self, show: Callable[[], None], due: float) -> None:
        self._show = show
        self._lock = Lock()
        self.due = due
        self.over = False

    def cancel_timer(self) -> None:
        """Cancel the timer; wait up to five seconds for a sign that is being shown right now."""
        self.over = True
        # Whoever cancels sends the answer next, and a sign that arrived after it would stay there.
        if self._lock.acquire(timeout=5):
            self._lock.release()

    def show_progress(self) -> None:
        """Show the sign unless the work is over. Never raises."""
        with self._lock:
            if self.over:
                return
            try:
                self._show()
            except Exception:
                # The sign is a courtesy; the answer comes without it.
                log.info("a sign of progress could not be shown", exc_info=True)


class ProgressTimers:
    """Runs many timers with one watching thread."""

    def __init__(self, after: float, threads: int = 8) -> None:
        self._after = after
        self._waiting: deque[ProgressTimer] = deque()
        self._lock = Lock()
        # One thread for all timers: starting one for each takes longer than most answers.
        self._thread: Thread | None = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sign")

    def start_timer(self, show: Callable[[], None]) -> ProgressTimer:
        """Call `show` after the time given at the start, unless the timer is cancelled first."""
        timer = ProgressTimer(show, monotonic() + self._after)
        with self._lock:
            self._waiting.append(timer)
            if self._thread is None:
                self._thread = Thread(target=self._watch_timers, name="signs", daemon=True)
                self._thread.start()
        return timer

    def _watch_timers(self) -> None:
        idle_since = monotonic()
        while True:
            now = monotonic()
            with self._lock:
                # All timers wait equally long, so the first in the queue is the next one due.
                due = []
                while self._waiting and (self._waiting[0].over or self._waiting[0].due <= now):
                    due.append(self._waiting.popleft())
                if self._waiting:
                    idle_since = now
                elif now - idle_since > LINGERS:
                    self._thread = None
                    return
                # Whoever starts a timer meanwhile need not wake this thread: that one is due later than it wakes.
                pause = self._waiting[0].due - now if self._waiting else self._after
            # Shown in other threads: a slow Slack must not delay the signs of everybody else.
            for timer in due:
                if not timer.over:
                    self._pool.submit(timer.show_progress)
            sleep(pause)

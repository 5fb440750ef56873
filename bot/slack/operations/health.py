"""Tells whether the bot can do its work now, and what it has done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from datetime import timedelta

from bot.slack.app import RunningBot
from storage.database.errors import DatabaseTrouble, DiskTrouble
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

# The scheduler ticks each minute, but a tick that makes the digests of ten thousand reps takes several.
LONGEST_TICK = timedelta(minutes=10)
# Seconds. Those who ask, like a load balancer, mostly wait for five.
WAITS_FOR_DATABASE = 2.0
NOT_ANSWERING = "the database does not answer or is not upgraded"


class Health:
    """Checks the database, the workers and the connections to Slack."""

    def __init__(self, running: RunningBot, connected: Callable[[], bool]) -> None:
        self._running = running
        self._connected = connected
        # A thread of its own: a database that hangs must not take those that answer other pages.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._writing: Future[None] | None = None

    def find_trouble(self) -> list[str]:
        """Return what is wrong, one line each; empty where all is well. Takes `WAITS_FOR_DATABASE` seconds at most."""
        found = [each for each in (self._find_database_trouble(),) if each is not None]
        if not self._running.worker.consumer.is_alive or not self._running.sender.consumer.is_alive:
            found.append("the workers have stopped")
        ticked = self._running.scheduler.ticked_at
        if ticked is not None and self._running.bot.clock() - ticked > LONGEST_TICK:
            found.append("the clock of digests stands still")
        if not self._connected():
            found.append("there is no connection to Slack")
        if self._running.sender.own_token_is_dead:
            found.append("Slack refuses the bot token")
        return found

    def _find_database_trouble(self) -> str | None:
        """Try a write; return what is wrong with the database."""
        if self._writing is None or self._writing.done():
            self._writing = self._writer.submit(self._running.bot.database.try_write)
        try:
            self._writing.result(WAITS_FOR_DATABASE)
        except StillRunning:
            return "the database takes no write in time"
        except DatabaseTrouble as trouble:
            return "the disk of the database takes no writes" if isinstance(trouble, DiskTrouble) else NOT_ANSWERING
        return None

    def render_metrics(self) -> bytes:
        """Return the counters and the present lengths of the queues in Prometheus' text format."""
        metrics = self._running.bot.metrics
        try:
            with self._running.bot.database.begin_read() as session:
                metrics.inbox.set(work_queues.count_open_rows(session, Inbox))
                metrics.outbox.set(work_queues.count_open_rows(session, Outbox))
        except DatabaseTrouble:
            # The counters of this process are worth reading even now; -1 says that the lengths are not known.
            metrics.inbox.set(-1)
            metrics.outbox.set(-1)
        return metrics.render_text()

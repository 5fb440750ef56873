"""Tells whether the bot can do its work now, and what it has done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.slack.app import RunningBot
from storage.database.errors import DatabaseTrouble
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

# The scheduler ticks each minute, but a tick that makes the digests of ten thousand reps takes several.
LONGEST_TICK = timedelta(minutes=10)


class Health:
    """Checks the database, the workers and the connections to Slack."""

    def __init__(self, running: RunningBot, connected: Callable[[], bool]) -> None:
        self._running = running
        self._connected = connected

    def find_trouble(self) -> list[str]:
        """Return what is wrong, one line each; empty where all is well."""
        found = []
        try:
            self._running.bot.database.check_revision()
        except DatabaseTrouble:
            found.append("the database does not answer or is not upgraded")
        if not self._running.worker.consumer.is_alive or not self._running.sender.consumer.is_alive:
            found.append("the workers have stopped")
        ticked = self._running.scheduler.ticked_at
        if ticked is not None and self._running.bot.clock() - ticked > LONGEST_TICK:
            found.append("the clock of digests stands still")
        if not self._connected():
            found.append("there is no connection to Slack")
        return found

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

"""Whether the bot can do its work now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.slack.app import RunningBot
from storage.database.errors import DatabaseTrouble
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

STANDS_STILL = timedelta(minutes=10)
"""A tick comes each minute; the first one of ten thousand reps takes a while."""


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
        if not self._running.worker.pump.is_alive or not self._running.poster.pump.is_alive:
            found.append("the workers have stopped")
        ticked = self._running.clockwork.ticked_at
        if ticked is not None and self._running.bot.clock() - ticked > STANDS_STILL:
            found.append("the clock of digests stands still")
        if not self._connected():
            found.append("there is no connection to Slack")
        return found

    def render_metrics(self) -> bytes:
        """Return the counters, with the lengths of the queues as they are now, in Prometheus' text form."""
        metrics = self._running.bot.metrics
        try:
            with self._running.bot.database.begin_read() as session:
                metrics.inbox.set(work_queues.count_open_rows(session, Inbox))
                metrics.outbox.set(work_queues.count_open_rows(session, Outbox))
        except DatabaseTrouble:
            metrics.inbox.set(-1)
            metrics.outbox.set(-1)
        return metrics.render_text()

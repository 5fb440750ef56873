"""Works on what was accepted: one answer for one event, however often the process dies in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.queue_consumer import LEASE, QueueConsumer
from bot.slack.inbox.progress import ProgressTimers
from bot.slack.outbox.delivery import ClaimedMessage
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from storage.database.doors import Session
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 6
THREADS = 12
LISTENING_THREADS = 48
PROGRESS_AFTER = 1.0
"""Seconds after which a person is shown that the bot is at it."""


@dataclass(frozen=True)
class Job:
    """Holds a row of the inbox as one attempt has claimed it."""

    number: int
    attempt: int
    key: str
    kind: str
    team: SlackTeam
    payload: dict[str, Any] = field(repr=False)
    came_at: datetime


@dataclass(frozen=True)
class JobKind:
    """Says how one kind of job is worked on.

    `work` gives the messages that answer it, `sorry` what is said where that fails for good, `progress` shows
    that it takes longer.
    """

    work: Callable[[Job], Sequence[OutboxMessage]]
    sorry: Callable[[Job], Sequence[OutboxMessage]] = lambda job: ()
    progress: Callable[[Job], None] | None = None


class InboxWorker:
    """Works on the jobs of the inbox, in the order of each person's messages."""

    def __init__(self, bot: Bot, errands: Mapping[str, JobKind], *, threads: int = THREADS) -> None:
        self._bot = bot
        self._errands = errands
        self._signs = ProgressTimers(PROGRESS_AFTER)
        self.pump: QueueConsumer[Job] = QueueConsumer(
            "worker", bot.database, Inbox, hold=self._claim_job, work=self._run_job, clock=bot.clock, threads=threads
        )

    def enqueue_event(
        self, session: Session, team: SlackTeam, *, kind: str, key: str, payload: dict[str, Any], lane: str | None
    ) -> tuple[bool, Job | None]:
        """Put an event into the inbox in this transaction.

        Returns whether it is new, and the job to give to `pump.start_item` after the commit, if a thread was free
        for it.
        """
        now = self._bot.clock()
        at_once = self.pump.reserve_thread()
        job: Job | None = None
        try:
            free = at_once and (lane is None or not work_queues.has_earlier_event(session, lane))
            number = work_queues.accept_event(
                session, workspace_id=team.workspace_id, key=key, kind=kind, payload=payload, now=now, lane=lane,
                lease=LEASE if free else None,
            )  # fmt: skip
            if free and number is not None:
                job = Job(number, 1, key, kind, team, dict(payload), now)
        finally:
            if at_once and job is None:
                self.pump.release_thread()
        return number is not None, job

    def _claim_job(self, session: Session, row: Inbox | Outbox, now: datetime) -> Job | None:
        assert isinstance(row, Inbox)
        team = self._bot.teams.find_team_of_workspace(row.workspace_id)
        if team is None or row.payload is None or row.kind not in self._errands:
            work_queues.settle_row(session, row, "dead", now, "nobody works on this")
            return None
        return Job(row.id, row.attempts, row.key, row.kind, team, dict(row.payload), row.created_at)

    def _run_job(self, job: Job) -> None:
        errand = self._errands[job.kind]
        progress = errand.progress
        sign = self._signs.start_timer(lambda: progress(job)) if progress else None
        try:
            outgoing = errand.work(job)
        except Exception:
            # The row is tried again under a new lease; the last time the person gets a sentence instead.
            log.exception("event %s could not be worked on, attempt %d", job.number, job.attempt)
            if not self._is_last_attempt(job):
                return
            outgoing = errand.sorry(job)
        finally:
            if sign is not None:
                sign.cancel_timer()
        self._finish_job(job, outgoing)

    def _is_last_attempt(self, job: Job) -> bool:
        """Return whether the job has no attempts left; if it has, put its row back for a later one."""
        if job.attempt >= MOST_ATTEMPTS:
            return True
        now = self._bot.clock()
        with self._bot.database.begin_write() as session:
            row = work_queues.find_held_row(session, Inbox, job.number, job.attempt)
            if row is not None:
                work_queues.put_back(session, row, now + timedelta(seconds=2**job.attempt))
        return False

    def _finish_job(self, job: Job, outgoing: Sequence[OutboxMessage]) -> None:
        """Store the answer and end the event in one transaction, so that it is answered once."""
        letters: list[ClaimedMessage | None] = []
        try:
            with self._bot.database.begin_write() as session:
                if not work_queues.conclude_event(session, job.number, job.attempt, self._bot.clock()):
                    return
                letters += [self._bot.poster.enqueue_message(session, each) for each in outgoing]
        except Exception:
            # Not kept, so not held either; the fault goes on.
            for letter in letters:
                self._bot.poster.pump.drop_item(letter)
            raise
        self._bot.poster.send_enqueued(letters)
        self._bot.metrics.seconds.observe(max(0.0, (self._bot.clock() - job.came_at).total_seconds()))

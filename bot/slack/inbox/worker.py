"""Works on accepted events: each gets one answer, however often the process dies in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.failure_log import log_failure
from bot.queue_consumer import LEASE, QueueConsumer
from bot.slack.api.errors import is_dead_token
from bot.slack.inbox.progress import ProgressTimers
from bot.slack.outbox.delivery import ClaimedMessage
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from storage.database.doors import Session
from storage.database.errors import DiskTrouble
from storage.database.trouble_log import TROUBLES
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

log = logging.getLogger(__name__)
# The pauses between attempts double from two seconds on, so the last one begins about a minute after the event.
MOST_ATTEMPTS = 6
# With a dead token what was accepted waits for a new one, so long and no longer.
GIVES_UP_AFTER = timedelta(hours=24)
NEEDS_TOKEN = "What was accepted waits for a new one, a day at the most."
LOOKS_FOR_TOKEN = timedelta(seconds=30)
THREADS = 12
LISTENING_THREADS = 48
# Seconds after which a person is shown that the answer takes longer. Most answers are there before.
PROGRESS_AFTER = 1.0


@dataclass(frozen=True)
class Job:
    """Holds an inbox row that this process has claimed for one attempt. `came_at` is UTC."""

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

    `work` returns the messages that answer it. `sorry` returns what is said of the error of the last attempt.
    `progress` shows the person that the answer takes longer.
    """

    work: Callable[[Job], Sequence[OutboxMessage]]
    sorry: Callable[[Job, Exception], Sequence[OutboxMessage]] = lambda job, error: ()
    progress: Callable[[Job], None] | None = None


class InboxWorker:
    """Works on the jobs of the inbox. Those of one person are worked on one after the other, in their order."""

    def __init__(self, bot: Bot, kinds: Mapping[str, JobKind], *, threads: int = THREADS) -> None:
        self._bot = bot
        self._kinds = kinds
        self._timers = ProgressTimers(PROGRESS_AFTER)
        # The keys of jobs that were answered while the database took no answer, by this process.
        self._answered: set[str] = set()
        self.consumer: QueueConsumer[Job] = QueueConsumer(
            "worker",
            bot.database,
            Inbox,
            make_item=self._claim_job,
            work=self._run_job,
            clock=bot.clock,
            threads=threads,
            stand_back=bot.turns.stand_back,
        )

    def enqueue_event(
        self, session: Session, team: SlackTeam, *, kind: str, key: str, payload: dict[str, Any], lane: str | None
    ) -> tuple[bool, Job | None]:
        """Put an event into the inbox in this transaction.

        Return whether it is new, and the job to pass to `consumer.start_item` after the commit, or to
        `consumer.drop_item` after a rollback; None where no thread was free for it. Jobs of one `lane` are worked on
        one after the other.
        """
        now = self._bot.clock()
        at_once = self.consumer.reserve_thread()
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
                self.consumer.release_thread()
        return number is not None, job

    def _claim_job(self, session: Session, row: Inbox | Outbox, now: datetime) -> Job | None:
        assert isinstance(row, Inbox)
        team = self._bot.teams.find_team_of_workspace(row.workspace_id)
        # The team may have taken the app out since, or a newer version have stored a kind that this one does not know.
        if team is None or row.payload is None or row.kind not in self._kinds:
            work_queues.settle_row(session, row, "dead", now, "nobody works on this")
            return None
        return Job(row.id, row.attempts, row.key, row.kind, team, dict(row.payload), row.created_at)

    def _run_job(self, job: Job) -> None:
        if job.key in self._answered:
            # Told or answered while nothing could be written: done now, it would be done behind the person's back.
            self._finish_job(job, ())
            self._answered.discard(job.key)
            return
        kind = self._kinds[job.kind]
        progress = kind.progress
        timer = self._timers.start_timer(lambda: progress(job)) if progress else None
        try:
            outgoing = kind.work(job)
        except Exception as error:
            # The row is tried again later. After the last attempt the person gets a sentence instead of an answer.
            if is_dead_token(error):
                TROUBLES.log_trouble(log, f"Slack refuses the token of team {job.team.team_id}. {NEEDS_TOKEN}")
            else:
                log_failure(log, error, "event %s could not be worked on, attempt %d", job.number, job.attempt)
            if not self._is_last_attempt(job, error):
                return
            outgoing = kind.sorry(job, error)
        finally:
            # Before the answer is sent: a sign of progress that came after it would stay there.
            if timer is not None:
                timer.cancel_timer()
        try:
            self._finish_job(job, outgoing)
        except DiskTrouble as trouble:
            # Nobody waits in silence until the disk has room again. The row stays: it is concluded then.
            log_failure(log, trouble, "an answer could not be kept")
            for each in outgoing:
                self._bot.sender.send_without_storing(each)
            self._answered.add(job.key)

    def _is_last_attempt(self, job: Job, error: Exception) -> bool:
        """Return whether the job has no attempts left; otherwise put its row back for the next one."""
        now = self._bot.clock()
        if is_dead_token(error):
            # Whoever revoked the token has time to give a new one.
            if now - job.came_at > GIVES_UP_AFTER:
                return True
            pause = LOOKS_FOR_TOKEN
        elif job.attempt >= MOST_ATTEMPTS:
            return True
        else:
            pause = timedelta(seconds=2**job.attempt)
        try:
            with self._bot.database.begin_write() as session:
                row = work_queues.find_held_row(session, Inbox, job.number, job.attempt)
                if row is not None:
                    work_queues.put_back(session, row, now + pause)
        except DiskTrouble:
            # Not even that can be written, so the person hears of it now.
            return True
        return False

    def _finish_job(self, job: Job, outgoing: Sequence[OutboxMessage]) -> None:
        """Store the answer and conclude the event in one transaction, so that it is answered once."""
        enqueued: list[ClaimedMessage | None] = []
        try:
            with self._bot.database.begin_write() as session:
                if not work_queues.conclude_event(session, job.number, job.attempt, self._bot.clock()):
                    # The lease ran out and another attempt took over: the answer is its business now.
                    return
                enqueued += [self._bot.sender.enqueue_message(session, each) for each in outgoing]
        except Exception:
            # The rows were rolled back, so their threads are free again.
            for claimed in enqueued:
                self._bot.sender.consumer.drop_item(claimed)
            raise
        self._bot.sender.send_enqueued(enqueued)
        self._bot.metrics.seconds.observe(max(0.0, (self._bot.clock() - job.came_at).total_seconds()))

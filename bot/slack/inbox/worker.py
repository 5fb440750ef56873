"""Works on what was accepted: one answer for one event, however often the process dies in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.queue_consumer import LEASE, Pump
from bot.slack.inbox.progress import Signs
from bot.slack.outbox.delivery import Letter
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import Team
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
    """A row of the inbox as one attempt holds it."""

    number: int
    attempt: int
    key: str
    kind: str
    team: Team
    payload: dict[str, Any] = field(repr=False)
    came_at: datetime


@dataclass(frozen=True)
class Errand:
    """How a kind of event is worked on.

    `work` gives the messages that answer it, `sorry` what is said where that fails for good, `progress` shows that
    it takes longer and gives what takes that sign away again.
    """

    work: Callable[[Job], Sequence[Outgoing]]
    sorry: Callable[[Job], Sequence[Outgoing]] = lambda job: ()
    progress: Callable[[Job], None] | None = None


class Worker:
    """Takes jobs from the inbox, in the order of each person's messages."""

    def __init__(self, bot: Bot, errands: Mapping[str, Errand], *, threads: int = THREADS) -> None:
        self._bot = bot
        self._errands = errands
        self._signs = Signs(PROGRESS_AFTER)
        self.pump: Pump[Job] = Pump(
            "worker", bot.database, Inbox, hold=self._hold, work=self._work, clock=bot.clock, threads=threads
        )

    def enlist(
        self, session: Session, team: Team, *, kind: str, key: str, payload: dict[str, Any], lane: str | None
    ) -> tuple[bool, Job | None]:
        """Keep an event in this transaction: whether it is new, and the job to give to the pump after the commit."""
        now = self._bot.clock()
        at_once = self.pump.reserve()
        job: Job | None = None
        try:
            free = at_once and (lane is None or not work_queues.is_ahead(session, lane))
            number = work_queues.accept(
                session, workspace_id=team.workspace_id, key=key, kind=kind, payload=payload, now=now, lane=lane,
                lease=LEASE if free else None,
            )  # fmt: skip
            if free and number is not None:
                job = Job(number, 1, key, kind, team, dict(payload), now)
        finally:
            if at_once and job is None:
                self.pump.release()
        return number is not None, job

    def _hold(self, session: Session, row: Inbox | Outbox, now: datetime) -> Job | None:
        assert isinstance(row, Inbox)
        team = self._bot.teams.of_workspace(row.workspace_id)
        if team is None or row.payload is None or row.kind not in self._errands:
            work_queues.settle(session, row, "dead", now, "nobody works on this")
            return None
        return Job(row.id, row.attempts, row.key, row.kind, team, dict(row.payload), row.created_at)

    def _work(self, job: Job) -> None:
        errand = self._errands[job.kind]
        progress = errand.progress
        sign = self._signs.soon(lambda: progress(job)) if progress else None
        try:
            outgoing = errand.work(job)
        except Exception:
            # The row is tried again under a new lease; the last time the person gets a sentence instead.
            log.exception("event %s could not be worked on, attempt %d", job.number, job.attempt)
            if not self._last(job):
                return
            outgoing = errand.sorry(job)
        finally:
            if sign is not None:
                sign.end()
        self._finish(job, outgoing)

    def _last(self, job: Job) -> bool:
        """Whether no further attempt is worth it; if it is, the row is given back for later."""
        if job.attempt >= MOST_ATTEMPTS:
            return True
        now = self._bot.clock()
        with self._bot.database.writing() as session:
            row = work_queues.held_by(session, Inbox, job.number, job.attempt)
            if row is not None:
                work_queues.put_back(session, row, now + timedelta(seconds=2**job.attempt))
        return False

    def _finish(self, job: Job, outgoing: Sequence[Outgoing]) -> None:
        """Keep the answer and end the event in one transaction: it is answered, and only once."""
        letters: list[Letter | None] = []
        try:
            with self._bot.database.writing() as session:
                if not work_queues.conclude(session, job.number, job.attempt, self._bot.clock()):
                    return
                letters += [self._bot.poster.enlist(session, each) for each in outgoing]
        except Exception:
            # Not kept, so not held either; the fault goes on.
            for letter in letters:
                self._bot.poster.pump.give_up(letter)
            raise
        self._bot.poster.send_off(letters)
        self._bot.metrics.seconds.observe(max(0.0, (self._bot.clock() - job.came_at).total_seconds()))

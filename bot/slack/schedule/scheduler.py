"""Runs what is due by the clock: digests, alerts and new scores each minute, all scores and deletions once a day.

One tick a minute asks the tables what is due. A job a digest in APScheduler would be dropped when it is late, run twice
where two processes share a job store, and come twice or never on the days on which clocks change (docs/slack.md,
"The clock").
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Lock, Thread

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.failure_log import log_failure
from bot.slack.schedule.digests import MorningDigests
from bot.slack.schedule.hot_lead_alerts import HotLeadAlerts
from commands.digest.schedule import find_valid_zone
from storage.audit.audit_log import find_last_import
from storage.database.claims import can_share
from storage.database.doors import Database
from storage.scores.score_refresh import (
    complete_scoring,
    find_import_time,
    is_scored_since_import,
    list_unscored_leads,
    refresh_scores,
    score_after_import,
    score_new_leads,
)
from storage.scores.scoring_parts import is_run_open
from storage.workspaces.workspace_vocabulary import list_workspace_ids, load_vocabulary

log = logging.getLogger(__name__)
# The hour, in the workspace's time zone, from which on all scores are computed anew: nobody is at work.
NIGHT = 2
# Scoring a large workspace takes minutes and may fail again, so a failed run is repeated only this long after it began.
RETRY_AFTER = timedelta(hours=1)


class Scheduler:
    """Runs what is due by the clock in this process.

    Several processes may tick at once: the tables decide which one does what. `run_first` is called first in each
    tick. Workspaces for which `is_served` is false are left out: no Slack team hears of them. `delete_expired` is
    called once a day (UTC).
    """

    def __init__(
        self,
        database: Database,
        digests: MorningDigests,
        alerts: HotLeadAlerts,
        clock: Callable[[], datetime],
        *,
        delete_expired: Callable[[datetime], None],
        run_first: Callable[[], object] = lambda: None,
        is_served: Callable[[int], bool] = lambda workspace_id: True,
        default_zone: str = "UTC",
    ) -> None:
        self._database = database
        self._digests = digests
        self._alerts = alerts
        self._clock = clock
        self._delete_expired = delete_expired
        self._run_first = run_first
        self._is_served = is_served
        self._default_zone = default_zone
        self._scheduler = BackgroundScheduler(timezone=UTC)
        # By workspace: the last night that was scored, the last import and the newest unscored lead that were seen, and
        # what failed, with the time from which on it is tried again. A restart forgets them, which costs one run more.
        self._scored_nights: dict[int, date] = {}
        self._seen_imports: dict[int, int] = {}
        self._newest_leads: dict[int, int] = {}
        self._failed: dict[int, tuple[str, datetime]] = {}
        self._deleted_on: date | None = None
        self._scoring = Lock()
        self.ticked_at: datetime | None = None

    def start(self) -> None:
        """Start the timer. The first tick comes at once."""
        each_minute = IntervalTrigger(minutes=1)
        # By default APScheduler drops a tick that is more than one second late.
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        # What became due while the bot was down is not kept waiting for a minute more.
        self._scheduler.add_job(self.run_due_work, each_minute, next_run_time=datetime.now(UTC), **options)
        self._scheduler.add_job(self.score_workspaces, each_minute, **options)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop the timer without waiting; a tick under way runs to its end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def run_due_work(self) -> None:
        """Send the digests and alerts that are due; once a day delete what is past its retention.

        A workspace that fails does not stop the others.
        """
        now = self._clock()
        # Tokens are renewed first: a digest that is sent with an expired one would be lost.
        self._run_safely(self._run_first)
        for workspace_id in self._served_workspaces():
            for work in (self._digests.queue_due_digests, self._alerts.send_new_alerts):
                self._run_safely(lambda work=work, workspace_id=workspace_id: work(workspace_id))  # type: ignore[misc]
        if self._deleted_on != now.date():
            self._run_safely(lambda: self._delete_expired(now))
            self._deleted_on = now.date()
        self.ticked_at = now

    def score_workspaces(self) -> None:
        """Compute scores: all of them at night, those that an import changed, and those of leads added by hand."""
        # A run may take longer than the minute until the next tick.
        if not self._scoring.acquire(blocking=False):
            return
        try:
            for workspace_id in self._served_workspaces():
                self._run_safely(lambda workspace_id=workspace_id: self._score_workspace(workspace_id))  # type: ignore[misc]
        finally:
            self._scoring.release()

    def _score_workspace(self, workspace_id: int) -> None:
        now = self._clock()
        with self._database.begin_read() as session:
            vocabulary = load_vocabulary(session, workspace_id)
            imported = find_last_import(session, workspace_id) or 0
            imported_at = find_import_time(session, workspace_id)
            new = list_unscored_leads(session, workspace_id, self._newest_leads.get(workspace_id, 0))
            unfinished = can_share(self._database) and is_run_open(session, workspace_id)
            if workspace_id not in self._seen_imports:
                # At the first look an import counts as new unless scores were computed after it: it may have run while
                # the bot was down.
                self._seen_imports[workspace_id] = imported if is_scored_since_import(session, workspace_id) else 0
        if vocabulary is None:
            return
        local = now.astimezone(find_valid_zone(vocabulary.time_zone, self._default_zone))
        # What another process has scored since then counts.
        since = None
        if self._starts_night_scoring(workspace_id, local):
            occasion, since = "night", local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
        elif imported != self._seen_imports[workspace_id]:
            occasion, since = "import", imported_at
        elif workspace_id in self._failed and now >= self._failed[workspace_id][1]:
            occasion = self._failed[workspace_id][0]
        elif unfinished and workspace_id not in self._failed:
            # Another process is at work, or died at it: its work is shared, or taken over.
            occasion = "share"
        elif new:
            occasion = "new"
        else:
            return
        self._seen_imports[workspace_id] = imported
        # A lead that cannot be scored is not tried again each minute, but only at night.
        self._newest_leads[workspace_id] = max(new, default=0)
        url = self._database.url.render_as_string(hide_password=False)
        # Counted as failed until it has ended well: the other process may die without a word.
        if occasion != "new":
            self._failed[workspace_id] = occasion, now + RETRY_AFTER
        # Scoring keeps a CPU busy: in this process it would hold the interpreter lock and slow down every answer.
        # Spawned, since a fork would copy locks that other threads hold.
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawning, initializer=end_with_parent) as other:
            said = other.submit(score_in_process, url, workspace_id, now, occasion, since, new).result()
        if occasion != "new":
            del self._failed[workspace_id]
        log.info("scores of workspace %s: %s", workspace_id, said)

    def _starts_night_scoring(self, workspace_id: int, local: datetime) -> bool:
        """Return whether this is the first look since 2:00 local time, and note that this night is done."""
        if local.hour < NIGHT or self._scored_nights.get(workspace_id) == local.date():
            return False
        begun = workspace_id in self._scored_nights
        self._scored_nights[workspace_id] = local.date()
        # A bot that starts in the middle of the day does not compute all scores then; the next night does.
        return begun or local.hour < NIGHT + 6

    def _served_workspaces(self) -> list[int]:
        try:
            with self._database.begin_read() as session:
                known = list_workspace_ids(session)
            return [each for each in known if self._is_served(each)]
        except Exception as error:
            # The database may be back at the next tick.
            log_failure(log, error, "the workspaces cannot be read")
            return []

    def _run_safely(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            # Whatever is due stays due, so the next tick tries again.
            log_failure(log, error, "something due could not be done")


def end_with_parent() -> None:
    """Have this process end as soon as the one that started it has ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait_and_end() -> None:
        parent.join()
        os._exit(1)

    # A pool's process whose parent was killed would wait for its next task for ever, with its memory and connections.
    Thread(target=wait_and_end, name="parent", daemon=True).start()


def score_in_process(
    url: str, workspace_id: int, now: datetime, occasion: str, since: datetime | None, new: Sequence[int]
) -> str:
    """Score one workspace, as the only task of a process of its own; return a line for the log."""
    database = Database(url)
    try:
        match occasion:
            case "night":
                done = refresh_scores(database, workspace_id, now, since)
            case "import":
                done = score_after_import(database, workspace_id, now, since)
            case "share":
                done = complete_scoring(database, workspace_id, now)
            case _:
                done = score_new_leads(database, workspace_id, new, now)
        return f"{done.leads} scored, {done.changed} changed. {' '.join(done.said)}".strip()
    finally:
        database.close()

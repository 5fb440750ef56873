"""What the bot does by the clock: digests, alerts and scores of new leads each minute, all scores at night, forgetting.

One tick a minute asks the tables what is due. Jobs of a scheduler that are kept one by one would be dropped when
late, doubled by a second process and wrong on the days on which clocks change (docs/slack.md, "The clock").
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.slack.schedule.digests import MorningDigests
from bot.slack.schedule.hot_lead_alerts import HotLeadAlerts
from commands.digest.schedule import find_valid_zone
from storage.audit.audit_log import find_last_import
from storage.database.doors import Database
from storage.scores.score_refresh import (
    is_scored_since_import,
    list_unscored_leads,
    refresh_scores,
    score_after_import,
    score_new_leads,
)
from storage.workspaces.workspace_vocabulary import list_workspace_ids, load_vocabulary

log = logging.getLogger(__name__)
NIGHT = 2
"""The local hour, in the workspace's zone, from which on scores are made anew."""

AGAIN_AFTER = timedelta(hours=1)
"""Scoring that failed is tried again so long after it began: it may take minutes, and may fail again."""


class Scheduler:
    """Runs what is due by the clock in this process.

    Several processes may tick at once: the tables decide who does what. `before` is done first in each tick.
    Workspaces that are not `served` have nobody to be told anything.
    """

    def __init__(
        self,
        database: Database,
        digests: MorningDigests,
        alerts: HotLeadAlerts,
        clock: Callable[[], datetime],
        *,
        forget: Callable[[datetime], None],
        before: Callable[[], object] = lambda: None,
        served: Callable[[int], bool] = lambda workspace_id: True,
        default_zone: str = "UTC",
    ) -> None:
        self._database = database
        self._digests = digests
        self._alerts = alerts
        self._clock = clock
        self._forget = forget
        self._before = before
        self._served = served
        self._default_zone = default_zone
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._nights: dict[int, date] = {}
        self._imports: dict[int, int] = {}
        self._newcomers: dict[int, int] = {}
        self._failed: dict[int, tuple[str, datetime]] = {}
        """What did not come to its end, and from when on it is tried again."""
        self._forgot: date | None = None
        self._scoring = Lock()
        self.ticked_at: datetime | None = None

    def start(self) -> None:
        """Start the timer; the first tick comes at once."""
        each_minute = IntervalTrigger(minutes=1)
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        # The first tick comes at once: what became due while nothing ran is not kept waiting.
        self._scheduler.add_job(self.run_due_work, each_minute, next_run_time=datetime.now(UTC), **options)
        self._scheduler.add_job(self.score_workspaces, each_minute, **options)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop the timer; a tick under way goes on to its end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def run_due_work(self) -> None:
        """Send the digests and alerts that are due and delete what is past its retention.

        A fault in one workspace keeps no other waiting.
        """
        now = self._clock()
        # Tokens are renewed first: a digest sent with a dead one would be lost.
        self._run_safely(self._before)
        for workspace_id in self._served_workspaces():
            for work in (self._digests.queue_due_digests, self._alerts.send_new_alerts):
                self._run_safely(lambda work=work, workspace_id=workspace_id: work(workspace_id))  # type: ignore[misc]
        if self._forgot != now.date():
            self._run_safely(lambda: self._forget(now))
            self._forgot = now.date()
        self.ticked_at = now

    def score_workspaces(self) -> None:
        """Renew scores: at night, after an import, and for leads added by hand.

        Runs in a process of its own, so that answers stay quick.
        """
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
            words = load_vocabulary(session, workspace_id)
            imported = find_last_import(session, workspace_id) or 0
            new = list_unscored_leads(session, workspace_id, self._newcomers.get(workspace_id, 0))
            if workspace_id not in self._imports:
                # What was imported while nothing ran counts as well.
                self._imports[workspace_id] = imported if is_scored_since_import(session, workspace_id) else 0
        if words is None:
            return
        if self._starts_night_scoring(
            workspace_id, now.astimezone(find_valid_zone(words.time_zone, self._default_zone))
        ):
            occasion = "night"
        elif imported != self._imports[workspace_id]:
            occasion = "import"
        elif workspace_id in self._failed and now >= self._failed[workspace_id][1]:
            occasion = self._failed[workspace_id][0]
        elif new:
            occasion = "new"
        else:
            return
        self._imports[workspace_id] = imported
        # Those that cannot be scored are not tried again before the night.
        self._newcomers[workspace_id] = max(new, default=0)
        url = self._database.url.render_as_string(hide_password=False)
        if occasion != "new":
            self._failed[workspace_id] = occasion, now + AGAIN_AFTER
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
            said = other.submit(score_in_process, url, workspace_id, now, occasion, new).result()
        if occasion != "new":
            del self._failed[workspace_id]
        log.info("scores of workspace %s: %s", workspace_id, said)

    def _starts_night_scoring(self, workspace_id: int, local: datetime) -> bool:
        """Decide whether this is the first look after two o'clock, and note that the night is taken."""
        if local.hour < NIGHT or self._nights.get(workspace_id) == local.date():
            return False
        begun = workspace_id in self._nights
        self._nights[workspace_id] = local.date()
        # A start in the middle of the day is no night: scores of this day are there, or the next night makes them.
        return begun or local.hour < NIGHT + 6

    def _served_workspaces(self) -> list[int]:
        try:
            with self._database.begin_read() as session:
                known = list_workspace_ids(session)
            return [each for each in known if self._served(each)]
        except Exception:
            # The next tick looks again.
            log.exception("the workspaces cannot be read")
            return []

    def _run_safely(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            # The next tick tries again; whatever is due stays due.
            log.exception("something due could not be done")


def score_in_process(url: str, workspace_id: int, now: datetime, occasion: str, new: Sequence[int]) -> str:
    """Score one workspace with a database connection of this process; return a line for the log."""
    database = Database(url)
    try:
        match occasion:
            case "night":
                done = refresh_scores(database, workspace_id, now)
            case "import":
                done = score_after_import(database, workspace_id, now)
            case _:
                done = score_new_leads(database, workspace_id, new, now)
        return f"{done.leads} scored, {done.changed} changed. {' '.join(done.said)}".strip()
    finally:
        database.close()

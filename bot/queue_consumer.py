"""Works on the rows of a queue table in threads: each row is claimed under a lease, then finished or handed back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Condition, Event, Lock, Thread
from time import monotonic
from typing import Generic, Protocol, TypeVar

from bot.failure_log import log_failure
from storage.database.doors import Database, Session
from storage.database.errors import DatabaseTrouble
from storage.database.trouble_log import TROUBLES
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

log = logging.getLogger(__name__)
# When a process dies, its rows wait this long before another process, or the restarted one, claims them.
LEASE = timedelta(seconds=15)
# Seconds between renewals: a lease survives two renewals that fail, say while the database is locked.
RENEWS_EVERY = 4.0
# Seconds between two polls. Rows of this process start at once; polling finds those of other processes and those
# that come due.
LOOKS_EVERY = 0.5


class ClaimedRow(Protocol):
    """Describes a row of a queue as one attempt has claimed it."""

    @property
    def number(self) -> int: ...

    @property
    def attempt(self) -> int: ...


Item = TypeVar("Item", bound=ClaimedRow)


class QueueConsumer(Generic[Item]):
    """Claims due rows while a thread is free, and runs `work` on each in a thread of its own.

    `make_item` turns a row into the value that `work` takes, within the transaction that claimed the row; None where
    it has settled or postponed the row itself. `stand_back` waits while something more urgent goes on.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        table: type[Inbox] | type[Outbox],
        *,
        make_item: Callable[[Session, Inbox | Outbox, datetime], Item | None],
        work: Callable[[Item], None],
        clock: Callable[[], datetime],
        threads: int,
        stand_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._table = table
        self._make_item = make_item
        self._work = work
        self._clock = clock
        self._threads = threads
        self._stand_back = stand_back
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._thread = Thread(target=self._poll_table, name=f"{name}-look", daemon=True)
        self._lock = Lock()
        self._idle = Condition(self._lock)
        # The attempt of each row that this process holds, by row number.
        self._held: dict[int, int] = {}
        self._reserved = 0
        self._wake = Event()
        self._rows_due = True
        self._stopping = False

    def start(self) -> None:
        """Start polling the table."""
        self._thread.start()

    def reserve_thread(self) -> bool:
        """Reserve a thread for a row that is about to be inserted as claimed; return False where none is free.

        End the reservation with `start_item`, `drop_item` or `release_thread`.
        """
        with self._lock:
            if self._stopping or self._reserved >= self._threads:
                return False
            self._reserved += 1
            return True

    def start_item(self, item: Item | None) -> None:
        """Start to work on a row that was inserted as claimed. Without one, poll the table soon."""
        if item is None:
            self._rows_due = True
            self._wake.set()
            return
        with self._lock:
            self._held[item.number] = item.attempt
        self._pool.submit(self._run_item, item)

    def drop_item(self, item: Item | None) -> None:
        """Free the thread of a row whose transaction was rolled back."""
        if item is not None:
            self.release_thread()

    def drain(self, seconds: float) -> bool:
        """Claim nothing more and wait up to `seconds` for what is under way; return whether all of it finished.

        Rows that are still worked on then are handed back, so that another process can claim them at once.
        """
        self._stopping = True
        self._wake.set()
        with self._lock:
            finished = self._idle.wait_for(lambda: not self._held, seconds)
            left = dict(self._held)
        # Threads that go on are stopped by their attempt: it no longer holds the row when they want to finish it.
        if left:
            try:
                self._hand_back(left)
            except DatabaseTrouble as trouble:
                # Their leases run out by themselves.
                TROUBLES.log_trouble(log, str(trouble))
        self._pool.shutdown(wait=False, cancel_futures=True)
        return finished

    def _hand_back(self, left: dict[int, int]) -> None:
        with self._database.begin_write() as session:
            for number, attempt in left.items():
                row = work_queues.find_held_row(session, self._table, number, attempt)
                if row is not None:
                    work_queues.put_back(session, row, self._clock(), "handed back at the stop")

    @property
    def is_alive(self) -> bool:
        """Return whether the table is still polled."""
        return self._thread.is_alive() and not self._stopping

    def _poll_table(self) -> None:
        renewed = monotonic()
        while not self._stopping:
            try:
                if monotonic() - renewed > RENEWS_EVERY:
                    self._renew_leases()
                    renewed = monotonic()
                found = self._claim_due()
            except Exception as error:
                # This thread serves every row to come, so whatever went wrong it goes on polling.
                log_failure(log, error, "the queue cannot be read")
                found = 0
            if not found:
                self._wake.wait(LOOKS_EVERY)
                self._wake.clear()

    def _renew_leases(self) -> None:
        with self._lock:
            held = dict(self._held)
        if held:
            with self._database.begin_write() as session:
                work_queues.extend_leases(session, self._table, held, self._clock() + LEASE)

    def _claim_due(self) -> int:
        free = 0
        # No more rows are claimed than can start now: one that waited for a thread here would only use up its lease.
        while free < self._threads and self.reserve_thread():
            free += 1
        if not free:
            return 0
        items: list[Item] = []
        try:
            now = self._clock()
            # A read first: claiming takes the write lock, which an idle bot must not take twice a second.
            with self._database.begin_read() as session:
                self._rows_due = due = work_queues.is_due(session, self._table, now)
            if due:
                with self._database.begin_write() as session:
                    rows = work_queues.claim_rows(session, self._table, now, lease=LEASE, limit=free)
                    items = [item for row in rows if (item := self._make_item(session, row, now)) is not None]
        finally:
            for _ in range(free - len(items)):
                self.release_thread()
        for item in items:
            self.start_item(item)
        return len(items)

    def _run_item(self, item: Item) -> None:
        try:
            self._stand_back()
            self._work(item)
        except Exception as error:
            # The row is tried again when its lease runs out. What the person is told is the business of `work`.
            log_failure(log, error, "a row of the queue could not be worked on")
        finally:
            with self._lock:
                self._held.pop(item.number, None)
                self._reserved -= 1
                self._idle.notify_all()
            # Polling costs as much as a short answer, so it is done at once only where rows are known to wait.
            if self._rows_due:
                self._wake.set()

    def release_thread(self) -> None:
        """Free a thread that was reserved and is not needed."""
        with self._lock:
            self._reserved -= 1

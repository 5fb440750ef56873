"""Tries a transaction again that others got in the way of."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from commands.contract.errors import CommandError
from commands.dispatching.deadline import Deadline
from storage.database.errors import Contention, KeyTaken, StaleRecord

T = TypeVar("T")

MOST_TRIES = 6
# Seconds. SQLite itself waits for some before it says that it is busy, and nobody waits much longer for an answer.
PATIENCE = 8
PAUSE = 0.02


class TooBusy(CommandError):
    """Raised where others kept changing the same record, however often it was tried."""

    keeps_card = True


def retry_conflicts(work: Callable[[], T], deadline: Deadline | None = None) -> T:
    """Do a piece of work that is one transaction; begin anew where another transaction was in the way.

    Contention where the database stays busy, TooBusy where somebody else was faster each time. KeyTaken where a key
    stays taken, which is a fault of ours.
    """
    began = time.monotonic()
    for tries in range(1, MOST_TRIES + 1):
        try:
            return work()
        except (StaleRecord, Contention, KeyTaken) as conflict:
            given_up = deadline is not None and deadline.is_given_up
            if tries == MOST_TRIES or given_up or time.monotonic() - began > PATIENCE:
                if isinstance(conflict, Contention | KeyTaken):
                    raise
                raise TooBusy(TOO_BUSY) from conflict
        # By chance, so that two who collided do not collide again.
        time.sleep(random.uniform(0, PAUSE * tries))
    raise AssertionError("unreachable")


TOO_BUSY = "Others are changing this very record, so nothing was done yet. Please try again in a moment."

"""What a surface hears while it waits for a model, and how it ends the waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


def _unheard(_: str) -> None:
    return


@dataclass(frozen=True)
class Listening:
    """Called from the thread that answers: sentences that passed every check, in order, and what is being done.

    The reply at the end is what must stand there, also where it says less than the sentences before it: one that
    fails its check takes back those that were shown. `stop` set ends the turn; nothing that waits is then carried out.
    """

    on_sentence: Callable[[str], None] = _unheard
    on_status: Callable[[str], None] = _unheard
    stop: threading.Event | None = None

"""What a surface hears of a model's turn while it waits, and how it stops the turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


def _ignore_text(_: str) -> None:
    return


@dataclass(frozen=True)
class Listening:
    """Tells a surface what happens while it waits: checked sentences in order, and the command being run.

    Called from the answering thread. The final reply replaces the sentences shown before it; it may say less, where
    a later sentence failed its check. Setting `stop` ends the turn; no further call is carried out.
    """

    on_sentence: Callable[[str], None] = _ignore_text
    on_status: Callable[[str], None] = _ignore_text
    stop: threading.Event | None = None

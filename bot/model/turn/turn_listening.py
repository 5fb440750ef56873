"""What a surface hears while it waits for a model, and how it ends the waiting."""

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

"""The options that say who asks.

The program imports this at every start, so it brings nothing along: no database, no commands.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AskerOptions:
    """Holds `--as`, `--workspace`, `--now` and `--thread` as they were typed."""

    as_: str | None = None
    workspace: int | None = None
    now: str | None = None
    thread: str | None = None

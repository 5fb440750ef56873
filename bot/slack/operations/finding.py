"""What an examination of the installation found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what to do if not."""

    about: str
    well: bool
    words: str
    needed: bool = True

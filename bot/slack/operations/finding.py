"""What an examination of the installation found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Says whether one part of the installation works, and what to do if not."""

    about: str
    well: bool
    words: str
    needed: bool = True

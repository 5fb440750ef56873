"""Describes what the doctor found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Says whether a part of the installation works, and what to do if not. Without `needed` it is only a remark."""

    about: str
    well: bool
    words: str
    needed: bool = True

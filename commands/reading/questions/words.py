"""What questions have in common."""

from __future__ import annotations

RANKS = (
    "best",
    "top",
    "most",
    "biggest",
    "highest",
    "strongest",
    "leaderboard",
    "ranking",
    "rank",
    "fastest",
    "largest",
)

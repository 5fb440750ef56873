"""What a person can mend when scores are made."""

from __future__ import annotations


class ScoreTrouble(Exception):
    """Scores cannot be made as asked. The words say what to do."""

"""The error of training and scoring that a person can do something about."""

from __future__ import annotations


class ScoreTrouble(Exception):
    """Raised when scores cannot be made as asked. The message says what to do."""

"""What can be wrong with a file, in words for the person who gave it."""

from __future__ import annotations


class ImportTrouble(Exception):
    """A file, a kind or a mapping that cannot be used. The message says what to do; nothing was changed."""


class Unreadable(ValueError):
    """A cell that does not hold what its field needs. The message is the reason as the rejects file gives it."""

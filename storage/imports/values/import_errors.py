"""The errors of an import, worded for the person who gave the file."""

from __future__ import annotations


class ImportTrouble(Exception):
    """Raised for a file, a kind or a mapping that cannot be used. The message says what to do; nothing was changed."""


class Unreadable(ValueError):
    """Raised for a cell that does not hold what its field needs. The rejects file gives the message as the reason."""


class LostDigits(Unreadable):
    """Raised for a long number that a spreadsheet has shortened, such as 3.46E+10."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” was shortened by a spreadsheet, and its digits are lost")

"""What a sentence names: words, and the records and people that have them in their names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.names.mentions import MentionedRecord
from storage.names.normalise import split_words

Key = tuple[str, int]
"""The kind and the id of a record."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name something: which tokens, what they were, and the visible records that have them all."""

    first: int
    last: int
    said: str
    words: frozenset[str]
    records: tuple[MentionedRecord, ...]
    people: tuple[MentionedRecord, ...]
    sure: bool = True
    """False for words that a name shares with ordinary speech and that only the place makes a name."""
    is_place: bool = False
    """Whether these words name a city, a state or a region of the world, and nobody who is here."""

    @property
    def unknown(self) -> bool:
        return not self.records and not self.people

    @property
    def names_whole(self) -> bool:
        """Whether somebody is called just this, or by these first words: not the “Graz” of “LKH Graz”."""
        return any(
            (words := split_words(name)) and (set(words) <= self.words or words[0] in self.words)
            for record in (*self.records, *self.people)
            for name in (record.name, record.company)
        )


def drop_possessive(said: str) -> str:
    """Drop the ending of what is somebody's: `Florida's`."""
    return re.sub(r"['’`]s$", "", said)

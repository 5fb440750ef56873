"""Finds the stretches of a sentence that could be free words: a note, a reason, a topic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from commands.language.candidates.argument_candidate import BREAK, ArgumentCandidate
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence

TEXTS, SHORT_TEXTS = WORDS["texts"], WORDS["short_texts"]
PLURAL = re.compile(r"(?<=[^s])s(?=$| of )")
MOST_SHORT = 5
"""How many words a short free text has at most: a topic, a time frame."""


@dataclass(frozen=True)
class TextEdges:
    """The words behind which free words begin, and before which they end, as learned from the tables."""

    openers: frozenset[str]
    closers: frozenset[str]
    cues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What words say for arguments of a closed set, beyond the lexicon: `whose` -> `group_by=owner`."""


def find_texts(s: Sentence, argument: str, edges: TextEdges) -> Iterator[ArgumentCandidate]:
    """Find the stretches of a sentence that could be free words."""
    count = len(s.units)
    named_at = set(s.mentions) | {when.last for when in s.whens} | {amount.last for amount in s.amounts}
    ends: set[int] = set()
    breaks = [at for at in range(count) if at and BREAK.search(s.units[at].gap)]
    starts = {0, *breaks, *(at + 1 for at in named_at)}
    starts |= {at + 1 for at, word in enumerate(s.norms) if word in edges.openers}
    if argument == "value":
        starts |= {at for at, unit in enumerate(s.units) if at and unit.capital}
        ends = {at for at, unit in enumerate(s.units) if unit.capital}
    ends |= {count - 1, *(at - 1 for at in breaks)}
    ends |= {at - 1 for at in (*s.mentions, *(when.first for when in s.whens))}
    ends |= {at - 1 for at, word in enumerate(s.norms) if word in edges.closers}
    short = argument in SHORT_TEXTS
    if short:
        ends |= set(range(count))
    for first in sorted(start for start in starts if start < count):
        for last in sorted(end for end in ends if end >= first):
            if short and last - first >= MOST_SHORT:
                break
            words = s.cut(first, last).strip(" .,;:!?-–→=\"'|>(\n")
            if words:
                yield ArgumentCandidate(argument, words, first, last, "words", (words,))
            # What is looked for in titles stands there of one: `leads who are CTOs`, `any VPs of sales`.
            one = PLURAL.sub("", words) if argument == "search" else words
            if one != words:
                yield ArgumentCandidate(argument, one, first, last, "words", (one,))

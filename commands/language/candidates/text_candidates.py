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
QUOTE = re.compile(r"[\"']")
WITHIN_A_SENTENCE = frozenset({"value", "search"})
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
    breaks = [at for at in range(count) if at and (BREAK.search(s.units[at].gap) or QUOTE.search(s.units[at].gap))]
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
            # What is looked for, and what a field holds, is said within a sentence: “Cambridge. The city, I mean.”
            if argument in WITHIN_A_SENTENCE and any(_begins_sentence(s, at) for at in range(first + 1, last + 1)):
                break
            words = s.cut(first, last).strip(" .,;:!?-–→=\"'|>(\n")
            if words:
                yield ArgumentCandidate(argument, words, first, last, "words", (words,))
            # What is looked for in titles stands there of one: `leads who are CTOs`, `any VPs of sales`.
            one = PLURAL.sub("", words) if argument == "search" else words
            if one != words:
                yield ArgumentCandidate(argument, one, first, last, "words", (one,))


def _begins_sentence(s: Sentence, at: int) -> bool:
    """Tell whether a new sentence begins at a word; a point behind a short word is rather its own: `St. Louis`."""
    return s.breaks(at) and s.clean[s.units[at].start - 1].isspace() and len(s.units[at - 1].raw) > LONGEST_SHORTENED


LONGEST_SHORTENED = 3
"""How many letters a word has at most that is shortened by a point."""

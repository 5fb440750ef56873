"""Finds the workspace's own names of statuses, stages and sources, and the usual words that stand in for them.

The reader learned how people speak with the names that Leadlight begins with. To it, “move it to Contract Sent” is
“move it to negotiation”: what is learned of one company holds for the next, whatever that calls its stages.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from commands.language.sentences.lexicon import WORDS, lexicon
from storage.names.normalise import split_words
from storage.workspaces.workspace_vocabulary import SOURCES, STAGES, STATUSES, Vocabulary

with Path(__file__).with_name("workspace_words.toml").open("rb") as opened:
    STAND_INS: dict[str, dict[str, tuple[str, str]]] = tomllib.load(opened)
"""What stands in for a name, by section and what it is in it: the usual word and its concept."""
SHORTEST = 4
"""How many letters one word of a longer name has at least that says the whole name: `medica` for `MEDICA Fair`."""


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name of the workspace that was said, from its first to its last unit, as what, and what stands in for it."""

    name: str
    section: str
    usual: str
    concept: str
    first: int
    last: int

    def stand_in(self) -> list[str]:
        """Return the usual words in as many places as the name has, empty ones behind them."""
        count = self.last - self.first + 1
        words = self.usual.split()[-count:]
        return [*words, *[""] * (count - len(words))]


def list_own_words(vocabulary: Vocabulary) -> frozenset[str]:
    """List the words of the workspace's own names, which name nobody and are no typos."""
    return frozenset(word for words, *_ in _list_ways(_list_names(vocabulary)) for word in words)


def find_own_names(
    norms: Sequence[str], capitals: Sequence[bool], concepts: Sequence[tuple[str, int, int]], vocabulary: Vocabulary
) -> list[OwnName]:
    """Find the workspace's own names among the words of a sentence; `concepts` are what the lexicon found in it."""
    found: list[OwnName] = []
    for words, name, section, meant in _list_ways(_list_names(vocabulary)):
        for at in range(len(norms) - len(words) + 1):
            last = at + len(words) - 1
            if tuple(norms[at : last + 1]) == words and not any(
                each.first <= last and at <= each.last for each in found
            ):
                one = OwnName(name, section, *STAND_INS[section][meant], at, last)
                if len(words) > 1 or _is_meant(one, norms, capitals, concepts):
                    found.append(one)
    return sorted(found, key=lambda each: each.first)


def _is_meant(
    one: OwnName, norms: Sequence[str], capitals: Sequence[bool], concepts: Sequence[tuple[str, int, int]]
) -> bool:
    """Tell whether a single word is meant as the name, where it is an ordinary word too: `New`, `Working`, `Trial`."""
    word = norms[one.first]
    if word not in lexicon().ordinary:
        return True
    before = norms[one.first - 1] if one.first else ""
    other = [each for each, first, last in concepts if first <= one.first <= last]
    if other and any(each.partition(".")[0] == one.section for each in other):
        return True
    if before in WORDS["name_markers"] or (one.first and capitals[one.first]):
        return True
    return not other and one.last + 1 < len(norms) and norms[one.last + 1] in WORDS["named_nouns"]


def _list_names(vocabulary: Vocabulary) -> tuple[tuple[str, str, str], ...]:
    """List the names that are not among those Leadlight begins with, each with its section and what it is in it."""
    usual = {name for name, _ in STATUSES} | {each[0] for each in STAGES} | set(SOURCES)
    names = [(each.name, "statuses", each.status_class) for each in vocabulary.statuses if not each.retired]
    names += [(each.name, "stages", each.state) for each in vocabulary.stages if not each.retired]
    names += [(name, "sources", "own") for name in vocabulary.sources]
    return tuple(each for each in names if each[0] not in usual)


@lru_cache(maxsize=64)
def _list_ways(names: tuple[tuple[str, str, str], ...]) -> tuple[tuple[tuple[str, ...], str, str, str], ...]:
    """List the ways to say names, longer ones first: whole, with the last word in the plural, by a word of its own."""
    counts = Counter(word for name, _, _ in names for word in set(split_words(name)))
    ways: dict[tuple[str, ...], tuple[str, str, str]] = {}
    for each in names:
        for way in _spell(each[0], counts):
            ways.setdefault(way, each)
    return tuple((way, *each) for way, each in sorted(ways.items(), key=lambda one: -len(one[0])))


def _spell(name: str, counts: Counter[str]) -> Iterator[tuple[str, ...]]:
    words = tuple(split_words(name))
    if not words:
        return
    yield words
    last = words[-1]
    yield (*words[:-1], last[:-1] if last.endswith("s") and not last.endswith("ss") else f"{last}s")
    if len(words) > 1:
        for word in words:
            if len(word) >= SHORTEST and counts[word] == 1 and word not in lexicon().ordinary:
                yield (word,)

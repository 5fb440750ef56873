"""The phrases of lexicon.toml, ready to be found in a sentence."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from commands.values.amounts import SCALES, TENS
from commands.values.currencies import EVERYDAY
from commands.values.feasts import MOVABLE_FEASTS
from commands.values.number_words import UNITS
from commands.values.text import KEYS_OF_FORMS
from commands.values.time_patterns import STARTERS
from storage.names.countries import list_countries
from storage.names.normalise import fold_text

FILE = Path(__file__).with_name("lexicon.toml")
with Path(__file__).with_name("names.toml").open("rb") as opened:
    WORDS = {name: frozenset(words.split()) for name, words in tomllib.load(opened).items()}
"""The words beside which names stand."""
DATA = frozenset({"sources", "stages", "common"})
"""Sections that are not concepts by themselves."""
VOWELS = re.compile("[aeiou]")
FREE = "*"
MOST_FREE = 3
MOST_STEPS = 5000


class Node:
    """A place within one phrase: what may follow, and the concepts that are said when it is reached."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, list[Node]] = {}
        self.ends: list[str] = []


class PhraseState:
    """All the places one may be at after some words. Built as sentences need them, and kept."""

    __slots__ = ("ends", "nodes", "steps")

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self.ends = tuple(dict.fromkeys(end for node in nodes for end in node.ends))
        self.steps: dict[str, PhraseState | None] = {}

    def step(self, word: str) -> PhraseState | None:
        if word not in self.steps:
            if len(self.steps) > MOST_STEPS:
                self.steps.clear()
            nodes = tuple(following for node in self.nodes for following in node.next.get(word, ()))
            self.steps[word] = PhraseState(nodes) if nodes else None
        return self.steps[word]


class Phrases:
    """Phrases, each of which stands for one or several concepts, to be found all at once."""

    def __init__(self) -> None:
        self.first = Node()
        self.start = PhraseState((self.first,))
        self.words: set[str] = set()

    def add(self, concept: str, phrase: str) -> None:
        ends = [self.first]
        for alternatives, optional in phrase_parts(phrase):
            joint = Node()
            for words in alternatives:
                self.words.update(words)
                here = ends
                for word in words[:-1]:
                    node = Node()
                    for each in here:
                        each.next.setdefault(word, []).append(node)
                    here = [node]
                for each in here:
                    each.next.setdefault(words[-1], []).append(joint)
            ends = [joint, *ends] if optional else [joint]
        for node in ends:
            if node is not self.first:
                node.ends.append(concept)

    def at(self, words: Sequence[str], breaks: Sequence[bool], first: int) -> Iterator[tuple[str, int, int]]:
        """Concepts whose phrases begin at this word: concept, last word, how many words were fixed.

        A phrase does not run over a break (the end of a sentence).
        """
        state = self.start.step(words[first]) if words[first] in self.first.next else None
        heads = [(state, first, 1)] if state else []
        while heads:
            state, last, fixed = heads.pop()
            for concept in state.ends:
                yield concept, last, fixed
            if last + 1 >= len(words) or breaks[last + 1]:
                continue
            following = state.step(words[last + 1])
            if following is not None:
                heads.append((following, last + 1, fixed + 1))
            free = state.step(FREE)
            if free is not None:
                for step in range(1, MOST_FREE + 1):
                    end = last + step
                    if end >= len(words) or breaks[end]:
                        break
                    heads.append((free, end, fixed))


class Lexicon:
    """All concepts, and what else the data file says."""

    def __init__(self, data: dict[str, dict[str, list[str]]]) -> None:
        self.phrases = Phrases()
        for section, concepts in data.items():
            if section in DATA:
                continue
            for concept, lines in concepts.items():
                for line in lines:
                    self.phrases.add(f"{section}.{concept}", line)
        for country in list_countries():
            for name in (country.name.lower(), *country.others, *country.adjectives):
                self.phrases.add(f"countries.{country.name}", fold_text(name))
        self.phrases.add("countries.United States", "(the|in|across) us")
        self.sources = data["sources"]
        self.stages = data["stages"]
        for section in ("sources", "stages"):
            for name, lines in data[section].items():
                for line in lines:
                    self.phrases.add(f"{section}.{name}", line)
        self.common = frozenset(word for line in data["common"]["words"] for word in line.split())
        # “Black Friday” makes no time of “black”, which names somebody just as well.
        halves = {first for first, *rest in (feast.split() for feast in MOVABLE_FEASTS) if rest}
        dates = (
            set(EVERYDAY) | {word for word in STARTERS - halves if len(word) > 1} | set(UNITS) | set(TENS) | set(SCALES)
        )
        said = {
            word
            for lines in (*self.sources.values(), *self.stages.values())
            for line in lines
            for word in all_words(line)
        }
        self.ordinary = frozenset(self.phrases.words | self.common | dates | said | KEYS_OF_FORMS) - {FREE}
        self.weight = Counter(
            word
            for concepts in data.values()
            for lines in concepts.values()
            for line in lines
            for word in all_words(line)
        )
        self.mendable = tuple(sorted(word for word in (self.phrases.words | dates | said) if len(word) > 3))
        self.without_vowels = self._index_without_vowels()

    def _index_without_vowels(self) -> dict[str, str]:
        """Index words by what is left of them without vowels, `ths mnth`: the weightiest where several fit."""
        found: dict[str, str] = {}
        for word in sorted(self.mendable, key=lambda word: (self.weight[word], word)):
            bare = drop_vowels(word)
            if len(bare) > 2 and bare != word:
                found[bare] = word
        return found


def drop_vowels(word: str) -> str:
    """Drop the vowels of a word but its first letter, as some type."""
    return word[0] + VOWELS.sub("", word[1:])


def phrase_parts(phrase: str) -> list[tuple[list[tuple[str, ...]], bool]]:
    """The parts of a phrase in order: the ways to say each, and whether it may be left out."""
    parts: list[tuple[list[tuple[str, ...]], bool]] = []
    for part in _parts(phrase):
        if part[0] in "[(":
            parts.append((_choices(part[1:-1]), part[0] == "["))
        else:
            parts.append(([(part,)], False))
    return parts


def spelled_out(phrase: str) -> list[tuple[str, ...]]:
    """Every way to say a phrase: `[a] (hot|warm) lead` has four."""
    ways = [[*alternatives, ()] if optional else alternatives for alternatives, optional in phrase_parts(phrase)]
    return [tuple(word for words in each for word in words) for each in product(*ways)]


def all_words(phrase: str) -> set[str]:
    return set(re.findall(r"\w+", phrase))


def _parts(phrase: str) -> list[str]:
    phrase = phrase.replace("follow-up", "follow up").replace("to-do", "to do").replace(" ?", "?")
    return re.findall(r"\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\)|[^\s()\[\]]+", re.sub(r"\)\?", ")", phrase))


def _choices(inner: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for each in (part.strip() for part in _split(inner)):
        if not each:
            continue
        if "(" in each or "[" in each:
            found += spelled_out(each)
        else:
            found.append(tuple(each.split()))
    return found


def _split(inner: str) -> list[str]:
    """At the bars that stand outside of brackets."""
    parts, depth, last = [], 0, 0
    for at, letter in enumerate(inner):
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "|" and not depth:
            parts.append(inner[last:at])
            last = at + 1
    return [*parts, inner[last:]]


@lru_cache(maxsize=64)
def list_ordinary_words(own: frozenset[str]) -> frozenset[str]:
    """List the words that name nobody by themselves: those of the lexicon, and a workspace's `own`."""
    return lexicon().ordinary | own


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    data: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Lexicon(data)

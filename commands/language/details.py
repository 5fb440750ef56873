"""Finds out that a question about one record asks for one thing about it: her number, its close date."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commands.language.sentences.lexicon import Phrases
from commands.language.sentences.sentence import Sentence
from storage.names.normalise import split_words

FILE = Path(__file__).with_name("details.toml")


@dataclass(frozen=True)
class Details:
    """Holds the phrases that ask for a detail, the fields that answer each, and the words that ask for the whole."""

    phrases: Phrases
    fields: dict[str, tuple[str, ...]]
    whole: frozenset[str]


@cache
def load_details() -> Details:
    """Load the phrases, once."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    whole = frozenset(data.pop("whole").split())
    phrases = Phrases()
    for detail, said in data.items():
        for phrase in said["phrases"]:
            phrases.add(detail, phrase)
    return Details(phrases, {detail: tuple(said["fields"]) for detail, said in data.items()}, whole)


def list_left_beside_detail(left: list[str]) -> list[str]:
    """List what of the words that an answer leaves out is not part of asking for a detail."""
    asks = load_details().phrases.words
    return [each for each in left if not asks.issuperset(split_words(each))]


def find_detail_fields(s: Sentence) -> tuple[str, ...]:
    """Find the fields of a record that a question asks for; empty where it asks for more than one thing, or for all."""
    details = load_details()
    if details.whole.intersection(s.norms):
        return ()
    breaks = [s.breaks(at) for at in range(len(s.units))]
    found: dict[str, set[int]] = {}
    for at in range(len(s.units)):
        for detail, last, _ in details.phrases.at(s.norms, breaks, at):
            # “Number 12” counts the list that was shown.
            if s.norms[last] == "number" and s.norms[last + 1 : last + 2] and s.norms[last + 1][0].isdigit():
                continue
            found.setdefault(detail, set()).update(range(at, last + 1))
    # “Email address” is no address: a phrase within a longer one is part of it.
    outer = [each for each, said in found.items() if not any(said < other for other in found.values())]
    return details.fields[outer[0]] if len(outer) == 1 else ()

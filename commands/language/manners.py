"""Answers what is said beside the work, a greeting or thanks, and what is asked for that no command does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commands.language.sentences.lexicon import Phrases
from commands.language.sentences.sentence import Sentence
from commands.values.text import Text, tokenize_text

MANNERS, LIMITS = (Path(__file__).with_name(name) for name in ("manners.toml", "limits.toml"))


@dataclass(frozen=True)
class Manners:
    """Holds the phrases of a file, the answer to each kind, and the words that may stand around them."""

    phrases: Phrases
    answers: Mapping[str, str]
    around: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


@cache
def load_manners(file: Path) -> Manners:
    """Load phrases and answers, once."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    sets = {name: frozenset(data.pop(name).split()) for name, words in list(data.items()) if isinstance(words, str)}
    phrases = Phrases()
    for kind, said in data.items():
        for phrase in said["phrases"]:
            phrases.add(kind, phrase)
    return Manners(phrases, {kind: said["answer"] for kind, said in data.items()}, **sets)


def find_mannerly_answer(s: Sentence) -> str | None:
    """Find the answer to a sentence that is nothing but manners; None where it says anything else."""
    manners = load_manners(MANNERS)
    covered: set[int] = set()
    kinds = []
    for at in range(len(s.units)):
        for kind, last, _ in manners.phrases.at(s.norms, [False] * len(s.units), at):
            covered.update(range(at, last + 1))
            kinds.append(kind)
    rest = [word for at, word in enumerate(s.norms) if at not in covered and word not in manners.around]
    return manners.answers[kinds[0]] if kinds and not rest else None


def drop_own_name(text: Text) -> Text:
    """Drop the bot's name where a sentence calls it by that, at the beginning or the end: `Leadlight, who is hot?`."""
    manners = load_manners(MANNERS)
    tokens = text.tokens
    last = len(tokens) - 1
    for at in dict.fromkeys((0, 1, last)):
        if last < 1 or at > last or tokens[at].norm not in manners.called or tokens[at].possessive:
            continue
        before = tokens[at - 1].norm in manners.calls if at else False
        parted = tokens[at].gap if at == last else tokens[at + 1].gap
        if (at != 1 or before or at == last) and (before or CALLED.search(parted) or "@" in tokens[at].gap):
            start = tokens[at - 1].end if at else 0
            rest = text.clean[tokens[at].end :]
            # Behind a greeting its comma stays: “hey Leadlight, overdue deals”.
            return tokenize_text(text.clean[:start] + (rest if at else LEADING.sub("", rest)))
    return text


CALLED = re.compile(r"[,:;!-]")
LEADING = re.compile(r"^[\s,:;!.-]+")


def find_limit(s: Sentence) -> str | None:
    """Find what comes nearest to a request that no command does; None where it is not known to be one."""
    limits = load_manners(LIMITS)
    for at in range(len(s.units)):
        found = limits.phrases.at(s.norms, [s.breaks(each) for each in range(len(s.units))], at)
        kind = next((kind for kind, _, _ in found), None)
        if kind is not None:
            return limits.answers[kind]
    return None


def explain_denial() -> str:
    """Explain that what lacks a value cannot be asked for."""
    return load_manners(LIMITS).answers["denial"]

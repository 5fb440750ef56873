"""The words of a workspace in a sentence: statuses, stages, sources, industries, and values as arguments hold them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.moment import Period
from storage.names.normalise import normalise_name, split_words
from storage.workspaces.workspace_vocabulary import STATUSES

CLASSES = ("open", "working", "qualified", "closed")
LENGTHS = {"week": 7, "month": 30, "quarter": 90}
"""How many days a unit of the calendar has where it is a mere length."""
INDUSTRIES = {"real_estate": "Real Estate"}
Spot = tuple[int, int, str]
"""First unit, last unit, and the name that was said there."""


def iso(period: Period) -> dict[str, str]:
    """Write a period as an argument."""
    return {key: day.isoformat() for key, day in (("from", period.start), ("to", period.end)) if day is not None}


def number(value: Decimal) -> float:
    """Write an amount as an argument."""
    return int(value) if value == value.to_integral_value() else float(value)


def _find_kept_name(names: Sequence[str], wanted: str) -> str | None:
    return next((name for name in names if normalise_name(name) == normalise_name(wanted)), None)


def _find_names(s: Sentence, section: str, names: Sequence[str]) -> list[Spot]:
    """Find where the workspace's own names were said, in full or as people shorten them."""
    found = [(each.first, each.last, each.name) for each in s.own_names if each.section == section]
    for name in names:
        words = split_words(name)
        for at in range(len(s.norms) - len(words) + 1):
            if words and s.norms[at : at + len(words)] == words and not (at and s.norms[at - 1] == "not"):
                found.append((at, at + len(words) - 1, name))
    return found


def _keep_longest(spots: Sequence[Spot], *, beside: bool = False) -> list[Spot]:
    """Keep the longest of spots that overlap; where `beside`, also others that were said with the same words."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda each: (each[0] - each[1], each[0])):
        if not any(
            other[0] <= spot[1] and spot[0] <= other[1] and not (beside and other[:2] == spot[:2]) for other in kept
        ):
            kept.append(spot)
    return sorted(kept)


def find_statuses(s: Sentence) -> list[Spot]:
    """Find the lead statuses that were said, by the workspace's names or by what reps call their classes."""
    vocabulary = s.context.vocabulary
    spots = _find_names(s, "statuses", [each.name for each in vocabulary.statuses if not each.retired])
    for status_class in CLASSES:
        for status in vocabulary.list_statuses(status_class)[:1]:
            spots += [(each.first, each.last, status.name) for each in s.all(f"statuses.{status_class}")]
    return _keep_longest(spots)


def add_names_of_class(s: Sentence, names: Sequence[str]) -> list[str]:
    """Add every status of a class that was said by its usual words: `open leads` where an import brought its own."""
    usual = dict(STATUSES)
    wide: dict[str, None] = {}
    for name in names:
        wide[name] = None
        for status_class in CLASSES:
            same = [each.name for each in s.context.vocabulary.list_statuses(status_class)]
            # A name of the workspace's own that was said itself means that status alone.
            said = name in same[:1] and s.all(f"statuses.{status_class}") and not _find_names(s, "statuses", [name])
            if said or usual.get(name) == status_class:
                wide |= dict.fromkeys(same)
    return list(wide)


def find_stages(s: Sentence) -> list[Spot]:
    """Find the opportunity stages that were said."""
    names = [each.name for each in s.context.vocabulary.stages if not each.retired]
    return _keep_longest([*_find_names(s, "stages", names), *_find_said(s, "stages", names)])


def find_bound(s: Sentence, first: int, bound: str) -> int | None:
    """Find where it is said right before a value, over small words, that it bounds what is meant or is taken out."""
    at = first - 1
    while at > 0 and s.norms[at] in WORDS["small"]:
        at -= 1
    # Of a longer phrase, such as “all my deals but”, other words say something else as well.
    said = [max(each.first, each.last - 1) for each in s.all(f"ranges.{bound}") if each.last in (at, first - 1)]
    return min(said) if said else at if at >= 0 and s.norms[at] in WORDS[bound] else None


def find_stage_ranges(s: Sentence) -> list[Spot]:
    """Find the open stages that one or two of them bound: `Proposal or later`, `from Needs Analysis to Negotiation`."""
    order = [each.name for each in s.context.vocabulary.list_stages("open")]
    found: list[Spot] = []
    said = [spot for spot in find_stages(s) if spot[2] in order]
    for (first, last, name), (second, end, other) in pairwise(said):
        joint, before = s.norms[last + 1 : second], s.norms[max(0, first - 1) : first]
        if (joint and WORDS["up_to"].issuperset(joint)) or (joint == ["and"] and before == ["between"]):
            low, high = sorted((order.index(name), order.index(other)))
            found += [(first, end, one) for one in order[low : high + 1]]
    for first, last, name in said if not found else ():
        at = order.index(name)
        for bound, others in (("past", order[at + 1 :]), ("before", order[:at]), ("least", order[at:])):
            start = find_bound(s, first, bound)
            if start is not None:
                found += [(start, last, one) for one in others]
        for each in s.all("ranges.onward"):
            if each.first == last + 1:
                found += [(first, each.last, one) for one in order[at:]]
    return found


def find_sources(s: Sentence) -> list[Spot]:
    """Find the lead sources that were said. One word can mean two: `referrals`."""
    names = [name for name in s.context.vocabulary.sources if normalise_name(name) != "other"]
    return _keep_longest([*_find_names(s, "sources", names), *_find_said(s, "sources", names)], beside=True)


def _find_said(s: Sentence, section: str, names: Sequence[str]) -> list[Spot]:
    """Find what the lexicon says for the workspace's names."""
    found = []
    own = {(each.first, each.last) for each in s.own_names}
    for each in s.in_section(section):
        if (each.first, each.last) in own:
            continue
        for part in each.concept.partition(".")[2].split("|"):
            name = _find_kept_name(names, part)
            if name is not None:
                found.append((each.first, each.last, name))
    return found


def find_company_name(words: frozenset[str], records: Sequence[Any]) -> str | None:
    """Find the company that words name: an account's name, else the company of a person."""
    for record in records:
        if record.kind == "account" and words <= set(split_words(record.name)):
            return str(record.name)
    for record in records:
        if record.company and words <= set(split_words(record.company)):
            return str(record.company)
    return None


def means_one(s: Sentence, nouns: Collection[str]) -> bool:
    """Tell whether the best of something is asked for: `the biggest deal`."""
    return any(
        noun in s.norms[each.last : each.last + 3]
        for each in s.in_section("list")
        for noun in nouns
        if each.concept in BEST
    )


BEST = frozenset(f"list.{word}" for word in WORDS["superlatives"])

"""Finds what words stand for: values of a closed set, names of the workspace, fields, terms, places."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path

from commands.contract.command import Command
from commands.contract.update_field import UpdateField
from commands.language.candidates import conditions
from commands.language.candidates.argument_candidate import (
    BREAK,
    NOWHERE,
    ArgumentCandidate,
    list_choices,
    takes_several,
)
from commands.language.candidates.figure_candidates import find_dictated
from commands.language.candidates.text_candidates import TextEdges
from commands.language.sentences.lexicon import WORDS, lexicon
from commands.language.sentences.sentence import Sentence
from storage.names.normalise import fold_text, split_words


def find_said_values(s: Sentence, argument: str, kind: type[Command], edges: TextEdges) -> Iterator[ArgumentCandidate]:
    """Find the values of a closed set: by what the lexicon says for them, or by their own word."""
    values = list_choices(kind, argument)
    if not values:
        return
    for each in s.found:
        for name, value in SAID_BY.get(each.concept, ()):
            if name == argument and value in values:
                yield ArgumentCandidate(argument, value, each.first, each.last, f"said {each.concept}", (value,))
    if argument == "group_by" and sum(bool(each.people) for each in s.mentions.values()) > 1:
        # “Dana against Tom” is answered person by person.
        yield ArgumentCandidate(argument, "owner", NOWHERE, NOWHERE, "inferred people", ("owner",))
    # “Without an email” asks for leads that have no address; “no email in ten days” for those that nobody wrote to.
    lacking = s.in_section("missing") if argument == "not_touched_by" and not s.whens else ()
    for at, word in enumerate(s.norms):
        if any(each.first <= at <= each.last for each in lacking):
            continue
        for value in values:
            if word in (value, value + "s"):
                yield ArgumentCandidate(argument, value, at, at, f"word {value}", (value,))
            elif f"{argument}={value}" in edges.cues.get(word, ()):
                yield ArgumentCandidate(argument, value, at, at, f"cue {value}", (value,))


def _load_said_values() -> dict[str, tuple[tuple[str, str], ...]]:
    """Load the values that each concept of the lexicon says, with the arguments they are of."""
    data = tomllib.loads(Path(__file__).with_name("said_values.toml").read_text(encoding="utf-8"))
    return {
        concept: tuple((name, value) for name, _, value in (each.partition("=") for each in said.split()))
        for concept, said in data.items()
    }


SAID_BY = _load_said_values()


def find_statuses(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    for first, last, name in conditions.find_statuses(s):
        yield ArgumentCandidate(argument, name, first, last, "status", (name,))
    yield from _find_shortened(s, argument, [each.name for each in s.context.vocabulary.statuses if not each.retired])
    for closed in s.context.vocabulary.list_statuses("closed")[:1]:
        if not takes_several(kind, argument):
            yield ArgumentCandidate(argument, closed.name, NOWHERE, NOWHERE, "inferred closed", (closed.name,))
        for each in s.all("drop.order", "drop.verdict"):
            sort = f"status {each.concept}"
            yield ArgumentCandidate(argument, closed.name, each.first, each.last, sort, (closed.name,))


def find_stages(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    ranges = conditions.find_stage_ranges(s) if takes_several(kind, argument) else []
    for first, last, name in conditions.find_stages(s):
        if not any(start <= first and last <= end for start, end, _ in ranges):
            yield ArgumentCandidate(argument, name, first, last, "stage", (name,))
    for first, last, name in ranges:
        yield ArgumentCandidate(argument, name, first, last, "range", (name,))
    yield from _find_shortened(s, argument, [each.name for each in s.context.vocabulary.stages if not each.retired])
    for outcome in ("won", "lost"):
        for stage in s.context.vocabulary.list_stages(outcome)[:1]:
            if not takes_several(kind, argument):
                yield ArgumentCandidate(argument, stage.name, NOWHERE, NOWHERE, f"inferred {outcome}", (stage.name,))
            for each in s.all(f"deal_verbs.{outcome}", f"stats.{outcome}", f"list.state_{outcome}"):
                yield ArgumentCandidate(
                    argument, stage.name, each.first, each.last, f"stage {each.concept}", (stage.name,)
                )


def find_sources(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for first, last, name in conditions.find_sources(s):
        yield ArgumentCandidate(argument, name, first, last, "source", (name,))
    yield from _find_shortened(s, argument, s.context.vocabulary.sources)


def _find_shortened(s: Sentence, argument: str, names: Sequence[str]) -> Iterator[ArgumentCandidate]:
    """Find names of the workspace that were cut short: `unqual`, `nego`, `prop`."""
    for at, unit in enumerate(s.units):
        named = s.mentions.get(at)
        # What nobody is called by may be such a name, too; and what was mended is no word that people cut short.
        said = named.said if named and named.unknown else unit.raw if unit.kind == "word" else ""
        word = fold_text(said).partition("'")[0]
        if len(word) < SHORTEST or (len(word) == SHORTEST and word in lexicon().ordinary):
            continue
        meant = {name for name in names for part in split_words(name) if part.startswith(word) and part != word}
        if len(meant) == 1:
            name = meant.pop()
            yield ArgumentCandidate(argument, name, at, at, "shortened", (name,))


SHORTEST = 3


def find_industries(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for each in s.in_section("industries"):
        key = each.concept.partition(".")[2]
        value = conditions.INDUSTRIES.get(key, key.replace("_", " ").capitalize())
        yield ArgumentCandidate(argument, value, each.first, each.last, "industry", (value,))
    yield from _find_trades(s, argument)


def _find_trades(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    """Find words that may be an industry no list knows: those before a noun that say nothing else."""
    said = {at for each in s.found for at in range(each.first, each.last + 1)}
    said |= {at for each in s.whens for at in range(each.first, each.last + 1)}
    said |= {at for at, mention in s.mentions.items() if mention.names_whole}
    free = [at not in said and unit.kind in ("word", "name") for at, unit in enumerate(s.units)]
    for at in range(1, len(s.units)):
        for first in range(at - 1, max(-1, at - 1 - MOST_TRADE_WORDS), -1):
            if [s.norms[at]] not in KIND_NOUNS or not free[first]:
                break
            words = s.cut(first, at - 1)
            yield ArgumentCandidate(argument, words, first, at - 1, f"trade {at - first}", (words,))


MOST_TRADE_WORDS = 2


def find_places(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find what may be a city, a state or a country: words behind those that say where, and names nobody has."""
    for each in s.in_section("countries"):
        country = each.concept.partition(".")[2]
        yield ArgumentCandidate(argument, country, each.first, each.last, "country", (country,))
    for at, unit in enumerate(s.units):
        # “Us” is a country in capitals, or before what is listed of it.
        if unit.norm == "us" and (
            (unit.raw.isupper() and not s.text.shouted) or s.norms[at + 1 : at + 2] in KIND_NOUNS
        ):
            yield ArgumentCandidate(argument, "United States", at, at, "country", (unit.raw,))
    for at, mention in s.mentions.items():
        sort = "unknown" if mention.unknown else "whole" if mention.names_whole else "part"
        sort = "known" if mention.is_place else sort
        yield ArgumentCandidate(argument, mention.said, at, at, f"place {sort}", (mention.said,))
    yield from _find_strange(s, argument)
    named = {one.first for one in s.own_names}
    for each in s.in_section("where"):
        for first in {*range(each.last + 1, min(each.last + 2, len(s.units)))} - named:
            for last in range(first, min(first + MOST_PLACE_WORDS, len(s.units))):
                if BREAK.search(s.units[last].gap) and last > first:
                    break
                words = s.cut(first, last).strip(" .,;:!?()'\"")
                sort = f"place {last - first} {each.concept}"
                yield ArgumentCandidate(argument, words, first, last, sort, (words,))


MOST_PLACE_WORDS = 3
KIND_NOUNS = [[word] for word in WORDS["named_nouns"]]


def _find_strange(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    """Find words that are no ordinary ones: `tucson deals`, `veterinary leads`."""
    ordinary = lexicon().ordinary
    taken = {at for each in s.own_names for at in range(each.first, each.last + 1)}
    at = 0
    while at < len(s.units):
        first = at
        while at < len(s.units) and at - first < MOST_PLACE_WORDS and _is_strange(s, at, ordinary) and at not in taken:
            at += 1
        if at > first:
            words = s.cut(first, at - 1)
            noun = s.norms[at : at + 1] in KIND_NOUNS
            capital = all(s.units[each].capital for each in range(first, at))
            yield ArgumentCandidate(argument, words, first, at - 1, f"strange {noun} {capital}", (words,))
        else:
            at += 1


def _is_strange(s: Sentence, at: int, ordinary: Collection[str]) -> bool:
    unit = s.units[at]
    return unit.kind == "word" and len(unit.norm) > 2 and unit.norm not in ordinary


def find_missing(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find what is said to be missing: `no phone`, `without a next step`, `nobody owns`."""
    values = list_choices(kind, argument)
    for each in s.in_section("missing"):
        value = each.concept.partition(".")[2]
        if value in values:
            yield ArgumentCandidate(argument, value, each.first, each.last, f"missing {value}", (value,))


def find_fields(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    if not issubclass(kind, UpdateField):
        return
    said = [(each.concept.partition(".")[2], each.first, each.last, "field") for each in s.in_section("update")]
    said += [(unit.kind, at, at, "by") for at, unit in enumerate(s.units) if unit.kind in ("email", "phone")]
    said += [(sort, first, last, "by") for sort, first, last, _ in find_dictated(s)]
    # The value says which field it is: `she is Head of Sales now`.
    said += [(each, NOWHERE, NOWHERE, "inferred") for each in sorted(WORDS["unsaid_fields"])]
    for words, first, last, sort in said:
        field = kind.record_fields.find(words)
        if field is not None:
            yield ArgumentCandidate(argument, field, first, last, f"{sort} {field}", (field, words))


def find_terms(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    said = [each for each in s.in_section("terms") if each.concept != "terms.ask"]
    said = [
        each
        for each in said
        if not any(
            o.first <= each.first and each.last <= o.last and o.last - o.first > each.last - each.first for o in said
        )
    ]
    named = [each.concept.partition(".")[2].replace("_", " ") for each in said]
    for number, (each, name) in enumerate(zip(said, named, strict=True)):
        yield ArgumentCandidate(argument, name, each.first, each.last, f"term {number} of {len(set(named))}", (name,))
    for (one, name), (other, second) in islice(combinations(zip(said, named, strict=True), 2), MOST_PAIRS):
        if name != second:
            first, last = min(one.first, other.first), max(one.last, other.last)
            shown = (f"{name} and {second}", f"{second} and {name}")
            sort = f"terms {other.first - one.last - 1 < MOST_BETWEEN} of {min(4, len(set(named)))}"
            yield ArgumentCandidate(argument, shown[0], first, last, sort, shown)


MOST_BETWEEN = 3
"""How far apart two terms stand that are mostly meant together."""
MOST_PAIRS = 10
"""How many pairs of terms a question may be about."""

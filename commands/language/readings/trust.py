"""Reads a sentence in its likeliest ways, and tells how far to trust each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from commands import BY_VERB
from commands.language.models.sentence_memory import measure_nearness
from commands.language.readings.features import cut_ending, select_memorable
from commands.language.readings.reading import NOTHING, Reading, is_kept, name_call
from commands.language.readings.readings import (
    ReadSentence,
    choose_view,
    count_unused,
    fill_arguments,
    look_at,
    rank_commands,
)
from commands.language.readings.weights import Weights
from commands.language.sentences.sentence import ENDS, Sentence


def read_ways(seen: ReadSentence, weights: Weights, besides: Sequence[str] = ()) -> list[Reading]:
    """Read a sentence in its likeliest ways, the most trusted first.

    The commands `besides` are tried however unlikely they are.
    """
    chances = weights.commands.weigh(seen.features)
    seen.nothing = chances.get(NOTHING, 0.0)
    seen.ends = weigh_ends(seen.sentence, weights)
    verbs = dict.fromkeys((*rank_commands(chances), *besides))
    ways = [fill_arguments(seen, BY_VERB[verb], chances, weights) for verb in verbs]
    nearest = weights.memory.find_nearest(select_memorable(seen.features))
    sums = [
        weights.trust.add_up([*describe_reading(seen, way, ways, chances), *describe_parting(seen.parts)])
        for way in ways
    ]
    for way, own in zip(ways, sums, strict=True):
        figures = measure_reading(seen, way, ways, chances, nearest)
        way.trust = weights.trees.weigh([*figures, seen.parts, *compare_sums(own, sums)])
    return sorted(ways, key=lambda way: (-way.trust, way.verb))


def weigh_ends(s: Sentence, weights: Weights) -> list[dict[str, float]]:
    """Weigh what the first and the last of several sentences ask for by themselves: in one of them is the request."""
    begins = s.list_beginnings()
    if len(begins) < 2:
        return []
    ends = s.take_part(0, begins[1]), s.take_part(begins[-1], len(s.units))
    return [weights.commands.weigh(look_at(each, weights).features) for each in ends]


def describe_reading(
    seen: ReadSentence, reading: Reading, ways: Sequence[Reading], chances: dict[str, float]
) -> Iterator[str]:
    """List the facts from which trust in a reading is learned; `ways` are all that a sentence was read in."""
    verb = reading.verb
    writes = "writes" if reading.kind.writes else "reads"
    others = sorted((chance for name, chance in chances.items() if name != verb), reverse=True)
    yield from (f"{each} chance {grade_chance(reading.chance)}" for each in ("", writes))
    yield f"margin {grade_chance(max(0.0, reading.chance - others[0]))}"
    yield f"nothing {grade_chance(chances.get(NOTHING, 0.0))}"
    for name, end in zip("FL", seen.ends, strict=False):
        own, nothing = grade_roughly(end.get(verb, 0.0)), grade_roughly(end.get(NOTHING, 0.0))
        yield from (f"{name} {own} {nothing}", f"{writes} {name} {own} {nothing}")
    certain = reading.certain
    yield from (f"{each} certain {grade_chance(certain)}" for each in ("", writes))
    yield f"both {grade_chance(certain * reading.chance)}"
    yield f"weakest {grade_chance(1 - max((doubt for _, doubt in reading.doubts), default=0.0))}"
    for argument, doubt in reading.doubts:
        if doubt > SLIGHT:
            yield f"doubt {argument} {grade_roughly(doubt)}"
            yield f"{verb} doubt {argument} {grade_roughly(doubt)}"
    rival = max((way for way in ways if way is not reading), key=lambda way: way.chance * way.certain, default=None)
    if rival is not None:
        likelihood, other = reading.chance * certain, rival.chance * rival.certain
        yield f"rival {grade_chance(other)}"
        yield f"share {grade_chance(likelihood / (likelihood + other or 1.0))}"
        yield f"{verb} or {rival.verb}"
    rough = f"{grade_roughly(certain)} {grade_roughly(reading.chance)}"
    yield f"rough {rough}"
    yield f"command {verb}"
    missing = [name for name, each in reading.kind.model_fields.items() if each.is_required()]
    yield f"missing {sum(name not in reading.arguments for name in missing)}"
    yield from _describe_given(reading)
    left = reading.left
    for what, count in count_unused(choose_view(seen, verb).sentence, reading.used).items():
        yield from (f"{each} unused {what} {min(2, count)}" for each in ("", writes))
    yield f"{writes} unheard {min(4, reading.unheard)}"
    yield f"{writes} words {min(12, len(seen.words) // 3)}"
    yield f"{writes} ends {min(4, sum(bool(ENDS.search(unit.gap)) for unit in seen.sentence.units[1:]))}"
    yield from (f"{each} left over {min(most, len(left))}" for each, most in (("", 4), (writes, 4), (verb, 2)))
    yield f"{writes} passed {min(2, len(reading.passed))}"
    yield f"rough {rough} left over {min(3, len(left))}"
    yield from (f"left {word}" for word in left)
    said = [cut_ending(word) for word in seen.words if word]
    yield from (f"{writes} said {word}" for word in said)
    yield from (f"{writes} said {first} {second}" for first, second in pairwise(("<", *said)))
    yield from (fact for fact in seen.features if fact.startswith(TOLD))
    if seen.sentence.focus.command:
        yield "thread"
    if any(is_kept(each) for each in reading.used):
        yield "kept"


def _describe_given(reading: Reading) -> Iterator[str]:
    """List which arguments a reading has: alone and as it was found, in pairs, and beside words that are left over."""
    verb, given = reading.verb, sorted(reading.arguments)
    sorts = {each.argument: each.sort for each in reading.used}
    own = f"{verb} given"
    yield f"{own} {' '.join(given)}"
    yield f"{own} {len(given)}"
    for number, name in enumerate(given):
        yield f"{own} {name}"
        yield f"{own} {name} {sorts.get(name, '-')}"
        yield from (f"given {name} {other}" for other in given[number + 1 :])
        if not reading.kind.model_fields[name].is_required():
            yield from (f"given {name} left {word}" for word in reading.left[:MOST_LEFT])


def describe_parting(chance: float) -> list[str]:
    """List what trust in the reading of a message goes by that may be several requests, with this chance."""
    return [f"parts {grade_chance(chance)}"]


def measure_reading(
    seen: ReadSentence,
    reading: Reading,
    ways: Sequence[Reading],
    chances: dict[str, float],
    nearest: Sequence[tuple[float, str]],
) -> list[float]:
    """Measure what the facts of `describe_reading` say in grades, and how sentences that are near speak for it.

    The figures come always in this order.
    """
    own = reading.chance * reading.certain
    others = [way.chance * way.certain for way in ways if way is not reading]
    rival = max(others, default=0.0)
    unused = count_unused(choose_view(seen, reading.verb).sentence, reading.used)
    missing = [name for name, each in reading.kind.model_fields.items() if each.is_required()]
    return [
        reading.chance,
        reading.chance - max((chance for verb, chance in chances.items() if verb != reading.verb), default=0.0),
        chances.get(NOTHING, 0.0),
        reading.certain,
        max((doubt for _, doubt in reading.doubts), default=0.0),
        sum(doubt > SLIGHT for _, doubt in reading.doubts),
        rival,
        own / (own + rival or 1.0),
        sum(name not in reading.arguments for name in missing),
        unused["names"],
        unused["times"],
        unused["amounts"],
        len(reading.left),
        reading.unheard,
        len(reading.passed),
        len(reading.arguments),
        sum(bool(word) for word in seen.words),
        sum(bool(ENDS.search(unit.gap)) for unit in seen.sentence.units[1:]),
        reading.kind.writes,
        bool(seen.sentence.focus.command),
        any(is_kept(each) for each in reading.used),
        *(end.get(name, 0.0) for end in seen.ends or (chances, chances) for name in (reading.verb, NOTHING)),
        *measure_nearness(nearest, name_call(reading.verb, reading.arguments)),
    ]


def compare_sums(own: int, sums: Sequence[int]) -> list[float]:
    """Compare the linear sum for a reading with those for all: itself, how far below the best, how many above."""
    return [own, own - max(sums), sum(each > own for each in sums)]


TOLD = ("new words", "length", "c moods", "count @")
"""The features of a sentence that trust hears of as they are."""
MOST_LEFT = 6
"""How many of the words left over are held against each argument."""
SLIGHT = 0.02
"""Up to which probability of being wrong a decision on an argument is no doubt."""
GRADES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


def grade_roughly(value: float) -> int:
    """Grade a probability in few steps."""
    return sum(value > each for each in (0.1, 0.3, 0.5, 0.7, 0.85, 0.95))


def grade_chance(value: float) -> int:
    """Grade a probability, finer towards the ends."""
    return sum(value > each for each in GRADES)

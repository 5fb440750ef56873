"""Judges what models make of an example: where it parts, how it is read, which candidates are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from bot.evaluation.model_fitting import CandidateGroup
from bot.evaluation.training_examples import Example, fits_value, is_right
from commands import BY_VERB
from commands.language.candidates.candidates import find_candidates
from commands.language.candidates.text_candidates import TextEdges
from commands.language.readings.clauses import (
    BOTH,
    FIRST,
    SECOND,
    STOP,
    WHOLE,
    Boundary,
    find_boundaries,
    focus_after,
    take_sides,
)
from commands.language.readings.features import select_memorable
from commands.language.readings.reading import NOTHING, Reading
from commands.language.readings.readings import (
    ReadSentence,
    choose_view,
    fill_arguments,
    group_candidates,
    list_choices_of,
    look_at,
    rank_commands,
)
from commands.language.readings.trust import describe_reading, measure_reading, weigh_ends
from commands.language.readings.weights import Weights
from commands.language.sentences.sentence import Sentence


@dataclass
class JudgedWay:
    """One of the readings: the facts and figures that trust goes by, and whether it is right."""

    facts: list[str]
    figures: list[float]
    right: bool


@dataclass
class JudgedExample:
    """What models that were not taught a sentence make of it: its boundaries, and its likeliest readings."""

    voice: str
    boundaries: list[tuple[list[str], str]]
    ways: list[JudgedWay]


def judge_example(example: Example, weights: Weights) -> JudgedExample:
    """Judge the boundaries and readings of a sentence by the calls that are right for it."""
    found = list(find_boundaries(example.sentence, weights))
    judge = _judge_several if example.several else _judge_single
    boundaries = [
        ([intern(fact) for fact in each.facts], how)
        for each, how in zip(found, judge(example, found, weights), strict=True)
    ]
    return JudgedExample(example.voice, boundaries, list(judge_ways(example, weights)))


def _judge_several(example: Example, boundaries: Sequence[Boundary], weights: Weights) -> list[str]:
    """Say at which boundaries a message of several requests parts, going by the calls that are right for it."""
    calls = (example.calls[0], *example.also)
    verbs = [str(call["command"]) for call in calls]
    sides = [take_sides(example.sentence, each.end, each.start) for each in boundaries]
    # Of three requests, one side of a boundary is a whole one, the other two: that side tells.
    enough = all if len(calls) == 2 else any
    right = [enough(_read_sides(example, left, right, weights)) for left, right in sides]
    if not any(right):
        # Where no boundary gives a call whole, the commands tell.
        right = [
            _name_likeliest(left, weights) in verbs[:-1] and _name_likeliest(right, weights) in verbs[1:]
            for left, right in sides
        ]
    return [BOTH if each else WHOLE for each in right]


def _judge_single(example: Example, boundaries: Sequence[Boundary], weights: Weights) -> list[str]:
    """Say at which boundaries the one request of a message, if any, stands beside what asks for nothing."""
    return [_judge_beside(example, each, weights) for each in boundaries]


def _judge_beside(example: Example, boundary: Boundary, weights: Weights) -> str:
    if example.verb == NOTHING or not STOP.search(example.sentence.units[boundary.end].gap):
        return WHOLE
    left, right = take_sides(example.sentence, boundary.end, boundary.start)
    first, second = _name_likeliest(left, weights), _name_likeliest(right, weights)
    if first == NOTHING and second == example.verb and _reads_right(example, right, weights):
        return SECOND
    if second == NOTHING and first == example.verb and _reads_right(example, left, weights):
        return FIRST
    return WHOLE


def _name_likeliest(part: Sentence, weights: Weights) -> str:
    chances = weights.commands.weigh(look_at(part, weights).features)
    return max(chances, key=lambda verb: chances[verb])


def _read_sides(example: Example, left: Sentence, right: Sentence, weights: Weights) -> Iterator[bool]:
    """Tell whether the left side reads as the first call of a message, and the right, going on from it, as the last."""
    before: Reading | None = None
    for part, call in ((left, example.calls[0]), (right, example.also[-1])):
        kind = BY_VERB.get(str(call["command"]))
        if kind is None:
            yield False
            continue
        if before is not None:
            part.focus = focus_after(before, part)
        seen = look_at(part, weights)
        before = fill_arguments(seen, kind, weights.commands.weigh(seen.features), weights)
        yield is_right(Example(part, (call,), example.voice), before)


def _reads_right(example: Example, part: Sentence, weights: Weights) -> bool:
    seen = look_at(part, weights)
    way = fill_arguments(seen, BY_VERB[example.verb], weights.commands.weigh(seen.features), weights)
    return is_right(example, way)


def judge_ways(example: Example, weights: Weights) -> Iterator[JudgedWay]:
    """Judge the likeliest readings of a sentence."""
    seen = look_at(example.sentence, weights)
    chances = weights.commands.weigh(seen.features)
    seen.ends = weigh_ends(example.sentence, weights)
    ways = [fill_arguments(seen, BY_VERB[verb], chances, weights) for verb in rank_commands(chances)]
    nearest = weights.memory.find_nearest(select_memorable(seen.features))
    for way in ways:
        facts = [intern(fact) for fact in describe_reading(seen, way, ways, chances)]
        figures = measure_reading(seen, way, ways, chances, nearest)
        yield JudgedWay(facts, figures, is_right(example, way))


def judge_candidates(example: Example, look: ReadSentence, edges: TextEdges) -> Iterator[CandidateGroup]:
    """Judge the candidates for each argument of the expected command, going by all calls that are right."""
    kind, verb = BY_VERB[example.verb], example.verb
    chosen = [name for name in list_choices_of(kind) if not isinstance(example.arguments.get(name), dict)]
    view = choose_view(look, verb)
    candidates = [each for each in find_candidates(view.sentence, kind, edges) if each.argument not in chosen]
    calls = [example.arguments, *_list_other_ways(example)]
    for group in group_candidates(candidates, kind):
        argument = group[0].argument
        wanted = [call[argument] for call in calls if argument in call]
        right = [any(fits_value(each, value, kind) for value in wanted) for each in group]
        usual = kind.usual.get(argument)
        absent = len(wanted) < len(calls) or (usual is not None and usual in wanted) or not any(right)
        # In a list each value is right by itself, or it is not.
        yield CandidateGroup(
            # The same features stand in rows by the million: as one object each they take a third less memory.
            [[intern(fact) for fact in view.describer.describe(verb, each)] for each in group],
            right,
            absent,
        )


def _list_other_ways(example: Example) -> list[Mapping[str, Any]]:
    """List the other right calls of the expected command that differ from it in one argument."""
    first = example.arguments
    others = [call.get("arguments", {}) for call in example.calls[1:] if call["command"] == example.verb]
    return [other for other in others if sum(other.get(name) != first.get(name) for name in {*other, *first}) == 1]

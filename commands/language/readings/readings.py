"""Reads a sentence as calls: the likeliest commands, each with its arguments filled in, and how far to trust each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from commands import BY_VERB
from commands.contract.arguments import RecordMark
from commands.contract.command import Command
from commands.language.candidates.argument_candidate import ArgumentCandidate, takes_several
from commands.language.candidates.candidates import find_candidates
from commands.language.candidates.conditions import add_names_of_class
from commands.language.candidates.newcomers import join_middle_names
from commands.language.models.linear_models import SCALE
from commands.language.readings.agreement import (
    add_said_currency,
    agree_arguments,
    close_what_was_lost,
    forget_other_subject,
    give_what_was_said,
    leave_amounts_in_words,
    take_joined,
)
from commands.language.readings.features import (
    CandidateDescriber,
    cut_ending,
    describe_sentence,
    mask_words,
)
from commands.language.readings.reading import NOTHING, Reading
from commands.language.readings.weights import Weights
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.calendar_periods import get_calendar_period
from storage.names.normalise import split_words

ABSENT, PERIOD = "-", "period"
"""The classes of an argument that is not given, and of one whose value is a period, which is found among its words."""
CHOSEN = WORDS["chosen"]
"""Arguments whose value is chosen from the whole sentence. What happened (`kind`) is, where it has to be given."""
TRIED, WORTH_TRYING = 3, 0.03
"""How many commands are tried for a sentence, and from which probability on all but the likeliest."""
GIVEN, LEAST = 0.5, 0.1
"""Up to which probability that it is not given an argument is taken, and the least one of the value taken."""
PASSED = 0.1
"""The least probability of another value that was said as well, with which it counts as left out."""


@dataclass
class ReadSentence:
    """A sentence with its words masked and its features: what every model looks at."""

    sentence: Sentence
    words: list[str]
    features: list[str]

    parts: float = 0.0
    """The probability that it is several requests."""
    nothing: float = 0.0
    """The probability that it asks for no command; known once its readings are."""
    ends: list[dict[str, float]] = field(default_factory=list)
    """What its first and last sentence ask for by themselves; of one sentence nothing."""
    plain: dict[tuple[str, ...], ReadSentence] = field(default_factory=dict)
    """The same sentence with no names recognised in it but those of records of some kinds."""

    @cached_property
    def describer(self) -> CandidateDescriber:
        return CandidateDescriber(self.sentence, self.words)


def look_at(s: Sentence, weights: Weights) -> ReadSentence:
    """Prepare a sentence for the models."""
    words = mask_words(s)
    return ReadSentence(s, words, describe_sentence(s, words, weights.known))


def choose_view(seen: ReadSentence, verb: str) -> ReadSentence:
    """Choose how a sentence is looked at for a command: a new person's name may be another's, and is bare words."""
    kind = BY_VERB[verb]
    if not kind.adds_person:
        return seen
    kinds = tuple(sorted({each for mark in kind.marked_fields(RecordMark).values() for each in mark.kinds}))
    if kinds not in seen.plain:
        bare = seen.sentence.show_bare(lambda mention: any(each.kind in kinds for each in mention.records))
        seen.plain[kinds] = ReadSentence(bare, mask_words(bare), seen.features)
    return seen.plain[kinds]


def rank_commands(chances: dict[str, float]) -> list[str]:
    """Rank the commands that are likely enough to be tried, the likeliest first."""
    ranked = sorted((verb for verb in chances if verb != NOTHING), key=lambda verb: (-chances[verb], verb))
    return [verb for number, verb in enumerate(ranked[:TRIED]) if number == 0 or chances[verb] >= WORTH_TRYING]


def list_choices_of(kind: type[Command]) -> list[str]:
    """List the arguments of a command that are chosen from the whole sentence."""
    return [
        name for name, each in kind.model_fields.items() if name in CHOSEN or (name == "kind" and each.is_required())
    ]


def describe_choice(seen: ReadSentence, kind: type[Command], name: str) -> list[str]:
    """List what a choice goes by besides the sentence: the command, and what the call before had chosen."""
    focus = seen.sentence.focus
    before = str(focus.arguments.get(name, ABSENT)) if focus.kind is kind else "nothing"
    told = any(each.concept.startswith("stats.") for each in seen.sentence.found)
    return [
        f"command {kind.verb()}",
        f"before {before}",
        f"before {before} told {told}",
        f"before {before} length {min(4, len(seen.words) // 3)}",
    ]


def fill_arguments(seen: ReadSentence, kind: type[Command], chances: dict[str, float], weights: Weights) -> Reading:
    """Fill in the arguments of a command from a sentence."""
    verb = kind.verb()
    seen = choose_view(seen, verb)
    reading = Reading(verb, {}, chances.get(verb, 0.0))
    chosen = list_choices_of(kind)
    periods: set[str] = set()
    for name in chosen:
        model = weights.choices.get(name)
        if model is not None:
            values = model.weigh([*seen.features, *describe_choice(seen, kind, name)])
            best = max(values, key=lambda value: values[value])
            reading.add_doubt(name, 1 - values[best])
            untimed = best == ABSENT and bool(seen.sentence.whens)
            if best == PERIOD or (PERIOD in values and (untimed or _says_other_period(seen.sentence, best))):
                chosen = [each for each in chosen if each != name]
                periods.add(name)
            elif best != ABSENT:
                reading.arguments[name] = {"True": True, "False": False}.get(best, best)
    candidates = [
        each
        for each in find_candidates(seen.sentence, kind, weights.edges)
        if each.argument not in chosen
        and each.argument in weights.taught_arguments
        # “Next week” is no “week”.
        and (each.argument not in periods or isinstance(each.value, dict))
    ]
    options = [_weigh_options(seen, verb, each, weights) for each in group_candidates(candidates, kind)]
    for each in sorted(options, key=lambda one: -one.chances[0]):
        _choose_option(reading, kind, each)
    give_what_was_said(reading, candidates)
    take_joined(seen.sentence, reading, candidates)
    forget_other_subject(seen.sentence, reading)
    leave_amounts_in_words(reading)
    close_what_was_lost(seen.sentence, reading)
    agree_arguments(seen.sentence, reading.arguments)
    if "status" in reading.arguments and takes_several(kind, "status"):
        reading.arguments["status"] = add_names_of_class(seen.sentence, reading.arguments["status"])
    add_said_currency(seen.sentence, reading)
    if kind.adds_person and join_middle_names(seen.sentence, reading.arguments, reading.used):
        # Whether “Mary” or “Jane” is the first name is no doubt where it is both, nor whether “Jane” is the last one.
        reading.settle_doubts("first_name")
        reading.settle_doubts("last_name")
    reading.left = _list_left_over(seen, reading, weights)
    reading.unheard = sum(word[0] not in "@{" and word not in weights.known for word in reading.left)
    return reading


def _says_other_period(s: Sentence, word: str) -> bool:
    """Tell whether a sentence names a time that is not the one this word stands for: `next week` is no `week`."""
    grain: Any = {"week": "week", "today": "day"}.get(word)
    return grain is not None and any(
        when.period("future") != get_calendar_period(s.context.moment, grain, 0) for when in s.whens
    )


@dataclass
class _Options:
    """What an argument could be, the likeliest value first, each with its chance; `absent` is that of none of them."""

    candidates: list[ArgumentCandidate]
    chances: list[float]
    absent: float


def group_candidates(candidates: Sequence[ArgumentCandidate], kind: type[Command]) -> list[list[ArgumentCandidate]]:
    """Group the candidates that exclude one another: those for one argument, or for one value of a list."""
    groups: dict[tuple[str, str], list[ArgumentCandidate]] = {}
    for each in candidates:
        value = str(each.value) if takes_several(kind, each.argument) else ""
        groups.setdefault((each.argument, value), []).append(each)
    return list(groups.values())


def _weigh_options(seen: ReadSentence, verb: str, group: Sequence[ArgumentCandidate], weights: Weights) -> _Options:
    sums = [seen.describer.add_up(verb, each, weights.candidates) for each in group]
    most = max(0, *sums)
    raised = [math.exp((each - most) / SCALE) for each in sums]
    total = math.exp(-most / SCALE) + sum(raised)
    # Several ways to say one value speak for it together.
    keys = [_name_value(each) for each in group]
    of_value = dict.fromkeys(keys, 0.0)
    for key, chance in zip(keys, raised, strict=True):
        of_value[key] += chance / total
    ranked = sorted(zip(raised, keys, group, strict=True), key=lambda one: (-of_value[one[1]], -one[0]))
    return _Options(
        [each for _, _, each in ranked], [of_value[key] for _, key, _ in ranked], math.exp(-most / SCALE) / total
    )


def _name_value(each: ArgumentCandidate) -> str:
    """Write a value so that free words that say the same are the same: `she is on leave` and `on leave`."""
    return _drop_loose_words(str(each.value)) if each.is_text else str(each.value)


# Arguments that take any words share those of a sentence.
@lru_cache(maxsize=256)
def _drop_loose_words(text: str) -> str:
    return " ".join(word for word in split_words(text) if word not in WORDS["loose"])


def _choose_option(reading: Reading, kind: type[Command], options: _Options) -> None:
    """Take the likeliest value of an argument, if it is likely that one is given at all."""
    first = options.candidates[0]
    needed = kind.model_fields[first.argument].is_required() and first.argument not in reading.arguments
    if options.absent < GIVEN or needed:
        for each, chance in zip(options.candidates, options.chances, strict=True):
            if chance < LEAST and not each.is_text:
                break
            if reading.is_free(each):
                reading.take(each)
                if not _is_usual(kind, each):
                    said = each.first >= 0 and options.absent < 1
                    reading.add_doubt(each.argument, 1 - chance, 1 - chance / (1 - options.absent) if said else None)
                reading.passed += _list_passed(each, options)
                return
    if not _is_usual(kind, first) and first.argument not in reading.arguments:
        reading.add_doubt(first.argument, 1 - options.absent)


def _list_passed(taken: ArgumentCandidate, options: _Options) -> list[ArgumentCandidate]:
    """List the other values that were said at a place of their own, and may have been meant."""
    return [
        each
        for each, chance in zip(options.candidates, options.chances, strict=True)
        if chance >= PASSED
        and each.value != taken.value
        and not each.is_text
        and each.first >= 0
        and not (each.first <= taken.last and taken.first <= each.last)
    ]


def _is_usual(kind: type[Command], each: ArgumentCandidate) -> bool:
    """Tell whether a value is what the command takes anyway: then it does not matter whether it was said."""
    return bool(kind.usual.get(each.argument) == each.value)


def _list_left_over(seen: ReadSentence, reading: Reading, weights: Weights) -> list[str]:
    covered = {at for each in reading.used for at in range(each.first, each.last + 1)}
    usual = weights.usual.get(reading.verb, frozenset())
    return [word for at, word in enumerate(seen.words) if word and at not in covered and cut_ending(word) not in usual]


def count_unused(s: Sentence, used: Sequence[ArgumentCandidate]) -> dict[str, int]:
    """Count the names, times and amounts of a sentence that no argument took."""
    covered = {at for each in used for at in range(each.first, each.last + 1)}
    return {
        "names": sum(at not in covered for at in s.mentions),
        "times": sum(covered.isdisjoint(range(when.first, when.last + 1)) for when in s.whens),
        "amounts": sum(covered.isdisjoint(range(each.first, each.last + 1)) for each in s.amounts),
    }

"""Learns from a workspace's own sentences: how its weights differ from those of the package."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.evaluation.example_judging import judge_candidates
from bot.evaluation.model_fitting import CandidateGroup
from bot.evaluation.sentence_table import Case
from bot.evaluation.training_examples import Example, fits_value, list_values
from commands import BY_VERB
from commands.language.candidates.argument_candidate import list_choices
from commands.language.candidates.candidates import find_candidates
from commands.language.models.linear_models import SCALE
from commands.language.readings.features import cut_ending, select_memorable
from commands.language.readings.reading import NOTHING, name_call
from commands.language.readings.readings import choose_view, list_choices_of, look_at
from commands.language.readings.weights import Weights, apply_changes
from commands.values.text import tokenize_text

ROUNDS = 30
STEP, STEP_OF_KNOWN = 4.0, 0.4
"""How far one sentence moves a weight in one round, in hundredths, where the weights are all wrong.

What the package has a weight for moves less: many other sentences have spoken for it.
"""
LEAST = 1
"""Smaller changes, in hundredths, are not kept."""


def learn_changes(examples: Sequence[Example], weights: Weights) -> dict[str, Any]:
    """Learn from a workspace's own sentences by moving the weights a little, round by round, towards what is right.

    The package's own tables are not needed: what they taught stays where the sentences do not speak against it.
    """
    single = [each for each in examples if not each.several]
    words = _learn_words(single, weights)
    knowing = apply_changes(weights, words)
    seen = [look_at(each.sentence, knowing) for each in single]
    groups = [
        group
        for each, look in zip(single, seen, strict=True)
        if each.verb != NOTHING
        for group in judge_candidates(each, look, knowing.edges)
    ]
    commands: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    candidates: dict[str, float] = defaultdict(float)
    for _ in range(ROUNDS):
        for each, look in zip(single, seen, strict=True):
            _move_commands(commands, weights, look.features, each.verb)
        for group in groups:
            _move_candidates(candidates, weights, group)
    moved = {feature: kept for feature in sorted(commands) if (kept := _round_changes(commands[feature]))}
    sentences = [
        [select_memorable(look.features), name_call(each.verb, each.arguments)]
        for each, look in zip(single, seen, strict=True)
    ]
    return words | {"commands": moved, "candidates": _round_changes(candidates), "sentences": sentences}


def _learn_words(examples: Sequence[Example], weights: Weights) -> dict[str, Any]:
    """Learn which words these sentences use, with which commands, and which of them say a value by themselves."""
    known: set[str] = set()
    usual: dict[str, set[str]] = defaultdict(set)
    cues: dict[str, set[str]] = defaultdict(set)
    for each in examples:
        look = look_at(each.sentence, weights)
        known.update(word for word in look.words if word and word[0] not in "@{")
        if each.verb == NOTHING:
            continue
        kind = BY_VERB[each.verb]
        view = choose_view(look, each.verb)
        covered: set[int] = set()
        said: set[str] = set()
        for candidate in find_candidates(view.sentence, kind, weights.edges):
            wanted = each.arguments.get(candidate.argument)
            if candidate.argument in list_choices_of(kind) or wanted is None:
                continue
            if fits_value(candidate, wanted, kind):
                covered.update(range(candidate.first, candidate.last + 1))
                said.add(f"{candidate.argument}={candidate.value}")
        strange = [word for word in look.sentence.norms if word.isalpha() and word not in weights.known]
        for name in kind.model_fields:
            if name in each.arguments and list_choices(kind, name):
                values = {f"{name}={value}" for value in list_values(each.arguments[name])} - said
                for word in strange:
                    cues[word] |= values
        usual[each.verb] |= {cut_ending(word) for at, word in enumerate(view.words) if word and at not in covered}
    return {
        "commands": {},
        "candidates": {},
        "cues": {word: sorted(cues[word]) for word in sorted(cues)},
        "known": sorted(known),
        "usual": {verb: sorted(usual[verb]) for verb in sorted(usual)},
    }


def list_words(cases: Iterable[Case]) -> list[str]:
    """List the words of sentences."""
    return sorted({token.norm for case in cases for token in tokenize_text(case.say).tokens if token.norm.isalpha()})


def _move_commands(moved: dict[str, dict[str, float]], weights: Weights, features: Iterable[str], verb: str) -> None:
    model, features = weights.commands, list(features)
    sums = {name: float(bias) for name, bias in zip(model.classes, model.bias, strict=True)}
    for feature in features:
        pairs = model.weights.get(feature, ())
        for at in range(0, len(pairs), 2):
            sums[model.classes[pairs[at]]] += pairs[at + 1]
        for name, change in moved[feature].items() if feature in moved else ():
            sums[name] += change
    most = max(sums.values())
    raised = {name: math.exp((each - most) / SCALE) for name, each in sums.items()}
    total = sum(raised.values())
    for name, each in raised.items():
        error = (name == verb) - each / total
        if abs(error) > 0.01:
            for feature in features:
                moved[feature][name] += error * (STEP_OF_KNOWN if feature in model.weights else STEP)


def _move_candidates(moved: dict[str, float], weights: Weights, group: CandidateGroup) -> None:
    model = weights.candidates
    sums = [model.add_up(row) + sum(moved.get(feature, 0.0) for feature in row) for row in group.rows]
    most = max(0.0, *sums)
    raised, none = [math.exp((each - most) / SCALE) for each in sums], math.exp(-most / SCALE)
    every = sum(raised) + none
    good = sum(each for each, right in zip(raised, group.right, strict=True) if right) + none * group.absent
    for row, each, right in zip(group.rows, raised, group.right, strict=True):
        error = (each / good if right else 0.0) - each / every
        if abs(error) > 0.02:
            for feature in row:
                moved[feature] += error * (STEP_OF_KNOWN if feature in model.weights else STEP)


def _round_changes(moved: Mapping[str, float]) -> dict[str, int]:
    return {name: round(moved[name]) for name in sorted(moved) if abs(moved[name]) >= LEAST}

"""What was learned from tables of sentences: linear models whose weights stand in a file of the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from commands.language.candidates.text_candidates import TextEdges
from commands.language.models.linear_models import ClassModel, YesNoModel
from commands.language.models.sentence_memory import SentenceMemory, add_sentences
from commands.language.models.tree_model import TreeModel, load_tree
from commands.language.models.written_numbers import WrittenNumbers
from storage.workspaces.learned_reading import LearnedReading

FILE = Path(__file__).parents[1] / "weights.json"


@dataclass
class Weights:
    """Holds all models of the reader.

    `commands` chooses the command, `choices` the value of an argument of few values, `candidates` says which of the
    candidates for an argument is taken, if any, `trust` and, from its sums and a reading's figures, `trees` whether a
    whole reading is right; `memory` holds the sentences themselves, to tell how near a new one comes to them. `known`
    are words the tables know, `usual` those that come with a command and say nothing more; `edges` stand around free
    words. `boundaries` says whether a message parts at a place, before one of the `openings`; `names` whether words
    that are ordinary ones too (“Will”, “Open Systems”) name somebody.
    """

    commands: ClassModel
    choices: Mapping[str, ClassModel]
    candidates: YesNoModel
    trust: YesNoModel
    known: frozenset[str]
    edges: TextEdges
    usual: Mapping[str, frozenset[str]] = field(default_factory=dict)
    boundaries: ClassModel = field(default_factory=ClassModel)
    openings: frozenset[str] = frozenset()
    names: YesNoModel = field(default_factory=YesNoModel)
    trees: TreeModel = field(default_factory=TreeModel)
    memory: SentenceMemory = field(default_factory=SentenceMemory)

    @cached_property
    def taught_arguments(self) -> frozenset[str]:
        """Return the arguments that some table gives: what nobody ever said is not read into a sentence."""
        return frozenset(
            feature.partition("|")[0].rpartition(" ")[2] for feature in self.candidates.weights if "|" in feature
        )


def load_weights(data: Mapping[str, Any]) -> Weights:
    """Load the models from what `dump_weights` made."""
    return Weights(
        _load_classes(data["commands"]),
        {name: _load_classes(each) for name, each in data["choices"].items()},
        YesNoModel(**data["candidates"]),
        YesNoModel(**data["trust"]),
        frozenset(data["known"]),
        TextEdges(frozenset(data["openers"]), frozenset(data["closers"]), data["cues"]),
        {verb: frozenset(words) for verb, words in data["usual"].items()},
        _load_classes(data["boundaries"]),
        frozenset(data["openings"]),
        YesNoModel(**data["names"]),
        TreeModel(data["trees"]["bias"], tuple(map(load_tree, data["trees"]["trees"]))),
        SentenceMemory(**{**data["memory"], "places": WrittenNumbers(data["memory"]["places"])}),
    )


def dump_weights(weights: Weights) -> dict[str, Any]:
    """Make JSON values of the models, in an order that does not change."""

    def dump_classes(model: ClassModel) -> dict[str, Any]:
        return {
            "classes": list(model.classes),
            "bias": list(model.bias),
            "weights": model.weights.dump_sorted(),
        }

    def dump_yes_no(model: YesNoModel) -> dict[str, Any]:
        return {"bias": model.bias, "weights": {name: model.weights[name] for name in sorted(model.weights)}}

    return {
        "commands": dump_classes(weights.commands),
        "choices": {name: dump_classes(weights.choices[name]) for name in sorted(weights.choices)},
        "candidates": dump_yes_no(weights.candidates),
        "trust": dump_yes_no(weights.trust),
        "trees": asdict(weights.trees),
        "memory": {**vars(weights.memory), "places": weights.memory.places.dump_sorted()},
        "names": dump_yes_no(weights.names),
        "known": sorted(weights.known),
        "usual": {verb: sorted(weights.usual[verb]) for verb in sorted(weights.usual)},
        "boundaries": dump_classes(weights.boundaries),
        "openings": sorted(weights.openings),
        "openers": sorted(weights.edges.openers),
        "closers": sorted(weights.edges.closers),
        "cues": {word: list(weights.edges.cues[word]) for word in sorted(weights.edges.cues)},
    }


def _load_classes(data: Mapping[str, Any]) -> ClassModel:
    return ClassModel(tuple(data["classes"]), tuple(data["bias"]), WrittenNumbers(data["weights"]))


def apply_changes(weights: Weights, changes: Mapping[str, Any]) -> Weights:
    """Apply what was learned from a workspace's own sentences: changed weights, words it uses, and themselves."""
    commands, own = weights.commands, changes["commands"]
    moved: dict[str, Sequence[int]] = {}
    for feature, pairs in own.items():
        # Pairs of class and weight add up, so a change only has to be put behind.
        numbered = [
            number
            for name, change in pairs.items()
            if name in commands.classes
            for number in (commands.classes.index(name), change)
        ]
        moved[feature] = [*commands.weights.get(feature, ()), *numbered]
    candidates = dict(weights.candidates.weights)
    for feature, change in changes["candidates"].items():
        candidates[feature] = candidates.get(feature, 0) + change
    usual = {verb: weights.usual.get(verb, frozenset()) | set(words) for verb, words in changes["usual"].items()}
    cues = {word: (*weights.edges.cues.get(word, ()), *said) for word, said in changes["cues"].items()}
    return replace(
        weights,
        edges=replace(weights.edges, cues={**weights.edges.cues, **cues}),
        commands=ClassModel(commands.classes, commands.bias, commands.weights.with_lists(moved)),
        candidates=replace(weights.candidates, weights=candidates),
        known=weights.known | set(changes["known"]),
        usual={**weights.usual, **usual},
        memory=add_sentences(weights.memory, changes.get("sentences", ())),
    )


@lru_cache(maxsize=64)
def get_weights_for(learned: LearnedReading | None) -> Weights:
    """The weights of a workspace: those of the package, changed by what it learned."""
    return apply_changes(get_weights(), learned.changes) if learned else get_weights()


@cache
def get_weights() -> Weights:
    """The weights of the package, read once."""
    return load_weights(json.loads(FILE.read_text(encoding="utf-8")))

"""Linear models: sums of weights of what a sentence has, as probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

from commands.language.models.written_numbers import WrittenNumbers

SCALE = 100
"""Weights are kept as whole hundredths: the file stays small, and the same on every machine."""


@dataclass
class ClassModel:
    """Gives each of several classes a probability (softmax over sums of weights)."""

    classes: tuple[str, ...] = ()
    bias: tuple[int, ...] = ()
    weights: WrittenNumbers = field(default_factory=WrittenNumbers)
    """By feature: class number, weight, class number, weight, … in hundredths."""
    paired: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """The same as pairs, for the features that were looked up."""

    def weigh(self, features: Iterable[str]) -> dict[str, float]:
        """Weigh the features of a sentence: a probability for each class."""
        if not self.classes:
            return {}
        sums = list(self.bias)
        for feature in features:
            pairs = self.paired.get(feature)
            if pairs is None and feature in self.weights:
                flat = self.weights[feature]
                pairs = self.paired[feature] = tuple(zip(flat[::2], flat[1::2], strict=True))
            for number, weight in pairs or ():
                sums[number] += weight
        most = max(sums)
        raised = [math.exp((each - most) / SCALE) for each in sums]
        total = sum(raised)
        return {name: each / total for name, each in zip(self.classes, raised, strict=True)}


@dataclass
class YesNoModel:
    """Gives a probability of yes (logistic over a sum of weights)."""

    bias: int = 0
    weights: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def scoped(self) -> Mapping[str, Mapping[str, int]]:
        """The weights by scope, for features such as `text|after on`; those without one stand under ""."""
        found: dict[str, dict[str, int]] = {}
        for name, weight in self.weights.items():
            scope, bar, feature = name.partition("|")
            found.setdefault(scope if bar else "", {})[feature if bar else name] = weight
        return found

    def weigh(self, features: Iterable[str]) -> float:
        """Weigh features: the probability of yes."""
        return 1 / (1 + math.exp(-max(-3000, min(3000, self.add_up(features))) / SCALE))

    def add_up(self, features: Iterable[str]) -> int:
        """Add up the weights of features, each once however often it occurs, in hundredths."""
        return self.bias + sum(map(self.weights.get, set(features), repeat(0)))

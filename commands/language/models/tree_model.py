"""Small decision trees that add up: what a sum of weights cannot say, where one number means more beside another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from commands.language.models.linear_models import SCALE

Tree: TypeAlias = "int | tuple[int, float, Tree, Tree]"
"""What a leaf adds, in hundredths; or a question: the number at this place, up to which value the first branch goes."""


@dataclass(frozen=True)
class TreeModel:
    """Gives a probability of yes (logistic over a sum of what the trees say), in hundredths as linear models do."""

    bias: int = 0
    trees: Sequence[Tree] = ()

    def weigh(self, numbers: Sequence[float]) -> float:
        """Weigh numbers: the probability of yes."""
        total = self.bias
        for tree in self.trees:
            node = tree
            while not isinstance(node, int):
                at, most, low, high = node
                node = low if numbers[at] <= most else high
            total += node
        return 1 / (1 + math.exp(-total / SCALE))


def load_tree(data: Any) -> Tree:
    """Load a tree from JSON values."""
    if isinstance(data, int):
        return data
    at, most, low, high = data
    return (at, most, load_tree(low), load_tree(high))

"""A model whose logit is a sum: a weight for each value, and for each pair of values of some pairs of columns.

It is plain data (bins, categories and weights) and is stored as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.features import Feature
from storage.scores.model.measures import sigmoid

Codes = NDArray[np.uint8]
Floats = NDArray[np.float64]
DIGITS = 5
BEST_SCORE = 99


@dataclass(frozen=True)
class Pair:
    """What pairs of values of two features add to the logit, beyond what each value adds alone."""

    first: int
    second: int
    weights: Floats


@dataclass(frozen=True)
class AdditiveModel:
    """Logit = intercept + the weight of each feature's code + the weight of each pair's codes.

    `thresholds` are the logits at 98 percentiles of the leads it was trained on. `counts` and `converted` say how many
    of these leads had each code, and how many of them converted.
    """

    features: list[Feature]
    intercept: float
    weights: list[Floats]
    pairs: list[Pair]
    # Added to the logit for the current base rate. Probabilities move with it, scores do not: they are percentiles.
    offset: float = 0.0
    thresholds: Floats = field(default_factory=lambda: np.zeros(0))
    counts: list[NDArray[np.int64]] = field(default_factory=list)
    converted: list[NDArray[np.int64]] = field(default_factory=list)

    def compute_contributions(self, codes: Codes) -> Floats:
        """Compute what each feature adds to each lead's logit (rows are leads)."""
        parts = np.empty(codes.shape, dtype=np.float64)
        for place, weights in enumerate(self.weights):
            parts[:, place] = weights[codes[:, place]]
        for pair in self.pairs:
            # A pair's weight is shared evenly by its columns, so that the parts still add up to the logit exactly.
            half = pair.weights[codes[:, pair.first], codes[:, pair.second]] / 2
            parts[:, pair.first] += half
            parts[:, pair.second] += half
        return parts

    def predict_logits(self, codes: Codes) -> Floats:
        """Predict the logit of each lead, at the base rate of the training."""
        logits: Floats = self.intercept + self.compute_contributions(codes).sum(axis=1)
        return logits

    def predict_probabilities(self, codes: Codes) -> Floats:
        """Predict the calibrated probability of each lead at the current base rate."""
        return sigmoid(self.predict_logits(codes) + self.offset)

    def rank_logits(self, logits: Floats) -> NDArray[np.int64]:
        """Turn logits into scores from 1 to 99: the percentile among the leads the model was trained on."""
        below = np.searchsorted(self.thresholds, logits, side="left")
        upto = np.searchsorted(self.thresholds, logits, side="right")
        scores: NDArray[np.int64] = np.clip(1 + (below + upto) // 2, 1, BEST_SCORE).astype(np.int64)
        return scores

    def scale_logits(self, factor: float, shift: float) -> AdditiveModel:
        """Return a model whose logit is this one's times a factor, plus a shift."""
        return replace(
            self,
            intercept=self.intercept * factor + shift,
            weights=[weights * factor for weights in self.weights],
            pairs=[replace(pair, weights=pair.weights * factor) for pair in self.pairs],
        )

    def average_with(self, other: AdditiveModel) -> AdditiveModel:
        """Return the model whose logit is the mean of both; they must have the same features."""
        found = {(pair.first, pair.second): pair.weights / 2 for pair in self.pairs}
        for pair in other.pairs:
            key = pair.first, pair.second
            found[key] = found[key] + pair.weights / 2 if key in found else pair.weights / 2
        return replace(
            self,
            intercept=(self.intercept + other.intercept) / 2,
            weights=[(one + two) / 2 for one, two in zip(self.weights, other.weights, strict=True)],
            pairs=[Pair(first, second, weights) for (first, second), weights in found.items()],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the model as plain data."""
        return {
            "intercept": round(self.intercept, DIGITS),
            "offset": round(self.offset, DIGITS),
            "thresholds": _round_values(self.thresholds),
            "features": [
                feature.to_json()
                | {"weights": _round_values(weights), "counts": counts.tolist(), "converted": converted.tolist()}
                for feature, weights, counts, converted in zip(
                    self.features, self.weights, self.counts, self.converted, strict=True
                )
            ],
            "pairs": [{"of": [each.first, each.second], "weights": _round_values(each.weights)} for each in self.pairs],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> AdditiveModel:
        return cls(
            features=[Feature.from_json(each) for each in kept["features"]],
            intercept=kept["intercept"],
            weights=[np.array(each["weights"]) for each in kept["features"]],
            pairs=[Pair(each["of"][0], each["of"][1], np.array(each["weights"])) for each in kept["pairs"]],
            offset=kept["offset"],
            thresholds=np.array(kept["thresholds"]),
            counts=[np.array(each["counts"]) for each in kept["features"]],
            converted=[np.array(each["converted"]) for each in kept["features"]],
        )


def _round_values(values: Floats) -> Any:
    return np.round(values, DIGITS).tolist()


def purify_pairs(model: AdditiveModel, codes: Codes) -> AdditiveModel:
    """Move what a column says alone out of its pairs, and each column's mean into the intercept. Logits stay the same.

    After Lengerich et al., Purifying Interaction Effects (AISTATS 2020), weighted by these leads.
    """
    weights = [each.copy() for each in model.weights]
    counts = [
        np.bincount(codes[:, place], minlength=feature.size).astype(float)
        for place, feature in enumerate(model.features)
    ]
    intercept = model.intercept
    pairs = []
    for pair in model.pairs:
        table = pair.weights.copy()
        first, second = model.features[pair.first].size, model.features[pair.second].size
        joint = np.bincount(
            codes[:, pair.first].astype(int) * second + codes[:, pair.second], minlength=first * second
        ).reshape(first, second)
        for _ in range(30):
            rows = _weighted_means(table, joint, axis=1)
            table -= rows[:, None]
            weights[pair.first] += rows
            columns = _weighted_means(table, joint, axis=0)
            table -= columns[None, :]
            weights[pair.second] += columns
            if max(np.abs(rows).max(), np.abs(columns).max()) < 1e-6:
                break
        # Of a code that no lead had, nothing was learned.
        table[counts[pair.first] == 0, :] = 0
        table[:, counts[pair.second] == 0] = 0
        pairs.append(replace(pair, weights=table))
    for place, count in enumerate(counts):
        mean = float((weights[place] * count).sum() / count.sum())
        weights[place] = np.where(count == 0, 0.0, weights[place] - mean)
        intercept += mean
    return replace(model, intercept=intercept, weights=weights, pairs=pairs)


def _weighted_means(table: Floats, joint: NDArray[Any], axis: int) -> Floats:
    total = joint.sum(axis=axis)
    means: Floats = (table * joint).sum(axis=axis) / np.maximum(total, 1)
    return means

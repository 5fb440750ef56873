"""Measuring how good a model is on leads it did not learn from: later ones where dates exist, else by turns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.features import Feature
from storage.scores.model.additive_model import Codes, Floats
from storage.scores.model.learning import Progress, assign_folds, fit_model
from storage.scores.model.measures import (
    Auc,
    build_reliability,
    compute_auc,
    compute_average_precision,
    compute_calibration_error,
    compute_top_tenth_lift,
)

TURNS = 5
MANY_ROWS = 20_000
MANY_TURNS = 3
# Shares of the leads in order of time. Each of the three windows between them is predicted from all leads before it.
# With many leads learning takes long, and the last quarter says enough.
WINDOWS = (1 / 2, 2 / 3, 5 / 6, 1.0)

MANY_WINDOWS = (3 / 4, 1.0)
# Fewer leads of an outcome than this are too few to learn from, and to be tested on.
ENOUGH = 20

# A model whose AUC may be as low as this (lower end of its 95 % interval) is not used.
CHANCE = 0.55


@dataclass(frozen=True)
class Evaluation:
    """Predicted probabilities of leads that were not learned from. `rows` are their positions among all leads."""

    how: Literal["forward", "cross-validated"]
    rows: NDArray[np.int64]
    converted: NDArray[np.int8]
    probabilities: Floats
    windows: NDArray[np.int64] | None = None

    @property
    def auc(self) -> Auc:
        """Return the AUC; forward in time, leads are compared within their own window only."""
        # The rate may differ from window to window, which says nothing about how well leads are told apart.
        return compute_auc(self.converted, self.probabilities, self.windows)

    @property
    def is_predictive(self) -> bool:
        """Say whether the model is better than chance, its interval considered."""
        return self.auc.low > CHANCE

    def report_figures(self) -> dict[str, Any]:
        """Return the figures of the report."""
        found, table = self.auc, build_reliability(self.converted, self.probabilities)
        return {
            "auc": round(found.value, 4),
            "auc_low": round(found.low, 4),
            "auc_high": round(found.high, 4),
            "average_precision": round(compute_average_precision(self.converted, self.probabilities), 4),
            "calibration_error": round(compute_calibration_error(table), 4),
            "lift_top_tenth": round(compute_top_tenth_lift(self.converted, self.probabilities), 3),
            "evaluated": self.how,
            "evaluated_rows": len(self.rows),
            "evaluated_converted": int(self.converted.sum()),
            "reliability": table,
        }


def evaluate_fit(
    features: list[Feature],
    codes: Codes,
    converted: NDArray[np.int8],
    when: Floats | None,
    progress: Progress,
    *,
    ended: Floats | None = None,
) -> Evaluation:
    """Fit the model several times, each time without some leads, and predict those.

    `when` orders leads in time; `ended` is when their outcomes came, where that is known (seconds).
    """
    splits = None if when is None else _split_forward(when, converted)
    how: Literal["forward", "cross-validated"] = "forward" if splits else "cross-validated"
    splits = splits or _split_folds(converted)
    tested, foretold = [], []
    for number, (train, test) in enumerate(splits):
        progress("evaluating", number, len(splits))
        learned = fit_model(features, codes[train], converted[train], None if ended is None else ended[train])
        tested.append(test)
        foretold.append(learned.model.predict_probabilities(codes[test]))
    progress("evaluating", len(splits), len(splits))
    rows = np.concatenate(tested)
    windows = np.repeat(np.arange(len(tested)), [len(each) for each in tested]) if how == "forward" else None
    return Evaluation(how, rows, converted[rows], np.concatenate(foretold), windows)


def _split_forward(
    when: Floats, converted: NDArray[np.int8]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]] | None:
    order = np.argsort(when, kind="stable")
    edges = [int(len(order) * share) for share in (MANY_WINDOWS if len(order) > MANY_ROWS else WINDOWS)]
    splits = [(order[:start], order[start:end]) for start, end in pairwise(edges)]
    splits = [(train, test) for train, test in splits if _has_enough_of_both(converted[train]) and len(test)]
    tested = np.concatenate([test for _, test in splits]) if splits else order[:0]
    return splits if _has_enough_of_both(converted[tested]) else None


def _has_enough_of_both(converted: NDArray[np.int8]) -> bool:
    return min(int(converted.sum()), int((1 - converted).sum())) >= ENOUGH


def _split_folds(converted: NDArray[np.int8]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    turns = MANY_TURNS if len(converted) > MANY_ROWS else TURNS
    folds = assign_folds(converted, turns)
    return [(np.flatnonzero(folds != turn), np.flatnonzero(folds == turn)) for turn in range(turns)]

"""Measuring how good a model is on leads it did not learn from: later ones where dates exist, else by turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.engagement import DAY
from storage.scores.columns.features import Feature
from storage.scores.columns.lead_lives import LeadMoments
from storage.scores.model.additive_model import Codes, Floats
from storage.scores.model.learning import FittedModel, Progress, assign_folds, fit_logistic, fit_model
from storage.scores.model.measures import (
    Auc,
    build_reliability,
    compute_auc,
    compute_average_precision,
    compute_calibration_error,
    compute_top_tenth_lift,
    foretell_auc,
    widen_auc,
)
from storage.scores.model.training_data import TrainingData

TURNS = 5
MANY_ROWS = 20_000
MANY_TURNS = 3
# Shares of the leads in order of time. Each of the three windows between them is predicted from all leads before it.
# With many leads learning takes long, and the last quarter says enough.
WINDOWS = (1 / 2, 2 / 3, 5 / 6, 1.0)

MANY_WINDOWS = (3 / 4, 1.0)
# Fewer leads of an outcome than this are too few to learn from, and to be tested on.
ENOUGH = 20
# Past dates tell how good a model is only if so many conversions followed on them; else leads are foretold by turns.
ENOUGH_TRIED = 50

# A model whose AUC may be as low as this (lower end of its 95 % interval) is not used.
CHANCE = 0.55


@dataclass(frozen=True)
class Evaluation:
    """Predicted probabilities of leads that were not learned from. `rows` are their positions among all rows.

    `windows` tells, forward in time, which trial a row belongs to; `dates` when each trial was (seconds since 1970).
    `alike` is how many rows of a trial are of one lead, on average: they tell no more than one.
    """

    how: Literal["forward", "cross-validated"]
    rows: NDArray[np.int64]
    converted: NDArray[np.int8]
    probabilities: Floats
    windows: NDArray[np.int64]
    dates: Floats
    alike: float

    @property
    def auc(self) -> Auc:
        """Return the AUC, and the interval in which that of the next leads will probably be."""
        return self._measure_auc()[1]

    @property
    def is_predictive(self) -> bool:
        """Say whether the model is better than chance, the interval of its mean AUC considered."""
        return self._measure_auc()[0].low > CHANCE

    def _measure_auc(self) -> tuple[Auc, Auc]:
        # Leads are compared within their own trial only: the rate may differ from one to the next, which says nothing
        # about how well leads are told apart.
        found = [
            widen_auc(compute_auc(self.converted[rows], self.probabilities[rows]), self.alike)
            for rows in (self.windows == window for window in np.unique(self.windows))
            if len({*self.converted[rows].tolist()}) == 2
        ]
        return foretell_auc(found) if self.how == "forward" else (found[0], found[0])

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
            "alike": round(self.alike, 2),
            "reliability": table,
            "trials": [*self._list_trials()] if self.how == "forward" else [],
        }

    def _list_trials(self) -> Iterator[dict[str, Any]]:
        for window, date in enumerate(self.dates.tolist()):
            rows = self.windows == window
            yield {
                "at": datetime.fromtimestamp(date, UTC).date().isoformat(),
                "leads": int(rows.sum()),
                "foretold": round(float(self.probabilities[rows].mean()), 4),
                "came": round(float(self.converted[rows].mean()), 4),
            }


def evaluate_fit(material: TrainingData, progress: Progress) -> Evaluation:
    """Fit the model several times, each time to what was known earlier or to some of the leads, and predict the others.

    Leads that were open at past dates are foretold from what had been seen by then; without dates, later leads from
    earlier ones where creations are known, else each from the others.
    """
    splits = _split_by_date(material)
    how: Literal["forward", "cross-validated"] = "forward" if splits else "cross-validated"
    splits = splits or _split_folds(material)
    tested, foretold = [], []
    for number, (train, test) in enumerate(splits):
        progress("evaluating", number, len(splits))
        learned = fit_rows(material, train)
        tested.append(test)
        foretold.append(learned.model.predict_probabilities(material.codes[test]))
    progress("evaluating", len(splits), len(splits))
    rows = np.concatenate(tested)
    windows = np.repeat(np.arange(len(tested)), [len(each) for each in tested])
    dates = np.array([material.rows.moment[each].min() for each in tested])
    return Evaluation(
        how,
        rows,
        material.rows.converted[rows],
        np.concatenate(foretold),
        windows if how == "forward" else np.zeros(len(rows), dtype=np.int64),
        dates,
        len(rows) / sum(len(np.unique(material.rows.place[each])) for each in tested),
    )


def fit_rows(material: TrainingData, rows: NDArray[np.int64]) -> FittedModel:
    """Fit a model to some of the rows."""
    order = material.known.find_rate_order()
    return fit_model(
        material.choice.features,
        material.codes[rows],
        material.rows.converted[rows],
        None if order is None else order[rows],
        material.rows.place[rows],
        material.rows.days[rows],
    )


Split = tuple[NDArray[np.int64], NDArray[np.int64]]


def _split_by_date(material: TrainingData) -> list[Split]:
    """Split rows at past dates, earliest first; none where too little had been seen, or came afterwards."""
    if material.known.target == "ended":
        return _split_forward(material)
    rows, splits = material.rows, []
    for number in sorted({*rows.trial.tolist()} - {-1}, reverse=True):
        test = np.flatnonzero(rows.trial == number)
        # What had become of a lead within the horizon was known at the date only if the horizon was over by then.
        known = rows.moment <= rows.moment[test].min() - material.known.horizon_days * DAY
        train = np.flatnonzero((rows.trial < 0) & known)
        if _has_enough_of_both(rows.converted[train]) and len({*rows.converted[test].tolist()}) == 2:
            splits.append((train, test))
    tested = np.concatenate([test for _, test in splits]) if splits else np.zeros(0, dtype=np.int64)
    return splits if rows.converted[tested].sum() >= ENOUGH_TRIED else []


def _split_forward(material: TrainingData) -> list[Split]:
    if material.known.when is None:
        return []
    order, converted = np.argsort(material.known.when, kind="stable"), material.rows.converted
    edges = [int(len(order) * share) for share in (MANY_WINDOWS if len(order) > MANY_ROWS else WINDOWS)]
    splits = [(order[:start], order[start:end]) for start, end in pairwise(edges)]
    splits = [(train, test) for train, test in splits if _has_enough_of_both(converted[train]) and len(test)]
    tested = np.concatenate([test for _, test in splits]) if splits else order[:0]
    return splits if _has_enough_of_both(converted[tested]) else []


def _has_enough_of_both(converted: NDArray[np.int8]) -> bool:
    return min(int(converted.sum()), int((1 - converted).sum())) >= ENOUGH


def _split_folds(material: TrainingData) -> list[Split]:
    rows = material.known.learned
    turns = MANY_TURNS if len(rows) > MANY_ROWS else TURNS
    folds = assign_folds(material.rows.converted[rows], material.rows.place[rows], turns)
    return [(rows[folds != turn], rows[folds == turn]) for turn in range(turns)]


def measure_cost(features: list[Feature], codes: Codes, moments: LeadMoments, rows: NDArray[np.int64]) -> float:
    """Measure, by turns, which AUC a plain logistic regression reaches on these rows with these features."""
    converted = moments.converted[rows]
    if not features:
        return 0.5
    folds = assign_folds(converted, moments.place[rows], MANY_TURNS)
    logits = np.zeros(len(rows))
    for turn in range(MANY_TURNS):
        train = folds != turn
        logits[~train] = fit_logistic(features, codes[train], converted[train], 0.3).predict_logits(codes[~train])
    return compute_auc(converted, logits).value

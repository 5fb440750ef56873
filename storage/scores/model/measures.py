"""Measures of how good probabilities are: discrimination with an interval, calibration, lift.

AUC and its variance after DeLong, DeLong and Clarke-Pearson (Biometrics 1988) in the fast form of Sun and Xu (IEEE
SPL 2014). Average precision as the mean of the precision at each conversion. The calibration error is the expected
calibration error in ten bins of equal mass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
BINS = 10
NORMAL_95 = 1.96
LEAST_VARIANCE = 1e-6
LEAST_FREEDOM = 3
"""The least degrees of freedom that Student's distribution is taken with: with fewer it would promise nothing."""


@dataclass(frozen=True)
class Auc:
    """The chance that a converted lead is scored above one that did not convert, with its 95 % interval."""

    value: float
    low: float
    high: float


def compute_auc(outcomes: NDArray[Any], scores: Floats) -> Auc:
    """Compute the area under the ROC curve. Ties count half. Both outcomes must occur."""
    return _make_auc(*_compute_area(outcomes, scores))


def foretell_auc(trials: Sequence[Auc]) -> tuple[Auc, Auc]:
    """Compute the mean AUC of past trials, oldest first, and foretell that of the next, each with a 95 % interval.

    Trials differ beyond chance (random effects, DerSimonian and Laird, Controlled Clinical Trials 1986). The next one
    differs as much from what their trend makes expect, and by the chance of as many leads as the last one had. The
    trend counts as far as it is more than chance.
    """
    logits = np.array([_to_logit(each.value) for each in trials])
    spreads = np.array([((_to_logit(each.high) - _to_logit(each.low)) / 2 / NORMAL_95) ** 2 for each in trials])
    # Trials without a single mistake have no variance of their own.
    spreads = np.maximum(spreads, LEAST_VARIANCE)
    between = max(float(logits.var(ddof=1) - spreads.mean()), 0.0) if len(trials) > 1 else float(spreads[0])
    weights = 1 / (spreads + between)
    middle, of_mean = float((logits * weights).sum() / weights.sum()), float(1 / weights.sum())
    steps = np.arange(len(trials)) - (len(trials) - 1) / 2
    following = (len(trials) + 1) / 2
    slope = float((steps * logits).sum() / max((steps**2).sum(), 1.0))
    of_slope = float(spreads.mean() / max((steps**2).sum(), 1.0))
    held = slope**2 / (slope**2 + of_slope)
    of_next = of_mean + between + float(spreads[-1]) + held * of_slope * following**2
    # So few trials tell little of how much they differ: Student's quantiles are wider than the normal one.
    wider = float(stdtrit(max(len(trials), LEAST_FREEDOM), 0.975))
    return _make_interval(middle, of_mean), _make_interval(middle + held * slope * following, of_next, wider)


def _make_interval(logit: float, variance: float, quantile: float = NORMAL_95) -> Auc:
    """Make the 95 % interval of an AUC from its logit and the variance of that."""
    width = quantile * np.sqrt(variance)
    return Auc(*(float(sigmoid(np.array(logit + side * width))) for side in (0, -1, 1)))


def widen_auc(found: Auc, times: float) -> Auc:
    """Widen the interval of an AUC for rows of which this many, on average, are of one lead."""
    middle = _to_logit(found.value)
    low, high = (
        float(sigmoid(np.array(middle + (_to_logit(end) - middle) * np.sqrt(times)))) for end in (found.low, found.high)
    )
    return Auc(found.value, low, high)


def _make_auc(value: float, variance: float) -> Auc:
    # Computed on the logit scale, the interval stays between 0 and 1 even for few leads.
    inside = min(max(value, 1e-6), 1 - 1e-6)
    width = NORMAL_95 * np.sqrt(variance) / (inside * (1 - inside))
    low, high = (float(sigmoid(np.array(_to_logit(inside) + side * width))) for side in (-1, 1))
    return Auc(value, min(low, value), max(high, value))


def _to_logit(value: float) -> float:
    inside = min(max(value, 1e-6), 1 - 1e-6)
    return float(np.log(inside / (1 - inside)))


def _compute_area(outcomes: NDArray[Any], scores: Floats) -> tuple[float, float]:
    """Compute the area and its variance."""
    order = np.argsort(outcomes == 0, kind="stable")
    converted = int((outcomes == 1).sum())
    others = len(outcomes) - converted
    all_ranks = _compute_mid_ranks(scores)[order]
    own = _compute_mid_ranks(scores[order][:converted])
    other = _compute_mid_ranks(scores[order][converted:])
    above = (all_ranks[:converted] - own) / others
    below = 1 - (all_ranks[converted:] - other) / converted
    return float(above.mean()), _estimate_variance(above) / converted + _estimate_variance(below) / others


def _estimate_variance(values: Floats) -> float:
    # One value has no variance of its own: 0.25 is the largest that values from 0 to 1 can have.
    return float(values.var(ddof=1)) if len(values) > 1 else 0.25


def _compute_mid_ranks(values: Floats) -> Floats:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Floats = (ends - (counts - 1) / 2)[places]
    return middle


def compute_average_precision(outcomes: NDArray[Any], scores: Floats) -> float:
    """Compute the mean of the precision at each conversion, best leads first; leads of one score count together."""
    values, places = np.unique(-scores, return_inverse=True)
    converted = np.bincount(places, outcomes, minlength=len(values))
    seen = np.cumsum(np.bincount(places, minlength=len(values)))
    found = np.cumsum(converted)
    return float((converted * found / seen).sum() / converted.sum())


def compute_top_tenth_lift(outcomes: NDArray[Any], scores: Floats) -> float:
    """Compute the best tenth's rate as a multiple of the overall rate; leads with the edge's score count in part."""
    tenth = max(len(outcomes) / 10, 1)
    values, places = np.unique(-scores, return_inverse=True)
    counts = np.bincount(places, minlength=len(values))
    converted = np.bincount(places, outcomes, minlength=len(values))
    before = np.concatenate([[0], np.cumsum(counts)[:-1]])
    share = np.clip((tenth - before) / counts, 0, 1)
    return float((converted * share).sum() / tenth / outcomes.mean())


def build_reliability(outcomes: NDArray[Any], probabilities: Floats) -> list[dict[str, Any]]:
    """Build ten groups of equal size by probability, each with its count, predicted and observed rate."""
    order = np.argsort(probabilities, kind="stable")
    return [
        {
            "count": len(rows),
            "predicted": round(float(probabilities[rows].mean()), 4),
            "observed": round(float(outcomes[rows].mean()), 4),
        }
        for rows in np.array_split(order, min(BINS, len(order)))
    ]


def compute_calibration_error(table: list[dict[str, Any]]) -> float:
    """Compute the mean distance between predicted and observed rate over the groups, weighted by size."""
    rows = sum(group["count"] for group in table)
    return float(sum(abs(group["predicted"] - group["observed"]) * group["count"] for group in table) / rows)


def compute_log_losses(outcomes: NDArray[Any], logits: Floats) -> Floats:
    """Compute the log loss of each lead."""
    losses: Floats = np.logaddexp(0, np.where(outcomes == 1, -logits, logits))
    return losses


def sigmoid(logits: Floats) -> Floats:
    """Turn logits into probabilities."""
    # Beyond 40 the probability is 0 or 1 anyway, and exp() may overflow.
    probabilities: Floats = 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    return probabilities

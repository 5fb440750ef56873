"""Learning an additive model from encoded leads: logistic regression, boosted pairs, or the mean of both.

Which of them is chosen, and how strongly it is regularised, by cross-validated log loss on the training leads alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from storage.scores.columns.features import Feature
from storage.scores.columns.lead_lives import hash_to_unit
from storage.scores.model.additive_model import AdditiveModel, Codes, Floats, Pair, purify_pairs
from storage.scores.model.measures import compute_log_losses, sigmoid

FOLDS = 4
# Inverse strengths of the L2 penalty that are tried: the smaller, the simpler the model.
STRENGTHS = (0.03, 0.1, 0.3, 1.0)

STEPS = tuple(range(25, 401, 25))
RATE = 0.12
# Trees of two splits: larger ones learned what held in their own season only (docs/decisions/7).
LEAVES = 3
LEAF = 20
BOOSTED_FROM = 500
# With fewer leads or conversions than these, boosting learns noise: the logistic regression stands alone.
BOOSTED_CONVERTED = 100

# Up to so many leads one thread is faster than several that wait for one another.
ONE_THREAD = 50_000

PAIRS_A_FEATURE = 2
RECENT = 0.2
RECENT_ROWS = 200
RECENT_CONVERTED = 20
DRIFTED = 3.0
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FittedModel:
    """A calibrated model, the method chosen, its out-of-fold logits, and how the base rate moved (None: it did not)."""

    model: AdditiveModel
    method: str
    logits: Floats
    drift: dict[str, Any] | None


def fit_model(
    features: list[Feature],
    codes: Codes,
    converted: NDArray[np.int8],
    when: Floats | None,
    leads: NDArray[np.int64],
    days: Floats,
) -> FittedModel:
    """Fit a model to rows. `when` orders them in time (seconds since 1970; None: unknown), for the current rate.

    `leads` tells whose rows they are, `days` how many days of such leads each stands for.
    """
    # A limit holds for the libraries loaded by then, so those with threads are imported first.
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401

    with threadpool_limits(1 if len(converted) <= ONE_THREAD else None):
        return _fit_best(features, codes, converted, when, leads, days)


def _fit_best(
    features: list[Feature],
    codes: Codes,
    converted: NDArray[np.int8],
    when: Floats | None,
    leads: NDArray[np.int64],
    days: Floats,
) -> FittedModel:
    weights = weigh_rows(days)
    candidates = dict(_fit_candidates(features, codes, converted, leads, weights))
    losses = {name: weights * compute_log_losses(converted, logits) for name, (logits, _) in candidates.items()}
    chosen = plain = next(iter(candidates))
    for name, found in losses.items():
        # The simplest stays unless another is better by more than a standard error: a smaller gain may be chance.
        gain = losses[plain] - found
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        if gain.mean() > error and found.mean() < losses[chosen].mean():
            chosen = name
    logits, fit = candidates[chosen]
    # Out-of-fold logits are those of leads that were not learned from; the others would make the model look too sure.
    # Days weigh: probabilities have to come true over the leads that are open on a usual day.
    factor, shift = fit_calibration(logits, converted, days)
    logits = logits * factor + shift
    model = fit().scale_logits(factor, shift)
    own = model.predict_logits(codes)
    drift = detect_drift(sigmoid(logits), converted, when)
    evidence = [count_leads(codes[:, place], each.size, converted, leads) for place, each in enumerate(features)]
    model = replace(
        model,
        offset=solve_offset(logits[_find_recent_rows(when)], drift["observed"]) if drift and when is not None else 0.0,
        thresholds=compute_percentiles(own, days),
        counts=[held for held, _ in evidence],
        converted=[came for _, came in evidence],
    )
    return FittedModel(model, chosen, logits, drift)


def weigh_rows(days: Floats) -> Floats:
    """Weigh rows by the root of the days they stand for: most leads are young once and old for long, and both count."""
    weights: Floats = np.sqrt(days)
    normed: Floats = weights / weights.mean()
    return normed


def count_leads(
    codes: NDArray[np.uint8], size: int, converted: NDArray[np.int8], leads: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count, for each code, the leads that had it at a moment, and those of them that converted afterwards."""
    every, places = np.unique(leads.astype(np.int64) * size + codes, return_inverse=True)
    came = np.bincount(places, converted, minlength=len(every)) > 0
    held = (every % size).astype(np.int64)
    return np.bincount(held, minlength=size), np.bincount(held, came, minlength=size).astype(np.int64)


def compute_percentiles(logits: Floats, days: Floats) -> Floats:
    """Compute 98 percentiles of the logits of the leads that were open on a usual day."""
    order = np.argsort(logits, kind="stable")
    share = np.cumsum(days[order]) - days[order] / 2
    found: Floats = np.interp(np.arange(1, 99) / 99 * days.sum(), share, logits[order])
    return found


def assign_folds(converted: NDArray[np.int8], leads: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Assign a fold to each row: all rows of a lead have one, and each fold as many leads that converted."""
    every, places = np.unique(leads, return_inverse=True)
    came = np.bincount(places, converted, minlength=len(every)) > 0
    order = np.lexsort((hash_to_unit(every), came))
    folds = np.empty(len(every), dtype=np.int64)
    folds[order] = np.arange(len(every)) % count
    found: NDArray[np.int64] = folds[places]
    return found


def _fit_candidates(
    features: list[Feature], codes: Codes, converted: NDArray[np.int8], leads: NDArray[np.int64], weights: Floats
) -> Iterator[tuple[str, tuple[Floats, Callable[[], AdditiveModel]]]]:
    """Yield each method: its name, its out-of-fold logits, and a function that fits it to all leads."""
    folds = assign_folds(converted, leads, FOLDS)

    def fit_with_strength(strength: float) -> Callable[[Any], AdditiveModel]:
        return lambda rows: fit_logistic(features, codes[rows], converted[rows], strength, weights[rows])

    plain = {strength: _predict_out_of_fold(folds, fit_with_strength(strength), codes) for strength in STRENGTHS}
    strength = min(plain, key=lambda each: float((weights * compute_log_losses(converted, plain[each])).mean()))
    yield "logistic", (plain[strength], lambda: fit_logistic(features, codes, converted, strength, weights))
    came = len(np.unique(leads[converted == 1]))
    if len(np.unique(leads)) < BOOSTED_FROM or min(came, int((1 - converted).sum())) < BOOSTED_CONVERTED:
        return
    by_step = np.zeros((len(STEPS), len(converted)))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        pairs = find_interactions(features, codes[train], converted[train], plain[strength][train])
        trees = make_booster(pairs, len(features), STEPS[-1]).fit(codes[train], converted[train], weights[train])
        for step, logits in enumerate(trees.staged_decision_function(codes[test]), 1):
            if step in STEPS:
                by_step[STEPS.index(step), test] = np.ravel(logits)
    best = int(np.argmin([(weights * compute_log_losses(converted, logits)).mean() for logits in by_step]))
    boosted = by_step[best]

    def fit_all_boosted() -> AdditiveModel:
        pairs = find_interactions(features, codes, converted, plain[strength])
        return fit_boosted_pairs(features, codes, converted, pairs, STEPS[best], weights)

    yield "boosted pairs", (boosted, fit_all_boosted)
    yield (
        "logistic and boosted pairs",
        (
            (plain[strength] + boosted) / 2,
            lambda: fit_logistic(features, codes, converted, strength, weights).average_with(fit_all_boosted()),
        ),
    )


def _predict_out_of_fold(folds: NDArray[np.int64], fit: Callable[[Any], AdditiveModel], codes: Codes) -> Floats:
    logits = np.zeros(len(codes))
    for fold in np.unique(folds):
        logits[folds == fold] = fit(folds != fold).predict_logits(codes[folds == fold])
    return logits


def fit_logistic(
    features: list[Feature],
    codes: Codes,
    converted: NDArray[np.int8],
    strength: float,
    importance: Floats | None = None,
) -> AdditiveModel:
    """Fit an L2-regularised logistic regression with one weight for each code."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    starts = np.concatenate([[0], np.cumsum([feature.size for feature in features])])
    rows, width = codes.shape
    columns = (codes + starts[:-1]).ravel()
    matrix = csr_matrix(
        (np.ones(rows * width), columns, np.arange(0, rows * width + 1, width)), shape=(rows, int(starts[-1]))
    )
    found = LogisticRegression(C=strength, max_iter=300, solver="lbfgs").fit(matrix, converted, importance)
    weights = [found.coef_[0, start:end].copy() for start, end in pairwise(starts)]
    return purify_pairs(AdditiveModel(features, float(found.intercept_[0]), weights, []), codes)


def find_interactions(
    features: list[Feature], codes: Codes, converted: NDArray[np.int8], logits: Floats
) -> list[tuple[int, int]]:
    """Find the pairs of features that explain most of what single features leave unexplained."""
    # The gain of a cell is that of one Newton step of the logistic loss, from logits that did not see the lead.
    expected = sigmoid(logits)
    residuals, curvature = converted - expected, expected * (1 - expected)
    gains = []
    for first, second in combinations(range(len(features)), 2):
        size = features[first].size * features[second].size
        cells = codes[:, first].astype(np.int64) * features[second].size + codes[:, second]
        sums = np.bincount(cells, residuals, minlength=size)
        gain = sums**2 / (np.bincount(cells, curvature, minlength=size) + 5.0)
        gains.append((float(gain.sum()), first, second))
    gains.sort(reverse=True)
    return [(first, second) for _, first, second in gains[: PAIRS_A_FEATURE * len(features)]]


def make_booster(pairs: list[tuple[int, int]], features: int, steps: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=steps,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAF,
        l2_regularization=5.0,
        interaction_cst=[*({place} for place in range(features)), *({*pair} for pair in pairs)],
        early_stopping=False,
        random_state=0,
    )


def fit_boosted_pairs(
    features: list[Feature],
    codes: Codes,
    converted: NDArray[np.int8],
    pairs: list[tuple[int, int]],
    steps: int,
    importance: Floats | None = None,
) -> AdditiveModel:
    """Fit boosted trees of at most two features each, and return them as the sum that they are."""
    # With F the boosted logit and 0 any one lead, a pair's part is F(a, b) - F(a, 0) - F(0, b) + F(0). That is exact,
    # since no tree sees more than one allowed pair.
    trees = make_booster(pairs, len(features), steps).fit(codes, converted, importance)
    base = np.median(codes, axis=0).astype(np.uint8)
    middle = float(trees.decision_function(base[None, :])[0])
    weights = []
    for place, feature in enumerate(features):
        grid = np.repeat(base[None, :], feature.size, axis=0)
        grid[:, place] = np.arange(feature.size)
        weights.append(trees.decision_function(grid) - middle)
    tables = []
    for first, second in pairs:
        high, wide = features[first].size, features[second].size
        grid = np.repeat(base[None, :], high * wide, axis=0)
        grid[:, first] = np.repeat(np.arange(high), wide)
        grid[:, second] = np.tile(np.arange(wide), high)
        both = trees.decision_function(grid).reshape(high, wide) - middle
        tables.append(Pair(first, second, both - weights[first][:, None] - weights[second][None, :]))
    return purify_pairs(AdditiveModel(features, middle, weights, tables), codes)


def fit_calibration(logits: Floats, converted: NDArray[np.int8], weights: Floats) -> tuple[float, float]:
    """Fit a factor and a shift of the logit to the weighted outcomes (Platt scaling), by Newton's method."""
    factor, shift = 1.0, 0.0
    # As many leads as rows of one weight would say as much.
    weights = weights * weights.sum() / (weights**2).sum()
    for _ in range(50):
        expected = sigmoid(factor * logits + shift)
        gap, curve = weights * (converted - expected), weights * np.maximum(expected * (1 - expected), 1e-9)
        # A weak prior holds the factor near 1, also where few leads say something about it.
        slope = np.array([(gap * logits).sum() - (factor - 1.0), gap.sum()])
        bend = np.array(
            [[(curve * logits**2).sum() + 1.0, (curve * logits).sum()], [(curve * logits).sum(), curve.sum()]]
        )
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), slope)
        factor, shift = factor + float(step[0]), shift + float(step[1])
        if np.abs(step).max() < 1e-8:
            break
    # A factor below zero would turn the order round.
    return max(factor, 0.0), shift


def detect_drift(expected: Floats, converted: NDArray[np.int8], when: Floats | None) -> dict[str, Any] | None:
    """Return the expected and observed rate of the latest leads if they differ beyond chance, else None."""
    if when is None:
        return None
    rows = _find_recent_rows(when)
    if len(rows) < RECENT_ROWS or converted[rows].sum() < RECENT_CONVERTED:
        return None
    return compare_rates(expected[rows], converted[rows])


def compare_rates(expected: Floats, converted: NDArray[np.int8]) -> dict[str, Any] | None:
    """Return the expected and observed rate if they differ by more than three standard errors, else None."""
    error = np.sqrt((expected * (1 - expected)).sum())
    if abs(converted.sum() - expected.sum()) <= DRIFTED * error:
        return None
    return {"rows": len(expected), "expected": float(expected.mean()), "observed": float(converted.mean())}


def _find_recent_rows(when: Floats | None) -> NDArray[np.int64]:
    if when is None:
        return np.zeros(0, dtype=np.int64)
    return np.argsort(-when, kind="stable")[: max(int(RECENT * len(when)), RECENT_ROWS)]


def solve_offset(logits: Floats, rate: float) -> float:
    """Find what must be added to these logits so that their mean probability is `rate`."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(logits + middle).mean() < rate else (low, middle)
    return (low + high) / 2

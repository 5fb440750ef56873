"""Learning an additive model from coded leads: logistic regression, boosted pairs, or the mean of both.

Which of them, and how strongly held back, is chosen by cross-validated log loss on the training leads alone; the
plain logistic regression stays unless another is better by more than a standard error. The out-of-fold logits of the
chosen one calibrate it.
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
from storage.scores.model.additive_model import AdditiveModel, Codes, Floats, Pair, purify_pairs
from storage.scores.model.measures import compute_log_losses, sigmoid

FOLDS = 4
# Inverse strengths of the L2 penalty that are tried.
STRENGTHS = (0.03, 0.1, 0.3, 1.0)

STEPS = tuple(range(25, 301, 25))
RATE = 0.08
LEAVES = 6
LEAF = 20
BOOSTED_FROM = 500
# Fewer leads or conversions than these: the logistic regression alone.
BOOSTED_CONVERTED = 100

# Up to so many leads one thread learns faster than several that wait for one another.
ONE_THREAD = 50_000

PAIRS_A_FEATURE = 2
RECENT = 0.2
RECENT_ROWS = 200
RECENT_CONVERTED = 20
DRIFTED = 3.0
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FittedModel:
    """A calibrated model, what was chosen, its out-of-fold logits, and how the base rate moved (None: it did not)."""

    model: AdditiveModel
    method: str
    logits: Floats
    drift: dict[str, Any] | None


def fit_model(features: list[Feature], codes: Codes, converted: NDArray[np.int8], when: Floats | None) -> FittedModel:
    """Fit a model to leads. `when` (seconds) is when they ended, for the current base rate."""
    # Threads are counted when they are limited: what brings them must have been loaded by then.
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401

    with threadpool_limits(1 if len(converted) <= ONE_THREAD else None):
        return _fit_best(features, codes, converted, when)


def _fit_best(features: list[Feature], codes: Codes, converted: NDArray[np.int8], when: Floats | None) -> FittedModel:
    candidates = dict(_fit_candidates(features, codes, converted))
    losses = {name: compute_log_losses(converted, logits) for name, (logits, _) in candidates.items()}
    chosen = plain = next(iter(candidates))
    for name, found in losses.items():
        gain = losses[plain] - found
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        if gain.mean() > error and found.mean() < losses[chosen].mean():
            chosen = name
    logits, fit = candidates[chosen]
    factor, shift = fit_calibration(logits, converted)
    logits = logits * factor + shift
    model = fit().scale_logits(factor, shift)
    own = model.predict_logits(codes)
    drift = detect_drift(sigmoid(logits), converted, when)
    model = replace(
        model,
        offset=solve_offset(logits[_find_recent_rows(when)], drift["observed"]) if drift and when is not None else 0.0,
        thresholds=np.quantile(own, np.arange(1, 99) / 99 + 0.0),
        counts=[np.bincount(codes[:, at], minlength=each.size) for at, each in enumerate(features)],
        converted=[
            np.bincount(codes[:, at], converted, minlength=each.size).astype(np.int64)
            for at, each in enumerate(features)
        ],
    )
    return FittedModel(model, chosen, logits, drift)


def assign_folds(converted: NDArray[np.int8], count: int) -> NDArray[np.int64]:
    """Assign a fold to each lead, with the same rate in each; always the same for the same leads."""
    from sklearn.model_selection import StratifiedKFold

    folds = np.zeros(len(converted), dtype=np.int64)
    split = StratifiedKFold(count, shuffle=True, random_state=0)
    for number, (_, test) in enumerate(split.split(np.zeros(len(converted)), converted)):
        folds[test] = number
    return folds


def _fit_candidates(
    features: list[Feature], codes: Codes, converted: NDArray[np.int8]
) -> Iterator[tuple[str, tuple[Floats, Callable[[], AdditiveModel]]]]:
    """Yield each way of learning: its out-of-fold logits, and how to learn from all leads with it."""
    folds = assign_folds(converted, FOLDS)

    def fit_with_strength(strength: float) -> Callable[[Any], AdditiveModel]:
        return lambda rows: fit_logistic(features, codes[rows], converted[rows], strength)

    plain = {strength: _predict_out_of_fold(folds, fit_with_strength(strength), codes) for strength in STRENGTHS}
    strength = min(plain, key=lambda each: float(compute_log_losses(converted, plain[each]).mean()))
    yield "logistic", (plain[strength], lambda: fit_logistic(features, codes, converted, strength))
    if len(converted) < BOOSTED_FROM or min(converted.sum(), (1 - converted).sum()) < BOOSTED_CONVERTED:
        return
    by_step = np.zeros((len(STEPS), len(converted)))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        pairs = find_interactions(features, codes[train], converted[train], plain[strength][train])
        trees = make_booster(pairs, len(features), STEPS[-1]).fit(codes[train], converted[train])
        for step, logits in enumerate(trees.staged_decision_function(codes[test]), 1):
            if step in STEPS:
                by_step[STEPS.index(step), test] = np.ravel(logits)
    best = int(np.argmin([compute_log_losses(converted, logits).mean() for logits in by_step]))
    boosted = by_step[best]

    def fit_all_boosted() -> AdditiveModel:
        pairs = find_interactions(features, codes, converted, plain[strength])
        return fit_boosted_pairs(features, codes, converted, pairs, STEPS[best])

    yield "boosted pairs", (boosted, fit_all_boosted)
    yield (
        "logistic and boosted pairs",
        (
            (plain[strength] + boosted) / 2,
            lambda: fit_logistic(features, codes, converted, strength).average_with(fit_all_boosted()),
        ),
    )


def _predict_out_of_fold(folds: NDArray[np.int64], fit: Callable[[Any], AdditiveModel], codes: Codes) -> Floats:
    logits = np.zeros(len(codes))
    for fold in np.unique(folds):
        logits[folds == fold] = fit(folds != fold).predict_logits(codes[folds == fold])
    return logits


def fit_logistic(features: list[Feature], codes: Codes, converted: NDArray[np.int8], strength: float) -> AdditiveModel:
    """Fit an L2-regularised logistic regression, a weight for each code."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    starts = np.concatenate([[0], np.cumsum([feature.size for feature in features])])
    rows, width = codes.shape
    columns = (codes + starts[:-1]).ravel()
    matrix = csr_matrix(
        (np.ones(rows * width), columns, np.arange(0, rows * width + 1, width)), shape=(rows, int(starts[-1]))
    )
    found = LogisticRegression(C=strength, max_iter=300, solver="lbfgs").fit(matrix, converted)
    weights = [found.coef_[0, start:end].copy() for start, end in pairwise(starts)]
    return purify_pairs(AdditiveModel(features, float(found.intercept_[0]), weights, []), codes)


def find_interactions(
    features: list[Feature], codes: Codes, converted: NDArray[np.int8], logits: Floats
) -> list[tuple[int, int]]:
    """Find the pairs of features that explain most of what single features leave unexplained.

    Each cell's gain is that of one Newton step of the logistic loss from logits that did not see the lead.
    """
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
    features: list[Feature], codes: Codes, converted: NDArray[np.int8], pairs: list[tuple[int, int]], steps: int
) -> AdditiveModel:
    """Fit boosted trees of at most two features each, written out as the sum that they are.

    With F the boosted logit and 0 any one lead, a pair's part is F(a, b) - F(a, 0) - F(0, b) + F(0): exact, since
    no tree sees more than one allowed pair.
    """
    trees = make_booster(pairs, len(features), steps).fit(codes, converted)
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


def fit_calibration(logits: Floats, converted: NDArray[np.int8]) -> tuple[float, float]:
    """Fit factor and shift of the logit to the outcomes (Platt), by Newton's method."""
    factor, shift = 1.0, 0.0
    for _ in range(50):
        expected = sigmoid(factor * logits + shift)
        gap, curve = converted - expected, np.maximum(expected * (1 - expected), 1e-9)
        slope = np.array([(gap * logits).sum() - (factor - 1.0), gap.sum()])
        bend = np.array(
            [[(curve * logits**2).sum() + 1.0, (curve * logits).sum()], [(curve * logits).sum(), curve.sum()]]
        )
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), slope)
        factor, shift = factor + float(step[0]), shift + float(step[1])
        if np.abs(step).max() < 1e-8:
            break
    return max(factor, 0.0), shift


def detect_drift(expected: Floats, converted: NDArray[np.int8], when: Floats | None) -> dict[str, Any] | None:
    """Return the rates of the latest leads where they differ beyond chance from what was expected of them."""
    if when is None:
        return None
    rows = _find_recent_rows(when)
    if len(rows) < RECENT_ROWS or converted[rows].sum() < RECENT_CONVERTED:
        return None
    return compare_rates(expected[rows], converted[rows])


def compare_rates(expected: Floats, converted: NDArray[np.int8]) -> dict[str, Any] | None:
    """Return expected and observed rate where they differ by more than three standard errors."""
    error = np.sqrt((expected * (1 - expected)).sum())
    if abs(converted.sum() - expected.sum()) <= DRIFTED * error:
        return None
    return {"rows": len(expected), "expected": float(expected.mean()), "observed": float(converted.mean())}


def _find_recent_rows(when: Floats | None) -> NDArray[np.int64]:
    if when is None:
        return np.zeros(0, dtype=np.int64)
    return np.argsort(-when, kind="stable")[: max(int(RECENT * len(when)), RECENT_ROWS)]


def solve_offset(logits: Floats, rate: float) -> float:
    """Solve for what must be added to logits so that their mean probability is a rate."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(logits + middle).mean() < rate else (low, middle)
    return (low + high) / 2

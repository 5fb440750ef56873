"""The measures agree with those of others, and with what they mean."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from storage.scores.model.measures import (
    build_reliability,
    compute_auc,
    compute_average_precision,
    compute_calibration_error,
    compute_top_tenth_lift,
)


def outcomes_and_scores(seed: int, rows: int = 400, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    outcomes = (chance.random(rows) < 0.3).astype(np.int8)
    scores = chance.normal(size=rows) + outcomes
    return outcomes, np.round(scores, 0) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
def test_auc_and_average_precision_are_those_of_scikit_learn(ties: bool) -> None:
    for seed in range(5):
        outcomes, scores = outcomes_and_scores(seed, ties=ties)

        assert compute_auc(outcomes, scores).value == pytest.approx(roc_auc_score(outcomes, scores))
        assert compute_average_precision(outcomes, scores) == pytest.approx(average_precision_score(outcomes, scores))


def test_nineteen_of_twenty_intervals_hold_the_true_auc() -> None:
    true = 0.76025  # two normal distributions, one standard deviation apart: Phi(1 / sqrt 2)
    found = [compute_auc(*outcomes_and_scores(seed)) for seed in range(400)]

    assert 0.92 <= np.mean([each.low <= true <= each.high for each in found]) <= 0.98


def test_a_perfect_order_has_an_interval_within_one() -> None:
    found = compute_auc(np.array([0, 0, 0, 1, 1]), np.array([1.0, 2, 3, 4, 5]))

    assert (found.value, found.high <= 1, found.low <= 1) == (1, True, True)


def test_the_calibration_error_is_the_distance_of_what_was_said_and_what_came() -> None:
    outcomes = np.array([0, 1] * 500)
    said = np.full(1000, 0.7)

    assert compute_calibration_error(build_reliability(outcomes, said)) == pytest.approx(0.2)


def test_lift_counts_leads_at_the_edge_in_part() -> None:
    outcomes = np.array([1] * 10 + [0] * 90)

    assert compute_top_tenth_lift(outcomes, np.arange(100.0)[::-1]) == pytest.approx(10)
    assert compute_top_tenth_lift(outcomes, np.zeros(100)) == pytest.approx(1)


def test_leads_of_different_times_are_not_compared_with_one_another() -> None:
    outcomes = np.array([0, 1, 0, 1, 1, 0])
    scores = np.array([0.1, 0.2, 0.15, 0.8, 0.9, 0.7])

    assert compute_auc(outcomes, scores, np.array([1, 1, 1, 2, 2, 2])).value == 1
    assert compute_auc(outcomes, scores).value < 1

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
    foretell_auc,
    widen_auc,
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


def test_the_interval_of_the_next_trial_holds_what_comes_where_trials_differ() -> None:
    """Trials of 300 leads whose true AUC swings by more than chance would."""
    chance = np.random.default_rng(3)
    held, told = [], []
    for _ in range(200):
        trials = []
        for _ in range(5):
            outcomes = (chance.random(300) < 0.3).astype(np.int8)
            pull = chance.normal(1.0, 0.3)
            trials.append(compute_auc(outcomes, chance.normal(size=300) + pull * outcomes))
        mean, following = foretell_auc(trials[:4])
        held.append(following.low <= trials[4].value <= following.high)
        told.append(mean.low <= 0.76 <= mean.high)

    assert np.mean(held) >= 0.88
    assert np.mean(told) >= 0.85


def test_a_trend_that_is_more_than_chance_goes_on() -> None:
    chance = np.random.default_rng(4)
    outcomes = (chance.random(4000) < 0.3).astype(np.int8)
    noise = chance.normal(size=4000)
    trials = [compute_auc(outcomes, noise + pull * outcomes) for pull in (0.6, 0.9, 1.2, 1.5)]

    mean, following = foretell_auc(trials)

    assert following.low < compute_auc(outcomes, noise + 1.8 * outcomes).value < following.high
    assert following.value > trials[-1].value > mean.high


def test_rows_that_are_alike_tell_less() -> None:
    found = compute_auc(*outcomes_and_scores(1))
    wider = widen_auc(found, 4.0)

    assert wider.value == found.value
    assert wider.high - wider.low > 1.7 * (found.high - found.low)

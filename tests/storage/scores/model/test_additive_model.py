"""A model is exactly the sum it says it is, and stays it as plain data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from storage.scores.columns.column_names import word_column_name
from storage.scores.columns.engagement import RECENCY, make_engagement_column
from storage.scores.columns.features import FIRST, MISSING, RARE, Feature, bin_categories, bin_numbers
from storage.scores.columns.lead_columns import LeadColumn, make_custom_column
from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.learning import (
    count_leads,
    find_interactions,
    fit_boosted_pairs,
    fit_logistic,
    fit_model,
    make_booster,
)
from storage.scores.showing.score_reasons import ReasonPicker, describe_value, is_unwelcome, tells_of_nothing

ROWS = 1500
CHANCE = np.random.default_rng(1)
COLORS = [str(each) for each in CHANCE.choice(["red", "green", "blue"], ROWS)]
SIZES = [str(int(each)) for each in CHANCE.exponential(20, ROWS)]
PLANS = [None if each == "none" else str(each) for each in CHANCE.choice(["a", "b", "none"], ROWS)]
ODDS = (
    np.array([1.0 if color == "red" else -0.5 for color in COLORS])
    + np.array([0.02 * int(size) for size in SIZES])
    + np.array([1.5 if color == "blue" and plan == "a" else 0.0 for color, plan in zip(COLORS, PLANS, strict=True)])
)
CONVERTED = (CHANCE.random(ROWS) < 1 / (1 + np.exp(0.8 - ODDS))).astype(np.int8)


@pytest.fixture(scope="module")
def features() -> list[Feature]:
    return [
        bin_categories(make_custom_column("color"), COLORS),
        bin_numbers(make_custom_column("size"), SIZES, comma=False),
        bin_categories(make_custom_column("plan"), PLANS),
    ]


@pytest.fixture(scope="module")
def codes(features: list[Feature]) -> np.ndarray:
    return np.stack(
        [each.encode_values(values) for each, values in zip(features, (COLORS, SIZES, PLANS), strict=True)], axis=1
    )


def test_boosted_pairs_are_written_out_exactly(features: list[Feature], codes: np.ndarray) -> None:
    pairs = find_interactions(
        features, codes, CONVERTED, fit_logistic(features, codes, CONVERTED, 0.3).predict_logits(codes)
    )

    model = fit_boosted_pairs(features, codes, CONVERTED, pairs, 60)

    trees = make_booster(pairs, len(features), 60).fit(codes, CONVERTED)
    assert np.allclose(model.predict_logits(codes), trees.decision_function(codes), atol=1e-6)


def test_what_columns_add_makes_up_the_logit(features: list[Feature], codes: np.ndarray) -> None:
    model = fit_model(features, codes, CONVERTED, None, np.arange(len(codes)), np.ones(len(codes))).model

    assert np.allclose(model.compute_contributions(codes).sum(axis=1) + model.intercept, model.predict_logits(codes))
    assert np.allclose(model.compute_contributions(codes).mean(axis=0), 0, atol=1e-6)


def test_a_model_survives_as_json(features: list[Feature], codes: np.ndarray) -> None:
    model = fit_model(features, codes, CONVERTED, None, np.arange(len(codes)), np.ones(len(codes))).model

    again = AdditiveModel.from_json(json.loads(json.dumps(model.to_json())))

    assert np.allclose(again.predict_logits(codes), model.predict_logits(codes), atol=1e-3)
    assert [each.encode_values(["Blue", None, "x"]).tolist() for each in again.features] == [
        each.encode_values(["Blue", None, "x"]).tolist() for each in features
    ]


def test_a_score_is_the_percentile_among_the_leads_learned_from(features: list[Feature], codes: np.ndarray) -> None:
    model = fit_model(features, codes, CONVERTED, None, np.arange(len(codes)), np.ones(len(codes))).model
    logits = model.predict_logits(codes)

    scores = model.rank_logits(logits)

    ranks = (logits[:, None] > logits[None, :]).mean(axis=1) + (logits[:, None] == logits[None, :]).mean(axis=1) / 2
    assert np.abs(scores - 100 * ranks).max() <= 2
    assert (scores.min(), scores.max()) == (1, 99)


def test_missing_and_rare_values_have_codes_of_their_own(features: list[Feature]) -> None:
    color, size, _ = features

    assert color.encode_values([None, "", "Select", "pink", "RED ", "red"]).tolist()[:4] == [
        MISSING,
        MISSING,
        MISSING,
        RARE,
    ]
    assert color.encode_value("RED ") == color.encode_value("red")
    assert size.encode_values([None, "many", "1,000", 1000]).tolist()[:2] == [MISSING, RARE]
    assert size.encode_value("1,000") == size.encode_value(1000) == size.size - 1


def test_reasons_carry_the_plain_rates_and_never_contradict_them(features: list[Feature], codes: np.ndarray) -> None:
    model = fit_model(features, codes, CONVERTED, None, np.arange(len(codes)), np.ones(len(codes))).model
    overall = CONVERTED.mean()

    for found, row in zip(
        ReasonPicker(model).pick_reasons(codes, model.compute_contributions(codes)), codes, strict=True
    ):
        for side, above in (("raises", True), ("lowers", False)):
            assert len(found[side]) <= 3
            for text in found[side]:
                place = 0 if "Color" in text else 1 if "Size" in text else 2
                rate = CONVERTED[codes[:, place] == row[place]].mean()
                assert bool(rate > overall) is above
                assert f"{rate:.0%}".replace("%", " %") in text
                assert row[place] not in (MISSING, RARE)


@pytest.mark.parametrize(
    ("column", "values", "spoken"),
    [
        (make_engagement_column("call"), [0, 1, 2], [False, True, True]),
        (make_engagement_column(RECENCY), [3, 12, 45], [True, True, False]),
        (make_custom_column("Page views"), ["0", "4", "9"], [False, True, True]),
        (make_custom_column("Discount in percent"), ["5", "10", "20"], [True, True, True]),
    ],
)
def test_that_something_is_missing_is_no_reason_to_call(
    column: LeadColumn, values: list[Any], spoken: list[bool]
) -> None:
    feature = bin_numbers(column, values * 100, comma=False)

    assert [not tells_of_nothing(feature, FIRST + place) for place in range(len(values))] == spoken


def test_that_nothing_of_a_kind_happened_is_said_as_people_say_it() -> None:
    calls = bin_numbers(make_engagement_column("call"), [0, 1, 2] * 100, comma=False)
    touched = bin_numbers(make_engagement_column(RECENCY), [0, 12, 45] * 100, comma=False)

    assert [describe_value(calls, FIRST + place) for place in range(2)] == ["No calls", "Calls 1"]
    assert describe_value(touched, FIRST) == "Days since last touch 0"


def test_that_something_is_not_so_is_no_reason_to_call() -> None:
    feature = bin_categories(make_custom_column("Newsletter"), ["Yes"] * 60 + ["No"] * 50)
    codes = np.array([[FIRST]] * 60 + [[FIRST + 1]] * 50, dtype=np.uint8)
    model = AdditiveModel(
        [feature],
        0.0,
        [np.array([0.0, 0.0, -1.0, 1.0])],
        [],
        counts=[np.array([0, 0, 60, 50])],
        converted=[np.array([0, 0, 10, 40])],
    )

    found = ReasonPicker(model).pick_reasons(codes, model.compute_contributions(codes))

    assert found[-1]["raises"] == []
    assert found[0]["lowers"] == ["Newsletter “Yes”: 17 % of 60 converted, against 45 % overall"]


def test_what_nobody_believes_to_speak_for_a_lead_is_never_told_as_such_nor_its_absence_as_bad() -> None:
    column = make_custom_column("Wrong number given")
    given, channel = (
        bin_categories(column, ["Yes", "No"] * 100),
        bin_categories(make_custom_column("Channel"), ["invalid", "web"] * 100),
    )

    assert [is_unwelcome(given, code) for code in (FIRST, FIRST + 1)] == [True, False]
    assert [is_unwelcome(channel, code) for code in (FIRST, FIRST + 1)] == [True, False]
    codes = np.array([[FIRST, FIRST]] * 60 + [[FIRST + 1, FIRST + 1]] * 60, dtype=np.uint8)
    model = AdditiveModel(
        [given, channel],
        0.0,
        [np.array([0.0, 0.0, 1.0, -1.0])] * 2,
        [],
        counts=[np.array([0, 0, 60, 60])] * 2,
        converted=[np.array([0, 0, 50, 10])] * 2,
    )
    found = ReasonPicker(model).pick_reasons(codes, model.compute_contributions(codes))
    assert found[0] == {"raises": [], "lowers": []}
    assert found[-1] == {"raises": [], "lowers": ["Channel “web”: 17 % of 60 converted, against 50 % overall"]}


def test_ranges_have_digits_enough_to_differ() -> None:
    chance = np.random.default_rng(1)
    column = make_custom_column("pace")
    feature = bin_numbers(column, chance.normal(1.2604, 0.0008, 3000).tolist(), comma=False)

    assert len({*feature.words}) == len(feature.words)
    assert all(low != high for low, to, high in (words.partition(" to ") for words in feature.words) if to)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TotalVisits", "Total visits"),
        ("total_time__c", "Total time"),
        ("MQL_source", "MQL source"),
        ("What do you do?", "What do you do?"),
        ("Page Views Per Visit", "Page Views Per Visit"),
    ],
)
def test_columns_are_called_as_a_person_would(name: str, said: str) -> None:
    assert word_column_name(name) == said


def test_a_reason_counts_leads_and_not_how_often_one_looked_at_them() -> None:
    codes, converted = np.array([2, 2, 2, 3], dtype=np.uint8), np.array([0, 1, 1, 0], dtype=np.int8)

    held, came = count_leads(codes, 4, converted, np.array([7, 7, 8, 8]))

    assert (held.tolist(), came.tolist()) == ([0, 0, 2, 1], [0, 0, 2, 0])

"""What is learned from finished leads, what is not used, and when the rules score instead."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.model.training import train_score_model
from storage.scores.score_refresh import refresh_scores
from storage.scores.showing.score_report import build_report
from storage.tables import AuditEntry, Change, Lead, ScoreModel
from tests.storage.scores.conftest import NOW, Ground


def test_a_model_learns_what_makes_leads_convert(ground: Ground) -> None:
    ground.finished(450)

    model = ground.train()

    assert (model.state, model.name, model.evaluation["evaluated"]) == ("ok", "model 1", "forward")
    assert model.evaluation["auc_low"] > 0.55
    assert {*model.evaluation["used"]} >= {"source", "Company size", "Visits", "days since creation"}


def test_without_dates_leads_are_foretold_in_turns(place: Ground) -> None:
    place.finished(450, dated=False)

    model = place.train()

    assert (model.state, model.evaluation["evaluated"]) == ("ok", "cross-validated")
    assert model.evaluation["evaluated_rows"] == 450


@pytest.mark.parametrize("seed", [0, *(pytest.param(each, marks=pytest.mark.slow) for each in (1, 2))])
def test_what_tells_nothing_is_called_not_predictive(place: Ground, seed: int) -> None:
    place.finished(400, signal=0.0, seed=seed)

    model = place.train()

    assert model.state == "not_predictive"
    place.open(5)
    assert place.run().model == "rules"


def test_a_leak_is_found_and_named(place: Ground) -> None:
    def leaks(chance: random.Random, converted: bool) -> dict[str, Any]:
        return {"Onboarding": "booked" if converted and chance.random() < 0.97 else "none yet", "Tags": str(converted)}

    place.finished(400, signal=0.0, custom=leaks)

    model = place.train()

    assert model.state == "not_predictive"
    assert "alone it separates" in model.evaluation["left_out"]["Onboarding"]
    assert "alone it separates" in model.evaluation["left_out"]["Tags"]


@pytest.mark.slow
def test_rare_conversions_are_learned_and_calibrated(place: Ground) -> None:
    place.finished(3000, rate=0.03, signal=1.2)

    model = place.train()

    assert model.state == "ok"
    assert model.evaluation["calibration_error"] < 0.03
    assert model.evaluation["lift_top_tenth"] > 1.5


@pytest.mark.slow
def test_a_moved_base_rate_is_met_and_said(place: Ground) -> None:
    place.finished(1200, drift=3.0, rate=0.4)

    model = place.train()

    drift = model.evaluation["drift"]
    assert drift["observed"] < drift["expected"] - 0.05
    assert model.data["model"]["offset"] < 0
    with place.database.begin_read() as session:
        assert "Probabilities are recalibrated" in "\n".join(build_report(session, 1, NOW).write_lines())


@pytest.mark.slow
def test_where_all_leads_are_finished_their_creation_tells_how_the_rate_moved(place: Ground) -> None:
    place.finished(900, drift=-3.0)
    with place.database.begin_write() as session:
        session.execute(update(Lead).values(closed_at=None, converted_at=None))
    drift = place.train().evaluation["drift"]

    assert drift is not None
    assert drift["observed"] > drift["expected"] + 0.1


@pytest.mark.slow
def test_a_rate_that_moved_while_nothing_tells_when_leads_ended_is_said(place: Ground) -> None:
    place.finished(900, drift=-3.0)
    place.open(100, created=NOW - timedelta(days=50))
    with place.database.begin_write() as session:
        session.execute(update(Lead).values(closed_at=None, converted_at=None))
    model = place.train()
    with place.database.begin_read() as session:
        lines = " ".join(build_report(session, 1, NOW).write_lines())

    assert (model.evaluation["evaluated"], model.evaluation["drift"]) == ("forward", None)
    assert "Later leads converted more often than earlier ones made expect" in lines


@pytest.mark.parametrize(("count", "rate"), [(60, 0.4), (150, 0.05), (150, 0.95)])
def test_too_few_outcomes_leave_the_score_to_rules(place: Ground, count: int, rate: float) -> None:
    place.finished(count, rate=rate, signal=0)

    assert place.train().state == "rules"
    with place.database.begin_read() as session:
        found = build_report(session, 1, NOW).as_object()
    assert (found["state"], found["rows"]) == ("rules", count)
    assert "auc" not in found


def test_a_file_whose_outcome_was_not_seen_is_met_with_what_to_do(place: Ground) -> None:
    place.finished(150, rate=1e-9, signal=0)

    assert '--map and {"COLUMN": "converted"}' in train_score_model(place.database, 1, NOW)


def test_engagement_before_a_moment_counts_and_none_after_it(place: Ground) -> None:
    for lead, (converted, ended) in zip(place.finished(300, signal=0.0, rate=0.4), place.ends(), strict=True):
        if converted:
            place.touch(lead, ended + timedelta(hours=1), "meeting")

    model = place.train()

    assert "meetings" not in model.evaluation["used"]
    assert model.state == "not_predictive"


def test_engagement_is_used_where_it_tells(place: Ground) -> None:
    chance = random.Random(3)
    for lead, (converted, ended) in zip(place.finished(400, signal=0.0, rate=0.4), place.ends(), strict=True):
        for day in range(chance.choice((1, 2, 3)) + 2 * int(converted)):
            place.touch(lead, ended - timedelta(days=30 - day) + timedelta(hours=1))

    model = place.train()

    assert "calls" in model.evaluation["used"]
    assert model.state == "ok"


def test_a_field_changed_with_the_outcome_counts_as_it_was_before(place: Ground) -> None:
    leads = place.finished(300, signal=0.0, rate=0.4)
    with place.database.begin_write() as session:
        from storage.tables import Lead

        for number in leads:
            lead = session.get_one(Lead, number)
            if lead.lifecycle == "converted":
                lead.product_interest = "Fleet renewal"
                entry = AuditEntry(
                    workspace_id=1, who="x", at=lead.converted_at, surface="shell", command="qualify_lead", arguments={}
                )
                session.add(entry)
                session.flush()
                session.execute(
                    insert(Change).values(
                        workspace_id=1,
                        entry_id=entry.id,
                        kind="lead",
                        record_id=number,
                        name=lead.name,
                        field="product_interest",
                        column="product_interest",
                        before=None,
                        after="Fleet renewal",
                        raw_before=None,
                        raw_after="Fleet renewal",
                    )
                )

    model = place.train()

    assert "filled at or after the outcome" in model.evaluation["left_out"]["product_interest"]


def test_a_choice_of_columns_overrules_the_guard_and_stays(place: Ground) -> None:
    place.finished(400, custom=lambda chance, converted: {"Lead Quality": chance.choice(["high", "low"])})

    first = place.train(keep=["Lead Quality"], leave_out=["Visits"])
    assert "Lead Quality" in first.evaluation["used"]
    assert first.evaluation["left_out"]["Visits"] == "left out as asked"

    place.finished(80, seed=9)
    again = place.train()
    assert (again.data["keep"], again.data["leave_out"]) == (["Lead Quality"], ["Visits"])


def test_a_column_that_does_not_exist_is_refused(place: Ground) -> None:
    place.finished(300)

    with pytest.raises(ScoreTrouble, match="“Shoe size” is no column"):
        place.train(leave_out=["Shoe size"])


def test_a_better_model_is_never_replaced_by_a_worse_one(ground: Ground) -> None:
    ground.finished(450, until=NOW - timedelta(days=10))
    good = ground.train(now=NOW - timedelta(days=9))
    ground.finished(60, until=NOW, seed=8)

    # What is learned afresh is spoilt: the fields that told are gone from the old leads.
    with ground.database.begin_write() as session:
        from sqlalchemy import update

        from storage.tables import Lead

        session.execute(update(Lead).where(Lead.id <= 450).values(source="Web", custom={}))
    after = ground.train()

    assert after.name == good.name
    assert "a new model was not better" in after.evaluation["tried"]


def test_a_model_is_replaced_when_new_outcomes_make_it_better(place: Ground) -> None:
    place.finished(150, until=NOW - timedelta(days=10), seed=3)
    first = place.train(now=NOW - timedelta(days=9))
    place.finished(900, until=NOW, seed=4)

    second = place.train()

    assert (first.name, second.name) == ("model 1", "model 2")


def test_outcomes_of_the_future_are_not_known(place: Ground) -> None:
    place.finished(400, until=NOW)

    model = place.train(now=NOW - timedelta(days=350))

    assert 140 <= model.evaluation["rows"] <= 201


def test_probabilities_are_those_of_the_report(place: Ground) -> None:
    place.finished(450)
    model = AdditiveModel.from_json(place.train().data["model"])
    of_a_good_lead = {"source": "Customer Referral", "Company size": "large", "Visits": "9"}
    codes = [feature.encode_value(of_a_good_lead.get(feature.column.name, 10)) for feature in model.features]

    assert model.predict_probabilities(np.array([codes], dtype=np.uint8))[0] > 0.4


@pytest.mark.slow
def test_a_model_of_another_meaning_does_not_stay(place: Ground) -> None:
    """One that learned from ended leads alone promised open ones what those had reached."""
    place.finished(450, signal=0.0)
    place.train()
    with place.database.begin_write() as session:
        kept = session.scalars(select(ScoreModel)).one()
        kept.state, kept.data, kept.evaluation = "ok", {"keep": [], "leave_out": []}, {"auc": 0.9}

    assert (place.train().name, place.model.state) == ("model 2", "not_predictive")


def test_leads_left_open_are_outcome_enough_to_learn_by_itself(place: Ground) -> None:
    """Nobody is ever disqualified here: who has been open for long tells as much."""
    place.finished(60, rate=0.999999, signal=0.0)
    place.open(300, created=NOW - timedelta(days=500))

    assert "model 1" in refresh_scores(place.database, 1, NOW).said[0]

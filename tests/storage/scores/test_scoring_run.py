"""Scoring all open leads: what is kept, what leads show, and what a second run does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.database.doors import Database
from storage.imports.writing.imported_scores import store_scores
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.score_refresh import refresh_scores, score_after_import
from storage.scores.scoring_run import score_open_leads
from storage.scores.showing.bands import recompute_bands
from storage.scores.showing.score_source import set_shown_scores
from storage.tables import Lead, LeadScore, ScoreModel, Workspace
from tests.storage.scores.conftest import NOW, Ground

DAY = timedelta(days=1)


def test_open_leads_get_score_probability_reasons_and_band(learned: Ground) -> None:
    opened = learned.open(60)

    done = learned.run()

    assert (done.model, done.state, done.leads, done.changed) == ("model 1", "ok", 60, 60)
    shown = learned.leads()
    assert all(1 <= (shown[lead][0] or 0) <= 99 for lead in opened)
    bands = [shown[lead][1] for lead in opened]
    assert 12 <= bands.count("hot") <= 20
    assert all(shown[lead] == (None, None, None) for lead in shown if lead not in opened)
    best = learned.kept(max(opened, key=lambda lead: shown[lead][0] or 0))[0]
    assert best.probability is not None
    assert best.reasons is not None
    assert any("of" in each and "converted, against" in each for each in best.reasons["raises"])


def test_scores_follow_the_probability_and_come_with_the_model_that_made_them(learned_place: Ground) -> None:
    learned_place.open(80)
    learned_place.run()

    with learned_place.database.begin_read() as session:
        rows = session.execute(select(LeadScore.score, LeadScore.probability, LeadScore.model)).all()
    ordered = sorted(rows, key=lambda row: row.probability)
    assert [row.score for row in ordered] == sorted(row.score for row in rows)
    assert {row.model for row in rows} == {"model 1"}


def test_a_second_run_keeps_nothing_where_nothing_changed(learned: Ground) -> None:
    opened = learned.open(30)
    learned.run()
    before = learned.leads()

    assert learned.run(NOW + DAY / 24).changed == 0
    assert learned.leads() == before
    assert all(len(learned.kept(lead)) == 1 for lead in opened)


def test_a_run_that_was_killed_is_completed_by_the_next(learned_place: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.scores.lead_portions.PORTION", 10)
    opened = learned_place.open(45)

    def dies(label: str, done: int, of: int) -> None:
        if label == "scoring" and done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_open_leads(learned_place.database, 1, NOW, progress=dies)
    written = sum(len(learned_place.kept(lead)) for lead in opened)
    assert written == 20

    assert learned_place.run(NOW + timedelta(minutes=1)).changed == 25
    assert all(len(learned_place.kept(lead)) == 1 for lead in opened)
    assert all(learned_place.leads()[lead][1] for lead in opened)


def test_leads_of_another_workspace_are_left_alone(learned: Ground) -> None:
    from storage.workspaces.workspace_vocabulary import create_workspace

    learned.open(10)
    with learned.database.begin_write() as session:
        other = create_workspace(session, name="Other", now=NOW).id
    theirs = learned.open(5, seed=6, workspace_id=other)
    mine = learned.open(5, seed=7)

    assert learned.run().leads == 15
    shown = learned.leads()
    assert all(shown[lead][0] is None for lead in theirs)
    assert all(shown[lead][0] for lead in mine)


def test_a_lead_of_which_nothing_is_known_is_not_scored(learned: Ground) -> None:
    blank = learned.open(1, source=None, custom=None)[0]

    assert learned.run().unscored == 1
    assert learned.leads()[blank] == (None, None, None)
    assert learned.kept(blank) == []


def test_rules_score_by_source_recency_and_criteria_and_give_no_probability(ground: Ground) -> None:
    good = ground.open(1, source="Customer Referral", budget="50000", timeframe="within 3 months")[0]
    poor = ground.open(1, source="Purchased List", created=NOW - 90 * DAY)[0]
    ground.touch(good, NOW - DAY)

    done = ground.run()

    assert (done.model, done.state) == ("rules", "rules")
    shown = ground.leads()
    assert (shown[good][0] or 0) > 70
    assert (shown[poor][0] or 99) < 30
    kept = ground.kept(good)[0]
    assert (kept.probability, kept.model) == (None, "rules")
    assert kept.reasons == {
        "raises": ["Came by referral", "Budget meets the guideline", "Timeframe meets the guideline"],
        "lowers": [],
        "by": "rules",
    }


def test_scores_older_than_400_days_go_unless_they_are_the_last(learned: Ground) -> None:
    over, opened = learned.open(2)
    learned.run(NOW)
    with learned.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.id == over).values(lifecycle="closed", closed_at=NOW))
        session.execute(update(Lead).where(Lead.id == opened).values(source="Customer Referral"))

    learned.run(NOW + 402 * DAY)

    assert [kept.as_of for kept in learned.kept(opened)] == [NOW + 402 * DAY]
    assert [kept.as_of for kept in learned.kept(over)] == [NOW]


def test_imported_scores_live_beside_and_the_workspace_chooses(ground: Ground) -> None:
    ground.finished(400)
    lead, other = ground.open(2)
    imported = {"score": 7, "as_of": NOW - DAY, "probability": 0.07, "reasons": None, "model": "imported"}
    with ground.database.begin_write() as session:
        store_scores(session, 1, [(lead, imported)], NOW)
    assert ground.leads()[lead][0] == 7

    ground.train()
    ground.run()
    assert {kept.model: kept.shown for kept in ground.kept(lead)} == {"imported": False, "model 1": True}

    set_shown_scores(ground.database, 1, "imported", NOW)
    assert ground.leads()[lead][0] == 7
    assert ground.leads()[other] == (None, None, None)
    ground.run(NOW + DAY)
    assert ground.leads()[lead][0] == 7

    set_shown_scores(ground.database, 1, "model", NOW + DAY)
    own = [kept.score for kept in ground.kept(lead) if kept.model == "model 1"][-1]
    assert ground.leads()[lead][0] == own
    with ground.database.begin_write() as session:
        store_scores(session, 1, [(lead, imported | {"as_of": NOW + DAY, "score": 9})], NOW + DAY)
    assert ground.leads()[lead][0] == own
    with pytest.raises(ScoreTrouble, match="Use one of model, imported"):
        set_shown_scores(ground.database, 1, "both", NOW)


def test_imported_scores_stay_shown_where_only_rules_could_replace_them(ground: Ground) -> None:
    lead = ground.open(1)[0]
    imported = {"score": 88, "as_of": NOW - DAY, "probability": None, "reasons": None, "model": "imported"}
    with ground.database.begin_write() as session:
        store_scores(session, 1, [(lead, imported)], NOW)

    ground.run()

    assert ground.leads()[lead][0] == 88


def test_a_few_leads_are_scored_at_once_by_the_cut_points_of_the_rest(learned: Ground) -> None:
    learned.open(40)
    learned.run()
    before = learned.leads()
    fresh = learned.open(2, seed=13, source="Customer Referral")

    done = score_open_leads(learned.database, 1, NOW + DAY, only=fresh[:1])

    assert (done.leads, done.changed) == (1, 1)
    assert learned.leads() == before | {fresh[0]: learned.leads()[fresh[0]], fresh[1]: (None, None, None)}
    assert learned.leads()[fresh[0]][1] in {"hot", "warm", "cold"}


def test_leads_that_all_look_alike_are_not_all_hot(ground: Ground) -> None:
    opened = ground.open(50, source="Web", custom={})
    ground.run()
    assert {ground.leads()[lead][1] for lead in opened} == {"warm"}
    with ground.database.begin_write() as session:
        recompute_bands(session, 1)
    assert {ground.leads()[lead][1] for lead in opened} == {"warm"}

    better = ground.open(1, seed=3, source="Customer Referral", custom={})[0]
    score_open_leads(ground.database, 1, NOW + DAY, only=[better])
    assert ground.leads()[better][1] == "hot"


def test_bands_are_right_where_a_few_leads_told_the_cut_points_beforehand(
    learned: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.scores.scoring_run.SAMPLE", 4)
    monkeypatch.setattr("storage.scores.scoring_run.PLACES", 1)
    # The first leads, which are the sample, are better than all the others.
    learned.open(8, source="Customer Referral", custom={"Company size": "large", "Visits": "15"})
    learned.open(40)

    learned.run()

    bands = learned.leads()
    with learned.database.begin_write() as session:
        recompute_bands(session, 1)
    assert learned.leads() == bands
    assert {band for _, band, _ in bands.values()} >= {"hot", "warm", "cold"}


def test_cut_points_given_by_hand_stay(learned: Ground) -> None:
    opened = learned.open(40)
    with learned.database.begin_write() as session:
        session.execute(update(Workspace).values(hot_from=99, warm_from=2, bands_given=True))

    learned.run()

    bands = [learned.leads()[lead][1] for lead in opened]
    assert bands.count("hot") <= 3
    assert bands.count("warm") >= 30


def test_the_night_learns_once_a_week_when_enough_has_ended(place: Ground) -> None:
    place.finished(300, until=NOW - 30 * DAY)
    place.open(20)

    first = refresh_scores(place.database, 1, NOW)
    assert first.said == ("model 1 is in use.",)
    assert first.changed == 20
    assert refresh_scores(place.database, 1, NOW + DAY).said == ()
    place.finished(80, seed=7, until=NOW + DAY)
    assert refresh_scores(place.database, 1, NOW + 2 * DAY).said == ()
    assert refresh_scores(place.database, 1, NOW + 8 * DAY).said != ()


def test_a_base_rate_that_moved_since_recalibrates_the_model_in_use(place: Ground) -> None:
    place.finished(450, until=NOW - 2 * DAY)
    before = place.train(now=NOW - DAY)
    place.open(30)
    scores = place.run(NOW - DAY)
    shown = place.leads()
    place.finished(260, rate=0.12, seed=11, until=NOW)

    told = refresh_scores(place.database, 1, NOW)

    assert "recalibrated" in told.said[0]
    assert place.model.name == before.name == scores.model
    assert place.model.data["model"]["offset"] < -0.3
    assert {lead: each[0] for lead, each in place.leads().items()} == {
        lead: shown.get(lead, (None, None, None))[0] for lead in place.leads()
    }


def test_an_import_is_followed_by_scores(ground: Ground) -> None:
    ground.open(10)

    assert score_after_import(ground.database, 1, NOW).changed == 10
    assert all(score for score, _, _ in ground.leads().values())


def test_a_workspace_without_leads_is_not_scored(ground: Ground) -> None:
    assert refresh_scores(ground.database, 1, NOW).leads == 0
    with ground.database.begin_read() as session:
        assert session.scalars(select(ScoreModel)).all() == []


def test_another_process_can_write_between_batches(place: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.scores.lead_portions.PORTION", 10)
    place.open(30)
    other = Database(place.database.url.render_as_string(hide_password=False))
    wrote = []

    def writes(label: str, done: int, of: int) -> None:
        with other.begin_write() as session:
            session.execute(update(Workspace).values(name=f"{label} {done}"))
            wrote.append(label)

    score_open_leads(place.database, 1, NOW, progress=writes)
    other.close()

    assert wrote.count("scoring") == 4

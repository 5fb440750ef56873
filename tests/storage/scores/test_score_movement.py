"""Movement has one meaning: points since the owner's last digest, by the same model, and every surface reads it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from storage.digests import digest_runs
from storage.imports.writing.imported_scores import store_scores
from storage.people.visibility import CONSOLE
from storage.scores.model.stored_models import save_model
from storage.scores.scoring_run import score_open_leads
from storage.scores.showing.score_source import set_shown_scores
from storage.tables import Lead, LeadScore, Rep, ScoreModel
from tests.storage.scores.conftest import NOW, Ground

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
POOR, GOOD = {"source": "Purchased List"}, {"source": "Customer Referral"}


class Desk:
    """A rep with one lead among others, who gets digests and asks."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        with ground.database.begin_write() as session:
            people = [
                Rep(workspace_id=1, name=name, created_at=NOW, time_zone="UTC") for name in ("Ada Moe", "Ben Ray")
            ]
            session.add_all(people)
            session.flush()
            self.rep, self.colleague = (each.id for each in people)
        ground.open(30)
        self.lead = ground.open(1, seed=5, created=NOW - 40 * DAY, owner_id=self.rep, **POOR)[0]

    def becomes(self, **fields: Any) -> None:
        with self.ground.database.begin_write() as session:
            session.execute(update(Lead).where(Lead.id == self.lead).values(**fields))

    def gets_digest(self, at: datetime, rep: int | None = None, sent: datetime | None = None) -> None:
        of = rep or self.rep
        with self.ground.database.begin_write() as session:
            digest_runs.create_runs(session, 1, [digest_runs.NewRun(of, at.date(), digest_runs.QUEUED)], at)
            digest_runs.finish_run(session, of, at.date(), digest_runs.SENT, sent or at)

    def asks(self, verb: str, at: datetime, **arguments: Any) -> Reply:
        dispatcher = Dispatcher(self.ground.database, BY_VERB, WorkspaceDefaults())
        return dispatcher.dispatch(Request(1, self.rep, "test", at, "thread"), verb, arguments, Origin.TYPED)

    @property
    def movement(self) -> int | None:
        return self.ground.leads()[self.lead][2]

    def told(self, at: datetime) -> set[int]:
        """What each surface says of how far the lead moved; only ten points or more are news."""
        ref = f"L{self.lead}"
        found = {
            self.asks(verb, at, **arguments).records[0].fields.get("movement", 0)
            for verb, arguments in (
                ("list_leads", {"owner": "me", "sort": "movement"}),
                ("show_record", {"name": ref}),
                ("preview_digest", {}),
            )
        }
        explained = " ".join(self.asks("explain_score", at, name=ref).notes)
        said = re.search(r"(Up|Down) (\d+) (?:since the last digest|in the last 24 hours)", explained)
        found.add(0 if said is None else int(said[2]) * (1 if said[1] == "Up" else -1))
        changed = [each.fields["why"] for each in self.asks("whats_changed", at).records]
        news = {int(each.partition("(")[2].rstrip(")")) for each in changed if each.startswith("score ")}
        assert news == {each for each in found if abs(each) >= 10}
        return found


@pytest.fixture
def desk(learned: Ground) -> Desk:
    return Desk(learned)


def urgencies(desk: Desk, at: datetime) -> str:
    return desk.asks("preview_digest", at).records[0].fields.get("why", "")


def test_every_surface_says_how_far_a_score_moved_since_the_last_digest(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    first, second = (each.score for each in desk.ground.kept(desk.lead))

    assert second - first >= 10
    assert desk.told(NOW + 3 * HOUR) == {second - first}
    assert f"score up {second - first} +10" in urgencies(desk, NOW + 3 * HOUR)
    # However many runs and days go by: until the next digest it is the score of the last one that was seen.
    desk.ground.run(NOW + 9 * DAY)
    assert desk.told(NOW + 9 * DAY + HOUR) == {second - first}

    desk.gets_digest(NOW + 10 * DAY)

    assert desk.told(NOW + 10 * DAY + HOUR) == {0}
    assert "score up" not in urgencies(desk, NOW + 10 * DAY + HOUR)
    desk.ground.run(NOW + 11 * DAY)
    assert desk.movement is None


def test_a_score_that_went_up_and_down_again_has_not_moved(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    desk.becomes(**POOR)

    desk.ground.run(NOW + 3 * HOUR)

    assert desk.movement is None


def test_before_the_first_digest_the_last_24_hours_count(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + DAY)
    first, second = (each.score for each in desk.ground.kept(desk.lead))

    assert desk.told(NOW + DAY + HOUR) == {second - first}
    desk.ground.run(NOW + 2 * DAY + HOUR)
    assert desk.movement is None


def test_what_a_digest_did_not_show_yet_still_moved_after_it(desk: Desk) -> None:
    """A digest is gathered before it is sent; scores may change in between."""
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + DAY + HOUR)
    first, second = (each.score for each in desk.ground.kept(desk.lead))

    desk.gets_digest(NOW + DAY, sent=NOW + DAY + 2 * HOUR)

    assert desk.movement == second - first


def test_a_digest_that_is_sent_while_leads_are_scored_counts(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    # The run began before this digest and writes after it.
    later = NOW + DAY

    def sends(label: str, done: int, of: int) -> None:
        if label == "scoring" and done == 0:
            desk.gets_digest(later + timedelta(minutes=1))

    desk.becomes(product_interest="Fleet")
    score_open_leads(desk.ground.database, 1, later, progress=sends)

    assert desk.movement is None


@pytest.mark.parametrize("digest", [False, True], ids=["no digest yet", "after a digest"])
def test_a_new_model_moves_nobody_and_its_first_scores_are_the_new_beginning(desk: Desk, digest: bool) -> None:
    desk.ground.run(NOW)
    if digest:
        desk.gets_digest(NOW + HOUR)
    model = desk.ground.model
    learned = dict(model.data)
    # The same leads in the opposite order: whatever was low is high by the new model.
    features = [each | {"weights": [-weight for weight in each["weights"]]} for each in learned["model"]["features"]]
    learned["model"] = learned["model"] | {"features": features, "pairs": []}
    with desk.ground.database.begin_write() as session:
        save_model(
            session, 1, name="model 2", state="ok", now=NOW + 2 * HOUR, data=learned, evaluation=model.evaluation
        )

    desk.ground.run(NOW + 2 * HOUR)

    old, new = desk.ground.kept(desk.lead)
    assert (old.model, new.model) == ("model 1", "model 2")
    assert abs(new.score - old.score) >= 10
    assert {each[2] for each in desk.ground.leads().values()} == {None}
    assert desk.told(NOW + 3 * HOUR) == {0}
    assert "score up" not in urgencies(desk, NOW + 3 * HOUR)
    trend = desk.asks("explain_score", NOW + 3 * HOUR, name=f"L{desk.lead}")
    assert [each["score"] for each in trend.rows] == [new.score]
    assert desk.asks("whats_changed", NOW + 3 * HOUR, since=(NOW - DAY).date().isoformat()).figures["score_moves"] == 0
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 4 * HOUR)
    assert desk.movement == desk.ground.kept(desk.lead)[-1].score - new.score


def test_a_recalibrated_model_moves_nobody(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    model = desk.ground.model
    data = dict(model.data)
    data["model"] = dict(data["model"]) | {"offset": data["model"]["offset"] - 1}
    with desk.ground.database.begin_write() as session:
        session.get_one(ScoreModel, model.id).data = data

    assert desk.ground.run(NOW + 2 * HOUR).changed

    assert {each[2] for each in desk.ground.leads().values()} == {None}
    assert desk.told(NOW + 3 * HOUR) == {0}


@pytest.mark.parametrize("digest", [False, True], ids=["no digest yet", "after a digest"])
def test_other_scores_in_place_of_these_move_nobody_nor_do_these_when_they_come_back(desk: Desk, digest: bool) -> None:
    desk.ground.run(NOW)
    if digest:
        desk.gets_digest(NOW + HOUR)
    imported = [
        (desk.lead, {"score": score, "as_of": at, "probability": None, "reasons": None, "model": "imported"})
        for score, at in ((20, NOW - DAY), (99, NOW + 2 * HOUR))
    ]
    with desk.ground.database.begin_write() as session:
        store_scores(session, 1, imported, NOW + 2 * HOUR)

    set_shown_scores(desk.ground.database, 1, "imported", NOW + 3 * HOUR)
    assert desk.ground.leads()[desk.lead][0] == 99
    assert desk.told(NOW + 4 * HOUR) == {0}
    # What the model gives meanwhile nobody sees.
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 4 * HOUR)
    assert desk.movement is None

    set_shown_scores(desk.ground.database, 1, "model", NOW + 5 * HOUR)
    desk.ground.run(NOW + 6 * HOUR)
    assert desk.ground.leads()[desk.lead][0] == desk.ground.kept(desk.lead)[-1].score != 99
    assert desk.told(NOW + 7 * HOUR) == {0}


def test_rules_that_come_back_are_not_compared_with_what_they_gave_before(desk: Desk) -> None:
    rows = [("rules", 30, NOW - 5 * DAY), ("model 1", 80, NOW - 3 * DAY), ("rules", 60, NOW - HOUR)]
    with desk.ground.database.begin_write() as session:
        for model, score, at in rows:
            session.add(LeadScore(workspace_id=1, lead_id=desk.lead, as_of=at, score=score, model=model))
        session.execute(update(Lead).where(Lead.id == desk.lead).values(score=60, movement=30))

    desk.gets_digest(NOW - 4 * DAY)

    assert desk.movement is None


def test_imported_scores_move_since_the_last_digest_too(desk: Desk) -> None:
    set_shown_scores(desk.ground.database, 1, "imported", NOW - 9 * DAY)
    desk.gets_digest(NOW - 2 * DAY)
    with desk.ground.database.begin_write() as session:
        rows = [
            (desk.lead, {"score": score, "as_of": at, "probability": None, "reasons": None, "model": "imported"})
            for score, at in ((9, NOW - 3 * DAY), (40, NOW - DAY), (50, NOW - HOUR))
        ]
        store_scores(session, 1, rows, NOW)

    assert desk.told(NOW) == {41}


def test_a_lead_given_away_is_measured_by_what_its_new_owner_saw(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    assert desk.movement
    desk.gets_digest(NOW + 3 * HOUR, rep=desk.colleague)

    desk.becomes(owner_id=desk.rep)
    admin = Dispatcher(desk.ground.database, BY_VERB, WorkspaceDefaults())
    request = Request(1, CONSOLE, "test", NOW + 4 * HOUR, "thread")
    given = {"name": f"L{desk.lead}", "owner": f"U{desk.colleague}"}
    reply = admin.dispatch(request, "assign_lead", given, Origin.TYPED)

    assert "Ben Ray" in reply.head
    assert desk.movement is None


def test_a_lead_that_is_over_has_no_movement(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    desk.becomes(lifecycle="closed")

    desk.ground.run(NOW + 3 * HOUR)

    assert desk.movement is None


def test_a_digest_of_one_person_leaves_the_leads_of_others_alone(desk: Desk) -> None:
    desk.ground.run(NOW)
    desk.gets_digest(NOW + HOUR)
    desk.becomes(**GOOD)
    desk.ground.run(NOW + 2 * HOUR)
    moved = desk.movement

    desk.gets_digest(NOW + 3 * HOUR, rep=desk.colleague)

    assert moved
    assert desk.movement == moved

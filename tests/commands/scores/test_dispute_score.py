"""Reps say of a score that it is wrong; explanations say what stands behind it, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from storage.scores.model.stored_models import save_model
from storage.scores.scoring_run import score_open_leads
from storage.scores.showing.score_report import build_report
from storage.tables import ScoreFeedback
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    return Dispatcher(company.database, BY_VERB, WorkspaceDefaults(), {kind.verb(): kind for kind in FORM_ONLY})


def feedback(company: Company) -> list[tuple[int, str | None]]:
    with company.database.begin_read() as session:
        rows = session.execute(select(ScoreFeedback.rep_id, ScoreFeedback.said).order_by(ScoreFeedback.id))
        return [(row.rep_id, row.said) for row in rows]


def scored_name(desk: Desk) -> str:
    reply = desk.says("my top 5 leads")
    return next(record.name for record in reply.records if record.fields.get("score"))


def test_this_is_wrong_is_kept_with_the_score_once_and_counted_in_the_report(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    explained = nora.says(f"why is {scored_name(nora)} scored like that?")

    button = next(each for each in explained.buttons if each.label == "This is wrong")
    said = nora.presses(button)
    again = nora.presses(button)

    assert said.state is ReplyState.DONE
    assert "Noted" in said.head
    assert "already" in again.head
    assert feedback(company) == [(company.person("nora"), None)]
    with company.database.begin_read() as session:
        lines = "\n".join(build_report(session, company.workspace_id, company.now).write_lines())
        assert build_report(session, company.workspace_id, company.now).disputed[0][1] == 1
    assert "No model was trained yet" in lines


def test_a_dispute_is_taken_back_like_any_write(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    said = nora.calls("dispute_score", name=scored_name(nora), why="They went bankrupt")
    assert feedback(company) == [(company.person("nora"), "They went bankrupt")]

    undone = nora.presses(next(each for each in said.buttons if each.command == "undo"))

    assert undone.state is ReplyState.DONE
    assert feedback(company) == []


def test_a_lead_out_of_sight_has_no_score_to_dispute(desk: Desks, company: Company) -> None:
    theirs = scored_name(desk("nora"))

    assert desk("tom").calls("dispute_score", name=theirs).state is ReplyState.NOT_FOUND
    assert feedback(company) == []


def test_rules_that_score_because_nothing_foretells_are_called_not_predictive_yet(
    desk: Desks, company: Company
) -> None:
    nora, later = desk("nora"), company.now + timedelta(minutes=1)
    name = scored_name(nora)
    with company.database.begin_write() as session:
        save_model(
            session,
            company.workspace_id,
            name="model 1",
            state="not_predictive",
            now=company.now,
            data={},
            evaluation={"rows": 200, "converted": 60, "used": [], "left_out": {}},
        )
        from storage.tables import Workspace

        session.get_one(Workspace, company.workspace_id).scores_shown = "model"
    score_open_leads(company.database, company.workspace_id, later)

    reply = nora.says(f"why is {name} scored like that?")

    assert any(note.startswith("Not predictive yet") for note in reply.notes)
    assert "likely to convert" not in reply.head
    assert any(note.startswith("Not predictive yet") for note in nora.says(f"show {name}").notes)
    first = [each.fields["why"] for each in nora.types("preview_digest").records if each.kind == "lead"]
    assert all(each.endswith("(by plain rule)") for each in first)


def test_a_lead_without_a_score_says_why(desk: Desks, company: Company) -> None:
    from sqlalchemy import delete, update

    from storage.tables import Lead, LeadScore

    nora = desk("nora")
    name = scored_name(nora)
    with company.database.begin_write() as session:
        session.execute(delete(LeadScore))
        session.execute(update(Lead).values(score=None, band=None))

    assert "is not scored because no scores were made yet" in nora.says(f"explain_score {name}").head

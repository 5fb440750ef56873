from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select

from bot.demo.demo_run import Demo, prepare_demo, run_demo
from bot.demo.demo_session import SUGGESTIONS, SessionLine, play_session
from bot.demo.sample_company import FILES, LAST_DAY, NEW, READY
from bot.terminal.terminal_reply import print_reply
from bot.terminal.verb_outcome import STATUS
from commands.contract.reply import ReplyState
from commands.dispatching.request import Origin
from storage.tables import Account, FollowUp, Lead, LeadScore, Opportunity, ScoreModel
from storage.upkeep.upgrade import check_integrity

MOMENTS = (
    "2026-11-18T13:40+00:00",
    pytest.param("2026-11-21T10:00+00:00", marks=pytest.mark.slow),
    pytest.param("2026-12-31T17:30+00:00", marks=pytest.mark.slow),
    pytest.param("2027-01-01T08:00+00:00", marks=pytest.mark.slow),
    pytest.param("2028-02-29T12:00+00:00", marks=pytest.mark.slow),
)
WEDNESDAY = datetime.fromisoformat("2026-11-18T13:40+00:00")
README = Path(__file__).parents[3] / "README.md"
CHANGED = {arguments["name"]: arguments.get("status") or arguments["stage"] for *_, arguments in LAST_DAY}
"""What became of records on the last working day."""

WELL = {ReplyState.ANSWERED, ReplyState.DONE, ReplyState.CONFIRM}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the company's files."""
    with next(path for path in FILES if path.stem == name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The sample company on a Wednesday, shared by tests that only read."""
    found = prepare_demo(tmp_path_factory.mktemp("demo"), now=WEDNESDAY)
    yield found
    found.database.close()


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_eight_turns_are_understood_on_any_day(moment: str, tmp_path: Path) -> None:
    demo = prepare_demo(tmp_path, now=datetime.fromisoformat(moment))
    session = list(play_session(demo.answer))

    assert {said.turn for said in session} == set(range(1, 9))
    for said in session:
        assert said.reply.state in WELL, (said.words, said.reply)
    commands = [said.reply.command for said in session if said.words != "yes"]
    assert commands[0] in {"preview_digest", "list_leads"}
    assert all(said.reply.rows for said in session if said.reply.command in {"lead_stats", "forecast"})
    assert commands[1:] == [
        "explain_score",
        "lead_stats",
        "set_lead_status",
        "convert_lead",
        "undo",
        "forecast",
        "explain_term",
    ]
    holds_what_was_confirmed(demo, session)
    demo.database.close()


def holds_what_was_confirmed(demo: Demo, session: list[SessionLine]) -> None:
    """What was confirmed is done, and the conversion taken back."""
    assert [said.reply.state for said in session if said.words == "yes"] == [ReplyState.DONE, ReplyState.DONE]
    with demo.database.begin_read() as database:
        new = database.scalars(select(Lead).where(Lead.name == NEW)).one()
        ready = database.scalars(select(Lead).where(Lead.name == READY)).one()
        assert demo.seat.dispatcher.build_context(database, demo.seat.request).vocabulary.status[
            new.status_id
        ].name == ("Contacted")
        assert ready.converted_at is None
        assert ready.lifecycle == "open"
    assert check_integrity(demo.database) == []


def test_every_suggestion_is_understood(demo: Demo) -> None:
    for sentence in SUGGESTIONS:
        reply = demo.answer(sentence)
        assert reply.state in WELL, (sentence, reply)


def test_the_company_is_whole_in_the_database(demo: Demo) -> None:
    with demo.database.begin_read() as database:
        for table, name in ((Lead, "leads"), (Opportunity, "opportunities"), (Account, "accounts")):
            assert database.scalar(select(func.count()).select_from(table)) == len(rows_of(name))
        assert database.scalars(select(FollowUp.id).where(FollowUp.due == demo.seat.request.now.date())).all() != []
        bands = Counter(database.scalars(select(Lead.band).where(Lead.lifecycle == "open", Lead.score.is_not(None))))
        assert set(bands) == {"hot", "warm", "cold"}
        assert abs(bands["hot"] / bands.total() - 0.2) < 0.04
    assert check_integrity(demo.database) == []


def test_scores_come_from_a_model_that_learned_from_the_finished_leads(demo: Demo) -> None:
    with demo.database.begin_read() as database:
        model = database.scalars(select(ScoreModel).where(ScoreModel.active)).one()
        moved = database.scalars(select(Lead.movement).where(Lead.movement.is_not(None))).all()

        assert model.state == "ok"
        assert set(database.scalars(select(LeadScore.model).distinct())) == {model.name}
    assert max(moved) >= 10
    assert len(moved) >= 5


def test_leads_end_up_with_the_status_and_deals_in_the_stage_of_the_sample(demo: Demo) -> None:
    with demo.database.begin_read() as database:
        words = demo.seat.dispatcher.build_context(database, demo.seat.request).vocabulary
        statuses = dict(database.execute(select(Lead.external_id, Lead.status_id)).all())
        stages = dict(database.execute(select(Opportunity.external_id, Opportunity.stage_id)).all())

    assert {key: words.status[number].name for key, number in statuses.items()} == {
        row["external_id"]: CHANGED.get(f"{row['first_name']} {row['last_name']}", row["status"])
        for row in rows_of("leads")
    }
    assert {key: words.stage[number].name for key, number in stages.items()} == {
        row["external_id"]: CHANGED.get(row["name"], row["stage"]) for row in rows_of("opportunities")
    }


def test_figures_are_those_of_the_sample(demo: Demo) -> None:
    wanted = {"measure": "won_amount", "period": "this year"}
    won = demo.seat.dispatcher.dispatch(demo.seat.request, "deal_stats", wanted, Origin.TYPED)
    won_this_year = sum(
        int(row["amount"])
        for row in rows_of("opportunities")
        if row["owner"] == "maya"
        and CHANGED.get(row["name"], row["stage"]) == "Closed Won"
        and (row["close_date"].startswith("2026") or row["name"] in CHANGED)
    )

    assert won.figures["value"] == won_this_year


def test_conversion_rates_of_sources_are_those_of_the_sample(demo: Demo) -> None:
    wanted = {"group_by": "source", "owner": "everyone"}
    reply = demo.seat.dispatcher.dispatch(demo.seat.request, "lead_stats", wanted, Origin.TYPED)

    converted = Counter(row["source"] for row in rows_of("leads") if row["converted"] == "yes")
    assert {row["source"]: row["converted"] for row in reply.rows} == converted
    assert reply.rows[0]["source"] == "Customer Referral"


def test_one_sentence_is_answered_with_its_status_and_the_folder_is_gone(
    no_terminal: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = io.StringIO()

    assert run_demo("purple elephants sing", Console(file=said, width=100)) == STATUS[ReplyState.NOT_UNDERSTOOD]
    assert list(tmp_path.iterdir()) == []
    assert "leadlight-demo" not in said.getvalue()


def test_the_readme_shows_what_the_demo_says(tmp_path: Path) -> None:
    demo = prepare_demo(tmp_path, now=datetime.fromisoformat("2026-11-23T09:15+00:00"))
    transcript = README.read_text(encoding="utf-8").split("```")[1]
    for turn in transcript.split("› ")[1:]:
        sentence, answer = turn.split("\n", 1)
        said = io.StringIO()
        print_reply(Console(file=said, width=86), demo.answer(sentence))
        for part in answer.split("…"):
            assert " ".join(part.split()) in " ".join(said.getvalue().split())
    demo.database.close()


def test_the_program_plays_the_session_and_cleans_up(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "100"},
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("› ") >= 8
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []

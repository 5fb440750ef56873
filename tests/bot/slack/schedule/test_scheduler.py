"""Scores are made by the clock: at night, after an import, and of leads that people add."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

import bot.slack.schedule.scheduler
from storage.imports import run_import
from storage.scores.score_refresh import score_after_import
from storage.tables import Lead, LeadScore
from tests.bot.slack.office import Office
from tests.bot.slack.operations.test_serve import until
from tests.bot.slack.serve_process import ROOT

Scored = Callable[[], list[str]]


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> Scored:
    """On which occasions scores were made since the last look."""
    seen: list[str] = []
    real = bot.slack.schedule.scheduler.multiprocessing.get_context

    def watched(method: str) -> object:
        seen.append(method)
        return real(method)

    monkeypatch.setattr(bot.slack.schedule.scheduler.multiprocessing, "get_context", watched)

    def since() -> list[str]:
        found, seen[:] = seen[:], []
        return found

    return since


def scores(office: Office) -> dict[str, int | None]:
    with office.database.begin_read() as session:
        return dict(session.execute(select(Lead.name, Lead.score).where(Lead.lifecycle == "open")).all())


@pytest.fixture
def office(http_office: Office) -> Office:
    """An office in which no lead has a score, not even one that was imported."""
    with http_office.database.begin_write() as session:
        session.execute(delete(LeadScore))
        session.execute(update(Lead).values(score=None, band=None, movement=None))
    return http_office


def test_what_was_imported_before_the_start_is_scored_at_once_and_then_left_alone(
    office: Office, scored: Scored
) -> None:
    office.running.scheduler.score_workspaces()
    assert len(scored()) == 1
    assert all(score is not None for score in scores(office).values())

    office.wait(minutes=1)
    office.running.scheduler.score_workspaces()
    assert scored() == []


def test_a_lead_added_in_slack_is_scored_within_the_minute_and_nobody_else_again(
    office: Office, scored: Scored
) -> None:
    scheduler = office.running.scheduler
    score_after_import(office.database, office.company.workspace_id, office.now())
    before = scores(office)
    nora = office.person("nora")
    nora.uses_command("/leadlight", "create_lead first_name=Zoe last_name=Bright company=Brightside")
    assert scores(office)["Zoe Bright"] is None

    office.wait(minutes=1)
    scheduler.score_workspaces()
    assert len(scored()) == 1
    after = scores(office)
    assert after.pop("Zoe Bright") is not None
    assert after == before

    office.wait(minutes=1)
    scheduler.score_workspaces()
    assert scored() == []


@pytest.mark.slow
def test_an_import_while_it_serves_is_scored(office: Office, scored: Scored, tmp_path: Path) -> None:
    scheduler = office.running.scheduler
    score_after_import(office.database, office.company.workspace_id, office.now())
    file = tmp_path / "leads.csv"
    file.write_text("first_name,last_name,company\nIris,Import,Importers\n")
    run_import(office.database, office.company.workspace_id, [file], now=office.now())

    scheduler.score_workspaces()
    assert len(scored()) == 1
    assert scores(office)["Iris Import"] is not None


def test_each_night_once(office: Office, scored: Scored) -> None:
    scheduler = office.running.scheduler
    score_after_import(office.database, office.company.workspace_id, office.now())
    for _ in range(48):
        scheduler.score_workspaces()
        office.wait(hours=1)
    assert len(scored()) == 2


@pytest.mark.slow
def test_a_bot_that_starts_within_the_night_still_makes_them(office: Office, scored: Scored) -> None:
    score_after_import(office.database, office.company.workspace_id, office.now())
    night = office.now().replace(hour=4, minute=0) + timedelta(days=1)
    office.wait(seconds=(night - office.now()).total_seconds())
    office.running.scheduler.score_workspaces()
    assert len(scored()) == 1


def test_scores_that_could_not_be_made_are_tried_again_within_the_hour(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(method: str) -> object:
        raise OSError("no more processes")

    with monkeypatch.context() as crowded:
        crowded.setattr(bot.slack.schedule.scheduler.multiprocessing, "get_context", refuses)
        office.running.scheduler.score_workspaces()
    office.wait(minutes=30)
    office.running.scheduler.score_workspaces()
    assert not any(scores(office).values())

    office.wait(minutes=31)
    office.running.scheduler.score_workspaces()
    assert all(scores(office).values())


BUSY = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from bot.slack.schedule.scheduler import end_with_parent

if __name__ == "__main__":
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning, initializer=end_with_parent) as other:
        print(other.submit(os.getpid).result(), flush=True)
        other.submit(time.sleep, 600).result()
"""
"""A server whose other process is at work."""


def test_a_killed_server_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        left = Path("/proc", server.stdout.readline().decode().strip())
        assert left.exists()
        server.kill()

    until(lambda: not left.exists())

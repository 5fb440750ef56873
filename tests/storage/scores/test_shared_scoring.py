"""Several processes on one PostgreSQL score its leads together."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from storage.database.doors import Database
from storage.scores.score_refresh import complete_scoring, refresh_scores
from storage.scores.scoring_parts import find_newest_run, is_run_open
from storage.scores.scoring_run import WORK, ScoringRun, score_open_leads
from storage.tables import LeadScore
from tests.storage.claiming_process import held_elsewhere
from tests.storage.scores.conftest import NOW, Ground, make_ground

MINUTE = timedelta(minutes=1)
ROOT = Path(__file__).parents[3]
DIES = """
import os, signal, sys
from storage.database.doors import Database
from storage.scores import lead_portions, scoring_run
from tests.storage.scores.conftest import NOW

def dies(label, done, of):
    if done >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

lead_portions.PORTION = 10
scoring_run.score_open_leads(Database(sys.argv[1]), 1, NOW, progress=dies)
"""


@pytest.fixture
def shared(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Forty open leads in parts of ten."""
    monkeypatch.setattr("storage.scores.lead_portions.PORTION", 10)
    ground = make_ground(postgres_database)
    ground.open(40)
    return ground


@pytest.fixture
def other(shared: Ground) -> Iterator[Database]:
    """The connections of another process."""
    database = Database(shared.database.url.render_as_string(hide_password=False))
    yield database
    database.close()


def is_scored_once(ground: Ground) -> bool:
    with ground.database.begin_read() as session:
        leads = session.scalars(select(LeadScore.lead_id)).all()
    return len(leads) == len({*leads}) == 40 and all(score and band for score, band, _ in ground.leads().values())


def test_who_comes_while_leads_are_scored_takes_part(shared: Ground, other: Database) -> None:
    parts: list[int] = []
    ends: list[ScoringRun] = []

    def helps() -> None:
        ends.append(
            score_open_leads(other, 1, NOW + MINUTE, since=NOW, progress=lambda label, done, of: parts.append(done))
        )

    helper = Thread(target=helps)

    def progress(label: str, done: int, of: int) -> None:
        if done == 10 and not ends:
            helper.start()
            helper.join(30)

    ends.append(score_open_leads(shared.database, 1, NOW, progress=progress))

    # The thirty leads that were left, and the end of the run.
    assert parts == [0, 10, 20, 30]
    assert is_scored_once(shared)
    assert [(each.leads, each.changed, each.as_of) for each in ends] == [(40, 40, NOW)] * 2


def test_the_part_of_a_process_that_is_killed_is_scored_by_the_others(shared: Ground) -> None:
    second_part = 2
    with held_elsewhere(shared.database, WORK, 1, second_part) as elsewhere:
        waited: list[int] = []

        def progress(label: str, done: int, of: int) -> None:
            if done == 30:
                # Nothing else is left to do.
                waited.append(done)
                if len(waited) == 2:
                    elsewhere.kill()

        done = score_open_leads(shared.database, 1, NOW, progress=progress)

    assert done.changed == 40
    assert len(waited) >= 2
    assert is_scored_once(shared)


def test_a_run_whose_only_process_was_killed_is_taken_over(shared: Ground) -> None:
    url = shared.database.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", DIES, url], cwd=ROOT, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    with shared.database.begin_read() as session:
        assert is_run_open(session, 1)

    assert complete_scoring(shared.database, 1, NOW + MINUTE).changed == 20

    assert is_scored_once(shared)
    with shared.database.begin_read() as session:
        assert not is_run_open(session, 1)


def test_of_two_processes_one_scores_the_night(shared: Ground, other: Database) -> None:
    first = refresh_scores(shared.database, 1, NOW, since=NOW)
    second = refresh_scores(other, 1, NOW + MINUTE, since=NOW)

    assert (first.leads, second.leads) == (40, 40)
    with shared.database.begin_read() as session:
        assert find_newest_run(session, 1) == NOW
    assert score_open_leads(other, 1, NOW + MINUTE).as_of == NOW + MINUTE

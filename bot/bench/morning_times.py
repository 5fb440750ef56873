"""Measures a morning: the digests of many reps, built from the database and put into the outbox."""

from __future__ import annotations

import time
from pathlib import Path

from bot.bench.large_team import NOW, build_database
from bot.bench.measured_figures import Figure, FigureTable
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.app import make_bot
from bot.slack.teams.teams import SlackTeams
from storage.database.doors import Database
from storage.slack import work_queues
from storage.tables import Outbox

REPS = 10_000
MINUTE = 60.0


def measure_mornings(table: FigureTable, folder: Path, leads: int) -> None:
    """Measure the digests of 10,000 reps with 1,000,000 leads, and of a tenth of both.

    Fewer leads bring fewer reps, in the same proportion.
    """
    reps = max(100, REPS * leads // 1_000_000)
    tenth = _time_digests(folder / "few-mornings.db", leads // 10, reps // 10)
    whole = _time_digests(folder / "mornings.db", leads, reps)
    table.add_figure(
        Figure(f"digests of {reps:,} reps, {leads:,} leads, kept", whole, at_most=MINUTE * leads / 1_000_000)
    )
    table.add_figure(Figure(f"digests of {reps:,} reps: against a tenth of both", whole, "a tenth", tenth, times=11))


def _time_digests(path: Path, leads: int, reps: int) -> float:
    """Time a tick at which all digests are due, in seconds until the last one is in the outbox."""
    firm = build_database(path, leads=leads, opportunities=leads // 10, reps=reps)
    database = Database(firm.url)
    due = NOW.replace(hour=8, minute=31)
    settings = Settings(_env_file=None)
    running = make_bot(settings, database, SlackClients(None), SlackTeams(), clock=lambda: due, sends=False)
    started = time.perf_counter()
    running.digests.queue_due_digests(firm.workspace_id)
    took = time.perf_counter() - started
    with database.begin_read() as session:
        kept = work_queues.count_open_rows(session, Outbox)
    running.stop(1)
    database.close()
    # Every rep of the firm has something to work on: fewer messages would be fewer digests.
    assert kept == reps, f"{kept} digests of {reps} reps"
    return took

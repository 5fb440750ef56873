"""How long a morning takes: the digests of many reps, made from the database and put into the outbox."""

from __future__ import annotations

import time
from pathlib import Path

from bot.bench.large_team import NOW, build
from bot.bench.measured_figures import Figure, Table
from bot.settings import Settings
from bot.slack.api.clients import Clients
from bot.slack.app import make_bot
from bot.slack.teams.teams import Teams
from storage.database.doors import Database
from storage.slack import work_queues
from storage.tables import Outbox

REPS = 10_000
MINUTE = 60.0


def mornings(table: Table, folder: Path, leads: int) -> None:
    """The digests of 10,000 reps with 1,000,000 leads (fewer of both where fewer are asked for), and of a tenth."""
    reps = max(100, REPS * leads // 1_000_000)
    tenth = _take(folder / "few-mornings.db", leads // 10, reps // 10)
    whole = _take(folder / "mornings.db", leads, reps)
    table.add(Figure(f"digests of {reps:,} reps, {leads:,} leads, kept", whole, at_most=MINUTE * leads / 1_000_000))
    table.add(Figure(f"digests of {reps:,} reps: against a tenth of both", whole, "a tenth", tenth, times=11))


def _take(path: Path, leads: int, reps: int) -> float:
    """Seconds from the tick at which all digests are due until the last one is in the outbox."""
    firm = build(path, leads=leads, opportunities=leads // 10, reps=reps)
    database = Database(firm.url)
    due = NOW.replace(hour=8, minute=31)
    settings = Settings(_env_file=None)
    running = make_bot(settings, database, Clients(None), Teams(), clock=lambda: due, sends=False)
    started = time.perf_counter()
    running.digests.tick(firm.workspace_id)
    took = time.perf_counter() - started
    with database.reading() as session:
        kept = work_queues.waiting(session, Outbox)
    running.stop(1)
    database.close()
    # Every rep of the firm has something to work on: fewer messages would be fewer digests.
    assert kept == reps, f"{kept} digests of {reps} reps"
    return took

"""Measures a morning: the digests of many reps, built from the database and put into the outbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.bench.large_team import BenchDatabase, build_database
from bot.bench.measured_figures import Figure, FigureTable
from bot.bench.measured_process import run_measured
from bot.bench.postgres_server import PostgresServer
from storage.database.doors import Database
from storage.slack import work_queues
from storage.tables import Outbox

REPS = 10_000
SECONDS = 40.0


def measure_mornings(table: FigureTable, folder: Path, leads: int, server: PostgresServer | None) -> None:
    """Measure the digests of 10,000 reps with 1,000,000 leads, and of a tenth of both; then by two processes.

    Fewer leads bring fewer reps, in the same proportion.
    """
    reps = max(100, REPS * leads // 1_000_000)
    few = build_database(folder / "few-mornings.db", leads=leads // 10, opportunities=leads // 100, reps=reps // 10)
    many = build_database(folder / "mornings.db", leads=leads, opportunities=leads // 10, reps=reps)
    copies = [(server.copy_firm(few), server.copy_firm(many))] if server else []
    shared = replace(many, url=server.copy_again(copies[0][1].url)) if server else None
    times = {each[1].kind: [_time_digests(firm) for firm in each] for each in ((few, many), *copies)}
    what = f"digests of {reps:,} reps"
    for kind, (_, whole) in times.items():
        most = SECONDS * leads / 1_000_000
        table.add_figure(Figure(f"{what}, {leads:,} leads, kept", whole, at_most=most, database=kind))
    for kind, (tenth, whole) in times.items():
        table.add_figure(Figure(f"{what}: against a tenth of both", whole, "a tenth", tenth, times=11, database=kind))
    if shared:
        both = _time_digests(shared, processes=2)
        one = times[shared.kind][1]
        table.add_figure(Figure(f"{what}: by two processes", both, "one", one, times=1 / 1.8, database=shared.kind))


def _time_digests(firm: BenchDatabase, processes: int = 1) -> float:
    """Time a tick at which all digests are due, in seconds until the last one is in the outbox."""
    took = run_measured("digests", {"url": firm.url, "workspace": firm.workspace_id}, processes=processes)
    database = Database(firm.url)
    with database.begin_read() as session:
        kept = work_queues.count_open_rows(session, Outbox)
    database.close()
    # Every rep of the firm has something to work on: fewer messages would be fewer digests.
    assert kept == len(firm.reps), f"{kept} digests of {len(firm.reps)} reps"
    return max(float(each["seconds"]) for each in took)

"""The figures of docs/benchmarks.md, measured on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TextIO

from bot.bench.answer_times import measure_answers, measure_beside_others, measure_starts, measure_storage_steps
from bot.bench.import_times import measure_imports, measure_outside_files
from bot.bench.large_team import build_database
from bot.bench.measured_figures import FigureTable
from bot.bench.morning_times import measure_mornings
from bot.bench.postgres_server import LEFT_OUT, open_server
from bot.bench.reading_times import NAMES, measure_readings
from bot.bench.score_comparisons import compare_with_boosting
from bot.bench.score_promises import measure_promises
from bot.bench.scoring_times import measure_scorings
from bot.bench.slack_times import measure_slack
from bot.bench.slowest_statements import print_slowest
from bot.exit_on_signals import exit_on_signals

MEASURES = (
    *("answers", "others", "steps", "reading", "start", "imports", "scores", "promises", "digests", "slack"),
    "plans",
)
REPS = 2000
FEW = 10_000


def run_bench(data: Path | None, rows: int, out: TextIO, *, postgres: str | None, only: Collection[str] = ()) -> None:
    """Measure and print a line for each figure; `rows` is how many leads the large database and the file get.

    Works in a temporary folder, which needs about five kilobytes a row. Databases on PostgreSQL are made on the server
    at the URL `postgres`, else on one of the bench's own. `only` names the measures to take, none all of them.
    """
    with (
        exit_on_signals(),
        tempfile.TemporaryDirectory(prefix="leadlight-bench-") as name,
        open_server(Path(name), postgres) as server,
    ):
        if server is None:
            print(f"{LEFT_OUT}\n", file=out)
        folder = Path(name)
        reps = max(21, REPS * rows // 1_000_000)
        large = build_database(
            folder / "large.db", leads=rows, opportunities=rows // 10, reps=reps, neighbours=rows // 10
        )
        each = rows // reps
        # A rep has as many records in the small database as in the large one: only the others are fewer.
        few = max(21, FEW // each)
        small = build_database(folder / "small.db", leads=few * each, opportunities=few * each // 10, reps=few)
        known = build_database(folder / "names.db", leads=NAMES * 3, opportunities=NAMES * 3 // 10, reps=3)
        size = f"{large.leads:,} leads, {large.opportunities:,} opportunities, {len(large.reps):,} reps"
        print(f"The large database: {size}; another workspace with {rows // 10:,} leads beside them.\n", file=out)
        copies = (large, server.copy_firm(large)) if server else (large,)
        table = FigureTable(out)
        measures: dict[str, Callable[[], None]] = {
            "answers": lambda: measure_answers(table, *copies),
            "others": lambda: measure_beside_others(table, small, large),
            "steps": lambda: measure_storage_steps(table, *copies),
            "reading": lambda: measure_readings(table, known),
            "start": lambda: measure_starts(table, folder, large),
            "imports": lambda: measure_imports(table, folder, rows, server),
            "scores": lambda: measure_scorings(table, folder, rows, server),
            "promises": lambda: measure_promises(table, folder),
            "digests": lambda: measure_mornings(table, folder, rows, server),
            "slack": lambda: measure_slack(table, folder),
            "plans": lambda: print_slowest(out, *copies),
        }
        for measure in only or MEASURES:
            measures[measure]()
        if data is not None:
            measure_outside_files(table, folder, data)
            compare_with_boosting(table, folder, data)

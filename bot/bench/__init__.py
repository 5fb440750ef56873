"""The figures of docs/benchmarks.md, measured on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bot.bench.answer_times import measure_answers, measure_beside_others, measure_starts, measure_storage_steps
from bot.bench.import_times import measure_imports, measure_outside_files
from bot.bench.large_team import build_database
from bot.bench.measured_figures import FigureTable
from bot.bench.morning_times import measure_mornings
from bot.bench.reading_times import NAMES, measure_readings
from bot.bench.score_comparisons import compare_with_boosting
from bot.bench.score_promises import measure_promises
from bot.bench.scoring_times import measure_scorings
from bot.bench.slack_times import measure_slack

REPS = 2000
FEW = 10_000


def run_bench(data: Path | None, rows: int, out: TextIO) -> None:
    """Measure and print a line for each figure; `rows` is how many leads the large database and the file get.

    Works in a temporary folder, which needs about three kilobytes a row.
    """
    with tempfile.TemporaryDirectory(prefix="leadlight-bench-") as name:
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
        table = FigureTable(out)
        measures: tuple[Callable[[], None], ...] = (
            lambda: measure_answers(table, large),
            lambda: measure_beside_others(table, small, large),
            lambda: measure_storage_steps(table, large),
            lambda: measure_readings(table, known),
            lambda: measure_starts(table, folder, large),
            lambda: measure_imports(table, folder, rows),
            lambda: measure_scorings(table, folder, rows),
            lambda: measure_promises(table, folder),
            lambda: measure_mornings(table, folder, rows),
            lambda: measure_slack(table, folder),
        )
        for measure in measures:
            measure()
        if data is not None:
            measure_outside_files(table, folder, data)
            compare_with_boosting(table, folder, data)

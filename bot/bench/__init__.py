"""The figures of docs/benchmarks.md, measured on this machine (DESIGN.md section 9)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bot.bench.answer_times import answers, beside_others, storage_steps
from bot.bench.import_times import imports, outside_files
from bot.bench.large_team import build
from bot.bench.measured_figures import Table
from bot.bench.morning_times import mornings
from bot.bench.reading_times import NAMES, readings
from bot.bench.score_comparisons import comparisons
from bot.bench.scoring_times import scorings
from bot.bench.slack_times import slack
from bot.bench.start_times import starts

REPS = 2000
FEW = 10_000


def run_bench(data: Path | None, rows: int, out: TextIO) -> None:
    """Measure and print a line for each figure; `rows` is how many leads the large database and file get.

    Works in a temporary folder, which needs about three kilobytes a row.
    """
    with tempfile.TemporaryDirectory(prefix="leadlight-bench-") as name:
        folder = Path(name)
        reps = max(21, REPS * rows // 1_000_000)
        large = build(folder / "large.db", leads=rows, opportunities=rows // 10, reps=reps, neighbours=rows // 10)
        each = rows // reps
        few = max(21, FEW // each)
        small = build(folder / "small.db", leads=few * each, opportunities=few * each // 10, reps=few)
        known = build(folder / "names.db", leads=NAMES * 3, opportunities=NAMES * 3 // 10, reps=3)
        size = f"{large.leads:,} leads, {large.opportunities:,} opportunities, {len(large.reps):,} reps"
        print(f"The large database: {size}; another workspace with {rows // 10:,} leads beside them.\n", file=out)
        table = Table(out)
        measures: tuple[Callable[[], None], ...] = (
            lambda: answers(table, large),
            lambda: beside_others(table, small, large),
            lambda: storage_steps(table, large),
            lambda: readings(table, known),
            lambda: starts(table, folder, large),
            lambda: imports(table, folder, rows),
            lambda: scorings(table, folder, rows),
            lambda: mornings(table, folder, rows),
            lambda: slack(table, folder),
        )
        for measure in measures:
            measure()
        if data is not None:
            outside_files(table, folder, data)
            comparisons(table, folder, data)

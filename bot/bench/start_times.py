"""How long the whole program takes to answer once, from nothing running to the prompt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.bench.large_team import BenchDatabase
from bot.bench.measured_figures import Figure, FigureTable, measure_seconds, percentile

RUNS = 7


def measure_starts(table: FigureTable, folder: Path, firm: BenchDatabase) -> None:
    """Measure `leadlight ask` with an existing database beside the bare interpreter."""
    left_out = ("SLACK_", "OPENAI_", "PYTHONDONTWRITEBYTECODE")
    own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    # The first run leaves byte code in the folder, as an installation has it beside the program.
    settings = own | {"DATABASE_URL": firm.url, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    ask = [sys.executable, "-m", "bot", "ask", "top 5 leads", "--json", "--workspace", str(firm.workspace_id)]

    def run_command(command: list[str]) -> None:
        subprocess.run(command, cwd=folder, env=settings, check=True, stdout=subprocess.DEVNULL)

    run_command(ask)
    pairs = [
        (
            measure_seconds(lambda: run_command(ask)),
            measure_seconds(lambda: run_command([sys.executable, "-c", "pass"])),
        )
        for _ in range(RUNS)
    ]
    mine, bare = (percentile([pair[side] for pair in pairs], 0.5) for side in (0, 1))
    table.add_figure(Figure("start: leadlight ask, whole process: p50", mine, "python -c pass", bare, at_most=1.0))

"""Work whose peak memory is measured, run by the bench in a process of its own: `import` or `score`.

Reads what to do as JSON from stdin, and prints seconds, bytes and counts as JSON on stdout.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.bench.large_team import NOW
from storage.database.doors import Database


def time_import(asked: dict[str, Any]) -> dict[str, Any]:
    """Import the `files` into a new database at `path`."""
    # Imported here, as in `time_scoring`: what only the other one needs would count in the memory of this one.
    from storage.imports import run_import
    from storage.upkeep.upgrade import upgrade_schema

    database = Database(f"sqlite:///{asked['path']}")
    upgrade_schema(database)
    start = time.perf_counter()
    results = run_import(database, 1, [Path(file) for file in asked["files"]], now=NOW)
    seconds = time.perf_counter() - start
    database.close()
    return {
        "seconds": seconds,
        "memory": read_peak_memory(),
        "rows": sum(result.created + result.updated + result.unchanged + result.rejected for result in results),
        "refused": [result.error for result in results if result.error],
    }


def time_scoring(asked: dict[str, Any]) -> dict[str, Any]:
    """Train on and score the database at `path`, and score it again unchanged."""
    from storage.scores.model.training import train_score_model
    from storage.scores.scoring_run import score_open_leads

    database = Database(f"sqlite:///{asked['path']}")
    marks = [time.perf_counter()]
    train_score_model(database, 1, NOW)
    marks.append(time.perf_counter())
    first = score_open_leads(database, 1, NOW)
    marks.append(time.perf_counter())
    again = score_open_leads(database, 1, NOW + timedelta(minutes=1))
    marks.append(time.perf_counter())
    database.close()
    return {
        "train": marks[1] - marks[0],
        "score": marks[2] - marks[1],
        "again": marks[3] - marks[2],
        "memory": read_peak_memory(),
        "state": first.state,
        "changed": first.changed,
        "changed_again": again.changed,
    }


def read_peak_memory() -> int:
    """Read the most bytes that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():
        # The kernel hands a child the peak of its parent in ru_maxrss; this one starts anew with the program.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    work = {"import": time_import, "score": time_scoring}[sys.argv[1]]
    json.dump(work(json.load(sys.stdin)), sys.stdout)

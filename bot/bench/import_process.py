"""Run as a process of its own by the bench: an import whose time and peak memory are told on stdout."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from bot.bench.large_team import NOW
from storage.database.doors import Database
from storage.imports import run_import
from storage.upkeep.upgrade import upgrade_schema


def time_import() -> None:
    """Import the files named on stdin; print seconds, peak memory in bytes, and rows as JSON."""
    asked = json.load(sys.stdin)
    database = Database(f"sqlite:///{asked['path']}")
    upgrade_schema(database)
    start = time.perf_counter()
    results = run_import(database, 1, [Path(file) for file in asked["files"]], now=NOW)
    seconds = time.perf_counter() - start
    database.close()
    rows = sum(result.created + result.updated + result.unchanged + result.rejected for result in results)
    refused = [result.error for result in results if result.error]
    json.dump({"seconds": seconds, "memory": peak_memory(), "rows": rows, "refused": refused}, sys.stdout)


def peak_memory() -> int:
    """The most bytes that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():
        # The kernel hands a child the peak of its parent in ru_maxrss; this one starts anew with the program.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    time_import()

"""Work that the bench measures in processes of its own: `import`, `train`, `score` or `digests`.

A process reads what to do as a line of JSON from stdin, says that it is ready, begins at the next line, and prints
seconds, bytes and counts as JSON. So its peak memory is that of the work, and several begin at the same moment.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.bench.large_team import NOW
from storage.database.doors import Database


def run_measured(work: str, asked: dict[str, Any], *, processes: int = 1) -> list[dict[str, Any]]:
    """Run the work in so many processes at once; return what each of them says. Raise RuntimeError where one fails."""
    command = [sys.executable, "-m", "bot.bench.measured_process", work]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for each in running:
        assert each.stdin is not None
        assert each.stdout is not None
        each.stdin.write(f"{json.dumps(asked)}\n")
        each.stdin.flush()
        each.stdout.readline()
    ended = []
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in running:
        said, trouble = each.communicate()
        if each.returncode:
            raise RuntimeError(f"{work} failed:\n{trouble[-2000:]}")
        ended.append(json.loads(said))
    return ended


Begin = Callable[[], None]


def time_import(asked: dict[str, Any], begin: Begin) -> dict[str, Any]:
    """Import the `files` into the new database at `url`."""
    # Imported here, as below: what only other work needs would count in the memory of this one.
    from storage.imports import run_import
    from storage.upkeep.upgrade import upgrade_schema

    database = Database(asked["url"])
    upgrade_schema(database)
    begin()
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


def time_training(asked: dict[str, Any], begin: Begin) -> dict[str, Any]:
    """Learn from the leads of the database at `url`."""
    from storage.scores.model.training import train_score_model

    database = Database(asked["url"])
    begin()
    start = time.perf_counter()
    train_score_model(database, 1, NOW)
    seconds = time.perf_counter() - start
    database.close()
    return {"seconds": seconds, "memory": read_peak_memory()}


def time_scoring(asked: dict[str, Any], begin: Begin) -> dict[str, Any]:
    """Score the leads of the database at `url`, as of some `minutes` later."""
    from storage.scores.scoring_run import score_open_leads

    database = Database(asked["url"])
    begin()
    start = time.perf_counter()
    done = score_open_leads(database, 1, NOW + timedelta(minutes=asked["minutes"]))
    seconds = time.perf_counter() - start
    database.close()
    return {"seconds": seconds, "memory": read_peak_memory(), "state": done.state, "changed": done.changed}


def time_digests(asked: dict[str, Any], begin: Begin) -> dict[str, Any]:
    """Make and queue all digests of a workspace, at a tick at which they are due."""
    from bot.settings import Settings
    from bot.slack.api.clients import SlackClients
    from bot.slack.app import make_bot
    from bot.slack.teams.teams import SlackTeams

    database = Database(asked["url"])
    due = NOW.replace(hour=8, minute=31)
    settings = Settings(_env_file=None)
    running = make_bot(settings, database, SlackClients(None), SlackTeams(), clock=lambda: due, sends=False)
    begin()
    start = time.perf_counter()
    running.digests.queue_due_digests(asked["workspace"])
    seconds = time.perf_counter() - start
    running.stop(1)
    database.close()
    return {"seconds": seconds, "memory": read_peak_memory()}


def read_peak_memory() -> int:
    """Read the most bytes that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():
        # The kernel hands a child the peak of its parent in ru_maxrss; this one starts anew with the program.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _wait_for_start() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    work = {"import": time_import, "train": time_training, "score": time_scoring, "digests": time_digests}[sys.argv[1]]
    json.dump(work(json.loads(sys.stdin.readline()), _wait_for_start), sys.stdout)

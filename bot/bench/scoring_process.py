"""Run as a process of its own by the bench: training and scoring whose times and peak memory are told on stdout."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from bot.bench.import_process import peak_memory
from bot.bench.large_team import NOW
from storage.database.doors import Database
from storage.scores.model.training import train
from storage.scores.scoring_run import run


def take() -> None:
    """Read from stdin which file to train on and score: once, and again when nothing changed."""
    database = Database(f"sqlite:///{json.load(sys.stdin)['path']}")
    marks = [time.perf_counter()]
    train(database, 1, NOW)
    marks.append(time.perf_counter())
    first = run(database, 1, NOW)
    marks.append(time.perf_counter())
    again = run(database, 1, NOW + timedelta(minutes=1))
    marks.append(time.perf_counter())
    database.close()
    found = {
        "train": marks[1] - marks[0],
        "score": marks[2] - marks[1],
        "again": marks[3] - marks[2],
        "memory": peak_memory(),
        "state": first.state,
        "changed": first.changed,
        "changed_again": again.changed,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    take()

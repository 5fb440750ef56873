"""Run as a process of its own by the bench: training and scoring whose times and peak memory are told on stdout."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from bot.bench.import_process import peak_memory
from bot.bench.large_team import NOW
from storage.database.doors import Database
from storage.scores.model.training import train_score_model
from storage.scores.scoring_run import score_open_leads


def time_scoring() -> None:
    """Train on and score the database named on stdin, and score again unchanged; print the seconds as JSON."""
    database = Database(f"sqlite:///{json.load(sys.stdin)['path']}")
    marks = [time.perf_counter()]
    train_score_model(database, 1, NOW)
    marks.append(time.perf_counter())
    first = score_open_leads(database, 1, NOW)
    marks.append(time.perf_counter())
    again = score_open_leads(database, 1, NOW + timedelta(minutes=1))
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
    time_scoring()

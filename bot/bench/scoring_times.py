"""Measures how long it takes to train on finished leads and to score all open ones, and how much memory."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.bench.large_team import FIRST, INDUSTRIES, NOW, format_timestamp, make_company, make_surname
from bot.bench.measured_figures import Figure, FigureTable
from bot.bench.measured_process import run_measured
from bot.bench.postgres_server import PostgresServer
from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema
from storage.workspaces.workspace_vocabulary import SOURCES

FINISHED = 20_000
COUNTRIES = ("Germany", "France", "Spain", "Italy", "Poland", "Sweden", "Norway")
PLANS = ("Basic", "Team", "Business", "Enterprise")
BATCH = 50_000


def measure_scorings(table: FigureTable, folder: Path, leads: int, server: PostgresServer | None) -> None:
    """Measure training and scoring of so many open leads and of a tenth, with custom fields and activities."""
    files = [(folder / "tenth-scores.db", leads // 10), (folder / "scores.db", leads)]
    for path, count in files:
        _fill_database(path, count)
    places = {"SQLite": [f"sqlite:///{path}" for path, _ in files]}
    if server:
        places["PostgreSQL"] = [server.copy_file(path) for path, _ in files]
    learned = {kind: [run_measured("train", {"url": url})[0] for url in urls] for kind, urls in places.items()}
    shared = server.copy_again(places["PostgreSQL"][1]) if server else None
    costs = {
        kind: [_time_scoring(url, count) for url, (_, count) in zip(urls, files, strict=True)]
        for kind, urls in places.items()
    }
    for kind, (_, whole) in learned.items():
        what = f"learn from {leads + FINISHED:,} leads, judged forward in time"
        table.add_figure(Figure(what, whole["seconds"], database=kind))
    for kind, (_, whole) in costs.items():
        most = 60 * leads / 1_000_000
        table.add_figure(Figure(f"score {leads:,} leads, all changed", whole["seconds"], at_most=most, database=kind))
    for kind, costs_of in costs.items():
        tenth, whole = (each["seconds"] for each in costs_of)
        what = f"score {leads:,} leads: against a tenth of them"
        table.add_figure(Figure(what, whole, "a tenth", tenth, times=11, database=kind))
    if shared:
        both = _time_scoring(shared, leads, processes=2)
        one = costs["PostgreSQL"][1]["seconds"]
        what = f"score {leads:,} leads: by two processes"
        table.add_figure(Figure(what, both["seconds"], "one", one, times=1 / 1.8, database="PostgreSQL"))
    for kind, urls in places.items():
        (again,) = run_measured("score", {"url": urls[1], "minutes": 1})
        # A minute later a few leads are a day older, or a touch of theirs is.
        assert again["changed"] < leads / 100
        table.add_figure(Figure(f"score {leads:,} leads again, hardly any changed", again["seconds"], database=kind))
    for kind in places:
        memory = max(learned[kind][1]["memory"], costs[kind][1]["memory"])
        what = f"train on and score {leads:,} leads: memory"
        table.add_figure(Figure(what, memory, at_most=768 * 2**20, unit="bytes", database=kind))
    for path, _ in files:
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()


def _time_scoring(url: str, leads: int, processes: int = 1) -> dict[str, Any]:
    done = run_measured("score", {"url": url, "minutes": 0}, processes=processes)
    assert all(each["state"] == "ok" for each in done)
    # Each of those who share a run tells what all of them did.
    assert all(each["changed"] == leads for each in done), [each["changed"] for each in done]
    return {name: max(each[name] for each in done) for name in ("seconds", "memory")}


def _fill_database(path: Path, leads: int) -> None:
    database = Database(f"sqlite:///{path}")
    upgrade_schema(database)
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    status, closed = (
        connection.execute("SELECT id FROM status WHERE status_class = ? LIMIT 1", (each,)).fetchone()[0]
        for each in ("open", "closed")
    )
    connection.execute("BEGIN")
    chance = random.Random(1)
    for rows, activities in _make_batches(chance, leads, status, closed):
        names = ", ".join(rows[0])
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO lead ({names}) VALUES ({marks})", [tuple(row.values()) for row in rows])
        connection.executemany(
            "INSERT INTO activity (workspace_id, lead_id, kind, at, created_at, version) VALUES (1, ?, ?, ?, ?, 1)",
            activities,
        )
    connection.execute("COMMIT")
    connection.close()


def _make_batches(chance: random.Random, leads: int, status: int, closed: int) -> Iterator[tuple[list[Any], list[Any]]]:
    rows: list[Any] = []
    activities: list[Any] = []
    for number in range(leads + FINISHED):
        row, touches = _make_lead(chance, number, finished=number < FINISHED, statuses=(status, closed))
        rows.append(row)
        activities += touches
        if len(rows) == BATCH:
            yield rows, activities
            rows, activities = [], []
    if rows:
        yield rows, activities


def _make_lead(
    chance: random.Random, number: int, *, finished: bool, statuses: tuple[int, int]
) -> tuple[dict[str, Any], list[Any]]:
    source, industry = chance.randrange(len(SOURCES)), chance.randrange(len(INDUSTRIES))
    visits, minutes = int(chance.expovariate(0.3)), round(chance.expovariate(0.05), 1)
    plan, employees = chance.randrange(len(PLANS)), int(chance.lognormvariate(4, 1.5)) + 1
    # Conversion depends on some columns and not on others, so that there is something to learn and something to leave.
    odds = (
        0.3 * (source % 5) + 0.25 * (industry % 3) + 0.2 * min(visits, 8) + 0.03 * min(minutes, 60) + 0.3 * plan - 3.6
    )
    converted = finished and chance.random() < 1 / (1 + 2.718281828**-odds)
    created = NOW - timedelta(days=chance.randrange(1, 1000))
    ended = created + timedelta(days=chance.randrange(1, 60)) if finished else NOW
    ended = min(ended, NOW)
    first, last = FIRST[number % len(FIRST)], make_surname(number * 13)
    touches = [
        (
            number + 1,
            chance.choice(("call", "email", "meeting")),
            format_timestamp(created + (ended - created) * chance.random()),
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    row = {
        "id": number + 1,
        "workspace_id": 1,
        "external_id": f"L{number:09d}",
        "name": f"{first} {last}",
        "first_name": first,
        "last_name": last,
        "company": make_company(number),
        "email": f"{first}.{last}{number}@firm.example".lower(),
        "status_id": statuses[1] if finished and not converted else statuses[0],
        "lifecycle": "converted" if converted else "closed" if finished else "open",
        "source": SOURCES[source],
        "industry": INDUSTRIES[industry],
        "country": chance.choice(COUNTRIES),
        "employees": employees,
        "custom": json.dumps(
            {
                "Visits": str(visits),
                "Minutes on site": str(minutes),
                "Plan": PLANS[plan],
                "Newsletter": chance.choice(("Yes", "No")),
                "Campaign": f"C{chance.randrange(40)}",
            }
        ),
        "converted_at": format_timestamp(ended) if converted else None,
        "closed_at": format_timestamp(ended) if finished and not converted else None,
        "created_at": format_timestamp(created),
        "updated_at": format_timestamp(ended),
        "version": 1,
    }
    return row, [(*touch, touch[-1]) for touch in touches]

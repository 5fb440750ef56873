"""Measures the import of a large CSV, beside executemany of the same values into the same tables and indexes."""

from __future__ import annotations

import csv
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.large_team import FIRST, INDUSTRIES, TITLES, make_company, make_surname
from bot.bench.measured_figures import Figure, FigureTable
from bot.bench.measured_process import run_measured
from bot.bench.postgres_server import PostgresServer
from storage.database.doors import PRAGMAS, Database
from storage.upkeep.upgrade import upgrade_schema
from storage.workspaces.workspace_vocabulary import SOURCES

BATCH = 20_000
HEADS = (
    "Lead ID",
    "First Name",
    "Last Name",
    "Company",
    "Title",
    "Email",
    "Phone",
    "Industry",
    "No. of Employees",
    "Annual Revenue",
    "Lead Source",
    "Lead Status",
    "Country",
    "Create Date",
)
# These tables are filled when they are made, not by the import.
PREFILLED = frozenset({"alembic_version", "workspace", "status", "stage", "source"})
STATUSES = ("Open", "Contacted", "Qualified", "Unqualified")


def measure_imports(table: FigureTable, folder: Path, rows: int, server: PostgresServer | None) -> None:
    """Measure the import of a CSV with so many leads, beside executemany of the rows that it leaves in the tables."""
    few, many = _write_leads_file(folder / "tenth.csv", rows // 10), _write_leads_file(folder / "leads.csv", rows)
    places = {"SQLite": [f"sqlite:///{folder / name}.db" for name in ("tenth", "import")]}
    if server:
        places["PostgreSQL"] = [server.make_database() for _ in (few, many)]
    costs = {
        kind: [_time_import(url, file) for url, file in zip(urls, (few, many), strict=True)]
        for kind, urls in places.items()
    }
    raw = _time_executemany(folder / "import.db", folder / "raw.db")
    for kind, (_, whole) in costs.items():
        against = ("executemany", raw) if kind == "SQLite" else ("SQLite", costs["SQLite"][1].seconds)
        most = 1.7 if kind == "SQLite" else None
        table.add_figure(Figure(f"import {rows:,} leads", whole.seconds, *against, times=most, database=kind))
    for kind, (tenth, whole) in costs.items():
        table.add_figure(
            Figure(
                f"import {rows:,} leads: memory at the most",
                whole.memory,
                f"{rows // 10:,} leads",
                tenth.memory,
                times=1.25,
                unit="bytes",
                database=kind,
            )
        )
    for name in ("tenth", "import", "raw"):
        for path in folder.glob(f"{name}.db*"):
            path.unlink()


def measure_outside_files(table: FigureTable, folder: Path, data: Path) -> None:
    """Measure the import of each folder of outside files, each into a database of its own."""
    for place in sorted(path for path in [data, *data.iterdir()] if path.is_dir()):
        files = sorted(place.glob("*.csv"))
        if files:
            taken = _time_import(f"sqlite:///{folder / f'outside-{place.name}.db'}", *files)
            refused = f", {len(taken.refused)} refused" if taken.refused else ""
            table.add_figure(
                Figure(f"import {place.name}: {taken.rows:,} rows of {len(files)} files{refused}", taken.seconds)
            )


@dataclass(frozen=True)
class _ImportCost:
    """Holds what an import took: seconds, bytes at the most, rows; and why files were refused."""

    seconds: float
    memory: int
    rows: int
    refused: list[str]


def _time_import(url: str, *files: Path) -> _ImportCost:
    """Import in a process of its own, whose peak memory is that of the import."""
    (cost,) = run_measured("import", {"url": url, "files": [str(file) for file in files]})
    return _ImportCost(**cost)


def _time_executemany(source: Path, target: Path) -> float:
    """Time executemany and its commits, in seconds; reading the values is not counted."""
    database = Database(f"sqlite:///{target}")
    upgrade_schema(database)
    database.close()
    read = sqlite3.connect(source)
    write = sqlite3.connect(target, isolation_level=None)
    for pragma in (*PRAGMAS, "foreign_keys=OFF", "wal_autocheckpoint=16384"):
        write.execute(f"PRAGMA {pragma}")
    filled = [
        name
        for (name,) in read.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        if name not in PREFILLED
    ]
    seconds = 0.0
    for name in filled:
        for statement, batch in _read_batches(read, name):
            start = time.perf_counter()
            write.execute("BEGIN IMMEDIATE")
            write.executemany(statement, batch)
            write.execute("COMMIT")
            seconds += time.perf_counter() - start
    read.close()
    write.close()
    return seconds


def _read_batches(read: sqlite3.Connection, name: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    # The words of names in the order of the records, as they come: sorted by word they would be cheaper to write.
    rows = read.execute(f"SELECT * FROM {name}" + (" ORDER BY kind, record_id" if name == "name_word" else ""))
    columns = [f'"{each[0]}"' for each in rows.description]
    statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    while batch := rows.fetchmany(BATCH):
        yield statement, batch


def _write_leads_file(path: Path, rows: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for number in range(rows):
            first, last, firm = FIRST[number % len(FIRST)], make_surname(number * 13), make_company(number // 3)
            writer.writerow(
                (
                    f"00Q{number:012d}",
                    first,
                    last,
                    firm,
                    TITLES[number % len(TITLES)],
                    f"{first}.{last}{number}@mail.example".lower(),
                    f"+1 555 {number % 10_000_000:07d}",
                    INDUSTRIES[number % len(INDUSTRIES)],
                    number % 5000 + 1,
                    number % 90_000 * 1000,
                    SOURCES[number % len(SOURCES)],
                    STATUSES[number % len(STATUSES)],
                    "Germany",
                    f"2026-{number % 10 + 1:02d}-{number % 28 + 1:02d}",
                )
            )
    return path

"""Import of a large CSV beside the driver's executemany of the same values into the same tables and indexes."""

from __future__ import annotations

import csv
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.bench.figures import Figure, Table
from bot.bench.firm import FIRST, INDUSTRIES, NOW, TITLES, company, surname
from storage.database import PRAGMAS, Database
from storage.upgrade import upgrade
from storage.workspaces import SOURCES

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
STATUSES = ("Open", "Contacted", "Qualified", "Unqualified")


def imports(table: Table, folder: Path, rows: int) -> None:
    """A CSV of so many leads, imported by the program; the yardstick writes what is then in the tables."""
    small = _import(folder / "tenth.db", _leads_file(folder / "tenth.csv", rows // 10))
    whole = _import(folder / "import.db", _leads_file(folder / "leads.csv", rows))
    raw = _raw(folder / "import.db", folder / "raw.db")
    table.add(Figure(f"import {rows:,} leads", whole.seconds, "executemany", raw, times=2.5, memory=whole.memory))
    table.add(
        Figure(
            f"import {rows:,} leads: memory against a tenth of them ({small.memory / 2**20:,.0f} MiB)",
            whole.seconds,
            "ten times a tenth",
            small.seconds * 10,
            times=1.25,
            memory=whole.memory,
        )
    )
    for name in ("tenth", "import", "raw"):
        for path in folder.glob(f"{name}.db*"):
            path.unlink()


def outside_files(table: Table, folder: Path, data: Path) -> None:
    """Each file of a folder with outside data, imported into a database of its own folder."""
    for place in sorted(path for path in [data, *data.iterdir()] if path.is_dir()):
        files = sorted(place.glob("*.csv"))
        if files:
            taken = _import(folder / f"outside-{place.name}.db", *files)
            count = taken.rows
            table.add(Figure(f"import {place.name}: {count:,} rows", taken.seconds, memory=taken.memory))


class _Taken:
    def __init__(self, seconds: float, memory: int, rows: int) -> None:
        self.seconds, self.memory, self.rows = seconds, memory, rows


def _import(path: Path, *files: Path) -> _Taken:
    """Import in a process of its own, whose peak memory is that of the import."""
    asked = json.dumps({"path": str(path), "files": [str(file) for file in files]})
    done = subprocess.run(
        [sys.executable, "-m", "bot.bench.imports"], input=asked, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the import of {files[0]} failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    return _Taken(found["seconds"], found["memory"], found["rows"])


def _one_import() -> None:
    """Run by a process of its own: read what to import from stdin, print how long it took."""
    from storage.imports import run_import

    asked = json.load(sys.stdin)
    database = Database(f"sqlite:///{asked['path']}")
    upgrade(database)
    start = time.perf_counter()
    results = run_import(database, 1, [Path(file) for file in asked["files"]], now=NOW)
    seconds = time.perf_counter() - start
    database.close()
    for result in results:
        assert result.error is None, result.error
    scale = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    rows = sum(result.created + result.updated + result.unchanged + result.rejected for result in results)
    json.dump({"seconds": seconds, "memory": memory, "rows": rows}, sys.stdout)


def _raw(source: Path, target: Path) -> float:
    """Seconds that executemany and its commits take; reading the values is not counted."""
    database = Database(f"sqlite:///{target}")
    upgrade(database)
    database.close()
    read = sqlite3.connect(source)
    write = sqlite3.connect(target, isolation_level=None)
    for pragma in (*PRAGMAS, "foreign_keys=OFF", "wal_autocheckpoint=16384"):
        write.execute(f"PRAGMA {pragma}")
    filled = [
        name
        for (name,) in read.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        if name not in KEPT
    ]
    seconds = 0.0
    for name in filled:
        for statement, batch in _batches(read, name):
            start = time.perf_counter()
            write.execute("BEGIN IMMEDIATE")
            write.executemany(statement, batch)
            write.execute("COMMIT")
            seconds += time.perf_counter() - start
    read.close()
    write.close()
    return seconds


KEPT = frozenset({"alembic_version", "workspace", "status", "stage", "source"})
"""Filled when the tables were made, not by the import."""


def _batches(read: sqlite3.Connection, name: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    rows = read.execute(f"SELECT * FROM {name}")
    columns = [f'"{each[0]}"' for each in rows.description]
    statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    while batch := rows.fetchmany(BATCH):
        yield statement, batch


def _leads_file(path: Path, rows: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for number in range(rows):
            first, last, firm = FIRST[number % len(FIRST)], surname(number * 13), company(number // 3)
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


if __name__ == "__main__":
    _one_import()

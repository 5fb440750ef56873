"""A million rows: how long against the bare driver, and how much memory."""

from __future__ import annotations

import csv
import random
import resource
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from tests.storage.imports.conftest import Importing

ROWS = 1_000_000
RATIO = 2.5
TABLES = ("lead", "imported_row", "name_word")
HEADER = (
    "Id,FirstName,LastName,Company,Title,Email,Phone,Industry,NumberOfEmployees,LeadSource,Status,CreatedDate,Region__c"
)


def write_leads(path: Path, rows: int) -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=6)).title() for _ in range(3000)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for number in range(rows):
            first, last, company = chance.choices(words, k=3)
            person = (f"00Q{number:012d}", first, last, f"{company} {chance.choice(words)} Inc.", "Buyer")
            reached = (f"{first}.{last}{number}@{company}.example", f"+1 555 {number:07d}", "Retail", number % 5000)
            created = f"2026-0{1 + number % 9}-{10 + number % 18}T10:00:00Z"
            writer.writerow([*person, *reached, "Web", "Open", created, "EMEA"])


def bare_seconds(source: Path, empty: Path) -> float:
    """The driver's executemany of the same values into the same tables, a hundred thousand rows at a time."""
    reading = sqlite3.connect(source)
    writing = sqlite3.connect(empty, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536"):
        writing.execute(f"PRAGMA {pragma}")
    spent = 0.0
    for table in TABLES:
        cursor = reading.execute(f"SELECT * FROM {table}")
        marks = ",".join("?" * len(cursor.description))
        while rows := cursor.fetchmany(100_000):
            started = time.process_time()
            writing.execute("BEGIN IMMEDIATE")
            writing.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            writing.execute("COMMIT")
            spent += time.process_time() - started
    return spent


@pytest.mark.slow
def test_a_million_leads_at_no_more_than_two_and_a_half_times_the_bare_driver(
    sqlite_importing: Importing, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.db"
    database = Path(str(sqlite_importing.database.url.database))
    sqlite_importing.database.close()
    shutil.copyfile(database, empty)
    write_leads(tmp_path / "first.csv", 50_000)
    write_leads(tmp_path / "leads.csv", ROWS)
    sqlite_importing.files(tmp_path / "first.csv", dry_run=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    (result,) = sqlite_importing.files(tmp_path / "leads.csv")
    spent = time.process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sqlite_importing.database.close()

    assert (result.created, result.rejected) == (ROWS, 0)
    assert grown < 250_000, f"{grown} KB more memory"
    bare = bare_seconds(database, empty)
    assert spent < RATIO * bare, f"{spent:.0f} s against {bare:.0f} s"

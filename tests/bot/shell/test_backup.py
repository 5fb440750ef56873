"""What was backed up comes back by the steps of docs/operations.md, "Backup and restore"."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from storage.database.doors import Database
from tests.company import Company
from tests.database_contents import contents
from tests.postgres_server import Postgres, on_postgresql

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text()


def run_line(line: str, folder: Path, **environment: str) -> str:
    """Run a line of the page in a folder. There `leadlight` is the program under test."""
    line = re.sub(r"^leadlight ", f"{sys.executable} -m bot ", line)
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        line, check=False, shell=True, cwd=folder, env=os.environ | {"PYTHONPATH": root} | environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lose_names(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE lead SET name = 'gone'"))


def test_a_copy_of_sqlite_put_in_place_brings_everything_back(sqlite_company: Company, tmp_path: Path) -> None:
    (steps,) = re.findall(r"```\n(rm -f leadlight.db-wal.*?)```", PAGE, flags=re.DOTALL)
    database, before = sqlite_company.database, contents(sqlite_company.database)
    here = {"DATABASE_URL": f"sqlite:///{tmp_path / 'leadlight.db'}"}

    run_line("leadlight db backup copy.db", tmp_path, **here)
    lose_names(database)
    database.close()
    said = [run_line(line, tmp_path, **here) for line in steps.splitlines()]

    assert "nothing is damaged" in said[-1]
    assert contents(database) == before


@on_postgresql
def test_a_dump_of_postgresql_brings_everything_back(company: Company, postgres: Postgres, tmp_path: Path) -> None:
    url = company.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    steps = re.findall(r"`(pg_dump --format[^`]*|pg_restore [^`]*)`", PAGE.replace("\n", " "))
    before = contents(company.database)
    here = {"PATH": f"{postgres.server.bin_path}:{os.environ['PATH']}"}

    assert [step.split()[0] for step in steps] == ["pg_dump", "pg_restore"]
    for step in steps:
        run_line(step.replace("=leadlight", f"='{url}'").replace(" leadlight", f" '{url}'"), tmp_path, **here)
        if step.startswith("pg_dump"):
            lose_names(company.database)
            company.database.close()

    assert contents(company.database) == before

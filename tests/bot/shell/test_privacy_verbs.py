"""`leadlight erase` and `leadlight audit export`, run as an administrator runs them."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.shell.program import app
from storage.audit.audit_log import build_entry
from storage.ledger.change_ledger import ChangeLedger
from storage.people.reps import make_console_asker
from storage.tables import Lead
from storage.workspaces.workspace_vocabulary import load_vocabulary
from tests.company import Company


@pytest.fixture
def company(sqlite_database: object, sqlite_company: Company) -> Company:
    """What is erased is tried on both databases by tests/storage/upkeep/test_erasure.py."""
    return sqlite_company


@pytest.fixture(autouse=True)
def _settings(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(company.database.url))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def find_name(company: Company, email: str) -> str | None:
    with company.database.begin_read() as session:
        return session.scalar(select(Lead.name).where(Lead.email == email))


@pytest.fixture
def somebody(company: Company) -> tuple[str, str]:
    """The name and address of a lead."""
    with company.database.begin_read() as session:
        found = session.execute(select(Lead.name, Lead.email).where(Lead.email.is_not(None)).order_by(Lead.id)).first()
        assert found is not None
        return found.name, str(found.email)


def test_a_person_is_erased_after_a_yes_only(company: Company, somebody: tuple[str, str]) -> None:
    name, email = somebody

    asked = run("erase", email)
    assert asked.exit_code == 3
    assert "Nothing was erased" in asked.output
    assert find_name(company, email) == name

    done = run("erase", email, "--yes")
    assert done.exit_code == 0, done.output
    assert "1 × lead record" in done.output
    assert name not in done.output
    assert find_name(company, email) is None
    assert run("erase", email, "--yes").exit_code == 4


def test_a_rep_erases_nobody(company: Company, somebody: tuple[str, str]) -> None:
    name, email = somebody

    refused = run("erase", email, "--yes", "--as", "Nora Lindqvist")

    assert "Only an administrator" in refused.output
    assert refused.exit_code != 0
    assert find_name(company, email) == name


def test_a_shared_mailbox_is_told_by_its_ids(company: Company) -> None:
    with company.database.begin_write() as session:
        first, second = session.scalars(select(Lead).order_by(Lead.id).limit(2)).all()
        first.email = second.email = "office@fjell.example"
        ids = first.id, second.id

    refused = run("erase", "office@fjell.example", "--yes")

    assert f"2 records of different names have this address: L{ids[0]}, L{ids[1]}." in refused.output
    assert refused.exit_code == 5
    assert "1 address or number of others too" in run("erase", f"#L{ids[0]}", "--yes").output
    assert find_name(company, "office@fjell.example") is not None


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_the_log_is_written_for_a_reviewer(company: Company, tmp_path: Path, ending: str) -> None:
    run("ask", "create_lead last_name==SUM(A1) company=Umlaut-Größe", "--yes", "--now", "2026-11-18T09:30+00:00")
    run("ask", "create_lead last_name=Later company=Initech", "--yes", "--now", "2026-11-20T09:30+00:00")
    path = tmp_path / f"log.{ending}"

    done = run("audit", "export", str(path), "--since", "2026-11-18", "--until", "2026-11-19")

    assert done.exit_code == 0, done.output
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file)) if ending == "csv" else [json.loads(line) for line in file]
    named = [row for row in rows if "SUM" in str(row["record"])]
    assert named
    assert all(row["when"].startswith("2026-11-18T09:30:00") for row in named)
    assert {row["command"] for row in named} == {"create_lead"}
    assert not any("Later" in str(row["record"]) for row in rows)
    # A spreadsheet would take this name for a formula.
    assert ending != "csv" or all(row["record"].startswith("'=") for row in named)
    assert run("audit", "export", str(path)).exit_code != 0


def test_the_changes_of_one_command_are_in_their_order(company: Company, tmp_path: Path) -> None:
    now = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    with company.database.begin_write() as session:
        lead = session.scalars(select(Lead).order_by(Lead.id).limit(1)).one()
        ledger = ChangeLedger(session, load_vocabulary(session, company.workspace_id), now)
        ledger.set_columns(lead, title="Head of kelp", city="Florø", website="kelp.example")
        asker = make_console_asker(company.workspace_id)
        ledger.write_entry(build_entry(asker, now, "shell", "update_lead", {}))
    path = tmp_path / "log.jsonl"

    run("audit", "export", str(path), "--since", "2026-11-18")

    fields = [json.loads(line)["field"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert fields[-3:] == ["title", "city", "website"]


def test_the_log_goes_into_no_other_kind_of_file(company: Company, tmp_path: Path) -> None:
    refused = run("audit", "export", str(tmp_path / "log.xlsx"))

    assert ".csv" in refused.output
    assert list(tmp_path.glob("log*")) == []

"""What stands in the way of writing is said in a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.imports import ImportTrouble, run_import
from storage.tables import Lead, Opportunity
from tests.storage.imports.conftest import NOW, Importing

TEXT = "Last Name,Company\nDoe,Initech\n"


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(TEXT)
    with pytest.raises(DatabaseTrouble, match="leadlight db upgrade"):
        run_import(Database(f"sqlite:///{tmp_path / 'none.db'}"), 1, [path], now=NOW)


def test_a_workspace_that_is_not_there_is_named(sqlite_importing: Importing) -> None:
    path = sqlite_importing.write("leads.csv", TEXT)
    with pytest.raises(ImportTrouble, match="no workspace 99"):
        run_import(sqlite_importing.database, 99, [path], now=NOW)


def test_a_full_disk_leaves_whole_batches_and_says_so(sqlite_importing: Importing) -> None:
    full = sqlite3.connect(str(sqlite_importing.database.url.database))
    pages = full.execute("PRAGMA page_count").fetchone()[0]
    full.close()
    with sqlite_importing.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(f"PRAGMA max_page_count={pages + 20}")
    rows = "".join(f"Doe{number},Initech {number},{'x' * 500}\n" for number in range(20_000))

    with pytest.raises(DatabaseTrouble, match="is full"):
        sqlite_importing("leads.csv", "Last Name,Company,Description\n" + rows)
    assert len(sqlite_importing.rows(Lead)) % 5000 == 0


def test_rejects_go_to_the_current_folder_where_the_files_folder_is_closed(
    sqlite_importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (sqlite_importing.folder / "leads.csv.rejects.csv").mkdir()
    result = sqlite_importing("leads.csv", TEXT + "Total,,\n")

    assert result.rejects_file == here / "leads.csv.rejects.csv"


def test_rejected_rows_can_be_imported_once_they_are_mended(sqlite_importing: Importing) -> None:
    result = sqlite_importing("deals.csv", "Deal Name,Deal Stage,Amount\nA,Won,-5\nB,Won,5\n")
    assert result.rejects_file is not None
    mended = result.rejects_file.read_text().replace("A,Won,-5", "A,Won,5")
    again = sqlite_importing("mended.csv", mended)

    assert (again.kind, again.created) == ("opportunity", 1)
    assert again.columns["Leadlight reason"] is None


def test_rejected_rows_beside_their_file_are_left_alone(sqlite_importing: Importing) -> None:
    deals = sqlite_importing.write("autumn.csv", "Deal Name,Deal Stage,Amount\nA,Won,7\nTotal,,7\n")
    (first,) = sqlite_importing.files(deals)
    assert first.rejects_file is not None

    again, passed_over = sqlite_importing.files(deals, first.rejects_file)

    assert (again.unchanged, again.rejected) == (1, 1)
    assert passed_over.rows == 0
    assert passed_over.notes == ["It holds the rejected rows of autumn.csv. Once they are mended, import it alone."]
    assert [deal.name for deal in sqlite_importing.rows(Opportunity)] == ["A"]

"""Every database gets to the newest tables, from wherever it is, and keeps its rows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert, select, text

from storage.database.doors import REVISION, Database
from storage.database.errors import DatabaseTrouble, SchemaTrouble
from storage.imports import run_import
from storage.migrations import NEWEST, REVISIONS
from storage.tables import Rep, Workspace
from storage.upkeep.upgrade import (
    check_integrity,
    copy_database,
    find_schema_drift,
    mend_schema,
    refuse_schema_drift,
    upgrade_schema,
)
from tests.company import Company
from tests.database_contents import contents
from tests.postgres_server import Postgres, wait_for_a_lock
from tests.sqlite_files import on_sqlite

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.bare() as url:
            yield from _opened(url)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def test_an_empty_database_gets_all_tables_and_one_workspace(bare: Database) -> None:
    assert upgrade_schema(bare) == list(REVISIONS)

    bare.check_revision()
    assert find_schema_drift(bare) == []
    assert check_integrity(bare) == []
    with bare.begin_read() as session:
        assert len(session.scalars(select(Workspace)).all()) == 1


def test_an_upgrade_waits_for_a_write_under_way_and_lets_none_begin_meanwhile(postgres: Postgres) -> None:
    """A write that was begun on the old tables must not end on the new ones."""
    with postgres.bare() as url, ThreadPoolExecutor(1) as other:
        database = Database(url)
        upgrade_schema(database, REVISIONS[-2])
        with database.engine.begin() as writing:
            # As `begin_write` begins, in a program for which these tables are the newest.
            assert writing.scalar(REVISION) == REVISIONS[-2]
            upgrading = other.submit(upgrade_schema, database)
            wait_for_a_lock(database)
            writing.execute(insert(Workspace).values(name="Acme", created_at=LONG_AGO))
            assert not upgrading.done()
        assert upgrading.result(30) == [NEWEST]
        database.close()


def test_a_second_upgrade_does_nothing(company: Company) -> None:
    before = contents(company.database)

    assert upgrade_schema(company.database) == []
    assert contents(company.database) == before


def test_a_loaded_database_is_as_the_program_expects(company: Company) -> None:
    assert find_schema_drift(company.database) == []
    assert check_integrity(company.database) == []


def test_rows_of_every_revision_survive_every_step(bare: Database) -> None:
    written: list[tuple[int, str, int]] = []
    for number, revision in enumerate(REVISIONS, 77):
        upgrade_schema(bare, revision)
        assert bare.read_revision() == revision
        written.append(_write_a_lead(bare, number))

        with bare.begin_read() as session:
            assert session.execute(text("SELECT id, name, annual_revenue FROM lead ORDER BY id")).all() == written
    assert find_schema_drift(bare) == []


def test_names_that_were_folded_otherwise_are_folded_anew(bare: Database, tmp_path: Path) -> None:
    upgrade_schema(bare)
    file = tmp_path / "leads.csv"
    file.write_text("Lead ID,First Name,Last Name,Company,Source\nL1,Øystein,Sæther,株式会社ミズ,Łódź fair\n")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Account Name\nŁąka Dairy\n")
    with bare.begin_read() as session:
        workspace_id = session.scalars(select(Workspace.id)).one()
    run_import(bare, workspace_id, [file, accounts], now=LONG_AGO)
    renewed = _read_keys(bare)
    with bare.engine.begin() as connection:
        # As the program before wrote them.
        for table, column, old, new in (
            ("name_word", "word", "øystein", "oystein"),
            ("name_word", "word", "sæther", "saether"),
            ("name_word", "word", "łaka", "laka"),
            ("account", "name_key", "łaka dairy", "laka dairy"),
            ("source", "name_key", "łodz fair", "lodz fair"),
            ("imported_row", "key", "name:łaka dairy", "name:laka dairy"),
        ):
            changed = connection.execute(
                text(f"UPDATE {table} SET {column} = :old WHERE {column} = :new"), {"old": old, "new": new}
            )
            assert changed.rowcount == 1, new
        connection.execute(text("DELETE FROM name_word WHERE word = 'ミス'"))
        # Its tables were those of that revision, too.
        for later in (
            "ix_name_word_workspace_id_owner_id_word",
            "ix_lead_workspace_id_lifecycle_band",
            "ix_lead_workspace_id_lifecycle_movement",
            "ix_contact_workspace_id_last_touch_at",
            "ix_opportunity_workspace_id_state_last_touch_at",
        ):
            connection.execute(text(f"DROP INDEX {later}"))
        connection.execute(text("DROP TABLE scoring_part"))
        connection.execute(text("ALTER TABLE confirmation DROP COLUMN shown"))
        connection.execute(text("ALTER TABLE confirmation ADD COLUMN versions JSON"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))

    upgrade_schema(bare)

    assert _read_keys(bare) == renewed
    assert {"oystein", "saether", "ミス", "laka"} <= renewed["name_word.word"]
    (again,) = run_import(bare, workspace_id, [accounts], now=LONG_AGO)
    assert (again.unchanged, again.created) == (1, 0)


def _read_keys(database: Database) -> dict[str, set[str]]:
    places = (("name_word", "word"), ("account", "name_key"), ("source", "name_key"), ("imported_row", "key"))
    with database.begin_read() as session:
        return {
            f"{table}.{column}": set(session.scalars(text(f"SELECT {column} FROM {table}"))) for table, column in places
        }


def _write_a_lead(database: Database, number: int) -> tuple[int, str, int]:
    """Write rows as the tables of that revision take them. Return what tells the lead."""
    lead = (number, f"Jane Doe {number}", 1234567 + number)
    then = MetaData()
    then.reflect(database.engine)
    table = then.tables
    moment = LONG_AGO.replace(tzinfo=None) if database.url.get_backend_name() == "sqlite" else LONG_AGO
    with database.engine.begin() as connection:
        connection.execute(
            insert(table["workspace"]).values(
                id=number,
                name=f"Old {number}",
                currency="USD",
                fiscal_start_month=1,
                digest_size=5,
                digest_weights={},
                working_days=[],
                holidays=[],
                guidelines={},
                created_at=moment,
                version=1,
            )
        )
        connection.execute(
            insert(table["status"]).values(
                id=number,
                workspace_id=number,
                name="Open",
                name_key="open",
                status_class="open",
                position=0,
                retired=False,
            )
        )
        connection.execute(
            insert(table["lead"]).values(
                id=lead[0],
                workspace_id=number,
                name=lead[1],
                annual_revenue=lead[2],
                status_id=number,
                lifecycle="open",
                created_at=moment,
                updated_at=moment,
                version=1,
            )
        )
    return lead


def test_an_older_database_is_refused_with_the_command_that_helps(bare: Database) -> None:
    for revision in REVISIONS[:-1]:
        upgrade_schema(bare, revision)

        with pytest.raises(DatabaseTrouble, match=r"older than this program\. Run: leadlight db upgrade"):
            bare.check_revision()


def test_a_newer_database_is_refused_and_left_alone(company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = contents(company.database)

    with pytest.raises(DatabaseTrouble, match="newer than this program"):
        company.database.check_revision()
    with pytest.raises(DatabaseTrouble, match="Install the newer Leadlight"):
        upgrade_schema(company.database)
    assert contents(company.database) == before


def test_a_database_without_tables_is_refused_with_the_command_that_helps(bare: Database) -> None:
    bare.read_revision()  # makes the file

    with pytest.raises(DatabaseTrouble, match=r"has no tables yet\. Run: leadlight db upgrade"):
        bare.check_revision()


def test_a_missing_file_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")

    with pytest.raises(DatabaseTrouble, match="Run: leadlight db upgrade"):
        database.check_revision()
    assert not (tmp_path / "none.db").exists()


def drift(database: Database) -> set[str]:
    return {each.words for each in find_schema_drift(database)}


def run_statements(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))


def list_people(database: Database) -> list[str]:
    with database.begin_read() as session:
        return [each.name for each in session.scalars(select(Rep))]


def test_what_an_edited_migration_left_out_is_added_and_rows_stay(company: Company) -> None:
    run_statements(
        company.database,
        "DROP INDEX ix_lead_workspace_id_email",
        "ALTER TABLE rep DROP COLUMN slack_time_zone",
        "DROP TABLE hot_alert",
    )
    missing = {
        "the index ix_lead_workspace_id_email of lead is missing",
        "the column rep.slack_time_zone is missing",
        "the table hot_alert is missing",
        "the index uq_hot_alert_lead_id of hot_alert is missing",
        "the index ix_hot_alert_rep_id_local_date of hot_alert is missing",
    }
    assert drift(company.database) == missing
    with pytest.raises(DatabaseTrouble, match=r"rep\.slack_time_zone is missing.* Run: leadlight db upgrade$"):
        refuse_schema_drift(company.database)

    with pytest.raises(DatabaseTrouble, match="Run: leadlight db upgrade"):
        list_people(company.database)

    assert {*mend_schema(company.database)} == missing

    assert drift(company.database) == set()
    refuse_schema_drift(company.database)
    assert "Nora Lindqvist" in list_people(company.database)


def test_what_cannot_be_added_to_any_rows_is_named_and_refused(company: Company) -> None:
    run_statements(
        company.database,
        "DROP INDEX uq_digest_run_rep_id_local_date",
        "ALTER TABLE rep DROP COLUMN role_given",
        "ALTER TABLE lead ADD COLUMN shoe_size integer DEFAULT 7 NOT NULL",
    )

    assert mend_schema(company.database) == []
    with pytest.raises(DatabaseTrouble, match="Restore the newest backup") as refused:
        refuse_schema_drift(company.database)
    assert "the index uq_digest_run_rep_id_local_date of digest_run is missing" in str(refused.value)
    assert "the column rep.role_given is missing" in str(refused.value)
    assert "shoe_size" not in str(refused.value)


def test_what_somebody_added_does_no_harm_unless_it_breaks_new_rows(database: Database) -> None:
    run_statements(
        database,
        "CREATE INDEX mine ON lead (title)",
        "CREATE TABLE notes_of_mine (line integer)",
        "ALTER TABLE lead ADD COLUMN shoe_size integer",
    )
    assert drift(database) == {
        "the index mine of lead is not Leadlight's",
        "the table notes_of_mine is not Leadlight's",
        "the column lead.shoe_size is not Leadlight's",
    }
    refuse_schema_drift(database)

    run_statements(database, "CREATE UNIQUE INDEX only_one ON lead (title)")
    with pytest.raises(DatabaseTrouble, match="only_one"):
        refuse_schema_drift(database)


def test_tables_that_are_not_those_of_their_revision_are_named_and_left_alone(bare: Database) -> None:
    upgrade_schema(bare, "0001")
    run_statements(bare, "DROP TABLE inbox")

    with pytest.raises(DatabaseTrouble, match=r"cannot be upgraded from revision 0001.*Nothing was changed"):
        upgrade_schema(bare)
    assert bare.read_revision() == "0001"


def test_what_the_program_would_write_into_a_newer_database_is_refused(company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(text("UPDATE lead SET title = 'before'"))
    run_statements(company.database, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaTrouble, match="newer than this program"), company.database.begin_write() as session:
        session.execute(text("UPDATE lead SET title = 'after'"))

    with company.database.begin_read() as session:
        assert set(session.scalars(text("SELECT title FROM lead"))) == {"before"}


@on_sqlite
def test_a_backup_taken_during_a_write_is_whole(company: Company, tmp_path: Path) -> None:
    before = contents(company.database)
    with company.database.begin_write() as session:
        session.execute(text("UPDATE lead SET name = 'half done'"))
        session.flush()
        copy_database(company.database, tmp_path / "copy.db")

    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    copy.check_revision()
    assert check_integrity(copy) == []
    assert contents(copy) == before
    copy.close()


@on_sqlite
def test_a_backup_overwrites_nothing(company: Company, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")

    with pytest.raises(DatabaseTrouble, match="is there already"):
        copy_database(company.database, tmp_path / "copy.db")
    with pytest.raises(DatabaseTrouble, match="There is no folder"):
        copy_database(company.database, tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_the_newest_revision_is_the_last_one() -> None:
    assert REVISIONS[-1] == NEWEST

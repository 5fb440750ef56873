"""One way to read, one way to write: nothing is lost, nothing is half done, trouble is said in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from storage.database.doors import POOL, Database
from storage.database.errors import Contention, DatabaseTrouble, StaleRecord, translate_errors
from storage.tables import Lead
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk
from tests.full_disk import full_disk
from tests.postgres_server import Postgres
from tests.sqlite_files import on_postgresql, on_sqlite

PEOPLE, TIMES = 8, 30


def test_no_update_is_lost_when_many_write_at_once(company: Company) -> None:
    database, number = company.database, int(company.id("L-01")[1:])

    def add_one() -> bool:
        try:
            with database.begin_write() as session:
                lead = session.get_one(Lead, number)
                lead.employees = (lead.employees or 0) + 1
        except StaleRecord:
            return False
        return True

    def add_some(_: int) -> int:
        done = 0
        while done < TIMES:
            done += add_one()
        return done

    with database.begin_write() as session:
        session.get_one(Lead, number).employees = 0
    with database.begin_read() as session:
        version = session.get_one(Lead, number).version
    with ThreadPoolExecutor(PEOPLE) as people:
        assert sum(people.map(add_some, range(PEOPLE))) == PEOPLE * TIMES

    with database.begin_read() as session:
        lead = session.get_one(Lead, number)
        assert lead.employees == PEOPLE * TIMES
        assert lead.version == version + PEOPLE * TIMES


def test_a_record_changed_meanwhile_is_not_overwritten(company: Company) -> None:
    database, number = company.database, int(company.id("L-01")[1:])
    with database.begin_read() as session:
        mine = session.get_one(Lead, number)
        session.expunge(mine)
    with database.begin_write() as session:
        session.get_one(Lead, number).title = "Director"

    def write_mine() -> None:
        with database.begin_write() as session:
            session.add(mine)
            mine.title = "Intern"

    with pytest.raises(StaleRecord):
        write_mine()
    with database.begin_read() as session:
        assert session.get_one(Lead, number).title == "Director"


def test_a_failing_transaction_leaves_nothing(company: Company) -> None:
    before = contents(company.database)

    def fail() -> None:
        with company.database.begin_write() as session:
            session.execute(text("UPDATE lead SET title = 'x'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert contents(company.database) == before


def test_a_reader_cannot_write(company: Company) -> None:
    def write() -> None:
        with company.database.begin_read() as session:
            session.execute(text("UPDATE lead SET title = 'x'"))

    before = contents(company.database)
    with pytest.raises(DatabaseTrouble, match="read-only"):
        write()
    assert contents(company.database) == before


def test_a_reader_sees_one_snapshot(company: Company) -> None:
    titles = select(Lead.title).where(Lead.external_id == "L-01")
    with company.database.begin_read() as session:
        before = session.scalar(titles)
        with company.database.begin_write() as other:
            other.execute(text("UPDATE lead SET title = 'changed'"))
        assert session.scalar(titles) == before
    with company.database.begin_read() as session:
        assert session.scalar(titles) == "changed"


def test_references_must_exist(company: Company) -> None:
    def point_nowhere() -> None:
        with company.database.begin_write() as session:
            session.execute(text("UPDATE lead SET status_id = 999999"))

    before = contents(company.database)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        point_nowhere()
    assert contents(company.database) == before


def test_an_error_does_not_tell_what_was_to_be_written(company: Company) -> None:
    with pytest.raises(Exception, match=r"(?i)unique|constraint") as caught, company.database.begin_write() as session:
        session.execute(update(Lead).values(id=1, name="Canary Marker"))

    assert "Canary" not in str(caught.value)


@on_sqlite
def test_sqlite_writes_ahead_so_that_readers_never_wait(company: Company) -> None:
    with company.database.begin_read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    with company.database.begin_write() as session:
        session.execute(text("UPDATE lead SET title = 'x'"))
        with company.database.begin_read() as reader:
            assert reader.scalar(select(Lead.title).where(Lead.external_id == "L-01")) == "Head of Operations"


@on_sqlite
@pytest.mark.slow
def test_a_busy_database_says_so(company: Company) -> None:
    """Waits five seconds, as a person would, before it gives up."""

    def write() -> None:
        with company.database.begin_write() as session:
            session.execute(text("UPDATE lead SET title = 'x'"))

    with company.database.begin_write() as session:
        session.execute(text("UPDATE lead SET title = 'y'"))
        with pytest.raises(DatabaseTrouble, match=r"busy with another write\. Try again"):
            write()


@on_sqlite
def test_a_full_disk_says_so_and_changes_nothing(company: Company) -> None:
    before = contents(company.database)

    def fill() -> None:
        with company.database.begin_write() as session:
            session.execute(text("PRAGMA max_page_count = 1"))
            session.execute(text("UPDATE lead SET description = hex(randomblob(100000))"))

    with pytest.raises(DatabaseTrouble, match=r"full\. Free some space"):
        fill()
    assert contents(company.database) == before


@pytest.mark.slow
def test_who_gets_no_connection_is_told_to_try_again(company: Company) -> None:
    """Waits five seconds, as a person would, before it gives up."""

    def write() -> None:
        with company.database.begin_write():
            pass

    with ExitStack() as held:
        for _ in range(POOL["pool_size"] + POOL["max_overflow"]):
            held.enter_context(company.database.engine.connect())
        with pytest.raises(Contention, match="All connections"):
            write()


@on_postgresql
def test_a_full_disk_of_the_server_says_so_to_each_in_their_words(company: Company) -> None:
    # 53100 is disk_full; the words are PostgreSQL's own.
    raised = (
        "DO $$ BEGIN RAISE EXCEPTION 'could not extend file \"base/5/2619\": No space left on device'"
        " USING ERRCODE = '53100'; END $$"
    )

    with (
        pytest.raises(DatabaseTrouble, match=r"is full\. Free some space") as trouble,
        company.database.begin_write() as s,
    ):
        s.execute(text(raised))

    assert "postgresql" not in trouble.value.for_people


@on_sqlite
def test_what_runs_past_sqlalchemy_says_what_is_the_matter_too(company: Company) -> None:
    raw = company.database.engine.raw_connection()
    with full_disk(), pytest.raises(DatabaseTrouble, match="free space"), translate_errors("leads.db"):
        raw.cursor().execute("CREATE TABLE another (id INTEGER)")
    raw.close()


@on_sqlite
def test_a_read_only_file_says_so(company: Company) -> None:
    path = company.database.url.database
    company.database.close()
    read_only = Database(f"sqlite:///file:{path}?mode=ro&uri=true")

    def write() -> None:
        with read_only.begin_write() as session:
            session.execute(text("UPDATE lead SET title = 'x'"))

    with pytest.raises(DatabaseTrouble, match=r"read-only\. Give this user the right to write"):
        write()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "leads.db").write_text("First Name,Last Name\n" * 500)
    database = Database(f"sqlite:///{tmp_path / 'leads.db'}")

    with pytest.raises(DatabaseTrouble, match=r"leads\.db is no Leadlight database"):
        database.check_revision()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("leads.db", "is not a database address"),
        ("mysql://root@localhost/crm", "works on SQLite and PostgreSQL"),
        ("sqlite://", "keeps its data in a file"),
        ("sqlite:///:memory:", "keeps its data in a file"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(url: str, words: str) -> None:
    with pytest.raises(DatabaseTrouble, match=words):
        Database(url)


def test_the_short_name_of_postgresql_is_taken(postgres: Postgres) -> None:
    with postgres.copy() as url:
        database = Database(url.replace("postgresql+psycopg://", "postgres://"))
        database.check_revision()
        database.close()


def test_a_server_that_does_not_answer_says_so_without_the_password() -> None:
    database = Database("postgresql://rep:hunter2@127.0.0.1:1/crm?connect_timeout=1")

    with pytest.raises(DatabaseTrouble, match=r"does not answer\. Check DATABASE_URL") as trouble:
        database.read_revision()
    assert "hunter2" not in str(trouble.value)


def test_a_database_the_server_does_not_have_says_so(postgres: Postgres) -> None:
    with postgres.bare() as url:
        database = Database(url.replace("/test_", "/no_such_"))

        with pytest.raises(DatabaseTrouble, match="Create the database and its user"):
            database.read_revision()


def test_missing_tables_say_so(postgres: Postgres, tmp_path: Path) -> None:
    def count_leads(database: Database) -> None:
        with database.begin_read() as session:
            session.scalar(select(Lead.id))

    with postgres.bare() as url:
        for bare in (Database(url), Database(f"sqlite:///{tmp_path / 'bare.db'}")):
            with pytest.raises(DatabaseTrouble, match="has no tables yet"):
                count_leads(bare)
            bare.close()


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'leadlight.db'}")

    with pytest.raises(DatabaseTrouble, match="Check that its folder exists"):
        database.read_revision()


@on_sqlite
def test_another_program_can_read_while_leadlight_runs(company: Company) -> None:
    with sqlite3.connect(str(company.database.url.database)) as other:
        assert other.execute("SELECT count(*) FROM lead").fetchone() == (55,)
    other.close()


@pytest.mark.parametrize("statement", ["UPDATE {} SET name = 'x'", "DELETE FROM {}"])
def test_what_was_done_cannot_be_rewritten(company: Company, desk: Callable[..., Desk], statement: str) -> None:
    desk("nora").types("set_lead_status jane doe status=qualified")
    before = contents(company.database)

    def rewrite(table: str, column: str) -> None:
        with company.database.begin_write() as session:
            session.execute(text(statement.format(table).replace("name", column)))

    for table, column in (("change", "name"), ("audit_entry", "who")):
        with pytest.raises(Exception, match=f"{table} is append-only"):
            rewrite(table, column)
    assert contents(company.database) == before

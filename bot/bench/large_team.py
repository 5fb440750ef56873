"""Makes a large sales team in a SQLite file, by executemany and with the indexes made at the end.

What a rep owns depends on the rep alone: the same rep has the same records in a small and in a large firm.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.database.doors import Database
from storage.imports.writing.word_index import WordIndex
from storage.names.normalise import make_company_key, normalise_name
from storage.tables import Account, Contact, FollowUp, Lead, Opportunity, Rep
from storage.upkeep.upgrade import upgrade_schema
from storage.workspaces.workspace_vocabulary import SOURCES, STAGES, create_workspace, load_vocabulary

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
TEAM = 10
BATCH = 50_000
INDUSTRIES = ("Manufacturing", "Energy", "Technology", "Health", "Retail", "Education", "Media", "Transport")
TITLES = ("CEO", "CFO", "CTO", "Head of Operations", "Buyer", "Fleet Manager", "Director", "Founder")
PRODUCTS = ("Fleet renewal", "Tracking", "Charging", "Maintenance plan")
FIRST = (
    "Anna Ben Carla David Elena Felix Grace Hugo Ines Jane Karl Lena Marco Nina Oscar Paula Quentin Rosa Simon Tara "
    "Ugo Vera Walter Xenia Yann Zoe Amir Bella Chen Dana Emil Fatima Goran Hana Ivan Julia Kofi Lars Mina Noah"
).split()
SYLLABLES = (
    "ba be bo da de do fa fe ga go ha ka ke la le li lo ma me mo na ne no pa ra re ri ro sa se so ta to va".split()
)


@dataclass(frozen=True)
class BenchDatabase:
    """Says where the SQLite file of a made-up sales team is, or a copy of it, and how much it holds."""

    path: Path
    """The file, also of a copy."""
    url: str
    workspace_id: int
    reps: range
    leads: int
    opportunities: int

    @property
    def kind(self) -> str:
        return name_database(self.url)

    def list_owned_names(self, table: str, rep: int) -> list[str]:
        """List the names of a rep's leads or opportunities, oldest first."""
        with closing(sqlite3.connect(self.path)) as connection:
            query = f"SELECT name FROM {table} WHERE owner_id = ? ORDER BY id"
            return [name for (name,) in connection.execute(query, [rep])]


def build_database(path: Path, *, leads: int, opportunities: int, reps: int, neighbours: int = 0) -> BenchDatabase:
    """Build the file: leads and opportunities spread evenly over the reps, and another workspace's leads."""
    database = Database(f"sqlite:///{path}")
    upgrade_schema(database)
    with database.begin_write() as session:
        words = load_vocabulary(session, 1)
        assert words is not None
        # Another customer in the same tables: what is asked must find its rows among theirs, too.
        other = create_workspace(session, name="Neighbours", now=NOW) if neighbours else None
        other_id = other.id if other else 0
    database.close()
    people = range(1, reps + 1)
    with _open_bulk_writer(path) as rows:
        rows.write_rows(Rep, _make_reps(words.id, people))
        accounts = _Accounts(words.id, people, max(1, opportunities // reps // 2))
        rows.write_rows(Account, accounts.make_accounts(), "account")
        rows.write_rows(Contact, accounts.make_contacts(), "contact")
        stages = [(stage.id, stage.state, stage.probability) for stage in words.stages]
        rows.write_rows(
            Opportunity, _make_opportunities(words.id, people, opportunities, stages, accounts), "opportunity"
        )
        statuses = [status.id for status in words.statuses]
        rows.write_rows(Lead, _make_leads(words.id, people, leads, statuses), "lead")
        rows.write_rows(FollowUp, _make_follow_ups(words.id, people, leads))
        if neighbours:
            strangers = range(reps + 1, reps + 1 + max(1, reps // 10))
            rows.write_rows(Rep, _make_reps(other_id, strangers))
            # The second workspace got its statuses right after the first, so their ids go on from there.
            theirs = [status + len(statuses) for status in statuses]
            rows.write_rows(Lead, _make_leads(other_id, strangers, neighbours, theirs, first=leads + 1), "lead")
    return BenchDatabase(path, f"sqlite:///{path}", words.id, people, leads, opportunities)


def name_database(url: str) -> str:
    """Name the kind of database at a URL, as the table of figures does."""
    return "SQLite" if url.startswith("sqlite") else "PostgreSQL"


class _RowWriter:
    """Writes rows of a table, and the words of their names."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def write_rows(self, table: Any, rows: Iterator[dict[str, Any]], words_of: str | None = None) -> None:
        first = next(rows)
        columns = list(first)
        marks = f"({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        statement = f"INSERT INTO {table.__tablename__} {marks}"
        batch = [first]
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                self._insert_batch(statement, batch, words_of)
                batch = []
        self._insert_batch(statement, batch, words_of)

    def _insert_batch(self, statement: str, batch: list[dict[str, Any]], words_of: str | None) -> None:
        self.connection.executemany(statement, [tuple(row.values()) for row in batch])
        if words_of and batch:
            index = WordIndex(batch[0]["workspace_id"])
            self.connection.executemany("INSERT INTO words VALUES (?, ?, ?, ?, ?)", index.build_rows(words_of, batch))


@contextmanager
def _open_bulk_writer(path: Path) -> Iterator[_RowWriter]:
    """Open the file without its indexes, unsafe and fast; make them again at the end."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('lead', 'account', 'contact', 'opportunity', 'follow_up', 'name_word')"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("CREATE TEMP TABLE words (workspace_id, word, owner_id, kind, record_id)")
    connection.execute("BEGIN")
    yield _RowWriter(connection)
    columns = "workspace_id, word, owner_id, kind, record_id"
    connection.execute(f"INSERT INTO name_word ({columns}) SELECT * FROM words ORDER BY 1, 2, 3, 4, 5")
    connection.execute("DROP TABLE words")
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _make_reps(workspace_id: int, people: range) -> Iterator[dict[str, Any]]:
    """Make one administrator, then teams of a manager and nine reps each."""
    for number in people:
        place = number - people.start
        manager = people.start + (place - 1) // TEAM * TEAM + 1
        role = "admin" if place == 0 else "manager" if number == manager else "rep"
        first, last = FIRST[place % len(FIRST)], make_surname(place)
        yield {
            "id": number,
            "workspace_id": workspace_id,
            "name": f"{first} {last}",
            "first_name": first,
            "last_name": last,
            "email": f"rep{number}@leadlight.example",
            "role": role,
            "role_given": True,
            "manager_id": None if place == 0 else people.start if role == "manager" else manager,
            "active": True,
            "digest_enabled": True,
            "created_at": format_timestamp(NOW - timedelta(days=900)),
            "version": 1,
        }


def _make_leads(
    workspace_id: int, people: range, count: int, statuses: list[int], *, first: int = 1
) -> Iterator[dict[str, Any]]:
    each = -(-count // len(people))
    for place in range(count):
        owner, turn = people[place // each], place % each
        # Primes scatter the values without chance: the same rep has the same records in every database.
        mark = (owner * 7919 + turn * 104_729) % 999_983
        status = (0, 0, 0, 0, 1, 1, 1, 2, 3, 3)[mark % 10]
        converted = mark % 10 == 9
        lifecycle = "converted" if converted else "closed" if status == 3 else "open"
        score = mark // 10 % 99 + 1 if lifecycle == "open" else None
        created = NOW - timedelta(days=mark % 500, seconds=mark)
        touched = NOW - timedelta(days=mark % 60, seconds=turn) if mark % 3 else None
        given, family = FIRST[mark % len(FIRST)], make_surname(mark)
        yield {
            "id": first + place,
            "workspace_id": workspace_id,
            "external_id": f"L{first + place:09d}",
            "owner_id": owner,
            "name": f"{given} {family}",
            "first_name": given,
            "last_name": family,
            "company": make_company(mark // 3),
            "title": TITLES[mark % len(TITLES)],
            "email": f"{given}.{family}{place}@mail.example".lower(),
            "industry": INDUSTRIES[mark % len(INDUSTRIES)],
            "employees": mark % 5000,
            "source": SOURCES[mark % len(SOURCES)],
            "status_id": statuses[status],
            "lifecycle": lifecycle,
            "score": score,
            "band": None if score is None else "hot" if score >= 80 else "warm" if score >= 50 else "cold",
            "movement": None if score is None else mark % 21 - 10,
            "last_touch_at": touched and format_timestamp(touched),
            "converted_at": format_timestamp(NOW - timedelta(days=mark % 90)) if converted else None,
            "closed_at": format_timestamp(NOW - timedelta(days=mark % 90)) if lifecycle == "closed" else None,
            "created_at": format_timestamp(created),
            "updated_at": format_timestamp(created),
            "version": 1,
        }


def _make_follow_ups(workspace_id: int, people: range, leads: int) -> Iterator[dict[str, Any]]:
    """Make one for every tenth lead; a third are done, the others due from a month ago to two months ahead."""
    each = -(-leads // len(people))
    for place in range(0, leads, 10):
        made = NOW - timedelta(days=place % 50 + 1)
        yield {
            "workspace_id": workspace_id,
            "lead_id": place + 1,
            "owner_id": people[place // each],
            "due": (NOW + timedelta(days=place // 10 * 7919 % 90 - 30)).date().isoformat(),
            "note": "Call about the offer",
            "done_at": format_timestamp(made) if place // 10 % 3 == 0 else None,
            "created_at": format_timestamp(made),
            "version": 1,
        }


@dataclass(frozen=True)
class _Accounts:
    """Makes each rep's accounts, and two contacts at each."""

    workspace_id: int
    people: range
    each: int

    def make_accounts(self) -> Iterator[dict[str, Any]]:
        for place in range(len(self.people) * self.each):
            name = make_company(place * 31 + 7)
            yield {
                "id": place + 1,
                "workspace_id": self.workspace_id,
                "external_id": f"A{place:08d}",
                "owner_id": self.people[place // self.each],
                "name": name,
                "name_key": make_company_key(name),
                "domain": f"{normalise_name(name).replace(' ', '-')}.example",
                "industry": INDUSTRIES[place % len(INDUSTRIES)],
                "created_at": format_timestamp(NOW - timedelta(days=place % 700)),
                "updated_at": format_timestamp(NOW),
                "version": 1,
            }

    def make_contacts(self) -> Iterator[dict[str, Any]]:
        for place in range(2 * len(self.people) * self.each):
            first, last = FIRST[place % len(FIRST)], make_surname(place * 17)
            yield {
                "id": place + 1,
                "workspace_id": self.workspace_id,
                "external_id": f"C{place:08d}",
                "owner_id": self.people[place // 2 // self.each],
                "account_id": place // 2 + 1,
                "name": f"{first} {last}",
                "first_name": first,
                "last_name": last,
                "email": f"{first}.{last}{place}@firm.example".lower(),
                "last_touch_at": format_timestamp(NOW - timedelta(days=place % 80)) if place % 2 else None,
                "created_at": format_timestamp(NOW - timedelta(days=place % 700)),
                "updated_at": format_timestamp(NOW),
                "version": 1,
            }


def _make_opportunities(
    workspace_id: int, people: range, count: int, stages: list[tuple[int, str, int]], accounts: _Accounts
) -> Iterator[dict[str, Any]]:
    each = -(-count // len(people))
    for place in range(count):
        rep, turn = place // each, place % each
        owner = people[rep]
        mark = (owner * 6007 + turn * 15_485_863) % 999_983
        stage_id, state, probability = stages[mark % len(STAGES)]
        account = rep * accounts.each + turn % accounts.each + 1
        days = mark % 180 if state == "open" else -(mark % 400)
        closes = (NOW + timedelta(days=days)).date()
        yield {
            "id": place + 1,
            "workspace_id": workspace_id,
            "external_id": f"O{place:08d}",
            "owner_id": owner,
            "name": f"{make_company((account - 1) * 31 + 7)} - {PRODUCTS[mark % len(PRODUCTS)]}",
            "account_id": account,
            "contact_id": 2 * account,
            "amount": mark % 90_000 * 100 + 50_000,
            "currency": "USD",
            "stage_id": stage_id,
            "state": state,
            "probability": probability,
            "close_date": closes.isoformat(),
            "closed_at": None if state == "open" else format_timestamp(NOW + timedelta(days=days)),
            "source": SOURCES[mark % len(SOURCES)],
            "product": PRODUCTS[mark % len(PRODUCTS)],
            "last_touch_at": format_timestamp(NOW - timedelta(days=mark % 60)) if mark % 4 else None,
            "created_at": format_timestamp(NOW - timedelta(days=mark % 300 + 400)),
            "updated_at": format_timestamp(NOW),
            "version": 1,
        }


def make_surname(number: int) -> str:
    """Make one of some thirty thousand surnames."""
    return _make_word(number * 2_654_435_761 % 35_937, 3)


def make_company(number: int) -> str:
    """Make one of some hundred thousand company names."""
    forms = ("Inc.", "GmbH", "Ltd", "Group", "Labs")
    return f"{_make_word(number * 40_503 % 35_937, 3)} {forms[number % len(forms)]}"


def _make_word(number: int, syllables: int) -> str:
    letters = ""
    for _ in range(syllables):
        number, place = divmod(number, len(SYLLABLES))
        letters += SYLLABLES[place]
    return letters.capitalize()


def format_timestamp(at: datetime) -> str:
    """Format a moment as SQLite's tables keep it: UTC, without the offset."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")

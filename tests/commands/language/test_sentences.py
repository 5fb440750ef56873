"""Tables of sentences kept away from the reader's training: how many are read right, and how many surely wrong.

docs/sentences.md says how they come about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.evaluation.sentence_table import SentenceTally, load_table, run_table
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.tables import Workspace
from tests.company import Company, load_company

TABLES = Path(__file__).parents[2] / "sentences"
OTHERS = TABLES / "kept_away" / "companies"


@dataclass(frozen=True)
class Count:
    """How a table came out: sentences right, answered or proposed as something else, changes proposed wrongly."""

    right: int
    misread: int
    wrong_writes: int


COUNTS = {
    name: Count(*numbers) for name, numbers in json.loads((Path(__file__).parent / "counts.json").read_text()).items()
}
"""What came out when this was last changed. A change that reads more right puts its numbers here."""
QUICK = ("near_misses", "account_executive", "sales_vp")
"""Tables measured in every run; the others take minutes."""


def list_kept_away() -> list[Path]:
    return [TABLES / "kept_away.jsonl", TABLES / "near_misses.jsonl", *sorted((TABLES / "kept_away").glob("*.jsonl"))]


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem in QUICK else pytest.mark.slow)
        for path in list_kept_away()
    ],
)
def test_sentences_are_read_as_reps_mean_them(table: Path, company: Company, dispatcher: Dispatcher) -> None:
    say_table(table, company, dispatcher)


@pytest.mark.parametrize(
    ("table", "zone"),
    [
        pytest.param("solar_installer", "Europe/Madrid", id="solar_installer"),
        pytest.param("staffing_agency", None, id="staffing_agency", marks=pytest.mark.slow),
        pytest.param("dental_supplier", None, id="dental_supplier", marks=pytest.mark.slow),
        pytest.param("payroll_software", None, id="payroll_software", marks=pytest.mark.slow),
    ],
)
def test_sentences_of_other_companies_are_read_too(table: str, zone: str | None, sqlite_database: Database) -> None:
    """Companies with people, statuses, stages and sources of their own, invented by somebody who had not seen this."""
    file = OTHERS / f"{table}.json"
    load_company(sqlite_database, file=file)
    if zone is not None:
        with sqlite_database.begin_write() as session:
            session.execute(update(Workspace).values(currency="EUR", time_zone=zone))

    say_table(
        file.with_suffix(".jsonl"),
        Company(sqlite_database, file),
        Dispatcher(sqlite_database, BY_VERB, WorkspaceDefaults()),
    )


def say_table(table: Path, company: Company, dispatcher: Dispatcher) -> None:
    """Say a table to the company it is of, and compare what comes out with what came out before."""

    def request_of(person: str, thread: str) -> Request:
        return Request(company.workspace_id, company.person(person), "chat", company.now, thread)

    tally = run_table(dispatcher, load_table(table), request_of)

    count = count_outcomes(tally)
    offered = sum(each.offered for each in tally.outcomes)
    print(f"{table.stem}: {tally.right_share:.1%} of {len(tally.outcomes)}, {count}, {offered} offered")  # noqa: T201
    assert count == COUNTS[table.stem]
    unanswered = [
        each.case.say for each in tally.outcomes if each.reply.state is ReplyState.ERROR or not each.reply.head
    ]
    assert unanswered == []
    # Nothing is written unasked but one's own digest and undo.
    done = {
        each.reply.command
        for each in tally.outcomes
        if each.reply.state is ReplyState.DONE and "=" not in each.case.say
    }
    assert done <= {"set_digest", "undo"}


def count_outcomes(tally: SentenceTally) -> Count:
    misread = [each for each in tally.outcomes if not each.right and each.reply.state is not ReplyState.NOT_UNDERSTOOD]
    return Count(sum(each.right for each in tally.outcomes), len(misread), len(tally.wrong_writes))

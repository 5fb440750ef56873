"""The table of sentences: most are read as expected, and what must not write does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sentence_table import Tally, load_table, run_table
from commands.dispatch import Dispatcher, Request
from commands.reply import State
from tests.company import Company

TABLE = Path(__file__).parents[2] / "sentences" / "development.jsonl"
LEAST_RATE = 0.93


@pytest.fixture
def tally(sqlite_database: object, company_on_sqlite: Company) -> Tally:
    dispatcher = _dispatcher(company_on_sqlite)

    def request_of(person: str, thread: str) -> Request:
        return Request(
            company_on_sqlite.workspace_id, company_on_sqlite.person(person), "chat", company_on_sqlite.now, thread
        )

    return run_table(dispatcher, load_table(TABLE), request_of)


@pytest.fixture
def company_on_sqlite(request: pytest.FixtureRequest, sqlite_templates: object, tmp_path: Path) -> Company:
    import shutil

    from storage.database import Database

    path = tmp_path / "table.db"
    shutil.copyfile(sqlite_templates.path(with_company=True), path)  # type: ignore[attr-defined]
    return Company(Database(f"sqlite:///{path}"))


def _dispatcher(company: Company) -> Dispatcher:
    from commands import BY_VERB
    from commands.context import Defaults

    return Dispatcher(company.database, BY_VERB, Defaults())


def test_the_table_is_read_as_reps_mean_it(tally: Tally) -> None:
    wrong = [f"{each.case.number} {each.case.say}" for found in tally.failures().values() for each in found]

    assert tally.rate >= LEAST_RATE, "\n".join(wrong)


def test_no_sentence_that_asks_for_nothing_proposes_a_write(tally: Tally) -> None:
    wrong = [
        each.case.say
        for each in tally.wrong_writes
        if each.case.expect["command"] is None or each.case.expect["command"] != each.reply.command
    ]

    assert wrong == []


def test_every_sentence_gets_an_answer(tally: Tally) -> None:
    assert [each.case.say for each in tally.outcomes if each.reply.state is State.ERROR or not each.reply.head] == []

"""Two tables of sentences: one seen while the reader was written, one kept away (docs/sentences.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.sentence_table import SentenceTally, load_table, run_table
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database
from tests.company import Company

TABLES = Path(__file__).parents[2] / "sentences"
LEAST = {"development": 0.93, "kept_away": 0.85}
"""The rates may rise, not fall."""
MOST_WRONG_WRITES = {"development": 6, "kept_away": 12}


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture(params=TABLES.glob("*.jsonl"), ids=lambda path: path.stem)
def table(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def tally(table: Path, company: Company, dispatcher: Dispatcher) -> SentenceTally:
    def request_of(person: str, thread: str) -> Request:
        return Request(company.workspace_id, company.person(person), "chat", company.now, thread)

    return run_table(dispatcher, load_table(table), request_of)


def test_sentences_are_read_as_reps_mean_them(table: Path, tally: SentenceTally) -> None:
    wrong = [f"{each.case.number} {each.case.say}" for found in tally.group_failures().values() for each in found]
    print(f"{table.stem}: {tally.right_share:.1%} of {len(tally.outcomes)}, {len(tally.wrong_writes)} wrong writes")  # noqa: T201

    assert tally.right_share >= LEAST[table.stem], "\n".join(wrong)
    assert len(tally.wrong_writes) <= MOST_WRONG_WRITES[table.stem], [each.case.say for each in tally.wrong_writes]
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

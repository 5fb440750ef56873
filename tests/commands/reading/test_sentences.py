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
RIGHT = {"development": 857, "kept_away": 387}
"""How many sentences are read right. A change that reads more of them right raises its number here."""
WRONG_LINES = {
    "development": {128, 138, 151, 232, 241, 253, 307, 360, 400, 409, 418, 442, 580, 609, 639, 693, 754, 822, 847},
    "kept_away": {
        1, 2, 4, 23, 32, 47, 60, 75, 78, 83, 87, 91, 95, 96, 108, 112, 114, 115, 124, 125, 135, 143, 146, 148, 150, 163,
        171, 173, 174, 176, 180, 186, 203, 204, 205, 221, 253, 268, 303, 313, 330, 360, 364, 370, 420,
    },
}  # fmt: skip
"""The lines read wrong when the numbers above were set, so that a failure can name those that are new."""
MOST_WRONG_WRITES = {"development": 3, "kept_away": 9}


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
    print(f"{table.stem}: {tally.right_share:.1%} of {len(tally.outcomes)}, {len(tally.wrong_writes)} wrong writes")  # noqa: T201

    assert sum(each.right for each in tally.outcomes) == RIGHT[table.stem], describe_difference(table.stem, tally)
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


def describe_difference(table: str, tally: SentenceTally) -> str:
    """Say which sentences are read otherwise than when the numbers were set, and what to do about it."""
    wrong = {each.case.number for each in tally.outcomes if not each.right}
    right = len(tally.outcomes) - len(wrong)
    lines = [f"{right} sentences of {table} are read right, not {RIGHT[table]}."]
    if right > RIGHT[table]:
        lines.append(f"That is better: raise RIGHT to {right} and set WRONG_LINES to {sorted(wrong)}.")
    for words, numbers in (("wrong", wrong - WRONG_LINES[table]), ("right", WRONG_LINES[table] - wrong)):
        lines += [
            f"Now {words}: {each.case.number} {each.case.say}" for each in tally.outcomes if each.case.number in numbers
        ]
    return "\n".join(lines)

"""Opens a table of sentences, and what it is said to: the sample company, or a copy of a workspace's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.evaluation.sentence_table import Case, load_table
from bot.settings import read_settings
from bot.terminal.seat import find_workspace, open_database, read_moment
from bot.terminal.verb_outcome import VerbFailure
from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.upkeep.upgrade import copy_database

OWN_TABLE = Path(__file__).parents[1] / "evaluation" / "sentences.jsonl"
# The dates that our own table expects are right at this moment only.
OWN_NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class EvaluationTarget:
    """Names the database that sentences are said to, and the moment they are said at."""

    dispatcher: Dispatcher
    workspace_id: int
    now: datetime


def load_cases(path: Path) -> list[Case]:
    """Load a table of sentences. Raises VerbFailure where it is none, or empty."""
    try:
        cases = load_table(path)
        sound = all(
            isinstance(each.say, str) and isinstance(each.by, str) and "command" in each.expect for each in cases
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise VerbFailure(
            f"{path} is no table of sentences. Each line is an object like "
            '{"say": "my hot leads", "as": "nora", "expect": {"command": "list_leads", "arguments": {"band": "hot"}}}.'
        )
    if not cases:
        raise VerbFailure(f"{path} holds no sentences.")
    return cases


@contextmanager
def open_target(
    table: Path | None, folder: Path, *, workspace: int | None, now: str | None, here: bool
) -> Iterator[EvaluationTarget]:
    """Open what the sentences are said to: the sample company for our own table, else a copy of the database."""
    settings = read_settings()
    if table is None:
        from bot.demo.demo_run import prepare_demo

        demo = prepare_demo(folder, now=OWN_NOW)
        with closing(demo.database):
            yield EvaluationTarget(demo.seat.dispatcher, demo.seat.request.workspace_id, OWN_NOW)
        return
    database = open_database(settings)
    # Sentences propose changes and carry some out: they are not said to the records that people work with.
    if not here:
        database = _copy_database(database, folder)
    with closing(database):
        moment = read_moment(now, settings.timezone)
        dispatcher = Dispatcher(database, BY_VERB, settings.defaults)
        yield EvaluationTarget(dispatcher, find_workspace(database, workspace), moment)


def _copy_database(database: Database, folder: Path) -> Database:
    if database.engine.dialect.name != "sqlite":
        raise VerbFailure(
            "Sentences are said to a copy of the database. Make one with pg_dump and pg_restore, name it in "
            "DATABASE_URL, and add --here.",
            "refused",
        )
    with closing(database):
        copy_database(database, folder / "copy.db")
    return Database(f"sqlite:///{folder / 'copy.db'}")


def make_request_factory(ground: EvaluationTarget) -> Callable[[str, str], Request]:
    """Return a function that makes a request for a person (`console`, or words that name a rep) and a thread."""
    known: dict[str, int] = {"console": CONSOLE}

    def make_request(person: str, thread: str) -> Request:
        if person not in known:
            with ground.dispatcher.database.begin_read() as session:
                found = [each.id for each in reps.find_matching_reps(session, ground.workspace_id, person)]
            if len(found) != 1:
                raise VerbFailure(
                    f"“{person}” names {len(found) or 'no'} people. Give an email or the full name in “as”."
                )
            known[person] = found[0]
        return Request(ground.workspace_id, known[person], "eval", ground.now, thread)

    return make_request

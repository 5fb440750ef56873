"""`leadlight eval`: how well the phrases, and a model, understand a table of sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.evaluation.measurement import Measured, Try, by_command, measure, rates, reply_words
from bot.evaluation.sentence_table import Case, load_table
from bot.model.model_listener import Listener, Report
from bot.model.server.model_configuration import ModelConfiguration, configuration
from bot.settings import read_settings
from bot.terminal.seat import moment_of, open_database, start_logging, workspace_of
from bot.terminal.verb_outcome import Failed, Outcome
from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.upkeep.upgrade import backup

OWN = Path(__file__).parents[1] / "evaluation" / "sentences.jsonl"
OWN_NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""The moment that the dates in our own table are of."""
UNBOUNDED = 10**12
MOST_SHOWN = 20


@dataclass(frozen=True)
class Ground:
    """A database to say sentences to, and from which moment."""

    dispatcher: Dispatcher
    workspace_id: int
    now: datetime


@dataclass(frozen=True)
class Table:
    """What `eval` was told: which sentences, where and when, and which of them the model gets."""

    file: Path | None = None
    workspace: int | None = None
    now: str | None = None
    here: bool = False
    unsure_only: bool = False


def evaluate(outcome: Outcome, table: Table) -> None:
    """Say the sentences and print the rates. Without a file: our own ones, to the sample company."""
    settings = read_settings()
    start_logging(settings)
    cases = _cases(table.file or OWN)
    model = configuration(settings)
    with TemporaryDirectory(prefix="leadlight-eval-") as folder, _ground(table, Path(folder)) as ground:
        told: list[Report] = []
        listener = Listener(ground.dispatcher, _unbounded(model), tell=told.append) if model else None
        found = measure(
            ground.dispatcher,
            cases,
            _people(ground),
            listener,
            unsure_only=table.unsure_only,
            enough=lambda: bool(told),
            progress=_progress(len(cases)),
        )
    if outcome.json:
        outcome.print_object(_as_object(found, model, told))
    else:
        _print(found, model, told)


def _cases(path: Path) -> list[Case]:
    try:
        cases = load_table(path)
        sound = all(
            isinstance(each.say, str) and isinstance(each.by, str) and "command" in each.expect for each in cases
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise Failed(
            f"{path} is no table of sentences. Each line is an object like "
            '{"say": "my hot leads", "as": "nora", "expect": {"command": "list_leads", "arguments": {"band": "hot"}}}.'
        )
    if not cases:
        raise Failed(f"{path} holds no sentences.")
    return cases


@contextmanager
def _ground(table: Table, folder: Path) -> Iterator[Ground]:
    """The sample company for our own table; for a file of one's own a copy of the database."""
    settings = read_settings()
    if table.file is None:
        from bot.demo.demo_run import prepare

        demo = prepare(folder, now=OWN_NOW)
        with closing(demo.database):
            yield Ground(demo.seat.dispatcher, demo.seat.request.workspace_id, OWN_NOW)
        return
    database = open_database(settings)
    if not table.here:
        database = _copied(database, folder)
    with closing(database):
        now = moment_of(table.now, settings.timezone)
        dispatcher = Dispatcher(database, BY_VERB, settings.defaults)
        yield Ground(dispatcher, workspace_of(database, table.workspace), now)


def _copied(database: Database, folder: Path) -> Database:
    if database.engine.dialect.name != "sqlite":
        raise Failed(
            "Sentences are said to a copy of the database. Make one with pg_dump and pg_restore, name it in "
            "DATABASE_URL, and add --here.",
            "refused",
        )
    with closing(database):
        backup(database, folder / "copy.db")
    return Database(f"sqlite:///{folder / 'copy.db'}")


def _people(ground: Ground) -> Callable[[str, str], Request]:
    """Who says a sentence: `console`, or words that name one person."""
    known: dict[str, int] = {"console": CONSOLE}

    def request_of(person: str, thread: str) -> Request:
        if person not in known:
            with ground.dispatcher.database.reading() as session:
                found = [each.id for each in reps.matching(session, ground.workspace_id, person)]
            if len(found) != 1:
                raise Failed(f"“{person}” names {len(found) or 'no'} people. Give an email or the full name in “as”.")
            known[person] = found[0]
        return Request(ground.workspace_id, known[person], "eval", ground.now, thread)

    return request_of


def _unbounded(model: ModelConfiguration) -> ModelConfiguration:
    """The model without a budget for the day: a table is meant to be gone through."""
    return replace(model, rep_tokens=UNBOUNDED, workspace_tokens=UNBOUNDED)


def _progress(count: int) -> Callable[[int], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda number: print(f"\r{number}/{count}", end="\n" if number == count else "", file=sys.stderr)  # noqa: T201


def _as_object(found: Measured, model: ModelConfiguration | None, told: list[Report]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "state": "answered",
        "sentences": len(found.phrases),
        "phrases": rates(found.phrases),
        "never_needed_the_model": _share(found),
        "wrong": [
            {"say": each.outcome.case.say, "expected": each.outcome.case.expect, "got": reply_words(each.outcome.reply)}
            for each in found.together
            if not each.outcome.right
        ],
    }
    if model is not None:
        tries = list(found.model.values())
        shown["model"] = {"name": model.name, **rates(tries, model.cost)}
        shown["together"] = rates(found.together)
    if told:
        shown["trouble"] = told[0].words
    return shown


def _share(found: Measured) -> float:
    """The share of sentences that the phrases read by themselves."""
    return round(1 - len(found.unsure) / len(found.phrases), 4)


def _print(found: Measured, model: ModelConfiguration | None, told: list[Report]) -> None:
    _say(f"{len(found.phrases)} sentences. {_share(found):.1%} of them never need a model.")
    _say(_line("Phrases", found.phrases, None))
    if model is not None:
        tries = list(found.model.values())
        _say(_line(f"Model {model.name}", tries, model))
        _say(_line("Together", found.together, None))
    if told:
        _say(f"The model was given up: {told[0].words}")
    if model is None:
        _say("No model: set OPENAI_API_KEY and OPENAI_MODEL to compare one.")
    _say("")
    _say("By command, phrases" + (" and model" if found.model else "") + ":")
    own, models = by_command(found.phrases), by_command(found.model.values())
    for name in sorted(own):
        right, count = own[name]
        beside = f"   model {models[name][0]}/{models[name][1]}" if name in models else ""
        _say(f"  {name:22} {right}/{count}{beside}")
    wrong = [each for each in found.together if not each.outcome.right]
    if wrong:
        _say("")
        _say(f"Not right ({len(wrong)}):")
        for each in wrong[:MOST_SHOWN]:
            _say(f"  {each.outcome.case.number}. {each.outcome.case.say}")
            _say(f"     {reply_words(each.outcome.reply)}")


def _line(name: str, tries: list[Try], model: ModelConfiguration | None) -> str:
    found = rates(tries, model.cost if model else None)
    if not tries:
        return f"{name}: no sentences."
    words = (
        f"{name}: {found['right']:.1%} of {found['sentences']} right, {found['wrong_writes']} wrong writes proposed, "
        f"{found['not_understood']} not understood; p50 {found['p50_ms']:,.1f} ms, p99 {found['p99_ms']:,.1f} ms"
    )
    if "tokens_in" in found:
        words += f"; {found['rounds']} rounds, {found['tokens_in']:,} tokens in, {found['tokens_out']:,} out"
    if "cost" in found:
        words += f", cost {found['cost']:.4f} (a sentence {found['cost'] / found['sentences']:.6f})"
    return f"{words}."


def _say(words: str) -> None:
    print(words)  # noqa: T201

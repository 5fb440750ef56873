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

from bot.evaluation.measurement import (
    Measurement,
    SentenceTry,
    compute_rates,
    count_by_command,
    describe_call,
    measure_table,
)
from bot.evaluation.sentence_table import Case, load_table
from bot.model.model_listener import Listener, TroubleReport
from bot.model.server.model_configuration import ModelConfiguration, configure_model
from bot.settings import read_settings
from bot.terminal.seat import find_workspace, open_database, read_moment, start_logging
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.upkeep.upgrade import copy_database

OWN_TABLE = Path(__file__).parents[1] / "evaluation" / "sentences.jsonl"
# The dates that our own table expects are right at this moment only.
OWN_NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
UNLIMITED_TOKENS = 10**12
MOST_SHOWN = 20


@dataclass(frozen=True)
class EvaluationTarget:
    """Names the database that sentences are said to, and the moment they are said at."""

    dispatcher: Dispatcher
    workspace_id: int
    now: datetime


@dataclass(frozen=True)
class EvaluationOptions:
    """Holds the options of `eval`: which sentences, where and when, and which of them the model gets."""

    file: Path | None = None
    workspace: int | None = None
    now: str | None = None
    here: bool = False
    unsure_only: bool = False


def evaluate_table(outcome: VerbOutcome, table: EvaluationOptions) -> None:
    """Say the sentences and print the rates. Without a file: our own ones, to the sample company."""
    settings = read_settings()
    start_logging(settings)
    cases = _load_cases(table.file or OWN_TABLE)
    model = configure_model(settings)
    with TemporaryDirectory(prefix="leadlight-eval-") as folder, _open_target(table, Path(folder)) as ground:
        told: list[TroubleReport] = []
        listener = Listener(ground.dispatcher, _lift_budget(model), tell=told.append) if model else None
        found = measure_table(
            ground.dispatcher,
            cases,
            _make_request_factory(ground),
            listener,
            unsure_only=table.unsure_only,
            # Administrators are told of trouble that lasts: further sentences would only fail as well.
            enough=lambda: bool(told),
            progress=_make_progress_printer(len(cases)),
        )
    if outcome.json:
        outcome.print_object(_encode_results(found, model, told))
    else:
        _print_results(found, model, told)


def _load_cases(path: Path) -> list[Case]:
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
def _open_target(table: EvaluationOptions, folder: Path) -> Iterator[EvaluationTarget]:
    """Open what the sentences are said to: the sample company for our own table, else a copy of the database."""
    settings = read_settings()
    if table.file is None:
        from bot.demo.demo_run import prepare_demo

        demo = prepare_demo(folder, now=OWN_NOW)
        with closing(demo.database):
            yield EvaluationTarget(demo.seat.dispatcher, demo.seat.request.workspace_id, OWN_NOW)
        return
    database = open_database(settings)
    # Sentences propose changes and carry some out: they are not said to the records that people work with.
    if not table.here:
        database = _copy_database(database, folder)
    with closing(database):
        now = read_moment(table.now, settings.timezone)
        dispatcher = Dispatcher(database, BY_VERB, settings.defaults)
        yield EvaluationTarget(dispatcher, find_workspace(database, table.workspace), now)


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


def _make_request_factory(ground: EvaluationTarget) -> Callable[[str, str], Request]:
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


def _lift_budget(model: ModelConfiguration) -> ModelConfiguration:
    """Give the model a budget that no table uses up."""
    # Half a table says nothing about a model; what it costs is printed at the end.
    return replace(model, rep_tokens=UNLIMITED_TOKENS, workspace_tokens=UNLIMITED_TOKENS)


def _make_progress_printer(count: int) -> Callable[[int], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda number: print(f"\r{number}/{count}", end="\n" if number == count else "", file=sys.stderr)  # noqa: T201


def _encode_results(found: Measurement, model: ModelConfiguration | None, told: list[TroubleReport]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "state": "answered",
        "sentences": len(found.phrases),
        "phrases": compute_rates(found.phrases),
        "never_needed_the_model": _share_without_model(found),
        "wrong": [
            {
                "say": each.outcome.case.say,
                "expected": each.outcome.case.expect,
                "got": describe_call(each.outcome.reply),
            }
            for each in found.combined_tries
            if not each.outcome.right
        ],
    }
    if model is not None:
        tries = list(found.model.values())
        shown["model"] = {"name": model.name, **compute_rates(tries, model.compute_cost)}
        shown["together"] = compute_rates(found.combined_tries)
    if told:
        shown["trouble"] = told[0].words
    return shown


def _share_without_model(found: Measurement) -> float:
    """Compute the share of sentences that the phrases read by themselves."""
    return round(1 - len(found.unsure_tries) / len(found.phrases), 4)


def _print_results(found: Measurement, model: ModelConfiguration | None, told: list[TroubleReport]) -> None:
    _print_line(f"{len(found.phrases)} sentences. {_share_without_model(found):.1%} of them never need a model.")
    _print_line(_format_rates("Phrases", found.phrases, None))
    if model is not None:
        tries = list(found.model.values())
        _print_line(_format_rates(f"Model {model.name}", tries, model))
        _print_line(_format_rates("Together", found.combined_tries, None))
    if told:
        _print_line(f"The model was given up: {told[0].words}")
    if model is None:
        _print_line("No model: set OPENAI_API_KEY and OPENAI_MODEL to compare one.")
    _print_line("")
    _print_line("By command, phrases" + (" and model" if found.model else "") + ":")
    own, models = count_by_command(found.phrases), count_by_command(found.model.values())
    for name in sorted(own):
        right, count = own[name]
        beside = f"   model {models[name][0]}/{models[name][1]}" if name in models else ""
        _print_line(f"  {name:22} {right}/{count}{beside}")
    wrong = [each for each in found.combined_tries if not each.outcome.right]
    if wrong:
        _print_line("")
        _print_line(f"Not right ({len(wrong)}):")
        for each in wrong[:MOST_SHOWN]:
            _print_line(f"  {each.outcome.case.number}. {each.outcome.case.say}")
            _print_line(f"     {describe_call(each.outcome.reply)}")


def _format_rates(name: str, tries: list[SentenceTry], model: ModelConfiguration | None) -> str:
    found = compute_rates(tries, model.compute_cost if model else None)
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


def _print_line(words: str) -> None:
    print(words)  # noqa: T201

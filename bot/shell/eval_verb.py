"""`leadlight eval`: how well the phrases, and a model, understand a table of sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from bot.model.model_listener import Listener, TroubleReport
from bot.model.server.model_configuration import ModelConfiguration, configure_model
from bot.settings import read_settings
from bot.shell.sentence_target import OWN_TABLE, load_cases, make_request_factory, open_target
from bot.terminal.seat import start_logging
from bot.terminal.verb_outcome import VerbOutcome

UNLIMITED_TOKENS = 10**12
MOST_SHOWN = 20


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
    cases = load_cases(table.file or OWN_TABLE)
    model = configure_model(settings)
    with (
        TemporaryDirectory(prefix="leadlight-eval-") as folder,
        open_target(table.file, Path(folder), workspace=table.workspace, now=table.now, here=table.here) as ground,
    ):
        told: list[TroubleReport] = []
        listener = Listener(ground.dispatcher, _lift_budget(model), tell=told.append) if model else None
        found = measure_table(
            ground.dispatcher,
            cases,
            make_request_factory(ground),
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
        f"{found['not_understood']} not understood "
        f"(the right call offered for {found['offered']} of them); "
        f"p50 {found['p50_ms']:,.1f} ms, p99 {found['p99_ms']:,.1f} ms"
    )
    if "tokens_in" in found:
        words += f"; {found['rounds']} rounds, {found['tokens_in']:,} tokens in, {found['tokens_out']:,} out"
    if "cost" in found:
        words += f", cost {found['cost']:.4f} (a sentence {found['cost'] / found['sentences']:.6f})"
    return f"{words}."


def _print_line(words: str) -> None:
    print(words)  # noqa: T201

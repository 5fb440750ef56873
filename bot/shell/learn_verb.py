"""`leadlight learn`: teaches the reader a workspace's own sentences."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.evaluation.example_loader import ExampleLoader
from bot.evaluation.reader_learning import learn_changes, list_words
from bot.evaluation.sentence_table import Case, run_table
from bot.settings import read_settings
from bot.shell.sentence_target import (
    OWN_TABLE,
    EvaluationTarget,
    load_cases,
    make_request_factory,
    open_target,
)
from bot.terminal.seat import find_workspace, open_database, start_logging
from bot.terminal.verb_outcome import VerbOutcome
from commands.language.readings.weights import get_weights
from storage.workspaces.learned_reading import LearnedReading, load_learned_reading, save_learned_reading

PARTS = 5
"""Into how many parts a table is cut to see what it teaches: each is tried with what the others taught."""


@dataclass(frozen=True)
class LearningOptions:
    """Holds the options of `learn`."""

    file: Path
    workspace: int | None = None
    now: str | None = None
    here: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Learned:
    """Holds what a table taught, and how many sentences were read right before and after.

    `own` are the workspace's sentences, each tried with what the others taught; `given` are those of Leadlight.
    """

    changes: dict[str, Any]
    own: tuple[int, int, int]
    given: tuple[int, int, int]


def learn_table(outcome: VerbOutcome, options: LearningOptions) -> None:
    """Learn from a table of sentences, say what it taught, and keep it in the workspace."""
    settings = read_settings()
    start_logging(settings)
    cases = load_cases(options.file)
    with TemporaryDirectory(prefix="leadlight-learn-") as name:
        folder = Path(name)
        with open_target(
            options.file, folder, workspace=options.workspace, now=options.now, here=options.here
        ) as target:
            with target.dispatcher.database.begin_read() as session:
                known = load_learned_reading(session, target.workspace_id)
            changes, own = _learn_cases(target, cases)
            # With --here it is the database that people work with.
            with target.dispatcher.database.begin_write() as session:
                save_learned_reading(session, target.workspace_id, known)
        with open_target(None, folder, workspace=None, now=None, here=False) as sample:
            given = _compare_rights(sample, load_cases(OWN_TABLE), changes)
    if not options.dry_run:
        with closing(open_database(settings)) as database:
            workspace_id = find_workspace(database, options.workspace)
            with database.begin_write() as session:
                learned = LearnedReading(datetime.now(UTC), len(cases), changes)
                save_learned_reading(session, workspace_id, learned)
    _print_learned(outcome, Learned(changes, own, given), kept=not options.dry_run)


def forget_learned(outcome: VerbOutcome, workspace: int | None) -> None:
    """Go back to the reader as it comes with Leadlight."""
    with closing(open_database(read_settings())) as database:
        workspace_id = find_workspace(database, workspace)
        with database.begin_write() as session:
            save_learned_reading(session, workspace_id, None)
    _tell(outcome, {"state": "done"}, "Forgotten: sentences are read as Leadlight comes.")


def _learn_cases(target: EvaluationTarget, cases: list[Case]) -> tuple[dict[str, Any], tuple[int, int, int]]:
    _keep(target, None)
    before, after = _count_right(target, cases), 0
    parts = min(PARTS, len(cases))
    for part in range(parts):
        _teach(target, [each for at, each in enumerate(cases) if at % parts != part])
        after += _count_right(target, cases[part::parts])
    return _teach(target, cases), (len(cases), before, after)


def _teach(target: EvaluationTarget, cases: list[Case]) -> dict[str, Any]:
    """Teach the workspace of a target these sentences, and return what it learned."""
    # First of all that their words are words, and no names of somebody.
    _keep(target, {"commands": {}, "candidates": {}, "usual": {}, "cues": {}, "known": list_words(cases)})
    with ExitStack() as doors:
        loader = ExampleLoader(target.dispatcher, make_request_factory(target), doors, get_weights().names)
        examples = [loader.load_case(case, "learned", None) for case in cases]
        changes = learn_changes(examples, get_weights())
    _keep(target, changes)
    return changes


def _keep(target: EvaluationTarget, changes: dict[str, Any] | None) -> None:
    learned = LearnedReading(target.now, 0, changes) if changes else None
    with target.dispatcher.database.begin_write() as session:
        save_learned_reading(session, target.workspace_id, learned)


def _compare_rights(target: EvaluationTarget, cases: list[Case], changes: dict[str, Any]) -> tuple[int, int, int]:
    before = _count_right(target, cases)
    _keep(target, changes)
    return len(cases), before, _count_right(target, cases)


def _count_right(target: EvaluationTarget, cases: list[Case]) -> int:
    tally = run_table(target.dispatcher, cases, make_request_factory(target))
    return sum(each.right for each in tally.outcomes)


def _print_learned(outcome: VerbOutcome, learned: Learned, *, kept: bool) -> None:
    (own, before, after), (given, given_before, given_after) = learned.own, learned.given
    _tell(
        outcome,
        {
            "state": "done" if kept else "answered",
            "sentences": own,
            "right_before": before,
            "right_after": after,
            "given": {"sentences": given, "right_before": given_before, "right_after": given_after},
        },
        f"{'Learned' if kept else 'Nothing is kept; this would be learned'} from {own} sentences. Of these, {before} "
        f"were read right before; {after} are when each is tried with what the others taught.",
        f"Of Leadlight's own {given} sentences {given_before} were read right before and {given_after} are now.",
    )


def _tell(outcome: VerbOutcome, found: dict[str, Any], *lines: str) -> None:
    if outcome.json:
        outcome.print_object(found)
    else:
        print("\n".join(lines))  # noqa: T201

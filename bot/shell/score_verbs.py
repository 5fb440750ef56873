"""The verbs `score train`, `score run` and `score report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.settings import read_settings
from bot.terminal.seat import moment_of, open_database, workspace_of
from bot.terminal.verb_outcome import Failed, Outcome
from storage.database.doors import Database
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.showing.score_report import report


def train_model(
    outcome: Outcome,
    *,
    keep: list[str] | None,
    leave_out: list[str] | None,
    afresh: bool,
    workspace: int | None,
    now: str | None,
) -> None:
    """Learn, and print the report of what is in use then."""
    database, workspace_id, moment = _opened(workspace, now)
    from storage.scores.model.training import train

    chosen = afresh or bool(keep) or bool(leave_out)
    with _refusals(), _bars(outcome) as bars:
        said = train(
            database,
            workspace_id,
            moment,
            keep=keep or () if chosen else None,
            leave_out=leave_out or () if chosen else None,
            progress=bars,
        )
    if not outcome.json:
        print(said + "\n")  # noqa: T201
    _show(outcome, database, workspace_id, moment)


def run_scores(outcome: Outcome, *, workspace: int | None, now: str | None) -> None:
    """Score all open leads; before the first training, learn first."""
    database, workspace_id, moment = _opened(workspace, now)
    from storage.scores.model.stored_models import active_model
    from storage.scores.model.training import train
    from storage.scores.scoring_run import run

    with _refusals(), _bars(outcome) as bars:
        with database.reading() as session:
            known = active_model(session, workspace_id) is not None
        if not known:
            train(database, workspace_id, moment, progress=bars)
        done = run(database, workspace_id, moment, progress=bars)
    if outcome.json:
        outcome.print_object(
            {
                "state": done.state,
                "model": done.model,
                "as_of": done.as_of.isoformat(),
                "leads": done.leads,
                "changed": done.changed,
                "not_scored": done.unscored,
            }
        )
        return
    unscored = f", {done.unscored:,} not scored because nothing is known of them" if done.unscored else ""
    print(f"{done.leads:,} open leads scored by {done.model}: {done.changed:,} changed{unscored}.")  # noqa: T201


def show_report(outcome: Outcome, *, workspace: int | None, now: str | None) -> None:
    """Print how good the scores are."""
    _show(outcome, *_opened(workspace, now))


def _opened(workspace: int | None, now: str | None) -> tuple[Database, int, datetime]:
    settings = read_settings()
    database = open_database(settings)
    return database, workspace_of(database, workspace), moment_of(now, settings.timezone)


def _show(outcome: Outcome, database: Database, workspace_id: int, moment: datetime) -> None:
    with database.reading() as session:
        found = report(session, workspace_id, moment)
    if outcome.json:
        outcome.print_object(found.as_object())
    else:
        print("\n".join(found.lines()))  # noqa: T201


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ScoreTrouble as trouble:
        raise Failed(str(trouble), "refused") from None


class _Bars:
    """A bar a step on stderr. Called with the step, how much is done, and of how much."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, label: str, done: int, of: int) -> None:
        if self._bars is not None:
            if label not in self._tasks:
                self._tasks[label] = self._bars.add_task(label, total=of or None)
            self._bars.update(self._tasks[label], completed=done, total=of or None)


@contextmanager
def _bars(outcome: Outcome) -> Iterator[_Bars]:
    if outcome.json or not sys.stderr.isatty():
        yield _Bars(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)

"""The verbs `score train`, `score run` and `score report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.settings import read_settings
from bot.terminal.seat import find_workspace, open_database, read_moment
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from storage.database.doors import Database
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.showing.score_report import build_report


def train_model(
    outcome: VerbOutcome,
    *,
    keep: list[str] | None,
    leave_out: list[str] | None,
    afresh: bool,
    workspace: int | None,
    now: str | None,
) -> None:
    """Train on what became of leads, and print the report of the model that is in use afterwards."""
    database, workspace_id, moment = _open_workspace(workspace, now)
    from storage.scores.model.training import train_score_model

    # None leaves the columns as they were chosen last time, an empty choice forgets that: hence `--afresh`.
    chosen = afresh or bool(keep) or bool(leave_out)
    with _translate_refusals(), _open_progress(outcome) as bars:
        said = train_score_model(
            database,
            workspace_id,
            moment,
            keep=keep or () if chosen else None,
            leave_out=leave_out or () if chosen else None,
            progress=bars,
        )
    if not outcome.json:
        print(said + "\n")  # noqa: T201
    _print_report(outcome, database, workspace_id, moment)


def run_scores(outcome: VerbOutcome, *, workspace: int | None, now: str | None) -> None:
    """Score all open leads; train a model first where there is none yet."""
    database, workspace_id, moment = _open_workspace(workspace, now)
    from storage.scores.model.stored_models import find_active_model
    from storage.scores.model.training import train_score_model
    from storage.scores.scoring_run import score_open_leads

    with _translate_refusals(), _open_progress(outcome) as bars:
        with database.begin_read() as session:
            has_model = find_active_model(session, workspace_id) is not None
        if not has_model:
            train_score_model(database, workspace_id, moment, progress=bars)
        done = score_open_leads(database, workspace_id, moment, progress=bars)
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


def show_report(outcome: VerbOutcome, *, workspace: int | None, now: str | None) -> None:
    """Print how good the scores are."""
    _print_report(outcome, *_open_workspace(workspace, now))


def _open_workspace(workspace: int | None, now: str | None) -> tuple[Database, int, datetime]:
    settings = read_settings()
    database = open_database(settings)
    return database, find_workspace(database, workspace), read_moment(now, settings.timezone)


def _print_report(outcome: VerbOutcome, database: Database, workspace_id: int, moment: datetime) -> None:
    with database.begin_read() as session:
        found = build_report(session, workspace_id, moment)
    if outcome.json:
        outcome.print_object(found.as_object())
    else:
        print("\n".join(found.write_lines()))  # noqa: T201


@contextmanager
def _translate_refusals() -> Iterator[None]:
    try:
        yield
    except ScoreTrouble as trouble:
        raise VerbFailure(str(trouble), "refused") from None


class _ScoringProgress:
    """Shows a bar for each step on stderr. Called with the step, how much is done, and of how much."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, label: str, done: int, of: int) -> None:
        if self._bars is not None:
            if label not in self._tasks:
                self._tasks[label] = self._bars.add_task(label, total=of or None)
            self._bars.update(self._tasks[label], completed=done, total=of or None)


@contextmanager
def _open_progress(outcome: VerbOutcome) -> Iterator[_ScoringProgress]:
    if outcome.json or not sys.stderr.isatty():
        yield _ScoringProgress(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _ScoringProgress(bars)

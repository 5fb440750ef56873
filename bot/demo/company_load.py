"""Makes the sample company's database as any customer's is made: files, an import, scores."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.demo.date_shift import Calendar
from bot.demo.sample_company import CURRENCY, FILES, LAST_DAY, NAME
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from storage.database.doors import Database
from storage.digests import digest_runs
from storage.digests.digest_runs import NewRun
from storage.imports import run_import
from storage.people import reps
from storage.scores.score_refresh import refresh_scores, score_after_import
from storage.upkeep.upgrade import upgrade_schema
from storage.workspaces import workspace_vocabulary

# Called with the words for the step that begins.
ReportStep = Callable[[str], None]
STEPS = 5


def load_company(database: Database, folder: Path, calendar: Calendar, report_step: ReportStep) -> int:
    """Put the company into a fresh database and return its workspace. The imported files stay in `folder`."""
    report_step("Making a database")
    upgrade_schema(database)
    with database.begin_write() as session:
        (workspace_id,) = workspace_vocabulary.list_workspace_ids(session)
        workspace_vocabulary.describe_company(
            session, workspace_id, name=NAME, currency=CURRENCY, time_zone=calendar.zone.key, visibility="workspace"
        )
    report_step("Importing its files")
    paths = [_write_shifted_file(path, folder, calendar) for path in FILES]
    # The sample is ours: a row that its import refuses is a mistake in the files or in the import.
    for result in run_import(database, workspace_id, paths, now=calendar.now, surface="demo"):
        assert result.error is None, result
        assert result.rejected == 0, result
    report_step("Learning from finished leads")
    # In the early morning, so that the day that follows moves scores as a working day does.
    score_after_import(database, workspace_id, calendar.at(calendar.last_working_day, 5, 30))
    report_step("Going through the last day")
    _replay_last_day(database, workspace_id, calendar)
    report_step("Scoring open leads")
    refresh_scores(database, workspace_id, calendar.now)
    return workspace_id


def _write_shifted_file(path: Path, folder: Path, calendar: Calendar) -> Path:
    moved = folder / path.name
    with path.open(encoding="utf-8", newline="") as source, moved.open("w", encoding="utf-8", newline="") as target:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, list(reader.fieldnames or ()))
        writer.writeheader()
        writer.writerows(calendar.move_row(row) for row in reader)
    return moved


def _replay_last_day(database: Database, workspace_id: int, calendar: Calendar) -> None:
    """Carry out the last working day: a digest for everyone in the morning, changes in the afternoon."""
    # Without it nothing would have changed since the last digest, and there would be nothing to undo.
    day = calendar.last_working_day
    morning = calendar.at(day, 8, 30)
    with database.begin_write() as session:
        people = reps.list_active_reps(session, workspace_id)
        rep_ids = {rep.external_id: rep.id for rep in people}
        digest_runs.create_runs(
            session, workspace_id, [NewRun(rep.id, day, digest_runs.QUEUED) for rep in people], morning
        )
        for rep in people:
            digest_runs.finish_run(session, rep.id, day, digest_runs.SENT, morning)
    dispatcher = Dispatcher(database, BY_VERB, WorkspaceDefaults())
    for number, (person, command, arguments) in enumerate(LAST_DAY):
        at = calendar.at(day, 16, 10) + timedelta(minutes=7 * number)
        request = Request(workspace_id, rep_ids[person], "demo", at)
        reply = dispatcher.dispatch(request, command, arguments, Origin.TYPED)
        assert reply.state is ReplyState.DONE, reply

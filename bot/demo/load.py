"""The sample company takes the road of every customer's data: files, an import, scores."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot.demo.firm import CURRENCY, NAME, Member
from bot.demo.progress import Step
from bot.demo.rows import Row, rows_of
from bot.demo.rule import MODEL
from bot.demo.sample import Sample
from commands import BY_VERB
from commands.context import Defaults
from commands.dispatch import Dispatcher, Origin, Request
from commands.reply import State
from storage.database import Database
from storage.imports import run_import
from storage.tables import DigestRun, LeadScore, Rep, Workspace
from storage.upgrade import upgrade

FILES = {
    "user": "users",
    "account": "accounts",
    "contact": "contacts",
    "lead": "leads",
    "opportunity": "opportunities",
    "activity": "activities",
    "follow_up": "follow_ups",
    "score": "scores",
}


def load(sample: Sample, database: Database, folder: Path, step: Step) -> int:
    """Put the company into a fresh database and return its workspace. The imported files stay beside it."""
    step("Making a database")
    upgrade(database)
    workspace_id = _open_workspace(sample, database)
    step("Writing files")
    paths = [_write(folder / f"{FILES[kind]}.csv", rows) for kind, rows in rows_of(sample).items()]

    def progress(_label: str, done: int, of: int) -> None:
        if done >= of:
            step("Importing leads and deals")

    for result in run_import(database, workspace_id, paths, now=sample.days.now, progress=progress, surface="demo"):
        assert result.error is None, result
        assert result.rejected == 0, result
    step("Going through the last day")
    _relive(sample, Dispatcher(database, BY_VERB, Defaults()), workspace_id)
    _look_back(sample, database, workspace_id)
    return workspace_id


def _open_workspace(sample: Sample, database: Database) -> int:
    with database.writing() as session:
        workspace = session.scalars(select(Workspace)).one()
        workspace.name, workspace.currency, workspace.visibility = NAME, CURRENCY, "workspace"
        workspace.time_zone = sample.days.zone.key
        return workspace.id


def _relive(sample: Sample, dispatcher: Dispatcher, workspace_id: int) -> None:
    """What people changed on the last working day, through the bot as they would."""
    with dispatcher.database.reading() as session:
        people = dict(session.execute(select(Rep.external_id, Rep.id)).all())
    minutes = count(10, 7)

    def does(member: Member, command: str, **arguments: str) -> None:
        at = sample.days.at(sample.days.last_working_day, 16) + timedelta(minutes=next(minutes))
        request = Request(workspace_id, people[member.key], "demo", at)
        reply = dispatcher.dispatch(request, command, arguments, Origin.TYPED)
        assert reply.state is State.DONE, reply

    for lead in sample.leads:
        if lead.before:
            does(lead.owner, "set_lead_status", name=lead.name, status=lead.status)
    for deal in sample.deals:
        if deal.before:
            reason = {"lost_reason": deal.lost_reason} if deal.lost_reason else {}
            does(deal.owner, "update_opportunity", name=deal.name, stage=deal.stage, **reason)


def _look_back(sample: Sample, database: Database, workspace_id: int) -> None:
    """Say which rule the scores come from, and that everyone had a digest on the last working day."""
    with database.writing() as session:
        session.execute(update(LeadScore).where(LeadScore.workspace_id == workspace_id).values(model=MODEL))
        people = session.scalars(select(Rep.id).where(Rep.workspace_id == workspace_id)).all()
        session.add_all(
            DigestRun(
                workspace_id=workspace_id,
                rep_id=person,
                local_date=sample.days.last_working_day,
                state="sent",
                created_at=sample.digest_at,
                sent_at=sample.digest_at,
            )
            for person in people
        )


def _write(path: Path, rows: list[Row]) -> Path:
    """A CSV file with a row's fields as columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return path


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)

"""Keeping scores fresh: every night, after an import, and learning anew each week (DOMAIN.md section 3).

`serve` calls `refresh` once a night for each workspace and `after_import` after each import. Neither holds a
transaction for long; either may be killed and is completed by its next call.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.scores.models import Model, active_model
from storage.tables import Lead

AGAIN_AFTER = timedelta(days=7)
NEW_SHARE = 0.05
NEW_LEAST = 50
FEWEST_ROWS = 100
FEWEST_CONVERTED = 20


@dataclass(frozen=True)
class Refreshed:
    """What was done: sentences about learning and recalibration, and how many leads got another score."""

    said: tuple[str, ...]
    leads: int
    changed: int


def refresh(database: Database, workspace_id: int, now: datetime) -> Refreshed:
    """Learn anew where it is due, recalibrate where the base rate moved, and score all open leads as of now."""
    from storage.scores.recalibration import recalibrate
    from storage.scores.training import train

    with database.reading() as session:
        if not _any_leads(session, workspace_id):
            return Refreshed((), 0, 0)
        due = _due(session, workspace_id, now)
    said = []
    if due:
        said.append(train(database, workspace_id, now))
    if moved := recalibrate(database, workspace_id, now):
        said.append(moved)
    return _scored(database, workspace_id, now, said)


def after_import(database: Database, workspace_id: int, now: datetime) -> Refreshed:
    """Score all open leads as of now with the model in use; before the first training, learn first."""
    with database.reading() as session:
        if not _any_leads(session, workspace_id):
            return Refreshed((), 0, 0)
        model = active_model(session, workspace_id)
        first = (model is None or model.state == "rules") and _outcomes(session, workspace_id, now) >= FEWEST_ROWS
    said = []
    if first:
        from storage.scores.training import train

        said.append(train(database, workspace_id, now))
    return _scored(database, workspace_id, now, said)


def score_new(database: Database, workspace_id: int, leads: Collection[int], now: datetime) -> Refreshed:
    """Score a few leads at once, such as one just added by hand; the rest keep scores and cut points."""
    from storage.scores.running import run

    done = run(database, workspace_id, now, only=leads)
    return Refreshed((), done.leads, done.changed)


def _scored(database: Database, workspace_id: int, now: datetime, said: list[str]) -> Refreshed:
    from storage.scores.running import run

    done = run(database, workspace_id, now)
    return Refreshed(tuple(said), done.leads, done.changed)


def _any_leads(session: Session, workspace_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Lead.workspace_id == workspace_id))))


def _outcomes(session: Session, workspace_id: int, now: datetime) -> int:
    from storage.scores.outcomes import count_finished

    rows, converted = count_finished(session, workspace_id, now)
    return rows if converted >= FEWEST_CONVERTED and rows > converted else 0


def _due(session: Session, workspace_id: int, now: datetime) -> bool:
    """The first time when there are enough outcomes, then a week after the last learning, with enough new ones."""
    model = active_model(session, workspace_id)
    rows = _outcomes(session, workspace_id, now)
    if rows < FEWEST_ROWS:
        return False
    if model is None or model.state == "rules":
        return True
    known = model.evaluation.get("tried_rows") or model.evaluation.get("all_rows", 0)
    new = rows - known
    return _last_tried(model) <= now - AGAIN_AFTER and new >= max(NEW_LEAST, NEW_SHARE * known)


def _last_tried(model: Model) -> datetime:
    tried = model.evaluation.get("tried_at")
    return max(model.made_at, datetime.fromisoformat(tried)) if tried else model.made_at

"""Keeping scores fresh: every night, after an import, for new leads; and learning anew each week.

Each of these may be killed at any point: its next call completes what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from storage.database.doors import Database
from storage.scores.columns.horizon import find_wanted_horizon
from storage.scores.model.stored_models import FEWEST_OF_EACH, Model, find_active_model
from storage.scores.scoring_parts import find_newest_run
from storage.scores.showing.score_source import IMPORTED
from storage.tables import AuditEntry, Lead, LeadScore

# A few new outcomes change little: a model is learned anew once a week at most, and only with enough of them.
AGAIN_AFTER = timedelta(days=7)
NEW_SHARE = 0.05
NEW_LEAST = 50
MOST_NEW = 1000


@dataclass(frozen=True)
class RefreshResult:
    """What was done: sentences about learning and recalibration, how many leads were scored and how many changed."""

    said: tuple[str, ...]
    leads: int
    changed: int


def refresh_scores(
    database: Database, workspace_id: int, now: datetime, since: datetime | None = None
) -> RefreshResult:
    """Learn anew if it is due, recalibrate if the base rate moved, and score all open leads as of now.

    Where another process does so, or has done so since a moment, its work is shared and nothing done twice.
    """
    # Imported when needed: numpy and scikit-learn would else slow every start of the program.
    from storage.scores.model.recalibration import recalibrate_model
    from storage.scores.model.training import train_score_model

    said = []

    def learn() -> None:
        with database.begin_read() as session:
            due = _is_learning_due(session, workspace_id, now)
        if due:
            said.append(train_score_model(database, workspace_id, now))
        if moved := recalibrate_model(database, workspace_id, now):
            said.append(moved)

    return _score_all(database, workspace_id, now, since, said, learn)


def score_after_import(
    database: Database, workspace_id: int, now: datetime, since: datetime | None = None
) -> RefreshResult:
    """Score all open leads as of now with the model in use; where there is none yet, learn one first if possible.

    `since` is as in `refresh_scores`.
    """
    said: list[str] = []

    def learn_first() -> None:
        with database.begin_read() as session:
            model = find_active_model(session, workspace_id)
            first = (model is None or model.state == "rules") and _count_outcomes(session, workspace_id, now) > 0
        if first:
            from storage.scores.model.training import train_score_model

            said.append(train_score_model(database, workspace_id, now))

    return _score_all(database, workspace_id, now, since, said, learn_first)


def complete_scoring(database: Database, workspace_id: int, now: datetime) -> RefreshResult:
    """Take part in the run that is under way; one that nobody is at work on any more is begun anew."""
    with database.begin_read() as session:
        newest = find_newest_run(session, workspace_id)
    return _score_all(database, workspace_id, now, newest, [], lambda: None)


def score_new_leads(database: Database, workspace_id: int, leads: Collection[int], now: datetime) -> RefreshResult:
    """Score a few leads, such as one just added by hand; the others keep their scores, and the cut points stay.

    Where nothing was ever scored, all open leads are: there are no cut points yet.
    """
    from storage.scores.scoring_run import score_open_leads

    with database.begin_read() as session:
        first = _find_newest_score(session, workspace_id) is None
    if first:
        return score_after_import(database, workspace_id, now)
    done = score_open_leads(database, workspace_id, now, only=leads)
    return RefreshResult((), done.leads, done.changed)


def list_unscored_leads(session: Session, workspace_id: int, after: int) -> list[int]:
    """List open leads with ids above the last scored lead's and above `after`, in ascending order; at most 1,000."""
    own = select(func.max(LeadScore.lead_id)).where(LeadScore.workspace_id == workspace_id, LeadScore.model != IMPORTED)
    last = max(after, session.scalar(own) or 0)
    query = select(Lead.id).where(Lead.id > last, Lead.workspace_id == workspace_id, Lead.lifecycle == "open")
    return [*session.scalars(query.order_by(Lead.id).limit(MOST_NEW))]


def is_scored_since_import(session: Session, workspace_id: int) -> bool:
    """Say whether scores were made since the last import, or nothing was imported at all."""
    imported = find_import_time(session, workspace_id)
    scored = _find_newest_score(session, workspace_id)
    return imported is None or (scored is not None and scored >= imported)


def find_import_time(session: Session, workspace_id: int) -> datetime | None:
    """Find when the last import began; None where nothing was imported."""
    imported = (AuditEntry.workspace_id == workspace_id, AuditEntry.command == "import")
    found: datetime | None = session.scalar(select(func.max(AuditEntry.at)).where(*imported))
    return found


def find_last_scoring(session: Session, workspace_id: int) -> datetime | None:
    """Find when the leads were last scored, whether or not that changed a score; None where they never were."""
    model = find_active_model(session, workspace_id)
    moments = (model.scored_at if model else None, _find_newest_score(session, workspace_id))
    return max(filter(None, moments), default=None)


def _find_newest_score(session: Session, workspace_id: int) -> datetime | None:
    query = select(func.max(LeadScore.as_of)).where(LeadScore.model != IMPORTED)
    return session.scalar(query.where(LeadScore.workspace_id == workspace_id))


def _score_all(
    database: Database,
    workspace_id: int,
    now: datetime,
    since: datetime | None,
    said: list[str],
    learn: Callable[[], None],
) -> RefreshResult:
    from storage.scores.scoring_run import score_open_leads

    with database.begin_read() as session:
        if not _has_leads(session, workspace_id):
            return RefreshResult((), 0, 0)
    done = score_open_leads(database, workspace_id, now, since=since, prepare=learn)
    return RefreshResult(tuple(said), done.leads, done.changed)


def has_open_leads(session: Session, workspace_id: int) -> bool:
    """Say whether there is anything to score."""
    return bool(session.scalar(select(exists().where(Lead.workspace_id == workspace_id, Lead.lifecycle == "open"))))


def _has_leads(session: Session, workspace_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Lead.workspace_id == workspace_id))))


def _count_outcomes(session: Session, workspace_id: int, now: datetime) -> int:
    """Count the finished leads; 0 where too few converted to learn from. Open leads tell the other outcome as well."""
    from storage.scores.columns.lead_lives import count_finished

    rows, converted = count_finished(session, workspace_id, now)
    return rows if converted >= FEWEST_OF_EACH else 0


def _is_learning_due(session: Session, workspace_id: int, now: datetime) -> bool:
    """Say whether to learn: at once when there are enough outcomes, later after a week and with enough new ones."""
    model = find_active_model(session, workspace_id)
    rows = _count_outcomes(session, workspace_id, now)
    if not rows:
        return False
    if model is None or model.state == "rules":
        return True
    if _means_something_else(session, workspace_id, model):
        return True
    # A new model that was not better was not kept, but what it was tried on counts as known.
    known = model.evaluation.get("tried_finished") or model.evaluation.get("finished", 0)
    new = rows - known
    return _find_last_try(model) <= now - AGAIN_AFTER and new >= max(NEW_LEAST, NEW_SHARE * known)


def _means_something_else(session: Session, workspace_id: int, model: Model) -> bool:
    """Say whether the model foretells something else than the workspace now wants: other days, or an older meaning."""
    kept = model.evaluation
    horizon = kept.get("horizon_days", find_wanted_horizon(session, workspace_id))
    return "target" not in kept or horizon != find_wanted_horizon(session, workspace_id)


def _find_last_try(model: Model) -> datetime:
    tried = model.evaluation.get("tried_at")
    return max(model.made_at, datetime.fromisoformat(tried)) if tried else model.made_at

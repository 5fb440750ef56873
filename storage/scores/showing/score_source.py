"""Which scores a workspace shows, those of its own model or imported ones, and what stands behind them.

Both are stored side by side; `shown` on each says which of them lists, cards and digests read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions
from storage.database.doors import Database
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.showing.bands import recompute_bands
from storage.tables import Lead, LeadScore, ScoreModel, Workspace
from storage.workspaces.workspace_vocabulary import bump_version

ShownScores = Literal["model", "imported"]
CHOICES: tuple[ShownScores, ...] = get_args(ShownScores)
# Imported scores name this as their model.
IMPORTED = "imported"

PORTION = 5000
Reliance = Literal["model", "not_predictive", "rules", "imported"]


def find_shown_scores(session: Session, workspace_id: int) -> ShownScores:
    """Find which scores are shown: the chosen ones, else the model's if it beats chance or nothing was imported."""
    chosen: Any = session.scalar(select(Workspace.scores_shown).where(Workspace.id == workspace_id))
    if chosen in CHOICES:
        return "imported" if chosen == IMPORTED else "model"
    good = exists().where(ScoreModel.workspace_id == workspace_id, ScoreModel.active, ScoreModel.state == "ok")
    if session.scalar(select(good)):
        return "model"
    there = exists().where(LeadScore.workspace_id == workspace_id, LeadScore.model == IMPORTED)
    return "imported" if session.scalar(select(there)) else "model"


def has_model(session: Session, workspace_id: int) -> bool:
    """Say whether the workspace ever trained a model; if not, imported scores are the only ones."""
    return bool(session.scalar(select(exists().where(ScoreModel.workspace_id == workspace_id))))


def check_choice(choice: str | None) -> str | None:
    """Return the choice if it is model, imported or None (no choice); else raise ScoreTrouble."""
    if choice is not None and choice not in CHOICES:
        raise ScoreTrouble(f"“{choice}” is no kind of score. Use one of {', '.join(CHOICES)}.")
    return choice


def set_shown_scores(database: Database, workspace_id: int, choice: str | None, now: datetime) -> None:
    """Set which scores the workspace shows, and show them on every lead as of `now`, in short transactions."""
    check_choice(choice)
    table: Any = Workspace.__table__
    with database.begin_write() as session:
        session.execute(update(table).where(table.c.id == workspace_id).values(scores_shown=choice))
        bump_version(session, workspace_id)
    apply_shown_scores(database, workspace_id, now)


def apply_shown_scores(database: Database, workspace_id: int, now: datetime) -> None:
    """Bring every score's `shown`, every lead's score and the bands in line with what the workspace shows.

    Call this after `Workspace.scores_shown` was changed elsewhere. Scores that take the place of others at `now` are a
    new beginning: they move no lead.
    """
    with database.begin_read() as session:
        imported = find_shown_scores(session, workspace_id) == "imported"
    scores: Any = LeadScore.__table__
    wanted = scores.c.model == IMPORTED if imported else scores.c.model != IMPORTED
    mine = (scores.c.workspace_id == workspace_id, scores.c.shown != wanted)
    moved = False
    while True:
        with database.begin_write() as session:
            rows = session.execute(select(scores.c.id, scores.c.lead_id).where(*mine).limit(PORTION)).all()
            if rows:
                ids = [row.id for row in rows]
                session.execute(update(scores).where(scores.c.id.in_(ids)).values(shown=wanted))
                show_newest_scores(session, sorted({row.lead_id for row in rows}))
                if not moved:
                    table: Any = Workspace.__table__
                    session.execute(update(table).where(table.c.id == workspace_id).values(scores_shown_since=now))
                moved = True
        if not rows:
            break
    if moved:
        with database.begin_write() as session:
            recompute_bands(session, workspace_id)


def show_newest_scores(session: Session, leads: Sequence[int]) -> None:
    """Copy each lead's newest shown score to the lead, as one that did not move."""
    model: Any = LeadScore.__table__
    table: Any = Lead.__table__
    place = func.row_number().over(partition_by=model.c.lead_id, order_by=(model.c.as_of.desc(), model.c.id.desc()))
    for portion in split_portions(leads):
        ranked = (
            select(model.c.lead_id, model.c.score, place.label("place"))
            .where(model.c.lead_id.in_(portion), model.c.shown)
            .subquery()
        )
        rows = session.execute(select(ranked.c.lead_id, ranked.c.score).where(ranked.c.place == 1))
        shown: dict[int, int | None] = dict.fromkeys(portion)
        shown.update({row.lead_id: row.score for row in rows})
        session.connection().execute(
            update(table).where(table.c.id == bindparam("of_lead")).values(score=bindparam("to_score"), movement=None),
            [{"of_lead": lead, "to_score": score} for lead, score in shown.items()],
        )


def explain_missing_score(session: Session, lead: Lead) -> str:
    """Say why an open or finished lead has no score."""
    if lead.lifecycle == "converted":
        return "it is converted"
    if lead.lifecycle == "closed":
        return "it is closed"
    if find_shown_scores(session, lead.workspace_id) == IMPORTED:
        return "no score was imported for it"
    scored_at = session.scalar(
        select(ScoreModel.scored_at).where(ScoreModel.workspace_id == lead.workspace_id, ScoreModel.active)
    )
    if scored_at is None:
        return "no scores were made yet"
    if lead.created_at > scored_at:
        return "it came in after the last scoring"
    return "nothing is known of it that the scores are made from"


def find_horizon(session: Session, workspace_id: int) -> int | None:
    """Find within how many days the model in use foretells a conversion; None where it was learned without dates."""
    used = (ScoreModel.workspace_id == workspace_id, ScoreModel.active, ScoreModel.state == "ok")
    kept = session.scalar(select(ScoreModel.evaluation).where(*used).limit(1))
    return kept.get("horizon_days") if kept else None


def find_reliance(session: Session, workspace_id: int, model: str) -> Reliance:
    """Find what stands behind a score that carries this name of a model."""
    if model == IMPORTED:
        return "imported"
    if not model.startswith("rules"):
        return "model"
    state = session.scalar(select(ScoreModel.state).where(ScoreModel.workspace_id == workspace_id, ScoreModel.active))
    return "not_predictive" if state == "not_predictive" else "rules"

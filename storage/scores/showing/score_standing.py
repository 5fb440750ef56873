"""Where a lead stands without a score, and how much the score shown can be relied on."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.scores.showing.score_source import IMPORTED, find_shown_scores
from storage.tables import Lead, ScoreModel

Reliance = Literal["model", "not_predictive", "rules", "imported"]


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


def find_reliance(session: Session, workspace_id: int, model: str) -> Reliance:
    """Find what stands behind a score that names this model."""
    if model == IMPORTED:
        return "imported"
    if not model.startswith("rules"):
        return "model"
    state = session.scalar(select(ScoreModel.state).where(ScoreModel.workspace_id == workspace_id, ScoreModel.active))
    return "not_predictive" if state == "not_predictive" else "rules"

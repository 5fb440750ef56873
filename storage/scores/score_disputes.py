"""A rep's "this is wrong" about a score, kept with the score."""

from __future__ import annotations

from sqlalchemy import exists, select

from storage.ledger.change_ledger import ChangeLedger
from storage.people.visibility import Scope
from storage.tables import Lead, LeadScore, ScoreFeedback

LONGEST = 500


def has_disputed(scope: Scope, score_id: int, rep_id: int) -> bool:
    """Say whether this person called this score wrong already."""
    found = exists().where(
        ScoreFeedback.workspace_id == scope.workspace_id,
        ScoreFeedback.lead_score_id == score_id,
        ScoreFeedback.rep_id == rep_id,
    )
    return bool(scope.session.scalar(select(found)))


def save_dispute(ledger: ChangeLedger, lead: Lead, score: LeadScore, rep_id: int, why: str | None) -> None:
    """Save that a person thinks a score is wrong, and why."""
    ledger.add_record(
        ScoreFeedback(
            workspace_id=lead.workspace_id,
            lead_score_id=score.id,
            lead_id=lead.id,
            rep_id=rep_id,
            name=f"score of {lead.name}"[:500],
            said=(why or "").strip()[:LONGEST] or None,
            at=ledger.now,
        )
    )

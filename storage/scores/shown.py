"""Which scores a workspace shows: those of its own model, or imported ones (DOMAIN.md section 3).

Both are kept side by side; `shown` on each says which of them lists, cards and digests read.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.scores.trouble import ScoreTrouble
from storage.tables import LeadScore, ScoreModel, Workspace

Choice = Literal["model", "imported"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
IMPORTED = "imported"
"""What imported scores name as their model."""

PORTION = 5000


def shown_scores(session: Session, workspace_id: int) -> Choice:
    """What the workspace chose; without a choice the model, once there is one better than chance, or no other score."""
    chosen: Any = session.scalar(select(Workspace.scores_shown).where(Workspace.id == workspace_id))
    if chosen in CHOICES:
        return "imported" if chosen == IMPORTED else "model"
    good = exists().where(ScoreModel.workspace_id == workspace_id, ScoreModel.active, ScoreModel.state == "ok")
    if session.scalar(select(good)):
        return "model"
    there = exists().where(LeadScore.workspace_id == workspace_id, LeadScore.model == IMPORTED)
    return "imported" if session.scalar(select(there)) else "model"


def has_model(session: Session, workspace_id: int) -> bool:
    """Whether the workspace ever trained or scored: without that, imported scores are the only ones."""
    return bool(session.scalar(select(exists().where(ScoreModel.workspace_id == workspace_id))))


def check_choice(choice: str | None) -> str | None:
    """The choice as the workspace's column takes it: model, imported, or None for no choice. ScoreTrouble else."""
    if choice is not None and choice not in CHOICES:
        raise ScoreTrouble(f"“{choice}” is no kind of score. Use one of {', '.join(CHOICES)}.")
    return choice


def choose_shown(database: Database, workspace_id: int, choice: str | None) -> None:
    """Set which scores the workspace shows and show them on every lead, in short transactions."""
    check_choice(choice)
    table: Any = Workspace.__table__
    with database.writing() as session:
        session.execute(update(table).where(table.c.id == workspace_id).values(scores_shown=choice))
    show_chosen(database, workspace_id)


def show_chosen(database: Database, workspace_id: int) -> None:
    """Bring every score's mark, every lead's score and the bands in line with what the workspace shows.

    To be called after `Workspace.scores_shown` was changed elsewhere.
    """
    from storage.imports.scores import show_newest
    from storage.scores.bands import recompute_bands

    with database.reading() as session:
        imported = shown_scores(session, workspace_id) == "imported"
    scores: Any = LeadScore.__table__
    wanted = scores.c.model == IMPORTED if imported else scores.c.model != IMPORTED
    mine = (scores.c.workspace_id == workspace_id, scores.c.shown != wanted)
    moved = False
    while True:
        with database.writing() as session:
            rows = session.execute(select(scores.c.id, scores.c.lead_id).where(*mine).limit(PORTION)).all()
            if rows:
                ids = [row.id for row in rows]
                session.execute(update(scores).where(scores.c.id.in_(ids)).values(shown=wanted))
                show_newest(session, sorted({row.lead_id for row in rows}))
                moved = True
        if not rows:
            break
    if moved:
        with database.writing() as session:
            recompute_bands(session, workspace_id)

"""Within how many days a lead has to convert to count for its score."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Workspace

# Where a workspace has not set others. Most leads that convert do so within a quarter of a year (docs/domain.md).
HORIZON_DAYS = 90


def find_wanted_horizon(session: Session, workspace_id: int) -> int:
    """Find within how many days of a moment a lead has to convert, as the workspace wants it."""
    given = session.scalar(select(Workspace.score_horizon_days).where(Workspace.id == workspace_id))
    return given or HORIZON_DAYS

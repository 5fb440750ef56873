"""Queries on people and their roles, for those who administer them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Rep


def find_by_email(session: Session, workspace_id: int, email: str) -> Rep | None:
    """Find the person with this address, whatever its case; an active one before one who left."""
    query = select(Rep).where(Rep.workspace_id == workspace_id, func.lower(Rep.email) == email.lower())
    return session.scalar(query.order_by(Rep.active.desc(), Rep.id).limit(1))


def list_administrators(session: Session, workspace_id: int) -> dict[int, str]:
    """List the names of the active administrators by id."""
    query = select(Rep.id, Rep.name).where(Rep.workspace_id == workspace_id, Rep.role == "admin", Rep.active.is_(True))
    return {row.id: row.name for row in session.execute(query.order_by(Rep.name, Rep.id))}


def find_managers_above(session: Session, workspace_id: int, rep_id: int) -> set[int]:
    """Find the ids of a person's manager, of that one's manager, and so on up."""
    found: set[int] = set()
    while True:
        above = session.scalar(select(Rep.manager_id).where(Rep.workspace_id == workspace_id, Rep.id == rep_id))
        # Imported files may hold a circle of managers.
        if above is None or above in found:
            return found
        found.add(above)
        rep_id = above


@dataclass(frozen=True)
class StaffCounts:
    """How many active people there are by role.

    `unmet`: those whose Slack account is not known yet; `without_email`: those of them whom it cannot be found by.
    """

    by_role: dict[str, int]
    unmet: int
    without_email: int


def count_staff(session: Session, workspace_id: int) -> StaffCounts:
    """Count the active people of a workspace."""
    query = (
        select(
            Rep.role,
            func.count(Rep.id),
            func.count(Rep.slack_user_id),
            func.count(func.coalesce(Rep.slack_user_id, Rep.email)),
        )
        .where(Rep.workspace_id == workspace_id, Rep.active.is_(True))
        .group_by(Rep.role)
    )
    rows = session.execute(query).all()
    return StaffCounts(
        {role: count for role, count, *_ in rows},
        sum(count - met for _, count, met, _ in rows),
        sum(count - reachable for _, count, _, reachable in rows),
    )

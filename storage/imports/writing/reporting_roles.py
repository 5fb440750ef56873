"""Roles of users whose file says none: whoever has reports manages, who manages managers administers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import update_many
from storage.tables import Rep


def settle_roles(session: Session, workspace_id: int) -> None:
    """Set the role of every user without a given one from who reports to whom."""
    people = session.execute(
        select(Rep.id, Rep.manager_id, Rep.role, Rep.role_given).where(Rep.workspace_id == workspace_id)
    ).all()
    managers = {row.manager_id for row in people if row.manager_id is not None and row.manager_id != row.id}
    above = {row.manager_id for row in people if row.id in managers and row.manager_id not in {None, row.id}}
    changes = []
    for row in people:
        role = "admin" if row.id in above else "manager" if row.id in managers else "rep"
        if not row.role_given and row.role != role:
            changes.append((row.id, {"role": role}))
    update_many(session, Rep, changes)

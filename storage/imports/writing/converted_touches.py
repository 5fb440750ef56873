"""Attaching the activities and follow-ups of converted leads to what these became, as a conversion does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import update_many
from storage.imports.writing.last_touches import update_last_touches
from storage.tables import Activity, FollowUp, Lead

PORTION = 5000
BECAME = ("contact", "account", "opportunity")


def attach_converted_touches(session: Session, workspace_id: int, *, until: datetime) -> int:
    """Fill in contact, account and opportunity where they are blank. Return how many touches were attached."""
    return sum(_attach_rows(session, workspace_id, table, until) for table in (Activity, FollowUp))


def _attach_rows(session: Session, workspace_id: int, table: Any, until: datetime) -> int:
    pairs = [(f"{kind}_id", getattr(Lead, f"converted_{kind}_id")) for kind in BECAME]
    blank = or_(*(and_(getattr(table, column).is_(None), became.is_not(None)) for column, became in pairs))
    query = (
        select(table, *(became.label(f"became_{column}") for column, became in pairs))
        .join(Lead, Lead.id == table.lead_id)
        .where(table.workspace_id == workspace_id, Lead.lifecycle == "converted", blank)
        .order_by(table.id)
        .limit(PORTION)
    )
    done = 0
    while rows := session.execute(query).all():
        changes: list[tuple[int, dict[str, Any]]] = []
        touches = []
        for touch, *became in rows:
            places = {column: getattr(touch, column) for column, _ in pairs}
            given = zip(places.items(), became, strict=True)
            filled = {column: number for (column, there), number in given if there is None and number}
            changes.append((touch.id, filled))
            if table is Activity:
                touches.append({**places, **filled, "at": touch.at, "kind": touch.kind})
        # As objects they would be written again, with what they held before.
        session.expunge_all()
        update_many(session, table, changes)
        update_last_touches(session, touches, until=until)
        done += len(rows)
    return done

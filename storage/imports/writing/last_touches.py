"""Keeping the last touch of leads, contacts and opportunities in line with imported activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from storage.imports.understanding.fields import TABLES

TOUCHED = ("lead", "contact", "opportunity")
NO_TOUCH = frozenset(["note", "task"])


def update_last_touches(
    session: Session, activities: Iterable[Mapping[str, Any]], *, until: datetime | None = None
) -> None:
    """Move the last touch of the activities' records forward. Notes, tasks and what is after `until` do not count."""
    latest: dict[tuple[str, int], datetime] = {}
    for activity in activities:
        at = activity["at"]
        if activity["kind"] in NO_TOUCH or (until is not None and at > until):
            continue
        for kind in TOUCHED:
            number = activity.get(f"{kind}_id")
            if number is not None and latest.get((kind, number), at) <= at:
                latest[kind, number] = at
    for kind in TOUCHED:
        rows = [{"of_record": number, "to_at": at} for (of, number), at in latest.items() if of == kind]
        if rows:
            table: Any = TABLES[kind].__table__
            at = bindparam("to_at", type_=table.c.last_touch_at.type)
            session.connection().execute(
                update(table)
                .where(
                    table.c.id == bindparam("of_record"),
                    or_(table.c.last_touch_at.is_(None), table.c.last_touch_at < at),
                )
                .values(last_touch_at=at),
                rows,
            )

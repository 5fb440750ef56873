"""What the queues still have to do."""

from __future__ import annotations

from sqlalchemy import func, select

from storage.database.doors import Database
from storage.tables import Inbox, Outbox


def open_rows(database: Database) -> int:
    """Rows of inbox and outbox that are not settled yet."""
    with database.begin_read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table).where(table.settled_at.is_(None))) or 0
            for table in (Inbox, Outbox)
        )

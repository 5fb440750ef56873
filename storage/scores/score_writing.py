"""Writing scores a few thousand at a time: one statement for the scores, one for the leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session, aliased

from storage.database.doors import Database
from storage.database.errors import translate_errors
from storage.tables import LeadScore

KEPT_FOR = timedelta(days=400)
# 256 MiB hold the indexes of a million leads. The usual values are those that every connection begins with.
CACHE_KIB = 262_144
LOG_PAGES = 65_536
USUAL_CACHE_KIB = 65_536
USUAL_LOG_PAGES = 1_000
PORTION = 5000


@dataclass(frozen=True)
class ScoreBatch:
    """New scores of leads (`fresh` are their ids), and what leads are to show: (lead id, score, band, movement)."""

    fresh: list[int]
    scores: list[int]
    probabilities: Sequence[float | None]
    reasons: list[str]
    leads: list[tuple[int, int | None, str | None, int | None]]


@contextmanager
def tune_for_writing(database: Database) -> Iterator[None]:
    """Give SQLite a larger cache and log while many scores are written; the usual ones come back at the end."""
    # Each score moves its lead within two indexes, whose pages would else be read and copied back again and again.
    if database.engine.dialect.name != "sqlite":
        yield
        return
    _run_pragmas(database, f"cache_size=-{CACHE_KIB}", f"wal_autocheckpoint={LOG_PAGES}")
    try:
        yield
    finally:
        _run_pragmas(
            database,
            f"wal_autocheckpoint={USUAL_LOG_PAGES}",
            f"cache_size=-{USUAL_CACHE_KIB}",
            "wal_checkpoint(PASSIVE)",
        )


def _run_pragmas(database: Database, *pragmas: str) -> None:
    with translate_errors(database.where):
        raw = database.engine.raw_connection()
        try:
            for pragma in pragmas:
                raw.cursor().execute(f"PRAGMA {pragma}").fetchall()
        finally:
            raw.close()


def write_batch(
    session: Session, workspace_id: int, model: str, as_of: datetime, batch: ScoreBatch, *, shown: bool
) -> None:
    """Store new scores and copy them to their leads. Leads that are no longer there or open are left alone."""
    connection = session.connection()
    write = _write_sqlite if connection.dialect.name == "sqlite" else _write_postgresql
    write(connection, (workspace_id, model, as_of, shown), batch)


# A run of the same moment that was killed before has written some of them already.
CONFLICT = (
    " ON CONFLICT (lead_id, as_of, model) DO UPDATE SET score = excluded.score, probability = excluded.probability,"
    " reasons = excluded.reasons, shown = excluded.shown"
)
COLUMNS = "INSERT INTO lead_score (workspace_id, lead_id, as_of, score, probability, model, reasons, shown)"


def _write_sqlite(connection: Connection, run: tuple[int, str, datetime, bool], batch: ScoreBatch) -> None:
    workspace_id, model, as_of, shown = run
    moment = as_of.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    numbers = [*batch.fresh, *(lead[0] for lead in batch.leads)]
    # The write lock is held by now, so what is open here stays open until the commit.
    rows = connection.exec_driver_sql(
        "SELECT id FROM lead WHERE id BETWEEN ? AND ? AND +lifecycle = 'open'", (min(numbers), max(numbers))
    )
    there = {row[0] for row in rows}
    fresh = [
        (workspace_id, number, moment, score, probability, model, reasons, shown)
        for number, score, probability, reasons in zip(
            batch.fresh, batch.scores, batch.probabilities, batch.reasons, strict=True
        )
        if number in there
    ]
    if fresh:
        connection.exec_driver_sql(f"{COLUMNS} VALUES (?, ?, ?, ?, ?, ?, ?, ?){CONFLICT}", fresh)
    leads = [(score, band, moved, number) for number, score, band, moved in batch.leads if number in there]
    if leads:
        connection.exec_driver_sql("UPDATE lead SET score = ?, band = ?, movement = ? WHERE id = ?", leads)


def _write_postgresql(connection: Connection, run: tuple[int, str, datetime, bool], batch: ScoreBatch) -> None:
    workspace_id, model, as_of, shown = run
    if batch.fresh:
        connection.exec_driver_sql(
            f"{COLUMNS} SELECT %s, lead.id, %s, new.score, new.probability, %s, new.reasons::json, %s"
            " FROM unnest(%s::bigint[], %s::int[], %s::float8[], %s::text[])"
            " AS new (number, score, probability, reasons)"
            " JOIN lead ON lead.id = new.number AND lead.lifecycle = 'open'" + CONFLICT,
            (workspace_id, as_of, model, shown, batch.fresh, batch.scores, [*batch.probabilities], batch.reasons),
        )
    if batch.leads:
        columns: Any = [list(values) for values in zip(*batch.leads, strict=True)]
        connection.exec_driver_sql(
            "UPDATE lead SET score = new.score, band = new.band, movement = new.movement"
            " FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::int[]) AS new (number, score, band, movement)"
            " WHERE lead.id = new.number AND lead.lifecycle = 'open'",
            tuple(columns),
        )


def delete_old_scores(database: Database, workspace_id: int, now: datetime) -> int:
    """Delete scores older than 400 days, except the newest of each lead. Return how many were deleted."""
    newer = aliased(LeadScore)
    followed = (
        select(func.max(newer.as_of))
        .where(newer.lead_id == LeadScore.lead_id, newer.shown == LeadScore.shown)
        .scalar_subquery()
    )
    query = select(LeadScore.id).where(
        LeadScore.workspace_id == workspace_id,
        LeadScore.as_of < now - KEPT_FOR,
        LeadScore.as_of < followed,
    )
    dropped = 0
    while True:
        with database.begin_write(patient=True) as session:
            # In portions, so that other writers come in between.
            ids = session.scalars(query.limit(PORTION)).all()
            if ids:
                session.execute(delete(LeadScore).where(LeadScore.id.in_(ids)))
        if not ids:
            return dropped
        dropped += len(ids)

"""Finished leads: how and when they ended, and what was known of them before that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.scores.columns.lead_columns import FIELDS
from storage.tables import AuditEntry, Change, Lead

DAY = 86_400.0
# A model learns from so many leads, the latest where dates exist: more would hardly change its weights.
MOST_ROWS = 100_000

LATEST = 0.2
STILL_OPEN = 0.05
# Dates are used only if this share of both outcomes has one: else having a date would itself tell the outcome.
DATED = 0.9


@dataclass(frozen=True)
class FinishedLeads:
    """Finished leads: `ids` ascending, `converted` 0 or 1, `ended` and `created` in seconds since 1970 (nan: unknown).

    `all_rows` and `all_converted` count those beyond the limit too.
    """

    ids: NDArray[np.int64]
    converted: NDArray[np.int8]
    ended: NDArray[np.float64]
    created: NDArray[np.float64]
    all_rows: int
    all_converted: int

    def has_dates(self, moments: NDArray[np.float64]) -> bool:
        """Say whether nearly all converted and nearly all other leads have one of these moments."""
        known = np.isfinite(moments)
        return all(
            known[self.converted == outcome].mean() >= DATED if (self.converted == outcome).any() else False
            for outcome in (0, 1)
        )

    def __len__(self) -> int:
        return len(self.ids)

    def take_rows(self, rows: Any) -> FinishedLeads:
        return FinishedLeads(
            self.ids[rows],
            self.converted[rows],
            self.ended[rows],
            self.created[rows],
            self.all_rows,
            self.all_converted,
        )


def count_finished(session: Session, workspace_id: int, now: datetime) -> tuple[int, int]:
    """Count the leads that are finished, and those of them that converted."""
    rows = session.execute(
        select(Lead.lifecycle, func.count())
        .where(Lead.workspace_id == workspace_id, Lead.lifecycle.in_(("converted", "closed")))
        .group_by(Lead.lifecycle)
    )
    counts: dict[str, int] = dict(rows.all())
    return sum(counts.values()), counts.get("converted", 0)


def read_finished_leads(session: Session, workspace_id: int, now: datetime) -> FinishedLeads:
    """Read the leads finished by `now`."""
    columns: tuple[list[Any], ...] = ([], [], [], [])
    query = select(Lead.id, Lead.lifecycle, Lead.converted_at, Lead.closed_at, Lead.created_at).where(
        Lead.workspace_id == workspace_id, Lead.lifecycle.in_(("converted", "closed"))
    )
    for portion in session.execute(query.execution_options(yield_per=5000)).partitions():
        for number, lifecycle, converted_at, closed_at, created_at in portion:
            converted = lifecycle == "converted"
            ended = converted_at if converted else closed_at
            if ended is not None and ended > now:
                continue
            for values, value in zip(
                columns,
                (number, converted, ended.timestamp() if ended else np.nan, created_at.timestamp()),
                strict=True,
            ):
                values.append(value)
    ids, converted_, ended_, created = (np.array(values, dtype=float) for values in columns)
    found = FinishedLeads(
        ids.astype(np.int64), converted_.astype(np.int8), ended_, created, len(ids), int(converted_.sum())
    )
    return found.take_rows(_find_latest_rows(found))


def _find_latest_rows(found: FinishedLeads) -> NDArray[np.int64]:
    """Find the rows to learn from, by ascending id: the latest where dates are known, else a spread over all."""
    if len(found) > MOST_ROWS:
        order = found.ended if found.has_dates(found.ended) else hash_to_unit(found.ids)
        rows = np.argsort(-np.nan_to_num(order, nan=-np.inf), kind="stable")[:MOST_ROWS]
    else:
        rows = np.arange(len(found))
    return rows[np.argsort(found.ids[rows], kind="stable")]


def hash_to_unit(ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Hash each lead's id to a number from 0 to 1."""
    # Instead of random numbers: the same lead gets the same one in every run, and ids that follow one another do not.
    mixed = (ids.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


def choose_time_order(found: FinishedLeads) -> NDArray[np.float64] | None:
    """Choose what tells earlier leads from later ones: when they ended, else when they were created, else None."""
    ended = find_outcome_order(found)
    return _find_usable_moments(found, found.created) if ended is None else ended


def find_outcome_order(found: FinishedLeads) -> NDArray[np.float64] | None:
    """Find when leads ended; None where that is not known."""
    return _find_usable_moments(found, found.ended)


def choose_rate_order(session: Session, workspace_id: int, found: FinishedLeads) -> NDArray[np.float64] | None:
    """Choose what tells which leads say most of the present rate: when they ended, else when they were created."""
    ended = find_outcome_order(found)
    created = _find_usable_moments(found, found.created) if ended is None else None
    if created is None:
        return ended
    # Creation serves only where hardly any lead created lately is still open, as in a training file. Else only those
    # that ended fast would be finished, and their rate is not that of all.
    lately = float(np.quantile(created, 1 - LATEST))
    query = select(func.count()).where(
        Lead.workspace_id == workspace_id,
        Lead.lifecycle == "open",
        Lead.created_at >= datetime.fromtimestamp(lately, UTC),
    )
    still_open = session.scalar(query) or 0
    return created if still_open <= STILL_OPEN * int((created >= lately).sum()) else None


def _find_usable_moments(found: FinishedLeads, moments: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the moments; None where they are unknown, or hardly differ as after an import without dates."""
    if not found.has_dates(moments):
        return None
    known = moments[np.isfinite(moments)]
    if np.quantile(known, 0.9) - np.quantile(known, 0.1) < 7 * DAY:
        return None
    return np.where(np.isfinite(moments), moments, np.median(known))


def choose_moments(found: FinishedLeads) -> NDArray[np.float64] | None:
    """Choose the moment at which each finished lead is looked at, in seconds since 1970, somewhere in its life.

    None where the outcomes have no dates: nobody knows then what came before them.
    """
    # At the end of its life the outcome itself would be seen; and open leads are in the middle of theirs, too.
    if not found.has_dates(found.ended):
        return None
    life = found.ended - found.created
    inside = found.created + hash_to_unit(found.ids) * life
    moments = np.where(life > 0, inside, found.ended - DAY)
    known: NDArray[np.float64] = np.where(np.isfinite(moments), moments, -np.inf)
    return known


def read_values_before(session: Session, workspace_id: int, found: FinishedLeads) -> dict[int, dict[str, Any]]:
    """Read the fields that were changed at or after the outcome, with their values before: lead -> field -> value."""
    wanted = [*FIELDS, "custom"]
    before: dict[int, dict[str, Any]] = {}
    ended = dict(zip(found.ids.tolist(), found.ended.tolist(), strict=True))
    query = (
        select(Change.record_id, Change.column, Change.raw_before, AuditEntry.at)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(Change.workspace_id == workspace_id, Change.kind == "lead", Change.column.in_(wanted))
        .order_by(Change.id.desc())
    )
    for number, column, value, at in session.execute(query.execution_options(yield_per=5000)):
        end = ended.get(number)
        if end is not None and at.timestamp() >= end:
            before.setdefault(number, {})[column] = _parse_hundredths(value) if column == "annual_revenue" else value
    return before


def _parse_hundredths(value: Any) -> Any:
    """Turn an amount, as the audit log keeps it, into hundredths."""
    return None if value is None else round(float(value) * 100)

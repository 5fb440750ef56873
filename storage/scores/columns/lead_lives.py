"""The lives of leads: when they began, how and when they ended, and the moments at which one learns from them.

A score foretells what becomes of a lead that is open. So a model learns from leads as they were at moments of their
lives, and an outcome is a conversion within the horizon after the moment (landmarking, after van Houwelingen, Dynamic
Prediction by Landmarking in Event History Analysis, 2007). Where dates are not known, only leads that came to an end
tell anything, and what is learned holds among such leads.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.scores.columns.lead_columns import FIELDS
from storage.tables import AuditEntry, Change, Lead

DAY = 86_400.0
# A model learns from so many rows at the most: more would hardly change its weights.
MOST_ROWS = 50_000
# So many of the leads open at a past date say how right a model was.
MOST_TESTED = 4_000
# A lead is looked at once in each of these spans of its age, in days: as often when it is young as when it is old.
AGES = (
    *(0.0, 1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0, 480.0),
    *(720.0, 960.0, 1440.0, 1920.0, 3840.0),
)
# Models are tried on so many past horizons, and on the leads that were open at so many dates of each.
TRIALS = 4
DATES_A_TRIAL = 3
# Dates serve only if this share of the converted leads has one: else having a date would itself tell the outcome.
DATED = 0.9
# Leads that all came in within a week came with an import that knows no dates.
SPREAD_DAYS = 7.0
# An export may know the day of a conversion, but the minute of the creation.
SAME_DAY = DAY
AN_HOUR = 3600.0

OPEN, CONVERTED, CLOSED = 0, 1, 2
Floats = NDArray[np.float64]
Target = Literal["open", "ended"]


@dataclass(frozen=True)
class LeadLives:
    """Leads by ascending id. `outcome` is OPEN, CONVERTED or CLOSED as of `now`.

    `created` and `ended` are in seconds since 1970; `ended` is infinite for an open lead, and nan where it is unknown.
    """

    ids: NDArray[np.int64]
    outcome: NDArray[np.int8]
    created: Floats
    ended: Floats
    now: float

    def __len__(self) -> int:
        return len(self.ids)

    def take_leads(self, places: Any) -> LeadLives:
        """Return some of the leads."""
        return LeadLives(self.ids[places], self.outcome[places], self.created[places], self.ended[places], self.now)

    def is_created_known(self) -> bool:
        """Say whether leads came in over more than a week, as they do unless an import knew no dates."""
        if not len(self):
            return False
        low, high = np.quantile(self.created, (0.1, 0.9))
        return bool(high - low >= SPREAD_DAYS * DAY)

    def has_dates(self) -> bool:
        """Say whether it is known when leads began, and when those that converted did."""
        converted = self.outcome == CONVERTED
        if not converted.any() or not self.is_created_known():
            return False
        return bool((self.ended[converted] >= self.created[converted] - SAME_DAY).mean() >= DATED)


@dataclass(frozen=True)
class LeadMoments:
    """Rows: a lead (`place` among the lives) at a moment (seconds since 1970), and whether it converted afterwards.

    `days` is how many days of such leads a row stands for. `trial` is -1 for a row to learn from, else the number of
    the trial in which the row is one of the leads that were open at a past date, the latest first.
    """

    place: NDArray[np.int64]
    moment: Floats
    converted: NDArray[np.int8]
    days: Floats
    trial: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.place)

    def take_rows(self, rows: Any) -> LeadMoments:
        """Return some of the rows."""
        return LeadMoments(self.place[rows], self.moment[rows], self.converted[rows], self.days[rows], self.trial[rows])


def count_finished(session: Session, workspace_id: int, now: datetime) -> tuple[int, int]:
    """Count the leads that are finished, and those of them that converted."""
    rows = session.execute(
        select(Lead.lifecycle, func.count())
        .where(Lead.workspace_id == workspace_id, Lead.lifecycle.in_(("converted", "closed")))
        .group_by(Lead.lifecycle)
    )
    counts: dict[str, int] = dict(rows.all())
    return sum(counts.values()), counts.get("converted", 0)


def read_lead_lives(session: Session, workspace_id: int, now: datetime) -> LeadLives:
    """Read the lives of all leads created by `now`, as they were known then."""
    columns = tuple(array("d") for _ in range(4))
    query = select(Lead.id, Lead.lifecycle, Lead.converted_at, Lead.closed_at, Lead.created_at).where(
        Lead.workspace_id == workspace_id, Lead.created_at <= now
    )
    for portion in session.execute(query.execution_options(yield_per=5000)).partitions():
        for number, lifecycle, converted_at, closed_at, created_at in portion:
            outcome = CONVERTED if lifecycle == "converted" else CLOSED if lifecycle == "closed" else OPEN
            ended_at = converted_at if outcome == CONVERTED else closed_at
            ended = np.inf if outcome == OPEN else np.nan if ended_at is None else ended_at.timestamp()
            for values, value in zip(columns, (number, outcome, created_at.timestamp(), ended), strict=True):
                values.append(value)
    ids, outcome_, created, ended_ = (np.frombuffer(values, dtype=float) for values in columns)
    # What ended later was open then.
    later = ended_ > now.timestamp()
    order = np.argsort(ids, kind="stable")
    return LeadLives(
        ids.astype(np.int64),
        np.where(later, OPEN, outcome_).astype(np.int8),
        created,
        np.where(later, np.inf, ended_),
        now.timestamp(),
    ).take_leads(order)


def estimate_ends(lives: LeadLives) -> Floats:
    """Return when each lead ended; where that is not known, an end at an age that is usual for finished leads."""
    known = np.isfinite(lives.ended) & (lives.outcome != OPEN)
    # An end before the beginning, within a day, is an export's rounding.
    after = np.where(lives.ended - lives.created >= -SAME_DAY, lives.ended, np.nan)
    ended = np.where(known, np.maximum(after, lives.created + AN_HOUR), lives.ended)
    ages = (ended - lives.created)[known & np.isfinite(ended)]
    unknown = ~np.isfinite(ended) & (lives.outcome != OPEN)
    if len(ages) and unknown.any():
        drawn = lives.created[unknown] + np.quantile(ages, hash_to_unit(lives.ids[unknown]))
        ended[unknown] = np.minimum(drawn, lives.now)
    return ended


def choose_moments(lives: LeadLives, horizon_days: float) -> LeadMoments:
    """Choose moments at which leads were open and whose horizon has passed: to learn from, and at past dates.

    Leads that are too young to tell have none.
    """
    horizon, ended = horizon_days * DAY, estimate_ends(lives)
    latest = lives.now - horizon
    spans = list(zip((0.0, *AGES), AGES, strict=False))

    def find_moments(begin: float, end: float) -> tuple[NDArray[np.int64], Floats]:
        age = begin + (end - begin) * hash_to_unit(lives.ids, int(end))
        moment = lives.created + age * DAY
        here = np.flatnonzero((moment < ended) & (moment <= latest))
        return here, moment[here]

    # Counted first and drawn span by span: all moments of a million leads together would take a gigabyte.
    share = MOST_ROWS / max(sum(len(find_moments(*span)[0]) for span in spans), 1)
    parts = []
    for begin, end in spans:
        here, moment = find_moments(begin, end)
        days = max(end - begin, 0.5)
        if share < 1:
            drawn = hash_to_unit(lives.ids[here], 7) + hash_to_unit(here, 11) + days * 0.618
            here, moment = here[drawn % 1.0 < share], moment[drawn % 1.0 < share]
        parts.append(_make_rows(lives, ended, here, moment, days, -1, horizon))
    learned = _join_rows(parts)
    tested = []
    for number in range(TRIALS * DATES_A_TRIAL):
        date = latest - number / DATES_A_TRIAL * horizon
        here = np.flatnonzero((lives.created < date) & (ended > date))
        if len(here) > MOST_TESTED:
            here = here[hash_to_unit(lives.ids[here], 3) < MOST_TESTED / len(here)]
        tested.append(_make_rows(lives, ended, here, np.full(len(here), date), 1.0, number // DATES_A_TRIAL, horizon))
    return _join_rows([learned, *tested])


def choose_ended(lives: LeadLives) -> LeadMoments:
    """Choose the leads that came to an end, the latest where it is known when they began; each is one row.

    A moment is the lead's creation: what happened later cannot be told from what came after its end.
    """
    places = np.flatnonzero(lives.outcome != OPEN)
    if len(places) > MOST_ROWS:
        order = lives.created[places] if lives.is_created_known() else hash_to_unit(lives.ids[places])
        places = np.sort(places[np.argsort(-order, kind="stable")[:MOST_ROWS]])
    rows = len(places)
    converted = (lives.outcome[places] == CONVERTED).astype(np.int8)
    return LeadMoments(places, lives.created[places], converted, np.ones(rows), np.full(rows, -1, dtype=np.int8))


def _make_rows(
    lives: LeadLives,
    ended: Floats,
    places: NDArray[np.int64],
    moments: Floats,
    days: float,
    trial: int,
    horizon: float,
) -> LeadMoments:
    rows = len(places)
    came = (lives.outcome[places] == CONVERTED) & (ended[places] <= moments + horizon)
    return LeadMoments(places, moments, came.astype(np.int8), np.full(rows, days), np.full(rows, trial, dtype=np.int8))


def _join_rows(parts: Sequence[LeadMoments]) -> LeadMoments:
    return LeadMoments(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("place", "moment", "converted", "days", "trial")
        )
    )


def hash_to_unit(ids: NDArray[np.int64], salt: int = 1) -> Floats:
    """Hash each number to one from 0 to 1; another `salt` gives others."""
    # Instead of random numbers: the same lead gets the same one in every run, and ids that follow one another do not.
    mixed = (ids.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


# What was changed, when, and what stood there before: (seconds since 1970, value), in order of time.
Changes = dict[int, dict[str, list[tuple[float, Any]]]]


def read_changes(session: Session, workspace_id: int, ids: Sequence[int]) -> Changes:
    """Read when people changed fields of these leads, and what stood there before: lead -> field -> changes."""
    found: Changes = {}
    wanted = {*ids}
    query = (
        select(Change.record_id, Change.column, Change.raw_before, AuditEntry.at)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(Change.workspace_id == workspace_id, Change.kind == "lead", Change.column.in_([*FIELDS, "custom"]))
        .order_by(Change.id)
    )
    for number, column, value, at in session.execute(query.execution_options(yield_per=5000)):
        if number in wanted:
            before = _parse_hundredths(value) if column == "annual_revenue" else value
            found.setdefault(number, {}).setdefault(column, []).append((at.timestamp(), before))
    return found


def find_values_at(changes: dict[str, list[tuple[float, Any]]], moment: float) -> dict[str, Any]:
    """Find the fields of a lead that were changed at or after a moment, with their values before it."""
    found = {}
    for column, each in changes.items():
        later = next((before for at, before in each if at >= moment), each)
        if later is not each:
            found[column] = later
    return found


def _parse_hundredths(value: Any) -> Any:
    """Turn an amount, as the audit log keeps it, into hundredths."""
    return None if value is None else round(float(value) * 100)

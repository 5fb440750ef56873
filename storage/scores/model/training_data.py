"""Reading what a model learns from: leads at moments of their lives, the columns that may be used, and their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from storage.scores.columns.engagement import (
    AGE,
    DAY,
    MONTH,
    RECENCY,
    has_activities,
    make_engagement_column,
    read_engagement_at,
)
from storage.scores.columns.features import Feature, bin_numbers
from storage.scores.columns.horizon import find_wanted_horizon
from storage.scores.columns.lead_columns import (
    MOST_CUSTOM,
    NOT_USED,
    LeadColumn,
    LeadTable,
    Values,
    convert_to_units,
    find_column,
    read_lead_table,
    to_cell,
)
from storage.scores.columns.lead_lives import (
    OPEN,
    Changes,
    LeadLives,
    LeadMoments,
    Target,
    choose_ended,
    choose_moments,
    find_values_at,
    hash_to_unit,
    read_changes,
    read_lead_lives,
)
from storage.scores.model.additive_model import Codes
from storage.scores.model.leak_guard import ColumnChoice, choose_columns
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.model.stored_models import unpack_ids

OPEN_SAMPLE = 3000
LATEST = 0.2
STILL_OPEN = 0.05
# A season is one only if it came back: within fewer days a month is no more than a date.
SEASONS_DAYS = 700


@dataclass(frozen=True)
class KnownValues:
    """What is known of leads at moments: `sheet` holds for a lead, `moving` columns by row, `changes` by people.

    `target` says what is foretold: whether an `open` lead converts within the horizon, or, where dates are not known,
    whether a lead that `ended` had converted.
    """

    target: Target
    horizon_days: int
    lives: LeadLives
    rows: LeadMoments
    sheet: LeadTable
    moving: dict[LeadColumn, Values]
    changes: Changes

    @property
    def learned(self) -> NDArray[np.int64]:
        """Return the rows to learn from."""
        return np.flatnonzero(self.rows.trial < 0)

    @property
    def when(self) -> NDArray[np.float64] | None:
        """Return what orders the rows in time (seconds since 1970); None where it is not known."""
        return self.rows.moment if self.target == "open" or self.lives.is_created_known() else None

    def find_rate_order(self) -> NDArray[np.float64] | None:
        """Find what tells the rows that say most of the present rate (seconds since 1970); None where nothing does."""
        if self.target == "open" or self.when is None:
            return self.when
        # Creation serves only where hardly any lead created lately is still open, as in a training file. Else only
        # those that ended fast would be finished, and their rate is not that of all.
        lately = np.quantile(self.when, 1 - LATEST)
        still_open = ((self.lives.outcome == OPEN) & (self.lives.created >= lately)).sum()
        return self.when if still_open <= STILL_OPEN * (self.when >= lately).sum() else None

    def find_unseen_rows(self, data: Mapping[str, Any]) -> NDArray[np.int64]:
        """Find the rows to learn from that the model with this data has not learned from: places among them."""
        rows = self.learned
        seen = np.array(unpack_ids(data["trained_on"]), dtype=np.int64)
        unseen = ~np.isin(self.lives.ids[self.rows.place[rows]], seen)
        if self.target == "open":
            unseen |= self.rows.moment[rows] > data["learned_until"]
        return np.flatnonzero(unseen)

    def encode_rows(self, features: Sequence[Feature]) -> Codes:
        """Encode features as they were at each row's moment."""
        codes = np.zeros((len(self.rows), len(features)), dtype=np.uint8)
        for number, feature in enumerate(features):
            if (values := self.sheet.columns.get(feature.column)) is not None:
                codes[:, number] = feature.encode_values(values)[self.rows.place]
            elif (values := self.moving.get(feature.column)) is not None:
                codes[:, number] = feature.encode_values(values)
            elif feature.column.origin == "engagement" and feature.column.field != RECENCY:
                codes[:, number] = feature.encode_value(0)
        self._encode_changes(codes, features)
        return codes

    def _encode_changes(self, codes: Codes, features: Sequence[Feature]) -> None:
        """Put in what stood in a field at each row's moment, where people changed it later."""
        ids = self.lives.ids[self.rows.place]
        for row in np.flatnonzero(np.isin(ids, np.fromiter(self.changes, dtype=np.int64))).tolist():
            then = find_values_at(self.changes[int(ids[row])], float(self.rows.moment[row]))
            for number, feature in enumerate(features):
                column = feature.column
                if column.origin == "custom" and "custom" in then:
                    codes[row, number] = feature.encode_value(to_cell((then["custom"] or {}).get(column.field)))
                elif column.origin == "standard" and column.field in then:
                    codes[row, number] = feature.encode_value(convert_to_units(column.field, [then[column.field]])[0])


@dataclass(frozen=True)
class TrainingData:
    """What is known of leads at moments, the columns chosen to learn from, and their codes, a row each."""

    known: KnownValues
    choice: ColumnChoice
    codes: Codes

    @property
    def rows(self) -> LeadMoments:
        return self.known.rows


def read_training_data(
    session: Session,
    workspace_id: int,
    now: datetime,
    wanted: dict[str, list[str]] | None = None,
    *,
    asked: bool = False,
) -> TrainingData:
    """Read what can be learned from, as of `now`. `wanted` names columns to keep and to leave out.

    With `asked`, raise ScoreTrouble where one of them does not exist.
    """
    wanted = wanted or {"keep": [], "leave_out": []}
    known = read_known_values(session, workspace_id, now)
    keep, leave_out = (_find_columns(known.sheet, names, strict=asked) for names in wanted.values())
    choice = choose_columns(known.sheet, known.lives, keep=keep, leave_out=leave_out, target=known.target)
    if known.sheet.crowded:
        choice.left_out["further columns"] = f"more than {MOST_CUSTOM} columns"
    choice.features += [
        bin_numbers(column, values, comma=False)
        for column, values in known.moving.items()
        if column not in leave_out and len({*values}) > 1
    ]
    if known.target == "ended" and has_activities(session, workspace_id):
        choice.left_out["activities"] = "conversions carry no dates, so what came before them is not known"
    return TrainingData(known, choice, known.encode_rows(choice.features))


def read_known_values(session: Session, workspace_id: int, now: datetime) -> KnownValues:
    """Read the leads that tell what becomes of leads, at moments of their lives, and what is known of them then."""
    every = read_lead_lives(session, workspace_id, now)
    horizon = find_wanted_horizon(session, workspace_id)
    target: Target = "open" if every.has_dates() else "ended"
    rows = choose_moments(every, horizon) if target == "open" else choose_ended(every)
    # Open leads that nothing can be learned from yet are witnesses of what a column holds before the outcome.
    used = np.union1d(rows.place, _choose_open_leads(every, target))
    lives, rows = every.take_leads(used), replace(rows, place=np.searchsorted(used, rows.place))
    ids = lives.ids.tolist()
    changes = read_changes(session, workspace_id, ids)
    ended = dict(zip(ids, lives.ended.tolist(), strict=True))
    sheet = read_lead_table(
        session, workspace_id, ids, {lead: find_values_at(each, ended[lead]) for lead, each in changes.items()}
    )
    moving: dict[LeadColumn, Values] = {}
    if target == "open":
        if has_activities(session, workspace_id):
            moving.update(read_engagement_at(session, ids, rows.place, rows.moment))
        moving.update(read_calendar(lives, rows))
    return KnownValues(target, horizon, lives, rows, sheet, moving, changes)


def _choose_open_leads(lives: LeadLives, target: Target) -> NDArray[np.int64]:
    """Choose open leads, the youngest where it is known when they began: places among the lives."""
    places = np.flatnonzero(lives.outcome == OPEN)
    order = -lives.created[places] if target == "open" else hash_to_unit(lives.ids[places])
    return places[np.argsort(order, kind="stable")[:OPEN_SAMPLE]]


def read_calendar(lives: LeadLives, rows: LeadMoments) -> dict[LeadColumn, Values]:
    """Read how many whole days old each row's lead is at the moment and, after two years, in which month that is."""
    ages = ((rows.moment - lives.created[rows.place]) // DAY).astype(int).tolist()
    found: dict[LeadColumn, Values] = {make_engagement_column(AGE): ages}
    learned = rows.moment[rows.trial < 0]
    if len(learned) and np.quantile(learned, 0.99) - np.quantile(learned, 0.01) >= SEASONS_DAYS * DAY:
        months = rows.moment.astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12 + 1
        found[make_engagement_column(MONTH)] = months.tolist()
    return found


def _find_columns(sheet: LeadTable, names: Sequence[str], *, strict: bool) -> set[LeadColumn]:
    found = {name: find_column(name, sheet.columns) for name in names}
    unknown = [name for name, column in found.items() if column is None]
    if unknown and strict:
        known = ", ".join(column.name for column in sheet.columns)
        hint = f" ({NOT_USED[unknown[0]]})" if unknown[0] in NOT_USED else ""
        raise ScoreTrouble(f"“{unknown[0]}” is no column of finished leads that can be used{hint}. There are: {known}")
    return {column for column in found.values() if column is not None}

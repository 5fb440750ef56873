"""Engagement: what happened with a lead up to a moment, counted by kind, and how long ago the last touch was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storage.scores.columns.lead_columns import LeadColumn, Values
from storage.tables import Activity, Lead

DAY = 86_400.0
TOUCHES = "touches"
RECENCY = "days since last touch"
AGE = "days since creation"
MONTH = "month of the year"
REPLIES = "replies"
NO_TOUCH = ("note", "task")
# An activity whose outcome has one of these parts of words counts as a reply: the lead took part.
REPLY_WORDS = ("repl", "answered", "responded", "connected", "inbound", "received")

PLURALS = {"call": "calls", "email": "emails", "meeting": "meetings", "note": "notes", "message": "messages"}
# A kind of activity that hardly any lead has cannot be learned from.
RARE = 0.01
PORTION = 2000


def make_engagement_column(name: str) -> LeadColumn:
    """Make the column for a count of one kind of activity, or for the days since the last touch."""
    return LeadColumn(PLURALS.get(name, name), "engagement", name)


def has_activities(session: Session, workspace_id: int) -> bool:
    query = select(Activity.id).where(Activity.workspace_id == workspace_id).limit(1)
    return session.scalar(query) is not None


def read_engagement_at(
    session: Session, ids: Sequence[int], places: NDArray[np.int64], moments: NDArray[np.float64]
) -> dict[LeadColumn, Values]:
    """Read the engagement of leads up to moments (seconds since 1970), by column; a row is `ids[place]` at a moment."""
    leads, kinds, replied, times = _read_touches(session, ids)
    known = sorted({*kinds.tolist()})
    # Lead and time as one ascending number: how many come before a row is found by bisection.
    rows = places * LONGER + moments
    counts = {kind: _count_before(leads[kinds == kind], times[kinds == kind], places, rows) for kind in known}
    touching = ~np.isin(kinds, NO_TOUCH)
    counts[TOUCHES] = _count_before(leads[touching], times[touching], places, rows)
    counts[REPLIES] = _count_before(leads[replied], times[replied], places, rows)
    frequent = [name for name, found in counts.items() if (found > 0).mean() >= RARE]
    if not frequent:
        return {}
    found: dict[LeadColumn, Values] = {make_engagement_column(name): counts[name].tolist() for name in frequent}
    order = np.sort(leads[touching] * LONGER + times[touching])
    before = np.searchsorted(order, rows, side="left") - 1
    last = order[np.maximum(before, 0)] if len(order) else rows
    days = ((rows - last) // DAY).astype(int).tolist()
    touched = (counts[TOUCHES] > 0).tolist()
    return found | {
        make_engagement_column(RECENCY): [day if there else None for day, there in zip(days, touched, strict=True)]
    }


# Seconds from one lead to the next in such a number: more than any moment has since 1970.
LONGER = 1e10


def _count_before(
    leads: NDArray[np.int64], times: NDArray[np.float64], places: NDArray[np.int64], rows: NDArray[np.float64]
) -> NDArray[np.int64]:
    order = np.sort(leads * LONGER + times)
    found: NDArray[np.int64] = np.searchsorted(order, rows, side="left") - np.searchsorted(order, places * LONGER)
    return found


def _read_touches(session: Session, ids: Sequence[int]) -> tuple[NDArray[Any], ...]:
    """Read the activities of leads: the place of the lead, the kind, whether it was answered, and when."""
    place = {number: at for at, number in enumerate(ids)}
    found: list[tuple[int, str, bool, float]] = []
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        own = select(Activity.lead_id, Activity.kind, Activity.outcome, Activity.at).where(
            Activity.lead_id.in_(portion)
        )
        # A conversion hands the activities to the contact: without these a converted lead would look as if nothing had
        # happened.
        handed = (
            select(Lead.id, Activity.kind, Activity.outcome, Activity.at)
            .join(Activity, Activity.contact_id == Lead.converted_contact_id)
            .where(Lead.id.in_(portion), Activity.lead_id.is_(None))
        )
        for query in (own, handed):
            rows: Any = session.execute(query)
            found += (
                (place[number], kind, _is_reply(outcome), happened.timestamp())
                for number, kind, outcome, happened in rows
            )
    leads, kinds, replied, times = zip(*found, strict=True) if found else ((), (), (), ())
    return (
        np.array(leads, dtype=np.int64),
        np.array(kinds, dtype=object),
        np.array(replied, dtype=bool),
        np.array(times, dtype=float),
    )


def _is_reply(outcome: str | None) -> bool:
    return bool(outcome) and any(word in str(outcome).lower() for word in REPLY_WORDS)


def read_engagement_now(
    session: Session, ids: Sequence[int], columns: Iterable[LeadColumn], now: datetime, *, lively: bool
) -> dict[LeadColumn, Values]:
    """Read, as of now, the age of leads (ids ascending), the month, and engagement where the workspace is `lively`."""
    wanted = [column.field for column in columns]
    found: dict[str, Values] = {name: [None if name == RECENCY else 0] * len(ids) for name in wanted}
    moment = now.timestamp()
    if AGE in found:
        born: Any = session.execute(
            select(Lead.id, Lead.created_at).where(Lead.id.between(ids[0], ids[-1])).order_by(Lead.id)
        )
        created = dict(born.all())
        found[AGE] = [int((moment - created[number].timestamp()) // DAY) for number in ids]
    if MONTH in found:
        found[MONTH] = [now.month] * len(ids)
    if not lively or found.keys() <= {AGE, MONTH}:
        return {make_engagement_column(name): values for name, values in found.items()}
    place = {number: at for at, number in enumerate(ids)}
    replied = case((func.lower(Activity.outcome).regexp_match("|".join(REPLY_WORDS)), 1), else_=0)
    if session.get_bind().dialect.name == "sqlite":
        # SQLite calls back into Python for a regular expression, once for each row.
        likes = [func.instr(func.lower(func.coalesce(Activity.outcome, "")), word) > 0 for word in REPLY_WORDS]
        replied = case(*((like, 1) for like in likes), else_=0)
    query = (
        select(Activity.lead_id, Activity.kind, func.count(), func.max(Activity.at), func.sum(replied))
        .where(Activity.lead_id.between(ids[0], ids[-1]), Activity.at <= now)
        .group_by(Activity.lead_id, Activity.kind)
    )
    touches, replies, recency = found.get(TOUCHES), found.get(REPLIES), found.get(RECENCY)
    for number, kind, count, happened, answered in session.execute(query):
        at = place.get(number)
        if at is None:
            continue
        if kind in found:
            found[kind][at] += count
        if replies is not None:
            replies[at] += answered or 0
        if kind not in NO_TOUCH:
            if touches is not None:
                touches[at] += count
            if recency is not None:
                days = int((moment - happened.timestamp()) // DAY)
                recency[at] = days if recency[at] is None else min(days, recency[at])
    return {make_engagement_column(name): values for name, values in found.items()}

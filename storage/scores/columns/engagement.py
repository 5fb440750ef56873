"""Engagement: what happened with a lead up to a moment, counted by kind, and how long ago the last touch was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storage.scores.columns.lead_columns import LeadColumn, Values
from storage.tables import Activity, Lead

DAY = 86_400.0
TOUCHES = "touches"
RECENCY = "days since last touch"
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


def read_engagement_before(session: Session, ids: Sequence[int], moments: NDArray[Any]) -> dict[LeadColumn, Values]:
    """Read the engagement of each lead before its own moment (seconds since 1970), by column."""
    at = {number: float(moment) for number, moment in zip(ids, moments, strict=True)}
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    last: dict[int, float] = {}
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
            for number, kind, outcome, happened in rows:
                moment = happened.timestamp()
                if moment < at[number]:
                    _count_activity(counts[number], kind, outcome)
                    if kind not in NO_TOUCH:
                        last[number] = max(moment, last.get(number, moment))
    days = [int((at[number] - last[number]) // DAY) if number in last else None for number in ids]
    return _build_columns([counts.get(number) or {} for number in ids], days, len(ids))


def _count_activity(counter: Counter[str], kind: str, outcome: str | None) -> None:
    counter[kind] += 1
    counter[TOUCHES] += kind not in NO_TOUCH
    counter[REPLIES] += bool(outcome) and any(word in str(outcome).lower() for word in REPLY_WORDS)


def _build_columns(counts: Sequence[Any], days: Values, rows: int) -> dict[LeadColumn, Values]:
    seen = Counter(kind for each in counts for kind, count in each.items() if count)
    kinds = [kind for kind, leads in sorted(seen.items()) if leads >= RARE * rows]
    found = {make_engagement_column(kind): [each.get(kind, 0) for each in counts] for kind in kinds}
    return found | ({make_engagement_column(RECENCY): days} if kinds else {})


def read_engagement_now(
    session: Session, first: int, last: int, ids: Sequence[int], columns: Iterable[LeadColumn], now: datetime
) -> dict[LeadColumn, Values]:
    """Read the engagement up to now, for these columns, of the leads with ids from `first` to `last`."""
    wanted = [column.field for column in columns]
    place = {number: at for at, number in enumerate(ids)}
    found: dict[str, Values] = {name: [None if name == RECENCY else 0] * len(ids) for name in wanted}
    replied = case((func.lower(Activity.outcome).regexp_match("|".join(REPLY_WORDS)), 1), else_=0)
    if session.get_bind().dialect.name == "sqlite":
        # SQLite calls back into Python for a regular expression, once for each row.
        likes = [func.instr(func.lower(func.coalesce(Activity.outcome, "")), word) > 0 for word in REPLY_WORDS]
        replied = case(*((like, 1) for like in likes), else_=0)
    query = (
        select(Activity.lead_id, Activity.kind, func.count(), func.max(Activity.at), func.sum(replied))
        .where(Activity.lead_id.between(first, last), Activity.at <= now)
        .group_by(Activity.lead_id, Activity.kind)
    )
    touches, replies, recency = found.get(TOUCHES), found.get(REPLIES), found.get(RECENCY)
    moment = now.timestamp()
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

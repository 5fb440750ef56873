"""The parts of a workspace's newest scoring run, as those who share it see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from storage.tables import ScoringPart

_PART: Any = ScoringPart.__table__


class PartCount(NamedTuple):
    """How many leads were looked at, how many scores changed, and how many leads could not be scored."""

    leads: int
    changed: int
    unscored: int


@dataclass(frozen=True)
class OpenPart:
    """A part that is not done: how many leads, and the first and last of their ids; None for the end of the run."""

    id: int
    leads: int
    first: int | None
    last: int | None


def create_parts(
    session: Session, workspace_id: int, as_of: datetime, ranges: Iterable[tuple[int, int | None, int | None]]
) -> None:
    """Replace the last run by a new one with parts of so many leads in these ranges of ids, and with an end."""
    session.execute(delete(_PART).where(_PART.c.workspace_id == workspace_id))
    rows = [
        {"workspace_id": workspace_id, "as_of": as_of, "leads": leads, "first_lead": first, "last_lead": last}
        for leads, first, last in (*ranges, (0, None, None))
    ]
    session.execute(insert(_PART), rows)


def find_newest_run(session: Session, workspace_id: int) -> datetime | None:
    """Find as of when the newest run scores, whether it is over or not; None where there was none."""
    found: datetime | None = session.scalar(
        select(_PART.c.as_of).where(_PART.c.workspace_id == workspace_id).order_by(_PART.c.id.desc()).limit(1)
    )
    return found


def is_run_open(session: Session, workspace_id: int) -> bool:
    """Say whether the newest run has parts that are not done, whether or not somebody is at work on them."""
    query = select(_PART.c.id).where(_PART.c.workspace_id == workspace_id, _PART.c.done.is_(False))
    return session.scalar(query.limit(1)) is not None


def list_open_parts(session: Session, workspace_id: int, as_of: datetime) -> list[OpenPart]:
    """List the parts of a run that are not done, its end last. A run that another one has replaced has none."""
    query = select(_PART.c.id, _PART.c.leads, _PART.c.first_lead, _PART.c.last_lead).where(
        _PART.c.workspace_id == workspace_id, _PART.c.done.is_(False), _PART.c.as_of == as_of
    )
    return [OpenPart(*row) for row in session.execute(query.order_by(_PART.c.id))]


def is_part_open(session: Session, part: OpenPart) -> bool:
    """Say whether a part is still to be done."""
    return bool(session.scalar(select(func.count()).where(_PART.c.id == part.id, _PART.c.done.is_(False))))


def finish_part(session: Session, part: OpenPart, count: PartCount) -> bool:
    """Record what came of a part. Return False where somebody else has done it, or another run has replaced it."""
    query = update(_PART).where(_PART.c.id == part.id, _PART.c.done.is_(False))
    done: Any = session.execute(query.values(done=True, **count._asdict()))
    return bool(done.rowcount)


def sum_parts(session: Session, workspace_id: int, as_of: datetime) -> PartCount:
    """Sum what came of all parts of a run."""
    sums = (func.coalesce(func.sum(_PART.c[name]), 0) for name in PartCount._fields)
    row = session.execute(select(*sums).where(_PART.c.workspace_id == workspace_id, _PART.c.as_of == as_of)).one()
    return PartCount(*map(int, row))

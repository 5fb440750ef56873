"""How far a lead's score moved since its owner last saw it in a digest: the one meaning of movement, on every surface.

The base is the lead's score by the same model as of the owner's last sent digest; before the first one, and for leads
without an owner, as of 24 hours ago. Where that model had not scored the lead by then, it is the model's first score: a
new model moves nobody. Nor do other scores that are shown in place of these, such as imported ones: the base is then
the score with which they began.

`Lead.movement` holds score minus base, and nothing where they are equal. Whatever shows a movement reads it there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from storage.database.bulk_writes import split_portions
from storage.tables import DigestRun, Lead, LeadScore, Rep, Workspace
from storage.tables.column_types import UtcDateTime

BEFORE_THE_FIRST = timedelta(hours=24)


class LastDigests(dict[int | None, datetime]):
    """The moments against which movement is measured, by owner; also for people who got no digest, and for nobody."""

    def __init__(self, by_rep: Mapping[int, datetime], shown_since: datetime | None, now: datetime) -> None:
        usual = now - BEFORE_THE_FIRST
        self.usual = max(usual, shown_since or usual)
        super().__init__({rep: max(at, shown_since or at) for rep, at in by_rep.items()})

    def __missing__(self, owner: int | None) -> datetime:
        return self.usual


def load_last_digests(
    session: Session, workspace_id: int, now: datetime, *, owners: Collection[int] | None = None
) -> LastDigests:
    """Load the moments against which the leads of a workspace, or of some owners, are measured as of `now`."""
    last = _select_last_sent(Rep.id, now).scalar_subquery()
    query = select(Rep.id, last.label("at")).where(Rep.workspace_id == workspace_id)
    rows = session.execute(query if owners is None else query.where(Rep.id.in_(owners)))
    by_rep = {row.id: row.at for row in rows if row.at is not None}
    return LastDigests(by_rep, find_shown_since(session, workspace_id), now)


def find_shown_since(session: Session, workspace_id: int) -> datetime | None:
    """Find since when the workspace shows the kind of scores that it shows; None: from the beginning."""
    found: datetime | None = session.scalar(select(Workspace.scores_shown_since).where(Workspace.id == workspace_id))
    return found


def find_last_sent(session: Session, workspace_id: int, rep_id: int, now: datetime) -> datetime | None:
    """Find when the content of this person's last sent digest was gathered; None before the first one."""
    # Not when it was sent: that may be later, when Slack was slow, and what happened meanwhile was not in it.
    found: datetime | None = session.scalar(_find_last_sent(), {"workspace": workspace_id, "rep": rep_id, "now": now})
    return found


# Statements are built once: building one takes longer than the database takes to answer it.
@cache
def _find_last_sent() -> Any:
    query = _select_last_sent(bindparam("rep"), bindparam("now"))
    return query.where(DigestRun.workspace_id == bindparam("workspace"))


def _select_last_sent(rep_id: Any, now: Any) -> Any:
    return (
        select(DigestRun.created_at)
        .where(DigestRun.rep_id == rep_id, DigestRun.sent_at.is_not(None), DigestRun.sent_at <= now)
        .order_by(DigestRun.local_date.desc())
        .limit(1)
    )


def select_base(lead_id: Any, since: Any) -> Any:
    """Select the score that a lead had at a moment by the model of its newest score, else the first by that model."""
    later = aliased(LeadScore)
    other = select(later.id).where(
        later.lead_id == LeadScore.lead_id,
        later.shown,
        later.as_of > LeadScore.as_of,
        later.model != LeadScore.model,
    )
    # A model that came back, as the plain rules may, begins anew: what it gave before another one is not compared.
    kept = select(LeadScore.score).where(LeadScore.lead_id == lead_id, LeadScore.shown, ~other.exists())
    then = kept.where(LeadScore.as_of <= since).order_by(LeadScore.as_of.desc(), LeadScore.model.desc()).limit(1)
    first = kept.order_by(LeadScore.as_of, LeadScore.model).limit(1)
    return func.coalesce(then.scalar_subquery(), first.scalar_subquery())


def load_bases(session: Session, leads: Mapping[int, datetime]) -> dict[int, int]:
    """Load the base of each of these leads as of its own moment; leads that have no scores are left out."""
    by_moment: defaultdict[datetime, list[int]] = defaultdict(list)
    for lead, since in leads.items():
        by_moment[since].append(lead)
    found: dict[int, int] = {}
    for since, numbers in by_moment.items():
        for portion in split_portions(numbers):
            values = {"leads": portion, "since": since}
            found |= {row.id: row.base for row in session.execute(_select_bases(), values) if row.base is not None}
    return found


@cache
def _select_bases() -> Any:
    base = select_base(Lead.id, bindparam("since", type_=UtcDateTime()))
    return select(Lead.id, base.label("base")).where(Lead.id.in_(bindparam("leads", expanding=True)))


def restart_movement(session: Session, rep_id: int, local_date: date) -> None:
    """Let the movement of a person's leads start anew once the digest of a local date was sent to them."""
    run = session.execute(
        select(DigestRun.workspace_id, DigestRun.created_at).where(
            DigestRun.rep_id == rep_id, DigestRun.local_date == local_date
        )
    ).one_or_none()
    if run is not None:
        began = find_shown_since(session, run.workspace_id)
        mine = (_LEAD.c.workspace_id == run.workspace_id, _LEAD.c.owner_id == rep_id, _LEAD.c.lifecycle == "open")
        _measure(session, max(run.created_at, began or run.created_at), *mine, _LEAD.c.movement.is_not(None))


def measure_owners_since(session: Session, workspace_id: int, moment: datetime) -> None:
    """Let movement start anew for the people whose digest was sent after a moment."""
    sent = (DigestRun.workspace_id == workspace_id, DigestRun.sent_at > moment)
    for rep_id, local_date in session.execute(select(DigestRun.rep_id, DigestRun.local_date).where(*sent)).all():
        restart_movement(session, rep_id, local_date)


def measure_leads(session: Session, workspace_id: int, leads: Sequence[int], now: datetime) -> None:
    """Measure the movement of these leads anew, as after their scores or owners changed by other ways than scoring."""
    for portion in split_portions(leads):
        rows = session.execute(select(Lead.id, Lead.owner_id).where(Lead.id.in_(portion))).all()
        last = load_last_digests(session, workspace_id, now, owners={owner for _, owner in rows if owner is not None})
        by_moment: defaultdict[datetime, list[int]] = defaultdict(list)
        for lead, owner in rows:
            by_moment[last[owner]].append(lead)
        for since, numbers in by_moment.items():
            _measure(session, since, _LEAD.c.id.in_(numbers))


def list_moved_leads(session: Session, workspace_id: int) -> list[int]:
    """List the open leads whose score moved."""
    query = select(Lead.id).where(Lead.workspace_id == workspace_id, Lead.lifecycle == "open")
    return [*session.scalars(query.where(Lead.movement.is_not(None)).order_by(Lead.id))]


def follow_owners(session: Session, changed: Iterable[tuple[Any, Set[str]]], now: datetime) -> None:
    """Measure anew the movement of leads that were just given to somebody else, who saw other digests."""
    given = [each for each, columns in changed if isinstance(each, Lead) and "owner_id" in columns]
    moved = [lead for lead in given if lead.movement is not None]
    if moved:
        measure_leads(session, moved[0].workspace_id, [lead.id for lead in moved], now)
    for lead in moved:
        session.expire(lead, ["movement"])


_LEAD: Any = Lead.__table__


def _measure(session: Session, since: datetime, *which: Any) -> None:
    base = select_base(_LEAD.c.id, since)
    session.execute(update(_LEAD).where(*which).values(movement=func.nullif(_LEAD.c.score - base, 0)))

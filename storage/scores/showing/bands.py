"""Hot, warm and cold: the workspace's cut points, and the band of each open lead with a score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Any

from sqlalchemy import case, func, null, or_, select, update
from sqlalchemy.orm import Session

from storage.tables import Lead, Workspace
from storage.workspaces.workspace_vocabulary import bump_version

HOT_SHARE = 0.20
WARM_SHARE = 0.30
# All leads of one score are in one band, which may so become larger than its share, but not more than twice: where most
# leads look alike, none of those is hot.
TOO_MANY = 2

# The columns of a workspace that hold them.
CUT_POINTS = frozenset({"hot_from", "warm_from"})

# No score reaches this: a band without a cut point is empty.
NEVER = 1000
# Whoever sets cut points waits for the answer: so many leads get their bands within a second.
MOST_AT_ONCE = 100_000


def recompute_bands(session: Session, workspace_id: int) -> None:
    """Set the cut points to the top 20 % and the next 30 % of open leads with a score, and every band by them.

    Cut points that an administrator gave stay as they are.
    """
    kept: Any = Workspace.__table__.c
    given = session.execute(
        select(kept.hot_from, kept.warm_from).where(kept.id == workspace_id, kept.bands_given)
    ).one_or_none()
    if given is not None:
        apply_bands(session, workspace_id, given.hot_from, given.warm_from)
        return
    hot, warm = find_usual_cut_points(session, workspace_id)
    save_cut_points(session, workspace_id, hot, warm)
    apply_bands(session, workspace_id, hot, warm)


def find_usual_cut_points(session: Session, workspace_id: int) -> tuple[int | None, int | None]:
    """Find the scores from which the best 20 %, and the next 30 %, of scored open leads begin; None without scores."""
    scored = (Lead.workspace_id == workspace_id, Lead.lifecycle == "open", Lead.score.is_not(None))
    count = session.scalar(select(func.count()).select_from(Lead).where(*scored)) or 0
    if not count:
        return None, None
    scores = select(Lead.score).where(*scored).order_by(Lead.score.desc())
    hot, warm = (
        choose_cut_point(
            session.scalar(scores.offset(wanted - 1).limit(1)) or 0,
            wanted,
            lambda score: (
                session.scalar(select(func.count()).select_from(Lead).where(*scored, Lead.score >= score)) or 0
            ),
        )
        for wanted in (count_share(count, HOT_SHARE), count_share(count, HOT_SHARE + WARM_SHARE))
    )
    return hot, warm


def choose_cut_point(score: int, wanted: int, at_least: Callable[[int], int]) -> int:
    """Choose the score from which a band begins that should hold `wanted` leads, the last of which has `score`.

    `at_least(score)` counts the leads with this score or a higher one.
    """
    return score + 1 if at_least(score) > TOO_MANY * wanted else score


def save_cut_points(session: Session, workspace_id: int, hot: int | None, warm: int | None) -> None:
    """Save from which score on leads are hot and warm, unless an administrator gave the cut points."""
    table: Any = Workspace.__table__
    differ = or_(table.c.hot_from.is_distinct_from(hot), table.c.warm_from.is_distinct_from(warm))
    saved: Any = session.execute(
        update(table)
        .where(table.c.id == workspace_id, table.c.bands_given.is_(False), differ)
        .values(hot_from=hot, warm_from=warm)
    )
    # Every process keeps a copy of the workspace's settings.
    if saved.rowcount:
        bump_version(session, workspace_id)


def clear_bands(session: Session, workspace_id: int) -> None:
    """Remove band and movement of leads that are no longer open."""
    leads: Any = Lead.__table__
    over = leads.c.lifecycle.in_(("converted", "closed"))
    left = or_(leads.c.band.is_not(None), leads.c.movement.is_not(None))
    session.execute(
        update(leads).where(leads.c.workspace_id == workspace_id, over, left).values(band=None, movement=None)
    )


def can_apply_at_once(session: Session, workspace_id: int) -> bool:
    """Say whether bands can follow new cut points at once; of too many leads they follow with the next scores."""
    scored = select(Lead.id).where(Lead.workspace_id == workspace_id, Lead.score.is_not(None)).limit(MOST_AT_ONCE + 1)
    return (session.scalar(select(func.count()).select_from(scored.subquery())) or 0) <= MOST_AT_ONCE


def follow_cut_points(session: Session, changed: Iterable[tuple[Any, Set[str]]]) -> None:
    """Update all bands if a workspace's cut points were just set by hand, unless there are too many leads."""
    for record, columns in changed:
        if CUT_POINTS & columns and can_apply_at_once(session, record.id):
            apply_bands(session, record.id, record.hot_from, record.warm_from)


def apply_bands(session: Session, workspace_id: int, hot: int | None, warm: int | None) -> None:
    """Give every open lead with a score its band, and the other leads none."""
    leads: Any = Lead.__table__
    hot, warm = NEVER if hot is None else hot, NEVER if warm is None else warm
    band = case(
        (or_(leads.c.lifecycle != "open", leads.c.score.is_(None)), null()),
        (leads.c.score >= hot, "hot"),
        (leads.c.score >= warm, "warm"),
        else_="cold",
    )
    session.execute(
        update(leads)
        .where(leads.c.workspace_id == workspace_id, or_(leads.c.score.is_not(None), leads.c.band.is_not(None)))
        # Rows that keep their band are not written.
        .where(leads.c.band.is_distinct_from(band))
        .values(band=band)
    )


def count_share(count: int, share: float) -> int:
    """Return how many leads a share is, at least one."""
    return max(round(count * share), 1)

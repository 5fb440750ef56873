"""The conditions by which leads are chosen, and the query that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select

from storage.database.expressions import skip_index
from storage.database.matching import match_range
from storage.names.no_company import SIGNS_AROUND, list_no_company_spellings
from storage.names.text_matching import match_place, match_text
from storage.people.visibility import Scope, match_ids
from storage.tables import Activity, FollowUp, Lead

Sort = Literal["score", "newest", "untouched", "movement", "name"]
Missing = Literal["phone", "email", "company", "owner", "follow_up", "score"]
touched_at = func.coalesce(Lead.last_touch_at, Lead.created_at)


@dataclass(frozen=True)
class LeadFilter:
    """What to look for. Moments are aware and half open: from <= moment < before. None: no condition."""

    status_ids: tuple[int, ...] | None = None
    sources: tuple[str, ...] | None = None
    bands: tuple[str, ...] | None = None
    min_score: int | None = None
    max_score: int | None = None
    owners: tuple[int, ...] | None = None
    company: str | None = None
    industry: str | None = None
    # A city, a state or a country, in full.
    place: str | None = None
    min_employees: int | None = None
    max_employees: int | None = None
    missing: tuple[Missing, ...] = ()
    created: tuple[datetime | None, datetime | None] | None = None
    untouched_before: datetime | None = None
    # With `untouched_before` a kind of touch that there was none of since then, else one that there never was.
    not_touched_by: str | None = None
    converted: bool | None = None
    converted_in: tuple[datetime | None, datetime | None] | None = None
    search: str | None = None
    snoozed_on: date | None = None
    # What the statuses asked for mean, open or closed: named, it lets the index on owner, lifecycle and score be used.
    lifecycles: tuple[str, ...] | None = None
    # Set by the queries themselves, once the words were found in the word index.
    numbers: tuple[int, ...] | None = None
    sort: Sort = "score"


def apply_filter(scope: Scope, query: Any, wanted: LeadFilter) -> Any:
    query = query.select_from(Lead)
    query = (
        scope.filter_visible(query, Lead)
        if wanted.numbers is None
        else scope.filter_visible_ids(query, Lead, wanted.numbers)
    )
    # A few leads known by id are read by it; SQLite would else take the index on owner or lifecycle and read them all.
    lifecycle = Lead.lifecycle if wanted.numbers is None else skip_index(Lead.lifecycle)
    conditions: list[Any] = []
    if wanted.owners is not None:
        owner = Lead.owner_id if wanted.numbers is None else skip_index(Lead.owner_id)
        conditions.append(match_ids(owner, wanted.owners))
    if wanted.converted_in is not None:
        conditions += _match_period(Lead.converted_at, wanted.converted_in)
        conditions.append(lifecycle == "converted")
    elif wanted.converted:
        conditions.append(lifecycle == "converted")
    elif wanted.lifecycles is not None:
        conditions.append(or_(*(lifecycle == each for each in wanted.lifecycles)))
    elif wanted.status_ids is not None or wanted.converted is False:
        conditions.append(lifecycle.in_(["open", "closed"]))
    else:
        conditions.append(lifecycle == "open")
    if wanted.status_ids is not None:
        conditions.append(match_ids(skip_index(Lead.status_id), wanted.status_ids))
    if wanted.sources is not None:
        conditions.append(skip_index(Lead.source).in_(wanted.sources))
    if wanted.bands is not None:
        conditions.append(select_indexed(scope, wanted, Lead.band).in_(wanted.bands))
    if wanted.company is not None:
        conditions.append(match_text(Lead.company, wanted.company))
    if wanted.industry is not None:
        conditions.append(match_text(Lead.industry, wanted.industry))
    if wanted.created is not None:
        conditions += _match_period(select_indexed(scope, wanted, Lead.created_at), wanted.created)
    conditions += match_range(Lead.score, wanted.min_score, wanted.max_score)
    conditions += match_range(Lead.employees, wanted.min_employees, wanted.max_employees)
    if wanted.place is not None:
        conditions.append(match_place(Lead, wanted.place))
    conditions += [_match_missing(each) for each in wanted.missing]
    if wanted.not_touched_by is not None:
        conditions.append(~_touched_by(wanted.not_touched_by, wanted.untouched_before))
    elif wanted.untouched_before is not None:
        conditions.append(touched_at < wanted.untouched_before)
    if wanted.search is not None:
        conditions.append(
            or_(*(match_text(column, wanted.search) for column in (Lead.name, Lead.company, Lead.email, Lead.title)))
        )
    if wanted.snoozed_on is not None:
        conditions.append(or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= wanted.snoozed_on))
    return query.where(and_(*conditions))


def select_indexed(scope: Scope, wanted: LeadFilter, column: Any) -> Any:
    """Return a column with its index only where everyone's leads are asked for: those of a few are found by owner."""
    everyones = scope.visible is None and wanted.owners is None and wanted.numbers is None
    return column if everyones else skip_index(column)


def _match_period(column: Any, period: tuple[datetime | None, datetime | None]) -> list[Any]:
    start, end = period
    return ([column >= start] if start else []) + ([column < end] if end else [])


def _match_missing(what: Missing) -> Any:
    match what:
        case "phone":
            return and_(Lead.phone.is_(None), Lead.mobile.is_(None))
        case "email":
            return Lead.email.is_(None)
        case "company":
            return or_(
                Lead.company.is_(None),
                func.trim(func.lower(Lead.company), SIGNS_AROUND).in_(list_no_company_spellings()),
            )
        case "owner":
            return Lead.owner_id.is_(None)
        case "score":
            return Lead.score.is_(None)
        case "follow_up":
            return ~select(FollowUp.id).where(FollowUp.lead_id == Lead.id, FollowUp.done_at.is_(None)).exists()


def _touched_by(kind: str, since: datetime | None) -> Any:
    query = select(Activity.id).where(Activity.lead_id == Lead.id, Activity.kind == kind)
    return (query if since is None else query.where(Activity.at >= since)).exists()

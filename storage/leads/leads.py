"""Queries on leads, and what changes with a lead's status or owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select

from storage.database.expressions import skip_index
from storage.leads.lead_search import find_by_company, find_by_name_or_company
from storage.ledger.change_ledger import ChangeLedger
from storage.names.normalise import fold_text
from storage.people.visibility import Scope, match_ids
from storage.records.record_line import Line, Page
from storage.tables import FollowUp, Lead, LeadScore, Rep
from storage.workspaces.workspace_vocabulary import StatusDefinition

Sort = Literal["score", "newest", "untouched", "movement", "name"]
touched_at = func.coalesce(Lead.last_touch_at, Lead.created_at)


@dataclass(frozen=True)
class LeadFilter:
    """What to look for. Moments are aware and half open: from <= moment < before. None: no condition."""

    status_ids: tuple[int, ...] | None = None
    sources: tuple[str, ...] | None = None
    band: str | None = None
    min_score: int | None = None
    owners: tuple[int, ...] | None = None
    company: str | None = None
    industry: str | None = None
    created: tuple[datetime | None, datetime | None] | None = None
    untouched_before: datetime | None = None
    converted: bool | None = None
    converted_in: tuple[datetime | None, datetime | None] | None = None
    search: str | None = None
    snoozed_on: date | None = None
    # What the statuses asked for mean, open or closed: named, it lets the index on owner, lifecycle and score be used.
    lifecycles: tuple[str, ...] | None = None
    # Set by the queries themselves, once the words were found in the word index.
    numbers: tuple[int, ...] | None = None
    sort: Sort = "score"


def find_lead(scope: Scope, number: int) -> Lead | None:
    """Find the visible lead with this number, to be read or changed within the transaction."""
    return scope.session.scalar(scope.filter_visible(select(Lead), Lead).where(Lead.id == number))


def find_leads(scope: Scope, numbers: Sequence[int]) -> list[Lead]:
    """Find the visible leads with these numbers, in this order, to be read or changed within the transaction."""
    found = {lead.id: lead for lead in scope.session.scalars(scope.filter_visible_ids(select(Lead), Lead, numbers))}
    return [found[number] for number in numbers if number in found]


def list_leads(scope: Scope, wanted: LeadFilter, *, limit: int, offset: int = 0) -> Page:
    """List leads that match, in the asked order, and count how many match in all."""
    wanted = _resolve_words(scope, wanted)
    query = _apply_filter(
        scope,
        select(
            Lead.id,
            Lead.external_id,
            Lead.name,
            Lead.title,
            Lead.company,
            Lead.status_id,
            Lead.score,
            Lead.band,
            Lead.movement,
            Lead.owner_id,
            Lead.source,
            Lead.last_touch_at,
            Lead.created_at,
            Lead.converted_at,
            Lead.snoozed_until,
        ),
        wanted,
    )
    rows = scope.session.execute(query.order_by(*_sort_columns(scope, wanted)).limit(limit).offset(offset)).all()
    return Page(tuple(_line_from_row(row) for row in rows), _count_matches(scope, wanted))


def count_leads(scope: Scope, wanted: LeadFilter) -> int:
    """Count the leads that match."""
    return _count_matches(scope, _resolve_words(scope, wanted))


def list_lead_numbers(scope: Scope, wanted: LeadFilter, *, limit: int) -> list[int]:
    """List the numbers of the leads that match, in the asked order, for changing many at once."""
    wanted = _resolve_words(scope, wanted)
    query = _apply_filter(scope, select(Lead.id), wanted).order_by(*_sort_columns(scope, wanted)).limit(limit)
    return list(scope.session.scalars(query))


def build_line(lead: Lead) -> Line:
    """Build the line of a loaded lead."""
    return _line_from_row(lead)


def set_status(ledger: ChangeLedger, lead: Lead, status: StatusDefinition, reason: str | None = None) -> bool:
    """Move a lead to a status and open or close it as the status class says. Return whether anything changed."""
    if status.status_class == "closed":
        values: dict[str, Any] = {"lifecycle": "closed", "closed_at": lead.closed_at or ledger.now}
        if reason:
            values["close_reason"] = reason
    else:
        values = {"lifecycle": "open", "closed_at": None, "close_reason": None}
    return ledger.set_columns(lead, status_id=status.id, **values)


def assign_lead(ledger: ChangeLedger, lead: Lead, taker: Rep) -> bool:
    """Give a lead another owner. Return False if it was theirs already."""
    former = lead.owner_id
    if not ledger.set_columns(lead, owner_id=taker.id):
        return False
    # What the former owner meant to do for the lead goes along; what colleagues mean to do stays theirs.
    waiting = select(FollowUp).where(
        FollowUp.lead_id == lead.id, FollowUp.owner_id == former, FollowUp.done_at.is_(None)
    )
    for follow_up in ledger.session.scalars(waiting.order_by(FollowUp.id)):
        ledger.set_columns(follow_up, owner_id=taker.id)
    return True


def list_scores(scope: Scope, lead_id: int, limit: int) -> list[LeadScore]:
    """List a lead's scores that are shown to people, newest first. The lead must have been found in this scope."""
    query = select(LeadScore).where(LeadScore.lead_id == lead_id, LeadScore.workspace_id == scope.workspace_id)
    query = query.where(LeadScore.shown)
    return list(scope.session.scalars(query.order_by(LeadScore.as_of.desc(), LeadScore.model.desc()).limit(limit)))


def _count_matches(scope: Scope, wanted: LeadFilter) -> int:
    return scope.session.scalar(_apply_filter(scope, select(func.count()), wanted)) or 0


def _resolve_words(scope: Scope, wanted: LeadFilter) -> LeadFilter:
    """Replace the filter's words by the ids that the word index finds for them, where it finds any."""
    found: set[int] | None = None
    for text, look in ((wanted.company, find_by_company), (wanted.search, find_by_name_or_company)):
        numbers = look(scope, text) if text else None
        # Not found by the beginnings of words: the leads themselves are searched, also inside of words.
        if text and numbers is None:
            return wanted
        if numbers is not None:
            found = set(numbers) if found is None else found & set(numbers)
    return wanted if found is None else replace(wanted, numbers=tuple(sorted(found)), company=None, search=None)


def _apply_filter(scope: Scope, query: Any, wanted: LeadFilter) -> Any:
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
    if wanted.band is not None:
        conditions.append(Lead.band == wanted.band)
    if wanted.min_score is not None:
        conditions.append(Lead.score >= wanted.min_score)
    if wanted.company is not None:
        conditions.append(match_text(Lead.company, wanted.company))
    if wanted.industry is not None:
        conditions.append(match_text(Lead.industry, wanted.industry))
    if wanted.created is not None:
        conditions += _match_period(_select_created_at(scope, wanted), wanted.created)
    if wanted.untouched_before is not None:
        conditions.append(touched_at < wanted.untouched_before)
    if wanted.search is not None:
        conditions.append(
            or_(*(match_text(column, wanted.search) for column in (Lead.name, Lead.company, Lead.email, Lead.title)))
        )
    if wanted.snoozed_on is not None:
        conditions.append(or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= wanted.snoozed_on))
    return query.where(and_(*conditions))


def _select_created_at(scope: Scope, wanted: LeadFilter) -> Any:
    """Return the column of creation, with its index only where everyone's leads are asked for."""
    everyones = scope.visible is None and wanted.owners is None and wanted.numbers is None
    return Lead.created_at if everyones else skip_index(Lead.created_at)


def _match_period(column: Any, period: tuple[datetime | None, datetime | None]) -> list[Any]:
    start, end = period
    return ([column >= start] if start else []) + ([column < end] if end else [])


def match_text(column: Any, text: str) -> Any:
    """Match a text column that contains these words, whatever their case."""
    # The column may hold the name with or without its accents.
    spellings = {fold_text(text), text.lower()}
    escaped = (each.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for each in sorted(spellings))
    return or_(*(func.lower(column).like(f"%{each}%", escape="\\") for each in escaped))


def _sort_columns(scope: Scope, wanted: LeadFilter) -> tuple[Any, ...]:
    match wanted.sort:
        case "newest":
            return (_select_created_at(scope, wanted).desc(), Lead.id)
        case "untouched":
            return (touched_at, Lead.id)
        case "movement":
            return (Lead.movement.desc().nulls_last(), Lead.score.desc().nulls_last(), Lead.id)
        case "name":
            return (func.lower(Lead.name), Lead.id)
        case _:
            return (Lead.score.desc().nulls_last(), touched_at, Lead.id)


def _line_from_row(row: Any) -> Line:
    return Line(
        "lead",
        row.id,
        row.name,
        row.external_id,
        {
            "title": row.title,
            "company": row.company,
            "status_id": row.status_id,
            "score": row.score,
            "band": row.band,
            "movement": row.movement,
            "owner_id": row.owner_id,
            "source": row.source,
            "touched_at": row.last_touch_at or row.created_at,
            "never_touched": True if row.last_touch_at is None else None,
            "converted_at": row.converted_at,
            "snoozed_until": row.snoozed_until,
        },
    )

"""Queries on leads, and what changes with a lead's status or owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from storage.leads.lead_filter import LeadFilter, apply_filter, select_indexed, touched_at
from storage.leads.lead_search import find_by_company, find_by_name_or_company
from storage.ledger.change_ledger import ChangeLedger
from storage.people.visibility import Scope, lock_rows
from storage.records.record_line import Line, Page
from storage.tables import Lead, LeadScore
from storage.workspaces.workspace_vocabulary import StatusDefinition


def find_lead(scope: Scope, number: int) -> Lead | None:
    """Find the visible lead with this number, to be read or changed within the transaction."""
    return scope.find_record(Lead, number)


def find_leads(scope: Scope, numbers: Sequence[int]) -> list[Lead]:
    """Find the visible leads with these numbers, in this order, to be read or changed within the transaction."""
    query = scope.filter_visible_ids(select(Lead), Lead, numbers)
    # In one order, so that two who change the same leads at once do not wait for each other.
    found = {
        lead.id: lead for lead in scope.session.scalars(lock_rows(query.order_by(Lead.id)) if scope.locks else query)
    }
    return [found[number] for number in numbers if number in found]


SELECT_LINES = select(
    Lead.id,
    Lead.external_id,
    Lead.name,
    Lead.title,
    Lead.company,
    Lead.email,
    Lead.status_id,
    Lead.score,
    Lead.band,
    Lead.movement,
    Lead.owner_id,
    Lead.source,
    Lead.last_touch_at,
    Lead.created_at,
    Lead.lifecycle,
    Lead.converted_at,
    Lead.snoozed_until,
)
"""What the lines of a list show of each lead."""


def list_leads(scope: Scope, wanted: LeadFilter, *, limit: int, offset: int = 0) -> Page:
    """List leads that match, in the asked order, and count how many match in all."""
    wanted = _resolve_words(scope, wanted)
    query = apply_filter(scope, SELECT_LINES, wanted)
    rows = scope.session.execute(query.order_by(*_sort_columns(scope, wanted)).limit(limit).offset(offset)).all()
    return Page(tuple(_line_from_row(row) for row in rows), _count_matches(scope, wanted))


def count_leads(scope: Scope, wanted: LeadFilter) -> int:
    """Count the leads that match."""
    return _count_matches(scope, _resolve_words(scope, wanted))


def list_lead_numbers(scope: Scope, wanted: LeadFilter, *, limit: int) -> list[int]:
    """List the numbers of the leads that match, in the asked order, for changing many at once."""
    wanted = _resolve_words(scope, wanted)
    query = apply_filter(scope, select(Lead.id), wanted).order_by(*_sort_columns(scope, wanted)).limit(limit)
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


def list_scores(scope: Scope, lead_id: int, limit: int) -> list[LeadScore]:
    """List a lead's scores that are shown to people, newest first. The lead must have been found in this scope."""
    query = select(LeadScore).where(LeadScore.lead_id == lead_id, LeadScore.workspace_id == scope.workspace_id)
    query = query.where(LeadScore.shown)
    return list(scope.session.scalars(query.order_by(LeadScore.as_of.desc(), LeadScore.model.desc()).limit(limit)))


def _count_matches(scope: Scope, wanted: LeadFilter) -> int:
    return scope.session.scalar(apply_filter(scope, select(func.count()), wanted)) or 0


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


def _sort_columns(scope: Scope, wanted: LeadFilter) -> tuple[Any, ...]:
    match wanted.sort:
        case "newest":
            return (select_indexed(scope, wanted, Lead.created_at).desc(), Lead.id)
        case "untouched":
            return (touched_at, Lead.id)
        case "movement":
            movement = select_indexed(scope, wanted, Lead.movement)
            return (movement.desc().nulls_last(), Lead.score.desc().nulls_last(), Lead.id)
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
            # Of a lead without a name only this tells who it is.
            "email": row.email if row.name == row.company else None,
            "status_id": row.status_id,
            "score": row.score,
            "band": row.band,
            "movement": row.movement,
            "owner_id": row.owner_id,
            "source": row.source,
            "touched_at": row.last_touch_at or row.created_at,
            "never_touched": True if row.last_touch_at is None else None,
            "converted": True if row.lifecycle == "converted" else None,
            "converted_at": row.converted_at,
            "snoozed_until": row.snoozed_until,
        },
    )

"""Queries for what belongs to a record: contacts, opportunities, follow-ups, the original lead. Visible ones only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.database.expressions import skip_index
from storage.opportunities.opportunities import load_lines
from storage.people.visibility import Scope
from storage.records.record_line import Line
from storage.tables import Account, Contact, FollowUp, Lead, Opportunity, OpportunityContact


def list_account_contacts(scope: Scope, account_id: int, limit: int) -> tuple[Line, ...]:
    """List the people of an account, by name."""
    return _list_contacts(scope, scope.filter_visible(PEOPLE, Contact).where(Contact.account_id == account_id), limit)


def list_opportunity_contacts(scope: Scope, opportunity: Opportunity, limit: int) -> tuple[Line, ...]:
    """List the people who take part in an opportunity, the primary contact first."""
    others = select(OpportunityContact.contact_id).where(OpportunityContact.opportunity_id == opportunity.id)
    numbers = {opportunity.contact_id, *scope.session.scalars(others)} - {None}
    found = _list_contacts(scope, scope.filter_visible_ids(PEOPLE, Contact, numbers), limit)
    return tuple(sorted(found, key=lambda each: each.number != opportunity.contact_id))


def find_contact_line(scope: Scope, number: int | None) -> tuple[Line, ...]:
    """Find one contact as a line; empty where it is not visible."""
    return _list_contacts(scope, scope.filter_visible_ids(PEOPLE, Contact, [number]), 1) if number else ()


def find_account_line(scope: Scope, number: int | None) -> tuple[Line, ...]:
    """Find one account as a line; empty where it is not visible."""
    if number is None:
        return ()
    query = select(Account.id, Account.external_id, Account.name, Account.industry, Account.owner_id)
    row = scope.session.execute(scope.filter_visible(query, Account).where(Account.id == number)).first()
    if row is None:
        return ()
    return (Line("account", row.id, row.name, row.external_id, {"industry": row.industry, "owner_id": row.owner_id}),)


def list_account_opportunities(scope: Scope, account_id: int, limit: int) -> tuple[Line, ...]:
    """List the open opportunities of an account, the largest first."""
    query = scope.filter_visible(select(Opportunity.id), Opportunity).where(Opportunity.account_id == account_id)
    return _list_open(scope, query, limit)


def list_contact_opportunities(scope: Scope, contact_id: int, limit: int) -> tuple[Line, ...]:
    """List the open opportunities that a person takes part in, the largest first."""
    primary = select(Opportunity.id).where(
        Opportunity.workspace_id == scope.workspace_id, Opportunity.contact_id == contact_id
    )
    part = select(OpportunityContact.opportunity_id).where(OpportunityContact.contact_id == contact_id)
    # Two small queries by index instead of an OR over both tables, for which there is none.
    numbers = {*scope.session.scalars(primary), *scope.session.scalars(part)}
    return (
        _list_open(scope, scope.filter_visible_ids(select(Opportunity.id), Opportunity, numbers), limit)
        if numbers
        else ()
    )


def list_record_follow_ups(scope: Scope, kind: str, number: int, name: str, limit: int) -> tuple[Line, ...]:
    """List the open follow-ups of a visible record, the earliest first; the lines bear the record's name."""
    query = select(FollowUp.id, FollowUp.external_id, FollowUp.due, FollowUp.note, FollowUp.owner_id).where(
        # Found by the record: without statistics SQLite would read all that is open in the workspace.
        skip_index(FollowUp.workspace_id) == scope.workspace_id,
        getattr(FollowUp, f"{kind}_id") == number,
        FollowUp.done_at.is_(None),
    )
    return tuple(
        Line("follow_up", row.id, name, row.external_id, {"due": row.due, "note": row.note, "owner_id": row.owner_id})
        for row in scope.session.execute(query.order_by(FollowUp.due, FollowUp.id).limit(limit))
    )


def find_original_lead(scope: Scope, contact_id: int) -> Lead | None:
    """Find the visible lead that became this contact; of several, the one converted last."""
    query = scope.filter_visible(select(Lead), Lead).where(Lead.converted_contact_id == contact_id)
    return scope.session.scalar(query.order_by(Lead.converted_at.desc(), Lead.id).limit(1))


PEOPLE = select(
    Contact.id,
    Contact.external_id,
    Contact.name,
    Contact.title,
    Contact.email,
    Contact.phone,
    Contact.owner_id,
    Contact.last_touch_at,
    Contact.created_at,
    Account.name.label("account"),
).outerjoin(Account, Account.id == Contact.account_id)


def _list_contacts(scope: Scope, query: Any, limit: int) -> tuple[Line, ...]:
    rows = scope.session.execute(query.order_by(Contact.name, Contact.id).limit(limit))
    return tuple(
        Line(
            "contact",
            row.id,
            row.name,
            row.external_id,
            {
                "title": row.title,
                "company": row.account,
                "email": row.email,
                "phone": row.phone,
                "owner_id": row.owner_id,
                "touched_at": row.last_touch_at or row.created_at,
            },
        )
        for row in rows
    )


def _list_open(scope: Scope, query: Any, limit: int) -> tuple[Line, ...]:
    order = (Opportunity.amount.desc().nulls_last(), Opportunity.id)
    found = scope.session.scalars(query.where(skip_index(Opportunity.state) == "open").order_by(*order).limit(limit))
    return load_lines(scope, list(found))

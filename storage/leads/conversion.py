"""Turning a lead into a contact, an account and an opportunity."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import ChangeLedger
from storage.names.no_company import has_no_company
from storage.names.normalise import extract_domain, fold_text, make_company_key, read_domain
from storage.people.visibility import Scope
from storage.records.activities import move_last_touch
from storage.records.new_opportunity import NewOpportunity, OpportunityPlace, open_opportunity
from storage.tables import (
    Account,
    Activity,
    Contact,
    FollowUp,
    Lead,
    Opportunity,
    OpportunityContact,
    Workspace,
)

WEB_EXTRAS = re.compile(r"^https?://(www\.)?|^www\.|/$")
ADDRESS = ("street", "city", "state", "postal_code", "country")
TO_ACCOUNT = ("industry", "website", "employees", "annual_revenue", *ADDRESS)
TO_CONTACT = (
    "salutation", "first_name", "last_name", "title", "email", "phone", "mobile", "description", "source", *ADDRESS,
)  # fmt: skip


@dataclass(frozen=True)
class ConversionChoice:
    """What a lead is to become. Account or contact None: a new one; `joins` and `opens` None: no opportunity."""

    account: Account | None
    contact: Contact | None
    joins: Opportunity | None = None
    opens: NewOpportunity | None = None


@dataclass(frozen=True)
class MovedValue:
    """A value of the lead and the field of an existing record that it would go to; `there` is what the field holds."""

    kind: str
    field: str
    value: Any
    there: Any = None


@dataclass(frozen=True)
class ConversionMoves:
    """What moves from a lead: blanks it fills, values that stay on it, how many activities and follow-ups go along."""

    filled: tuple[MovedValue, ...]
    kept: tuple[MovedValue, ...]
    activities: int
    follow_ups: int


@dataclass(frozen=True)
class Conversion:
    """What became of a lead: its records, and what moved."""

    account: Account
    contact: Contact
    opportunity: Opportunity | None
    moves: ConversionMoves


def lock_lead(scope: Scope, number: int) -> Lead | None:
    """Wait for other conversions of the workspace, then load the visible lead. Both are locked until the commit."""
    # Two leads of one company, converted at the same moment, would else each create its account. A NO KEY lock is
    # enough for that and lets rows that refer to the workspace be written meanwhile.
    scope.session.execute(
        select(Workspace.id).where(Workspace.id == scope.workspace_id).with_for_update(key_share=True)
    )
    # While this waited, the lead may have been converted: what the session read before is out of date.
    return replace(scope, locks=True).find_record(Lead, number)


def plan_moves(session: Session, lead: Lead, choice: ConversionChoice) -> ConversionMoves:
    """Work out what will move when a lead becomes these records, which the caller must have found in a scope."""
    filled: list[MovedValue] = []
    kept: list[MovedValue] = []
    if choice.account is not None:
        _compare_fields(lead, choice.account, "account", TO_ACCOUNT, filled, kept)
        if not has_no_company(lead.company) and not _is_called(choice.account, lead.company or ""):
            kept.append(MovedValue("account", "name", lead.company, choice.account.name))
    if choice.contact is not None:
        _compare_fields(lead, choice.contact, "contact", TO_CONTACT, filled, kept)
    activities, follow_ups = (
        session.scalar(select(func.count()).select_from(table).where(table.lead_id == lead.id)) or 0
        for table in (Activity, FollowUp)
    )
    return ConversionMoves(tuple(filled), tuple(kept), activities, follow_ups)


def convert_lead(
    ledger: ChangeLedger, lead: Lead, choice: ConversionChoice, *, by: int | None, today: date
) -> Conversion:
    """Convert a lead within the open transaction. `by` is the person's id, None at the console."""
    moved = plan_moves(ledger.session, lead, choice)
    account = choice.account or _create_account(ledger, lead)
    if choice.account is not None:
        _fill_blanks(ledger, account, "account", moved)
        if account.domain is None and account.website:
            ledger.set_columns(account, domain=extract_domain(account.website))
    contact = choice.contact or _create_contact(ledger, lead, account)
    if choice.contact is not None:
        _fill_blanks(ledger, contact, "contact", moved)
        if contact.account_id is None:
            ledger.set_columns(contact, account_id=account.id)
        move_last_touch(ledger, contact, lead.last_touch_at)
    # The order matters: the opportunity refers to account and contact, and the rows below to all three.
    opportunity = choice.joins or (
        _create_opportunity(ledger, lead, account, contact, choice.opens, today) if choice.opens else None
    )
    if choice.joins is not None:
        _join_opportunity(ledger, lead, choice.joins, account, contact)
    _attach_rows(ledger, Activity, lead, account, contact, opportunity)
    _attach_rows(ledger, FollowUp, lead, account, contact, opportunity)
    ledger.set_columns(
        lead,
        lifecycle="converted",
        converted_at=ledger.now,
        converted_by_id=by,
        converted_account_id=account.id,
        converted_contact_id=contact.id,
        converted_opportunity_id=opportunity.id if opportunity else None,
    )
    return Conversion(account, contact, opportunity, moved)


def _is_called(account: Account, company: str) -> bool:
    """Tell whether a lead's company is this account's name, or its domain."""
    return make_company_key(company) == account.name_key or read_domain(company) == (account.domain or "")


def name_account(lead: Lead) -> str:
    """Name the account that a lead would get: its company, or the person where there is none."""
    return lead.name if has_no_company(lead.company) else lead.company or ""


def _create_account(ledger: ChangeLedger, lead: Lead) -> Account:
    name = name_account(lead)
    # The domain of a person's address is that of a mail provider, whose other customers are strangers.
    address = None if has_no_company(lead.company) else lead.email
    called = read_domain(lead.company)
    account = Account(
        **_copy_ownership(ledger, lead),
        name=name,
        name_key=make_company_key(name),
        domain=called or extract_domain(lead.website) or extract_domain(address),
        **{field: getattr(lead, field) for field in TO_ACCOUNT} | {"website": lead.website or called},
    )
    ledger.add_record(account)
    return account


def _create_contact(ledger: ChangeLedger, lead: Lead, account: Account) -> Contact:
    contact = Contact(
        **_copy_ownership(ledger, lead),
        name=lead.name,
        account_id=account.id,
        last_touch_at=lead.last_touch_at,
        **{field: getattr(lead, field) for field in TO_CONTACT},
    )
    ledger.add_record(contact)
    return contact


def _create_opportunity(
    ledger: ChangeLedger, lead: Lead, account: Account, contact: Contact, new: NewOpportunity, today: date
) -> Opportunity:
    place = OpportunityPlace(lead.workspace_id, lead.owner_id, account.id, contact.id, lead.source, lead.last_touch_at)
    return open_opportunity(ledger, new, place, today=today)


def _copy_ownership(ledger: ChangeLedger, lead: Lead) -> dict[str, Any]:
    return {
        "workspace_id": lead.workspace_id,
        "owner_id": lead.owner_id,
        "created_at": ledger.now,
        "updated_at": ledger.now,
    }


def _compare_fields(
    lead: Lead, record: Any, kind: str, fields: tuple[str, ...], filled: list[MovedValue], kept: list[MovedValue]
) -> None:
    """Sort a lead's values into those that fill blanks of an existing record and those that stay on the lead."""
    # Street of one address and city of another make an address that does not exist.
    mixed = any(_values_differ(getattr(lead, field), getattr(record, field)) for field in ADDRESS)
    for field in fields:
        value, there = getattr(lead, field), getattr(record, field)
        if _is_blank(value) or (not _is_blank(there) and not _values_differ(value, there)):
            continue
        if not _is_blank(there) or (field in ADDRESS and mixed):
            kept.append(MovedValue(kind, field, value, there))
        else:
            filled.append(MovedValue(kind, field, value))


def _fill_blanks(ledger: ChangeLedger, record: Any, kind: str, moved: ConversionMoves) -> None:
    ledger.set_columns(record, **{each.field: each.value for each in moved.filled if each.kind == kind})


def _values_differ(value: Any, there: Any) -> bool:
    if _is_blank(value) or _is_blank(there):
        return False
    # `https://www.acme.com/` and `acme.com` are one website.
    one, other = (WEB_EXTRAS.sub("", fold_text(str(each).strip())) for each in (value, there))
    return one != other


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _join_opportunity(
    ledger: ChangeLedger, lead: Lead, opportunity: Opportunity, account: Account, contact: Contact
) -> None:
    """Add the contact to an open opportunity: as its primary contact if it has none, else as a further one."""
    blanks: dict[str, Any] = {}
    if opportunity.account_id is None:
        blanks["account_id"] = account.id
    if opportunity.contact_id is None:
        blanks["contact_id"] = contact.id
    if opportunity.source is None and lead.source is not None:
        blanks["source"] = lead.source
    ledger.set_columns(opportunity, **blanks)
    move_last_touch(ledger, opportunity, lead.last_touch_at)
    if opportunity.contact_id == contact.id:
        return
    key = {"opportunity_id": opportunity.id, "contact_id": contact.id}
    if ledger.session.get(OpportunityContact, key) is None:
        ledger.add_record(OpportunityContact(workspace_id=lead.workspace_id, **key))


def _attach_rows(
    ledger: ChangeLedger,
    table: type[Activity] | type[FollowUp],
    lead: Lead,
    account: Account,
    contact: Contact,
    opportunity: Opportunity | None,
) -> None:
    """Attach the lead's activities, or its follow-ups, to the records that the lead became."""
    rows = list(ledger.session.scalars(select(table).where(table.lead_id == lead.id).order_by(table.id)))
    places = {"account_id": account.id, "contact_id": contact.id, "opportunity_id": opportunity and opportunity.id}
    for row in rows:
        blanks = {field: number for field, number in places.items() if number and getattr(row, field) is None}
        ledger.set_columns(row, **blanks)

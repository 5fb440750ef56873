"""Turning a lead into a contact, an account and an opportunity (DOMAIN.md section 2, write)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import Ledger
from storage.names.normalise import company_key, domain_of, folded
from storage.people.visibility import Scope
from storage.records.activities import touch
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
from storage.workspaces.workspace_vocabulary import StageDefinition

ADDRESS = ("street", "city", "state", "postal_code", "country")
TO_ACCOUNT = ("industry", "website", "employees", "annual_revenue", *ADDRESS)
TO_CONTACT = (
    "salutation", "first_name", "last_name", "title", "email", "phone", "mobile", "description", "source", *ADDRESS,
)  # fmt: skip


@dataclass(frozen=True)
class NewOpportunity:
    """An opportunity to be opened. Without an amount it has none; the currency is the workspace's."""

    name: str
    amount: Decimal | None
    currency: str
    close_date: date
    stage: StageDefinition


@dataclass(frozen=True)
class Choice:
    """What a lead becomes. No account or contact: a new one; neither of the opportunities: none."""

    account: Account | None
    contact: Contact | None
    joins: Opportunity | None = None
    opens: NewOpportunity | None = None


@dataclass(frozen=True)
class Moved:
    """A value of the lead and the field of an existing record that it met; `there` is what stands in it."""

    kind: str
    field: str
    value: Any
    there: Any = None


@dataclass(frozen=True)
class Moves:
    """What moves from a lead: blanks it fills, values that stay on it, and how much goes along with it."""

    filled: tuple[Moved, ...]
    kept: tuple[Moved, ...]
    activities: int
    follow_ups: int


@dataclass(frozen=True)
class Conversion:
    """What became of a lead: its records, and what moved."""

    account: Account
    contact: Contact
    opportunity: Opportunity | None
    moves: Moves


def locked(scope: Scope, number: int) -> Lead | None:
    """The visible lead, as it is once nobody else is converting in this workspace; held until the transaction ends.

    Conversions of a workspace wait for one another, so that two leads of one company do not each open it anew.
    """
    scope.session.execute(
        select(Workspace.id).where(Workspace.id == scope.workspace_id).with_for_update(key_share=True)
    )
    query = scope.limit(select(Lead), Lead).where(Lead.id == number).with_for_update()
    return scope.session.scalar(query.execution_options(populate_existing=True))


def moves(session: Session, lead: Lead, choice: Choice) -> Moves:
    """What will move when the lead becomes these records; the lead and the records must have been found in a scope."""
    filled: list[Moved] = []
    kept: list[Moved] = []
    if choice.account is not None:
        _meet(lead, choice.account, "account", TO_ACCOUNT, filled, kept)
        if company_key(lead.company or "") != choice.account.name_key:
            kept.append(Moved("account", "name", lead.company, choice.account.name))
    if choice.contact is not None:
        _meet(lead, choice.contact, "contact", TO_CONTACT, filled, kept)
    activities, follow_ups = (
        session.scalar(select(func.count()).select_from(table).where(table.lead_id == lead.id)) or 0
        for table in (Activity, FollowUp)
    )
    return Moves(tuple(filled), tuple(kept), activities, follow_ups)


def convert(ledger: Ledger, lead: Lead, choice: Choice, *, by: int | None, today: date) -> Conversion:
    """Carry out a conversion; all within the open transaction. `by` is the person, None at the console."""
    moved = moves(ledger.session, lead, choice)
    account = choice.account or _new_account(ledger, lead)
    if choice.account is not None:
        _fill(ledger, account, "account", moved)
        if account.domain is None and account.website:
            ledger.set(account, domain=domain_of(account.website))
    contact = choice.contact or _new_contact(ledger, lead, account)
    if choice.contact is not None:
        _fill(ledger, contact, "contact", moved)
        if contact.account_id is None:
            ledger.set(contact, account_id=account.id)
        touch(ledger, contact, lead.last_touch_at)
    opportunity = choice.joins or (
        _new_opportunity(ledger, lead, account, contact, choice.opens, today) if choice.opens else None
    )
    if choice.joins is not None:
        _join(ledger, lead, choice.joins, account, contact)
    _attach(ledger, Activity, lead, account, contact, opportunity)
    _attach(ledger, FollowUp, lead, account, contact, opportunity)
    ledger.set(
        lead,
        lifecycle="converted",
        converted_at=ledger.now,
        converted_by_id=by,
        converted_account_id=account.id,
        converted_contact_id=contact.id,
        converted_opportunity_id=opportunity.id if opportunity else None,
    )
    return Conversion(account, contact, opportunity, moved)


def _new_account(ledger: Ledger, lead: Lead) -> Account:
    name = lead.company or ""
    account = Account(
        **_own(ledger, lead),
        name=name,
        name_key=company_key(name),
        domain=domain_of(lead.website) or domain_of(lead.email),
        **{field: getattr(lead, field) for field in TO_ACCOUNT},
    )
    ledger.add(account)
    return account


def _new_contact(ledger: Ledger, lead: Lead, account: Account) -> Contact:
    contact = Contact(
        **_own(ledger, lead),
        name=lead.name,
        account_id=account.id,
        last_touch_at=lead.last_touch_at,
        **{field: getattr(lead, field) for field in TO_CONTACT},
    )
    ledger.add(contact)
    return contact


def _new_opportunity(
    ledger: Ledger, lead: Lead, account: Account, contact: Contact, new: NewOpportunity, today: date
) -> Opportunity:
    closes = new.stage.state != "open"
    opportunity = Opportunity(
        **_own(ledger, lead),
        name=new.name,
        account_id=account.id,
        contact_id=contact.id,
        amount=new.amount,
        currency=new.currency,
        stage_id=new.stage.id,
        state=new.stage.state,
        probability=new.stage.probability,
        close_date=min(new.close_date, today) if closes else new.close_date,
        closed_at=ledger.now if closes else None,
        source=lead.source,
        last_touch_at=lead.last_touch_at,
    )
    ledger.add(opportunity)
    return opportunity


def _own(ledger: Ledger, lead: Lead) -> dict[str, Any]:
    return {
        "workspace_id": lead.workspace_id,
        "owner_id": lead.owner_id,
        "created_at": ledger.now,
        "updated_at": ledger.now,
    }


def _meet(lead: Lead, record: Any, kind: str, fields: tuple[str, ...], filled: list[Moved], kept: list[Moved]) -> None:
    """What fills the blanks of an existing record. An address does only where it does not become two mixed ones."""
    mixed = any(_differ(getattr(lead, field), getattr(record, field)) for field in ADDRESS)
    for field in fields:
        value, there = getattr(lead, field), getattr(record, field)
        if _blank(value) or (not _blank(there) and not _differ(value, there)):
            continue
        if not _blank(there) or (field in ADDRESS and mixed):
            kept.append(Moved(kind, field, value, there))
        else:
            filled.append(Moved(kind, field, value))


def _fill(ledger: Ledger, record: Any, kind: str, moved: Moves) -> None:
    ledger.set(record, **{each.field: each.value for each in moved.filled if each.kind == kind})


def _differ(value: Any, there: Any) -> bool:
    if _blank(value) or _blank(there):
        return False
    return folded(str(value).strip()) != folded(str(there).strip())


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _join(ledger: Ledger, lead: Lead, opportunity: Opportunity, account: Account, contact: Contact) -> None:
    """Take part in an open opportunity: as its primary contact where it has none, else besides it."""
    blanks: dict[str, Any] = {}
    if opportunity.account_id is None:
        blanks["account_id"] = account.id
    if opportunity.contact_id is None:
        blanks["contact_id"] = contact.id
    if opportunity.source is None and lead.source is not None:
        blanks["source"] = lead.source
    ledger.set(opportunity, **blanks)
    touch(ledger, opportunity, lead.last_touch_at)
    if opportunity.contact_id == contact.id:
        return
    key = {"opportunity_id": opportunity.id, "contact_id": contact.id}
    if ledger.session.get(OpportunityContact, key) is None:
        ledger.add(OpportunityContact(workspace_id=lead.workspace_id, **key))


def _attach(
    ledger: Ledger,
    table: type[Activity] | type[FollowUp],
    lead: Lead,
    account: Account,
    contact: Contact,
    opportunity: Opportunity | None,
) -> None:
    """Attach what happened with the lead, and what is still to be done, to what it became."""
    rows = list(ledger.session.scalars(select(table).where(table.lead_id == lead.id).order_by(table.id)))
    places = {"account_id": account.id, "contact_id": contact.id, "opportunity_id": opportunity and opportunity.id}
    for row in rows:
        blanks = {field: number for field, number in places.items() if number and getattr(row, field) is None}
        ledger.set(row, **blanks)

"""A converted lead: it is read-only, and what it became is changed instead."""

from __future__ import annotations

from typing import Any

from commands.accounts.update_account import ACCOUNT_FIELDS
from commands.accounts.update_contact import CONTACT_FIELDS
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.record_fields import label_field
from commands.contract.reply import Button
from storage.names.name_index import KIND_OF, format_ref
from storage.tables import Account, Contact, Lead, Opportunity

FIELDS = {"contact": CONTACT_FIELDS, "account": ACCOUNT_FIELDS}


def refuse_converted_lead(context: Context, lead: Lead, *, field: str | None = None, value: str = "") -> None:
    """Raise CommandError for a converted lead (docs/domain.md, "Conversion"), with buttons to change what it became.

    `field` and `value` are what was to be changed of the lead, where it was one field.
    """
    if not lead.is_converted:
        return
    became = [each for each in load_what_became(context, lead) if each is not None]
    named = [f"{KIND_OF[type(each)]} {each.name} (#{_refer(each)})" for each in became]
    instead = f"Change what it became: {', '.join(named)}." if named else "What it became is a colleague's."
    same = [button for each in became if field and (button := _offer_same_change(each, field, value))]
    buttons = same or [Button(f"Change {KIND_OF[type(each)]}", *_call_update(each)) for each in became]
    raise CommandError(
        f"{lead.name} is converted and can no longer be changed. {instead}", field="name", buttons=buttons
    )


def load_what_became(context: Context, lead: Lead) -> tuple[Contact | None, Account | None, Opportunity | None]:
    """Load the contact, account and opportunity that a lead became; None for one that is not there or not visible."""
    return (
        _load_visible(context.get_contact, "contact", lead.converted_contact_id),
        _load_visible(context.get_account, "account", lead.converted_account_id),
        _load_visible(context.get_opportunity, "opportunity", lead.converted_opportunity_id),
    )


def _load_visible(load: Any, kind: str, number: int | None) -> Any:
    # What a lead became may belong to a colleague: then the reply does without it, like one that was never made.
    if number is None:
        return None
    try:
        return load(format_ref(kind, number))
    except NotFound:
        return None


def _offer_same_change(record: Contact | Account | Opportunity, field: str, value: str) -> Button | None:
    """Offer the same change of what the lead became; None where that has no such field."""
    verb, arguments = _call_update(record)
    fields = FIELDS.get(kind := KIND_OF[type(record)])
    found = fields.find(field) if fields else None
    if fields is None or found not in fields.names:
        return None
    return Button(f"Set the {kind}'s {label_field(found)}", verb, {**arguments, "field": found, "value": value})


def _call_update(record: Contact | Account | Opportunity) -> tuple[str, dict[str, str]]:
    """Return the command that changes a record, and the arguments with which its form opens."""
    return f"update_{KIND_OF[type(record)]}", {"name": _refer(record)}


def _refer(record: Contact | Account | Opportunity) -> str:
    return format_ref(KIND_OF[type(record)], record.id)

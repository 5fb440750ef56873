"""Builds the inputs that ask what a lead becomes: account, contact and opportunity, each option with why it fits.

See docs/domain.md, "Conversion".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import MOST_RADIO, Option
from bot.slack.modals.field_types import FormField, form_fields
from bot.slack.modals.form import fingerprint_of
from bot.slack.modals.inputs import ACTION
from bot.slack.modals.submitted_values import BLOCK_MARK
from bot.slack.render.blocks import Json
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import ConversionOffer
from commands.values.phrases import format_day, format_money
from storage.leads.conversion import name_account
from storage.leads.conversion_candidates import Candidate
from storage.names.name_index import KIND_OF, format_ref
from storage.tables import Account, Contact, Opportunity

NEW, NONE = "new", "none"
FORM_FIELDS = {each.name: each for each in form_fields(ConvertLead)}
CHOOSE = "Several fit equally well. Choose one; the rest follows from it."


def account_input(offer: ConversionOffer) -> Json:
    """Build the input that asks which account the lead joins."""
    return _choice_input(
        "account", _account_options(offer), _chosen_value(offer, "account", offer.chosen.choice.account), offer
    )


def contact_input(offer: ConversionOffer) -> Json:
    """Build the input that asks which contact the lead becomes."""
    return _choice_input(
        "contact", _contact_options(offer), _chosen_value(offer, "contact", offer.chosen.choice.contact), offer
    )


def opportunity_input(offer: ConversionOffer) -> Json:
    """Build the input that asks which opportunity the lead joins or opens, if any."""
    choice = offer.chosen.choice
    chosen = _record_ref(choice.joins) if choice.joins is not None else NEW if choice.opens is not None else NONE
    return _choice_input("opportunity", _opportunity_options(offer), chosen, offer)


def _choice_input(name: str, options: Sequence[Option], chosen: str | None, offer: ConversionOffer) -> Json:
    # Slack keeps what was chosen as long as the block id stays. A contact that was chosen for one account must not stay
    # chosen for another, so the account is part of the block id.
    account = offer.chosen.choice.account
    mark = "" if name == "account" else BLOCK_MARK + account_mark(account and _record_ref(account))
    hint = CHOOSE if name in offer.undecided else ""
    element = elements.radio_buttons(ACTION + name, options, chosen)
    return elements.input_block(name + mark, FORM_FIELDS[name].label, element, hint=hint, acts=True)


def account_mark(account: Any) -> str:
    """Return the mark for the block ids of all inputs that depend on the account."""
    return NEW if account is None else str(account)


def _chosen_value(offer: ConversionOffer, name: str, record: Account | Contact | None) -> str | None:
    if name in offer.undecided:
        return None
    return NEW if record is None else _record_ref(record)


def _account_options(offer: ConversionOffer) -> tuple[Option, ...]:
    new = Option(NEW, f"New account {name_account(offer.lead)}")
    found = _existing_options(offer.chosen.accounts, offer.chosen.choice.account, offer.chosen.account_why)
    return (*found, new)


def _contact_options(offer: ConversionOffer) -> tuple[Option, ...]:
    new = Option(NEW, f"New contact {offer.lead.name}")
    account = offer.chosen.choice.account
    found = _existing_options(offer.chosen.contacts, offer.chosen.choice.contact, offer.chosen.contact_why, account)
    return (*found, new)


def _existing_options(
    candidates: Sequence[Candidate[Any]], chosen: Any, why: str, account: Account | None = None
) -> tuple[Option, ...]:
    """Return the candidates as options, with the chosen record among them."""
    rows = [(each.record, each.why) for each in candidates]
    # One place is left for the option of a new record.
    if chosen is not None and all(record is not chosen for record, _ in rows[: MOST_RADIO - 1]):
        rows.insert(0, (chosen, why))
    return tuple(
        Option(_record_ref(record), record.name, f"Existing, {reason}{_other_account_note(record, account)}")
        for record, reason in rows[: MOST_RADIO - 1]
    )


def _other_account_note(record: Any, account: Account | None) -> str:
    other = isinstance(record, Contact) and record.account_id not in (None, account.id if account else None)
    return "; stays with its own account" if other else ""


def _opportunity_options(offer: ConversionOffer) -> tuple[Option, ...]:
    joined, contact = offer.chosen.choice.joins, offer.chosen.choice.contact
    # Two places are left: a new opportunity, and none.
    rows = [each.record for each in offer.chosen.opportunities][: MOST_RADIO - 2]
    rows = rows if joined is None or joined in rows else [joined, *rows][: MOST_RADIO - 2]
    joins = tuple(Option(_record_ref(each), f"Join {each.name}", _opportunity_line(each, contact)) for each in rows)
    field: FormField = FORM_FIELDS["create_opportunity"]
    new = () if offer.gated else (Option(NEW, field.yes_no_labels.yes),)
    return (*joins, *new, Option(NONE, field.yes_no_labels.no))


def _opportunity_line(each: Opportunity, contact: Contact | None) -> str:
    """Describe an opportunity: `$45,000, closes Tue 15 Dec 2026; as a further contact`."""
    amount = format_money(each.amount, each.currency) if each.amount is not None else ""
    closes = f"closes {format_day(each.close_date)}" if each.close_date else ""
    primary = each.contact_id in (None, contact.id if contact else None)
    role = f"as {'its primary' if primary else 'a further'} contact"
    return "; ".join(filter(None, (", ".join(filter(None, (amount, closes))), role)))


def offer_fingerprint(offer: ConversionOffer) -> str:
    """Return the fingerprint of what the form shows: options, choices, qualification and what moves."""
    choice = offer.chosen.choice
    return fingerprint_of(
        [
            [each.value for each in (*_account_options(offer), *_contact_options(offer), *_opportunity_options(offer))],
            [each and each.id for each in (choice.account, choice.contact, choice.joins)],
            [choice.opens is None, sorted(offer.undecided), [each.summary for each in offer.criteria]],
            [offer.verdict, offer.moved],
        ]
    )


def _record_ref(record: Account | Contact | Opportunity) -> str:
    return format_ref(KIND_OF[type(record)], record.id)

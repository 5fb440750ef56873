"""What a lead may become, to choose from, each with why it fits (docs/domain.md, "Conversion")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import MOST_RADIO, Option
from bot.slack.modals.field_types import FormField, form_fields
from bot.slack.modals.form import fingerprint_of
from bot.slack.modals.inputs import ACTION
from bot.slack.modals.submitted_values import AGAIN
from bot.slack.render.blocks import Json
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import ConversionOffer
from commands.values.phrases import format_day, format_money
from storage.leads.conversion_candidates import Candidate
from storage.names.name_index import KIND_OF, format_ref
from storage.tables import Account, Contact, Opportunity

NEW, NONE = "new", "none"
SHAPES = {each.name: each for each in form_fields(ConvertLead)}
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
    # What was chosen for one account must not stay chosen for another: Slack keeps it where the block_id stays.
    account = offer.chosen.choice.account
    mark = "" if name == "account" else AGAIN + account_mark(account and _record_ref(account))
    hint = CHOOSE if name in offer.undecided else ""
    element = elements.radio_buttons(ACTION + name, options, chosen)
    return elements.input_block(name + mark, SHAPES[name].label, element, hint=hint, acts=True)


def account_mark(account: Any) -> str:
    """Return the mark in the block ids of all that belongs to one account."""
    return NEW if account is None else str(account)


def _chosen_value(offer: ConversionOffer, name: str, record: Account | Contact | None) -> str | None:
    if name in offer.undecided:
        return None
    return NEW if record is None else _record_ref(record)


def _account_options(offer: ConversionOffer) -> tuple[Option, ...]:
    new = Option(NEW, f"New account {offer.lead.company or ''}")
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
    """Return the candidates, and what was chosen besides them, each with why it fits.

    They are as many as leave room for a new one.
    """
    rows = [(each.record, each.why) for each in candidates]
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
    rows = [each.record for each in offer.chosen.opportunities][: MOST_RADIO - 2]
    rows = rows if joined is None or joined in rows else [joined, *rows][: MOST_RADIO - 2]
    joins = tuple(Option(_record_ref(each), f"Join {each.name}", _opportunity_line(each, contact)) for each in rows)
    shape: FormField = SHAPES["create_opportunity"]
    new = () if offer.gated else (Option(NEW, shape.yes_no_labels.yes),)
    return (*joins, *new, Option(NONE, shape.yes_no_labels.no))


def _opportunity_line(each: Opportunity, contact: Contact | None) -> str:
    """`$45,000, closes Tue 15 Dec 2026; as a further contact`."""
    amount = format_money(each.amount, each.currency) if each.amount is not None else ""
    closes = f"closes {format_day(each.close_date)}" if each.close_date else ""
    primary = each.contact_id in (None, contact.id if contact else None)
    role = f"as {'its primary' if primary else 'a further'} contact"
    return "; ".join(filter(None, (", ".join(filter(None, (amount, closes))), role)))


def offer_fingerprint(offer: ConversionOffer) -> str:
    """Fingerprint what the form says: what can be chosen and is, how qualified the lead is, what moves."""
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

"""What a lead may become, to choose from, each with why it fits (DOMAIN.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import MOST_RADIO, Option
from bot.slack.modals.field_types import Shape, shapes
from bot.slack.modals.form import fingerprint
from bot.slack.modals.inputs import ACTION
from bot.slack.modals.submitted_values import AGAIN
from bot.slack.render.blocks import Json
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import Offer
from commands.values.phrases import day_words, money
from storage.leads.conversion_candidates import Candidate
from storage.names.name_index import KIND_OF, ref
from storage.tables import Account, Contact, Opportunity

NEW, NONE = "new", "none"
SHAPES = {each.name: each for each in shapes(ConvertLead)}
CHOOSE = "Several fit equally well. Choose one; the rest follows from it."


def account_input(offer: Offer) -> Json:
    return _asked("account", _accounts(offer), _chosen(offer, "account", offer.chosen.choice.account), offer)


def contact_input(offer: Offer) -> Json:
    return _asked("contact", _contacts(offer), _chosen(offer, "contact", offer.chosen.choice.contact), offer)


def opportunity_input(offer: Offer) -> Json:
    choice = offer.chosen.choice
    chosen = _ref(choice.joins) if choice.joins is not None else NEW if choice.opens is not None else NONE
    return _asked("opportunity", _opportunities(offer), chosen, offer)


def _asked(name: str, options: Sequence[Option], chosen: str | None, offer: Offer) -> Json:
    # What was chosen for one account must not stay chosen for another: Slack keeps it where the block_id stays.
    account = offer.chosen.choice.account
    mark = "" if name == "account" else AGAIN + mark_of(account and _ref(account))
    hint = CHOOSE if name in offer.undecided else ""
    element = elements.radio(ACTION + name, options, chosen)
    return elements.entry(name + mark, SHAPES[name].label, element, hint=hint, acts=True)


def mark_of(account: Any) -> str:
    """What stands in the block ids of all that belongs to one account."""
    return NEW if account is None else str(account)


def _chosen(offer: Offer, name: str, record: Account | Contact | None) -> str | None:
    if name in offer.undecided:
        return None
    return NEW if record is None else _ref(record)


def _accounts(offer: Offer) -> tuple[Option, ...]:
    new = Option(NEW, f"New account {offer.lead.company or ''}")
    found = _existing(offer.chosen.accounts, offer.chosen.choice.account, offer.chosen.account_why)
    return (*found, new)


def _contacts(offer: Offer) -> tuple[Option, ...]:
    new = Option(NEW, f"New contact {offer.lead.name}")
    account = offer.chosen.choice.account
    found = _existing(offer.chosen.contacts, offer.chosen.choice.contact, offer.chosen.contact_why, account)
    return (*found, new)


def _existing(
    candidates: Sequence[Candidate[Any]], chosen: Any, why: str, account: Account | None = None
) -> tuple[Option, ...]:
    """The candidates, and what was chosen besides them, each with why it fits; as many as leave room for a new one."""
    rows = [(each.record, each.why) for each in candidates]
    if chosen is not None and all(record is not chosen for record, _ in rows[: MOST_RADIO - 1]):
        rows.insert(0, (chosen, why))
    return tuple(
        Option(_ref(record), record.name, f"Existing, {reason}{_elsewhere(record, account)}")
        for record, reason in rows[: MOST_RADIO - 1]
    )


def _elsewhere(record: Any, account: Account | None) -> str:
    other = isinstance(record, Contact) and record.account_id not in (None, account.id if account else None)
    return "; stays with its own account" if other else ""


def _opportunities(offer: Offer) -> tuple[Option, ...]:
    joined, contact = offer.chosen.choice.joins, offer.chosen.choice.contact
    rows = [each.record for each in offer.chosen.opportunities][: MOST_RADIO - 2]
    rows = rows if joined is None or joined in rows else [joined, *rows][: MOST_RADIO - 2]
    joins = tuple(Option(_ref(each), f"Join {each.name}", _deal(each, contact)) for each in rows)
    shape: Shape = SHAPES["create_opportunity"]
    new = () if offer.gated else (Option(NEW, shape.yes_no.yes),)
    return (*joins, *new, Option(NONE, shape.yes_no.no))


def _deal(each: Opportunity, contact: Contact | None) -> str:
    """`$45,000, closes Tue 15 Dec 2026; as a further contact`."""
    amount = money(each.amount, each.currency) if each.amount is not None else ""
    closes = f"closes {day_words(each.close_date)}" if each.close_date else ""
    primary = each.contact_id in (None, contact.id if contact else None)
    role = f"as {'its primary' if primary else 'a further'} contact"
    return "; ".join(filter(None, (", ".join(filter(None, (amount, closes))), role)))


def shown(offer: Offer) -> str:
    """A fingerprint of what the form says: what can be chosen and is, how qualified the lead is, what moves."""
    choice = offer.chosen.choice
    return fingerprint(
        [
            [each.value for each in (*_accounts(offer), *_contacts(offer), *_opportunities(offer))],
            [each and each.id for each in (choice.account, choice.contact, choice.joins)],
            [choice.opens is None, sorted(offer.undecided), [each.line for each in offer.criteria]],
            [offer.verdict, offer.moved],
        ]
    )


def _ref(record: Account | Contact | Opportunity) -> str:
    return ref(KIND_OF[type(record)], record.id)

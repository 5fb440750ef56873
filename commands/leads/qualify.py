"""Records what qualifies a lead, and says what is still missing."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo

from commands.contract.arguments import FreeWords, LeadName, Words, find_moment
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.record_fields import clean_text
from commands.contract.reply import Button, Reply
from commands.leads.converted_lead import refuse_converted_lead
from commands.leads.criteria import (
    ASKS,
    CRITERIA,
    UNKNOWN_WORDS,
    Criterion,
    are_all_strong,
    assess_criteria,
    describe_gaps,
    describe_guideline,
)
from commands.leads.lead_fields import LEAD_FIELDS
from commands.values.amounts import read_amount
from commands.values.currencies import read_currency, split_currency
from storage.leads import leads
from storage.names.name_index import format_ref
from storage.people.visibility import CONSOLE
from storage.records import activities
from storage.records.activities import NOTE, LoggedActivity
from storage.tables import Lead
from storage.tables.column_types import MOST_MONEY, to_cents

# A budget may be words (“not decided”), so what is no amount is kept as it is; but not what only looks like one: `-5`.
NUMBER = re.compile(r"^\s*+[-+−]?\s*+[$€£]?\s*+[.,]*+\d[\d.,]*+(e[-+]?\d+)?\s*$", re.I)


def _read_budget(value: Any, info: ValidationInfo) -> Any:
    """Read a budget; one in another currency than the workspace's becomes words, such as `40000 EUR`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return value
    number, said = split_currency(str(value))
    amount = read_amount(number) if isinstance(value, str) else Decimal(number)
    if amount is None and not NUMBER.match(number):
        return value
    if amount is None or not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
        raise CommandError(f"“{value}” is not a budget. Write it like 45000, 45k, or in words.")
    if not said:
        return to_cents(amount)
    moment = find_moment(info)
    if moment is None:
        return value
    own = moment.vocabulary.currency
    currency = read_currency(said, own)
    if currency == own:
        return to_cents(amount)
    return f"{to_cents(amount).normalize():f} {currency}"


def _serialize_budget(value: Decimal | str) -> float | str:
    return float(value) if isinstance(value, Decimal) else value


Budget = Annotated[Decimal | Words, BeforeValidator(_read_budget), PlainSerializer(_serialize_budget, when_used="json")]


class QualifyLead(
    Command,
    group="convert",
    writes=True,
    about_one=True,
    quotes_records=True,
    words="name",
    offer="Note the criteria of {name}",
    undone_as="the qualification of {name}",
    examples=("Jane Doe has a budget of 40k",),
):
    """Record product interest, budget and timeframe of a lead, and see what is missing."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    product_interest: Annotated[
        Words | None, FreeWords(), Field(description="What they want to buy, in their words")
    ] = None
    budget: Annotated[
        Budget | None, Field(description="What they can spend: an amount (with its currency: 40k EUR), or words")
    ] = None
    timeframe: Annotated[Words | None, FreeWords(), Field(description="When they want it, in their words")] = None
    note: Annotated[
        Words | None, FreeWords(lines=True), Field(description="Evidence or anything else, kept as a note")
    ] = None

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(context, lead)
        note = clean_text(self.note)
        self._record_criteria(context, lead, note)
        if note:
            owner = None if context.asker.id == CONSOLE else context.asker.id
            activities.log_activity(context.ledger, lead, LoggedActivity(NOTE, note, context.now, owner))
        found = assess_criteria(context, lead)
        return Reply(
            _compose_verdict(lead, found),
            question=f"Record this for {lead.name}?",
            records=context.build_records([leads.build_line(lead)]),
            notes=(*(each.summary for each in found), *_ask_next_gap(context, found)),
            buttons=_offer_next_steps(context, lead, found),
        )

    def _record_criteria(self, context: Context, lead: Lead, note: str | None) -> None:
        values: dict[str, Any] = {}
        evidence = dict(lead.evidence or {})
        for name in CRITERIA:
            said = getattr(self, name)
            if said is None:
                continue
            text = f"{said.normalize():f}" if isinstance(said, Decimal) else said.strip()
            # “Unknown” takes a value back; that too is evidence, with the day on which it was said.
            known = text.lower() not in UNKNOWN_WORDS
            values[name] = read_criterion(context, name, text) if known else None
            evidence[name] = {"on": context.today.isoformat()} | ({"note": note} if note else {})
        if values:
            context.ledger.set_columns(lead, **values, evidence=evidence)


def read_criterion(context: Context, name: str, text: str) -> str | None:
    """Read a criterion's words into what its column holds; None where nothing is left."""
    # Elsewhere “none” empties a field. Here it is an answer: they have no budget.
    return text if text.lower() == "none" else LEAD_FIELDS.read(name, text, context.vocabulary)


def _compose_verdict(lead: Lead, found: tuple[Criterion, ...]) -> str:
    if are_all_strong(found):
        return f"{lead.name} meets all three criteria and is ready to convert."
    return f"{lead.name} is not qualified yet: {describe_gaps(found)}."


def _ask_next_gap(context: Context, found: tuple[Criterion, ...]) -> tuple[str, ...]:
    """Ask about one gap, what is unknown before what is weak."""
    # One at a time: a rep on the phone answers a question, and puts off a questionnaire.
    for level in ("unknown", "weak"):
        for each in found:
            if each.level == level:
                return (f"{ASKS[each.name]} (Strong is {describe_guideline(each.name, context.vocabulary)}.)",)
    return ()


def _offer_next_steps(context: Context, lead: Lead, found: tuple[Criterion, ...]) -> tuple[Button, ...]:
    name = format_ref("lead", lead.id)
    status_class = context.vocabulary.status[lead.status_id].status_class
    qualified = context.vocabulary.list_statuses("qualified")
    buttons = []
    if are_all_strong(found) and qualified and status_class != "qualified":
        status = qualified[0].name
        buttons.append(Button(f"Set {status}", "set_lead_status", {"name": name, "status": status}))
    if (are_all_strong(found) or status_class == "qualified") and status_class != "closed":
        buttons.append(Button("Convert", "convert_lead", {"name": name}))
    return tuple(buttons)

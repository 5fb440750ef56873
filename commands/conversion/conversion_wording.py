"""A conversion in a few lines that fit a phone: what becomes of whom, why, and what it could be instead."""

from __future__ import annotations

from typing import Any

from commands.contract.context import Context
from commands.contract.reply import Button
from commands.conversion.choice import Chosen
from commands.leads.criteria import Criterion, missing
from commands.values.phrases import counted, day_words, money
from storage.leads.conversion import Conversion, Moved, Moves, NewOpportunity
from storage.names.name_index import ref
from storage.tables import Lead, Opportunity

MOST_OFFERED = 3
LONGEST_VALUE = 60


def preview(context: Context, lead: Lead, chosen: Chosen, done: Conversion) -> tuple[str, ...]:
    """What would be created or joined, and why; then what moves. One line each."""
    choices = (_account(chosen, done), _contact(lead, chosen, done), _opportunity(context, chosen, done))
    return (*choices, *move_lines(lead, done.moves))


def move_lines(lead: Lead, moves: Moves) -> tuple[str, ...]:
    """What is filled, what stays on the lead and what goes along."""
    lines = []
    if moves.filled:
        lines.append(f"Fills blanks: {', '.join(_filled(each) for each in moves.filled)}.")
    if moves.kept:
        lines.append(f"Not overwritten, stays on the lead: {'; '.join(_kept(each) for each in moves.kept)}.")
    if lead.custom:
        lines.append(f"No place for custom fields, they stay on the lead: {', '.join(sorted(lead.custom))}.")
    counts = ((moves.activities, "activity"), (moves.follow_ups, "follow-up"))
    attached = [counted(count, noun) for count, noun in counts if count]
    if attached:
        lines.append(f"Goes along: {' and '.join(attached)}.")
    return tuple(lines)


def gate_words(lead: Lead, found: tuple[Criterion, ...]) -> str:
    """Why no opportunity can be opened where a workspace opens them for fully qualified leads only."""
    return (
        f"{lead.name} does not meet the guidelines yet: {missing(found)}. This workspace opens an opportunity only"
        " when product interest, budget and timeframe are strong."
    )


def anyway_words(found: tuple[Criterion, ...]) -> str:
    """What opening an opportunity for a lead that is not qualified means."""
    return f"Not qualified yet: {missing(found)}. “Convert anyway” is kept in the audit log."


def instead(context: Context, lead: Lead, chosen: Chosen) -> tuple[Button, ...]:
    """The other ways to convert this lead, each with everything else as it is chosen now."""
    choice = chosen.choice
    base: dict[str, Any] = {"name": ref("lead", lead.id)}
    account: dict[str, Any] = {"account": ref("account", choice.account.id)} if choice.account else {}
    buttons = [
        Button(f"Join {each.record.name}", "convert_lead", {**base, "opportunity": ref("opportunity", each.record.id)})
        for each in chosen.other_opportunities[:MOST_OFFERED]
    ]
    if choice.joins is not None:
        buttons.append(Button("New opportunity", "convert_lead", {**base, **account, "create_opportunity": True}))
    if choice.joins is not None or choice.opens is not None:
        buttons.append(Button("No opportunity", "convert_lead", {**base, **account, "create_opportunity": False}))
    buttons += [
        Button(f"Account {each.record.name}", "convert_lead", {**base, "account": ref("account", each.record.id)})
        for each in chosen.other_accounts[:MOST_OFFERED]
    ]
    if choice.account is not None:
        buttons.append(Button("New account", "convert_lead", {**base, "account": "new"}))
    buttons += [
        Button(f"Contact {each.record.name}", "convert_lead", {**base, "contact": ref("contact", each.record.id)})
        for each in chosen.other_contacts[:MOST_OFFERED]
    ]
    if choice.contact is not None:
        buttons.append(Button("New contact", "convert_lead", {**base, **account, "contact": "new"}))
    return tuple(buttons)


def _account(chosen: Chosen, done: Conversion) -> str:
    return _line("Account", chosen.choice.account, chosen.account_why, done.account.name, chosen.other_accounts)


def _contact(lead: Lead, chosen: Chosen, done: Conversion) -> str:
    line = _line("Contact", chosen.choice.contact, chosen.contact_why, done.contact.name, chosen.other_contacts)
    if chosen.choice.contact is not None and done.contact.account_id != done.account.id:
        return f"{line} It stays with its own account."
    return line


def _line(what: str, existing: Any, why: str, name: str, others: tuple[Any, ...]) -> str:
    if existing is None:
        because = f", {why}" if why else ", no certain match" if others else ""
        line = f"{what}: new, {name}{because}."
    else:
        line = f"{what}: existing, {name} (#{ref(what.lower(), existing.id)}), {why}."
    if not others:
        return line
    offered = "; ".join(f"{each.record.name} (#{ref(what.lower(), each.record.id)}, {each.why})" for each in others[:3])
    return f"{line} Could also be: {offered}."


def _opportunity(context: Context, chosen: Chosen, done: Conversion) -> str:
    choice, opportunity = chosen.choice, done.opportunity
    if opportunity is None:
        line = "Opportunity: none."
    elif choice.joins is not None:
        role = "primary contact" if opportunity.contact_id == done.contact.id else "a further contact"
        line = f"Opportunity: joins {_shown(opportunity)} as {role}, {chosen.opportunity_why}. Nothing is opened anew."
    else:
        amount = "" if opportunity.amount is not None else ", no amount yet"
        stage = context.vocabulary.stage[opportunity.stage_id].name
        line = f"Opportunity: new, {_shown(opportunity, choice.opens)}{amount}, {stage}."
    others = chosen.other_opportunities[:MOST_OFFERED]
    if not others:
        return line
    return f"{line} Open there, to join: {'; '.join(_shown(each.record) for each in others)}."


def _shown(opportunity: Opportunity, opens: NewOpportunity | None = None) -> str:
    parts = [f"#{ref('opportunity', opportunity.id)}"] if opens is None else []
    if opportunity.amount is not None:
        parts.append(money(opportunity.amount, opportunity.currency))
    if opportunity.close_date is not None:
        parts.append(f"closes {day_words(opportunity.close_date)}")
    return f"{opportunity.name} ({', '.join(parts)})"


def _filled(moved: Moved) -> str:
    return f"{moved.kind} {_field(moved)} “{_short(moved.value)}”"


def _kept(moved: Moved) -> str:
    there = f" (there: “{_short(moved.there)}”)" if moved.there is not None else ""
    return f"{moved.kind} {_field(moved)} “{_short(moved.value)}”{there}"


def _field(moved: Moved) -> str:
    return moved.field.replace("_", " ")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"

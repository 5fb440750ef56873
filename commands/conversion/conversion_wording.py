"""Words a conversion in a few lines that fit a phone: what is created or joined, why, and what else is possible."""

from __future__ import annotations

from typing import Any

from commands.contract.context import Context
from commands.contract.reply import Button
from commands.conversion.choice import ConversionPlan
from commands.leads.criteria import BudgetAmount, Criterion, describe_gaps, read_plain_budget
from commands.values.phrases import cut_to_line, end_sentence, format_count, format_day, format_money
from storage.leads.conversion import Conversion, ConversionMoves, MovedValue
from storage.names.name_index import format_ref
from storage.tables import Lead, Opportunity

MOST_OFFERED = 3
LONGEST_VALUE = 60


def preview_conversion(context: Context, lead: Lead, chosen: ConversionPlan, done: Conversion) -> tuple[str, ...]:
    """Describe what would be created or joined and why, then what moves; one line each."""
    choices = (
        _describe_account(chosen, done),
        _describe_contact(lead, chosen, done),
        _describe_opportunity(context, chosen, done),
    )
    return (*choices, *describe_moves(lead, done.moves))


def describe_moves(lead: Lead, moves: ConversionMoves) -> tuple[str, ...]:
    """Describe what is filled, what stays on the lead and what goes along, a line each."""
    lines = []
    if moves.filled:
        lines.append(f"Fills blanks: {', '.join(_format_filled_field(each) for each in moves.filled)}.")
    if moves.kept:
        lines.append(
            f"Not overwritten, stays on the lead: {'; '.join(_format_kept_field(each) for each in moves.kept)}."
        )
    if lead.custom:
        lines.append(f"No place for custom fields, they stay on the lead: {', '.join(sorted(lead.custom))}.")
    counts = ((moves.activities, "activity"), (moves.follow_ups, "follow-up"))
    attached = [format_count(count, noun) for count, noun in counts if count]
    if attached:
        lines.append(f"Goes along: {' and '.join(attached)}.")
    return tuple(lines)


def explain_closed_gate(lead: Lead, found: tuple[Criterion, ...]) -> str:
    """Explain why no opportunity can be opened where a workspace opens them for fully qualified leads only."""
    return (
        f"{lead.name} does not meet the guidelines yet: {describe_gaps(found)}. This workspace opens an"
        " opportunity only when product interest, budget and timeframe are strong."
    )


def warn_of_unqualified(found: tuple[Criterion, ...]) -> str:
    """Warn what opening an opportunity for a lead that is not qualified means."""
    return f"Not qualified yet: {describe_gaps(found)}. “Convert anyway” is kept in the audit log."


def offer_alternatives(context: Context, lead: Lead, chosen: ConversionPlan) -> tuple[Button, ...]:
    """Offer the other ways to convert this lead, each with everything else as it is chosen now."""
    # Without the account where the button brings another one: an opportunity or a contact decides it anew.
    choice = chosen.choice
    base: dict[str, Any] = {"name": format_ref("lead", lead.id)}
    account: dict[str, Any] = {"account": format_ref("account", choice.account.id)} if choice.account else {}
    buttons = []
    budget = read_plain_budget(lead.budget, context.vocabulary)
    if choice.opens is not None and choice.opens.amount is None and budget and budget.amount:
        amount = {"create_opportunity": True, **_price(context, budget)}
        buttons.append(Button(_label_budget(budget), "convert_lead", {**base, **account, **amount}))
    buttons += [
        Button(
            f"Join {each.record.name}",
            "convert_lead",
            {**base, "opportunity": format_ref("opportunity", each.record.id)},
        )
        for each in chosen.other_opportunities[:MOST_OFFERED]
    ]
    if choice.joins is not None:
        buttons.append(Button("New opportunity", "convert_lead", {**base, **account, "create_opportunity": True}))
    if choice.joins is not None or choice.opens is not None:
        buttons.append(Button("No opportunity", "convert_lead", {**base, **account, "create_opportunity": False}))
    buttons += [
        Button(
            f"Account {each.record.name}", "convert_lead", {**base, "account": format_ref("account", each.record.id)}
        )
        for each in chosen.other_accounts[:MOST_OFFERED]
    ]
    if choice.account is not None:
        buttons.append(Button("New account", "convert_lead", {**base, "account": "new"}))
    buttons += [
        Button(
            f"Contact {each.record.name}", "convert_lead", {**base, "contact": format_ref("contact", each.record.id)}
        )
        for each in chosen.other_contacts[:MOST_OFFERED]
    ]
    if choice.contact is not None:
        buttons.append(Button("New contact", "convert_lead", {**base, **account, "contact": "new"}))
    return tuple(buttons)


def offer_amount(context: Context, lead: Lead, chosen: ConversionPlan, done: Conversion) -> tuple[Button, ...]:
    """Offer the lead's budget as the amount of a new opportunity that has none."""
    budget = read_plain_budget(lead.budget, context.vocabulary)
    opened = done.opportunity if chosen.choice.opens is not None else None
    if opened is None or opened.amount is not None or budget is None or not budget.amount:
        return ()
    arguments = {"name": format_ref("opportunity", opened.id), **_price(context, budget)}
    return (Button(_label_budget(budget), "update_opportunity", arguments),)


def _price(context: Context, budget: BudgetAmount) -> dict[str, Any]:
    """Write a budget as the arguments of an amount, the currency only where it is not the workspace's."""
    other = {"currency": budget.currency} if budget.currency != context.vocabulary.currency else {}
    return {"amount": float(budget.amount), **other}


def _label_budget(budget: BudgetAmount) -> str:
    return f"Amount {format_money(budget.amount, budget.currency)}, as the budget"


def _describe_account(chosen: ConversionPlan, done: Conversion) -> str:
    return _describe_target(
        "Account", chosen.choice.account, chosen.account_why, done.account.name, chosen.other_accounts
    )


def _describe_contact(lead: Lead, chosen: ConversionPlan, done: Conversion) -> str:
    line = _describe_target(
        "Contact", chosen.choice.contact, chosen.contact_why, done.contact.name, chosen.other_contacts
    )
    if chosen.choice.contact is not None and done.contact.account_id != done.account.id:
        return f"{line} It stays with its own account."
    return line


def _describe_target(what: str, existing: Any, why: str, name: str, others: tuple[Any, ...]) -> str:
    if existing is None:
        because = f", {why}" if why else ", no certain match" if others else ""
        line = end_sentence(f"{what}: new, {name}{because}")
    else:
        line = f"{what}: existing, {name} (#{format_ref(what.lower(), existing.id)}), {why}."
    if not others:
        return line
    offered = "; ".join(
        f"{each.record.name} (#{format_ref(what.lower(), each.record.id)}, {each.why})" for each in others[:3]
    )
    return f"{line} Could also be: {offered}."


def _describe_opportunity(context: Context, chosen: ConversionPlan, done: Conversion) -> str:
    choice, opportunity = chosen.choice, done.opportunity
    said = "" if opportunity is None else format_opportunity(context, opportunity, shows_id=choice.opens is None)
    if opportunity is None:
        line = "Opportunity: none."
    elif choice.joins is not None:
        role = "primary contact" if opportunity.contact_id == done.contact.id else "a further contact"
        line = f"Opportunity: joins {said} as {role}, {chosen.opportunity_why}."
        line += " Nothing is opened anew."
    else:
        line = f"Opportunity: new, {said}."
    others = chosen.other_opportunities[:MOST_OFFERED]
    if not others:
        return line
    offered = "; ".join(format_opportunity(context, each.record, shows_id=True) for each in others)
    return f"{line} Open there, to join: {offered}."


def format_opportunity(context: Context, opportunity: Opportunity, *, shows_id: bool = False) -> str:
    """Format an opportunity with amount, stage and close date: `Globex - Fleet ($40,000, Proposal, closes 31 Dec)`."""
    parts = [f"#{format_ref('opportunity', opportunity.id)}"] if shows_id else []
    parts.append(
        "no amount yet" if opportunity.amount is None else format_money(opportunity.amount, opportunity.currency)
    )
    parts.append(context.vocabulary.stage[opportunity.stage_id].name)
    if opportunity.close_date is not None:
        parts.append(f"closes {format_day(opportunity.close_date)}")
    return f"{opportunity.name} ({', '.join(parts)})"


def _format_filled_field(moved: MovedValue) -> str:
    return f"{moved.kind} {_format_moved_field(moved)} “{cut_to_line(str(moved.value), LONGEST_VALUE)}”"


def _format_kept_field(moved: MovedValue) -> str:
    there = f" (there: “{cut_to_line(str(moved.there), LONGEST_VALUE)}”)" if moved.there is not None else ""
    return f"{moved.kind} {_format_moved_field(moved)} “{cut_to_line(str(moved.value), LONGEST_VALUE)}”{there}"


def _format_moved_field(moved: MovedValue) -> str:
    return moved.field.replace("_", " ")

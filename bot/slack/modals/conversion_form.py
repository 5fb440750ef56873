"""Builds and reads the form that converts a lead (docs/domain.md, "Conversion")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.conversion_choices import (
    FORM_FIELDS,
    NEW,
    account_input,
    account_mark,
    contact_input,
    offer_fingerprint,
    opportunity_input,
)
from bot.slack.modals.form import fingerprint_of, form_title, readable_arguments, submit_label
from bot.slack.modals.inputs import argument_blocks
from bot.slack.modals.submitted_values import BLOCK_MARK, find_input_block, initial_state, input_value
from bot.slack.payloads.private_metadata import FORM, FormOrigin, PrivateMetadata
from bot.slack.render.blocks import Json, divider
from commands.contract.context import Context
from commands.contract.errors import Ambiguous, CommandError
from commands.contract.reply import Reply
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import ConversionOffer
from commands.dispatching.prepare import prepare_command
from commands.leads.criteria import BudgetAmount, Criterion, describe_guideline, read_plain_budget
from storage.audit.changed_lines import build_record_lines
from storage.names.name_index import format_ref

# The arguments that describe a new opportunity.
NEW_OPPORTUNITY_FIELDS = ("opportunity_name", "amount", "close_date", "stage")
NOTHING_STAYS = "All that is known of the lead moves; nothing stays behind."


def build_page(context: Context, arguments: Mapping[str, Any], place: FormOrigin | None, *, notice: str = "") -> Json:
    """Build the form with the choices in `arguments`; others are made from what is in the database.

    CommandError, with what to do, where the lead cannot be converted.
    """
    offer = find_offer(context, arguments)
    lead = context.build_records(build_record_lines(context.scope, [offer.lead]))[0]
    blocks = [elements.plain_section(notice)] if notice else []
    blocks += [
        elements.record_block(lead, context.today),
        *_qualification_blocks(context, offer),
        account_input(offer),
    ]
    # Contacts and opportunities depend on the account, so they are asked for once it is chosen.
    if "account" not in offer.undecided:
        blocks += [contact_input(offer), opportunity_input(offer)]
    if offer.chosen.choice.opens is not None:
        blocks += _new_opportunity_blocks(context, offer)
    blocks += [divider(), *_moved_blocks(offer)]
    kept = PrivateMetadata(place, {"name": format_ref("lead", offer.lead.id)}, shown=offer_fingerprint(offer))
    verb = ConvertLead.verb()
    submit = submit_label(verb) + (" anyway" if offer.opens_unqualified else "")
    return elements.modal_view(form_title(verb), FORM + verb, kept.to_json(), blocks, submit)


def find_offer(context: Context, arguments: Mapping[str, Any]) -> ConversionOffer:
    """Find out what a conversion with these arguments would do. CommandError, with the reason, where it is refused."""
    try:
        command = prepare_command(ConvertLead, arguments, context)[0]
    except Ambiguous as several:
        raise CommandError(f"{several}. Say which one.", field=several.field) from None
    assert isinstance(command, ConvertLead)
    found = command.offer_conversion(context)
    if isinstance(found, Reply):
        raise CommandError(found.head)
    return found


def read_choices(kept: PrivateMetadata, view: Mapping[str, Any]) -> dict[str, Any]:
    """Read the arguments that are filled in, unchecked."""
    state = view.get("state")
    found: dict[str, Any] = dict(kept.fixed)
    account = input_value(state, "account")
    if isinstance(account, str):
        found["account"] = account
    # Where the account has just been changed, the contact and the opportunity still belong to the one before.
    if (find_input_block(view, "contact") or "").split(BLOCK_MARK)[1:2] != [account_mark(account)]:
        return found
    if isinstance(contact := input_value(state, "contact"), str):
        found["contact"] = contact
    match input_value(state, "opportunity"):
        case "new":
            found["create_opportunity"] = True
        case "none":
            found["create_opportunity"] = False
        case str() as joined:
            found["opportunity"] = joined
    if found.get("create_opportunity"):
        given = {name: input_value(state, name) for name in NEW_OPPORTUNITY_FIELDS}
        found |= {name: value for name, value in given.items() if value is not None}
    return found


def redraw_page(context: Context, kept: PrivateMetadata, view: Mapping[str, Any], chosen: str) -> Json | None:
    """Build the form again after account, contact or opportunity was chosen; None after any other choice."""
    if chosen not in ("account", "contact", "opportunity"):
        return None
    found = read_choices(kept, view)
    # A name that nobody typed was suggested for the choices before; the form suggests another one.
    if found.get("opportunity_name") == input_value(initial_state(view), "opportunity_name"):
        found.pop("opportunity_name", None)
    return build_page(context, readable_arguments(ConvertLead, context, found), kept.place)


def drop_new_choices(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Drop “new” for account and contact where a new one would be made without saying so."""
    # Then a record that a colleague creates at this very moment is found, instead of a second one being made.
    for name in ("account", "contact"):
        if arguments.get(name) == NEW:
            fewer = {field: value for field, value in arguments.items() if field != name}
            offer = find_offer(context, fewer)
            record = offer.chosen.choice.account if name == "account" else offer.chosen.choice.contact
            if record is None and name not in offer.undecided:
                arguments = fewer
    return arguments


def shorten_reply(reply: Reply, offer: ConversionOffer) -> Reply:
    """Drop the notes of a conversion's reply that the form has shown already."""
    return replace(reply, notes=reply.notes[: 1 if offer.opens_unqualified else 0])


def _qualification_blocks(context: Context, offer: ConversionOffer) -> Iterator[Json]:
    lines = [_evidence_line(context, each) for each in offer.criteria]
    yield elements.titled_lines("Qualification", [*lines, offer.verdict] if offer.verdict else lines)


def _evidence_line(context: Context, each: Criterion) -> str:
    """Say what is known of a criterion; where nothing is, what would make it strong."""
    enough = f" (strong is {describe_guideline(each.name, context.vocabulary)})" if each.value is None else ""
    return each.summary + enough


def _new_opportunity_blocks(context: Context, offer: ConversionOffer) -> Iterator[Json]:
    opens = offer.chosen.choice.opens
    assert opens is not None
    own = context.vocabulary.currency
    # Until another amount is said, the budget is what the deal may be worth.
    budget = read_plain_budget(offer.lead.budget, context.vocabulary)
    said = BudgetAmount(opens.amount, opens.currency) if opens.amount is not None else budget
    amount = f"{said.amount.normalize():f}" if said is not None else None
    # The form has one input for both: what was said in another currency is begun with it.
    if said is not None and said.currency != own:
        amount = f"{amount} {said.currency}"
    first = dict(
        zip(NEW_OPPORTUNITY_FIELDS, (opens.name, amount, opens.close_date.isoformat(), opens.stage.name), strict=True)
    )
    for name in NEW_OPPORTUNITY_FIELDS:
        for block in argument_blocks(FORM_FIELDS[name], context, first[name]):
            if name == "amount":
                block["label"] = elements.bounded_text_object(
                    f"{FORM_FIELDS[name].label} ({own})", elements.LONGEST_TITLE
                )
            # The block id changes with the suggested name, so that Slack shows the new one. A name that was typed is
            # the suggestion from then on, and stays.
            mark = BLOCK_MARK + fingerprint_of(opens.name) if name == "opportunity_name" else ""
            yield {part: value for part, value in block.items() if part != "hint"} | {"block_id": name + mark}


def _moved_blocks(offer: ConversionOffer) -> Iterator[Json]:
    if "account" in offer.undecided:
        return
    yield elements.titled_lines("What moves", offer.moved or (NOTHING_STAYS,))

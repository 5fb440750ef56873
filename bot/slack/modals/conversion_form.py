"""The form that converts a lead: what it may become and why, what is known, what moves (DOMAIN.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.conversion_choices import (
    NEW,
    SHAPES,
    account_input,
    contact_input,
    mark_of,
    opportunity_input,
    shown,
)
from bot.slack.modals.form import fingerprint, known, title
from bot.slack.modals.inputs import inputs
from bot.slack.modals.submitted_values import AGAIN, begun, block_of, filled
from bot.slack.payloads.private_metadata import FORM, Kept, Place
from bot.slack.render.blocks import Json, divider
from commands.contract.context import Context
from commands.contract.errors import Ambiguous, CommandError
from commands.contract.reply import Reply
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import Offer
from commands.dispatching.prepare import prepare
from commands.leads.criteria import Criterion, guideline
from storage.audit.changed_lines import lines_of
from storage.names.name_index import ref

DESCRIBES = ("opportunity_name", "amount", "close_date", "stage")
"""What is asked of a new opportunity."""
UNTOUCHED = "All that is known of the lead moves; nothing stays behind."


def page(context: Context, arguments: Mapping[str, Any], place: Place | None, *, notice: str = "") -> Json:
    """The form with these choices made, or those that follow from what is there.

    CommandError where the lead cannot be converted, with the way out.
    """
    offer = offered(context, arguments)
    lead = context.records(lines_of(context.scope, [offer.lead]))[0]
    blocks = [elements.section(notice)] if notice else []
    blocks += [
        elements.about(lead, context.today),
        *_qualification(context, offer),
        account_input(offer),
    ]
    if "account" not in offer.undecided:
        blocks += [contact_input(offer), opportunity_input(offer)]
    if offer.chosen.choice.opens is not None:
        blocks += _described(context, offer)
    blocks += [divider(), *_moved(offer)]
    kept = Kept(place, {"name": ref("lead", offer.lead.id)}, shown=shown(offer))
    verb = ConvertLead.verb()
    submit = title(verb).split()[0] + (" anyway" if offer.anyway else "")
    return elements.modal(title(verb), FORM + verb, kept.written(), blocks, submit)


def offered(context: Context, arguments: Mapping[str, Any]) -> Offer:
    """What these arguments would do. CommandError where they do nothing, with the reason."""
    try:
        command = prepare(ConvertLead, arguments, context)[0]
    except Ambiguous as several:
        raise CommandError(f"{several}. Say which one.", field=several.field) from None
    assert isinstance(command, ConvertLead)
    found = command.offered(context)
    if isinstance(found, Reply):
        raise CommandError(found.head)
    return found


def said(kept: Kept, view: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are filled in, as they came, without contact and opportunity of another account."""
    state = view.get("state")
    found: dict[str, Any] = dict(kept.fixed)
    account = filled(state, "account")
    if isinstance(account, str):
        found["account"] = account
    if (block_of(view, "contact") or "").split(AGAIN)[1:2] != [mark_of(account)]:
        return found
    if isinstance(contact := filled(state, "contact"), str):
        found["contact"] = contact
    match filled(state, "opportunity"):
        case "new":
            found["create_opportunity"] = True
        case "none":
            found["create_opportunity"] = False
        case str() as joined:
            found["opportunity"] = joined
    if found.get("create_opportunity"):
        given = {name: filled(state, name) for name in DESCRIBES}
        found |= {name: value for name, value in given.items() if value is not None}
    return found


def redrawn(context: Context, kept: Kept, view: Mapping[str, Any], chosen: str) -> Json | None:
    """The form after a choice: another account has its own contacts and opportunities."""
    if chosen not in ("account", "contact", "opportunity"):
        return None
    found = said(kept, view)
    if found.get("opportunity_name") == filled(begun(view), "opportunity_name"):
        found.pop("opportunity_name", None)
    return page(context, known(ConvertLead, context, found), kept.place)


def settled(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without what is new anyway.

    So that a record which a colleague creates in this very moment is taken, rather than a second one made.
    """
    for name in ("account", "contact"):
        if arguments.get(name) == NEW:
            fewer = {field: value for field, value in arguments.items() if field != name}
            offer = offered(context, fewer)
            record = offer.chosen.choice.account if name == "account" else offer.chosen.choice.contact
            if record is None and name not in offer.undecided:
                arguments = fewer
    return arguments


def told(reply: Reply, offer: Offer) -> Reply:
    """The reply of a conversion without what the form has shown already."""
    return replace(reply, notes=reply.notes[: 1 if offer.anyway else 0])


def _qualification(context: Context, offer: Offer) -> Iterator[Json]:
    lines = [_evidence(context, each) for each in offer.criteria]
    yield elements.titled("Qualification", [*lines, offer.verdict] if offer.verdict else lines)


def _evidence(context: Context, each: Criterion) -> str:
    """What is known of a criterion; where nothing is, what would be enough."""
    enough = f" (strong is {guideline(each.name, context.vocabulary)})" if each.value is None else ""
    return each.line + enough


def _described(context: Context, offer: Offer) -> Iterator[Json]:
    opens = offer.chosen.choice.opens
    assert opens is not None
    amount = f"{opens.amount.normalize():f}" if opens.amount is not None else None
    first = dict(zip(DESCRIBES, (opens.name, amount, opens.close_date.isoformat(), opens.stage.name), strict=True))
    for name in DESCRIBES:
        for block in inputs(SHAPES[name], context, first[name]):
            if name == "amount":
                block["label"] = elements.plain(f"{SHAPES[name].label} ({opens.currency})", elements.LONGEST_TITLE)
            # A suggested name follows the account; one that was typed stays, because it is suggested from then on.
            mark = AGAIN + fingerprint(opens.name) if name == "opportunity_name" else ""
            yield {part: value for part, value in block.items() if part != "hint"} | {"block_id": name + mark}


def _moved(offer: Offer) -> Iterator[Json]:
    if "account" in offer.undecided:
        return
    yield elements.titled("What moves", offer.moved or (UNTOUCHED,))

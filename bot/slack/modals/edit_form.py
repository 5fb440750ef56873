"""The form that changes a field of a lead: which one, and its value as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import shapes, spoken
from bot.slack.modals.form import fingerprint, title
from bot.slack.modals.inputs import ACTION, entry
from bot.slack.modals.options import options
from bot.slack.modals.submitted_values import AGAIN, EMPTY, filled
from bot.slack.payloads.private_metadata import FORM, Kept, Place
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.leads.create_update import CreateLead, UpdateLead
from commands.leads.lead_fields import READERS, field_named, read_field
from commands.leads.set_status import SetLeadStatus, refuse_converted
from storage.audit.changed_lines import lines_of
from storage.names.name_index import ref
from storage.names.normalise import key_of
from storage.tables import Lead

SHAPES = {each.name: each for each in shapes(UpdateLead)}
FIELDS = (*READERS, "status")
OFFERED = {
    name: next(each for each in shapes(kind) if each.name == name)
    for name, kind in (("source", CreateLead), ("status", SetLeadStatus))
}
"""Fields whose values are shown to choose from, as other forms ask for them."""
LONG = frozenset({"street", "description"})


def page(context: Context, arguments: Mapping[str, Any], place: Place | None, *, notice: str = "") -> Json:
    """The form; without a field it asks for that first. CommandError where the lead cannot be changed."""
    lead = context.lead(str(arguments["name"]))
    refuse_converted(lead)
    field = _field(arguments)
    value = arguments.get("value")
    line = context.records(lines_of(context.scope, [lead]))[0]
    choices = [Option(each, spoken(each).capitalize()) for each in FIELDS]
    blocks = [elements.section(notice)] if notice else []
    blocks += [
        elements.about(line, context.today),
        elements.entry("field", SHAPES["field"].label, elements.select(ACTION + "field", choices, field), acts=True),
    ]
    if field is not None:
        begun = _now(context, lead, field) if value is None else _offered(context, field, str(value))
        blocks.append(_value(context, field, begun))
    kept = Kept(place, {"name": ref("lead", lead.id)}, shown=shown(context, lead, field))
    verb = UpdateLead.verb()
    return elements.modal(title(verb), FORM + verb, kept.written(), blocks, title(verb).split()[0])


def redrawn(context: Context, kept: Kept, view: Mapping[str, Any], chosen: str) -> Json | None:
    """The form with the value that another field has now."""
    if chosen != "field":
        return None
    return page(context, kept.fixed | {"field": filled(view.get("state"), "field")}, kept.place)


def said(kept: Kept, context: Context, view: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments that are filled in, and what is wrong with them."""
    state = view.get("state")
    field, value = _field({"field": filled(state, "field")}), filled(state, "value")
    if field is None:
        return dict(kept.fixed), {"field": EMPTY}
    value = value if isinstance(value, str) else ""
    try:
        if field in READERS:
            read_field(field, value, context.vocabulary)
    except CommandError as error:
        return dict(kept.fixed), {"value": str(error)}
    return kept.fixed | {"field": field, "value": value}, {}


def shown(context: Context, lead: Lead, field: str | None) -> str:
    """A fingerprint of what the form says of the lead."""
    return fingerprint([field, _now(context, lead, field) if field else None])


def _field(arguments: Mapping[str, Any]) -> str | None:
    said = arguments.get("field")
    if not isinstance(said, str):
        return None
    return "status" if key_of(said) == "status" else field_named(said)


def _now(context: Context, lead: Lead, field: str) -> str:
    value = context.vocabulary.status[lead.status_id].name if field == "status" else getattr(lead, field)
    return "" if value is None else f"{value:f}" if field == "annual_revenue" else str(value)


def _offered(context: Context, field: str, said: str) -> str:
    """The value to choose that was meant, whatever its case: `contacted` is the status Contacted."""
    offered = [each.value for each in options(OFFERED[field], context)] if field in OFFERED else []
    return next((each for each in offered if key_of(each) == key_of(said)), said)


def _value(context: Context, field: str, begun: str) -> Json:
    shape = SHAPES["value"]
    offered = options(OFFERED[field], context) if field in OFFERED else ()
    if offered:
        element = elements.select(ACTION + "value", offered, begun)
    else:
        element = elements.text(ACTION + "value", begun, longest=shape.longest, lines=field in LONG)
    block = entry(shape, element)
    return block | {"block_id": f"value{AGAIN}{field}", "optional": True}

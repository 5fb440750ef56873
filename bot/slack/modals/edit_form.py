"""Builds and reads the form that changes one field of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import form_fields, readable_name
from bot.slack.modals.form import fingerprint_of, form_title
from bot.slack.modals.inputs import ACTION, argument_block
from bot.slack.modals.options import list_options
from bot.slack.modals.submitted_values import BLOCK_MARK, EMPTY, input_value
from bot.slack.payloads.private_metadata import FORM, FormOrigin, PrivateMetadata
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.leads.create_update import CreateLead, UpdateLead
from commands.leads.lead_fields import READERS, find_field, read_field
from commands.leads.set_status import SetLeadStatus, refuse_converted_lead
from storage.audit.changed_lines import build_record_lines
from storage.names.name_index import format_ref
from storage.names.normalise import normalise_name
from storage.tables import Lead

FORM_FIELDS = {each.name: each for each in form_fields(UpdateLead)}
FIELDS = (*READERS, "status")
# Fields with a fixed choice of values; they are asked for as in the forms that set them.
CHOICE_FIELDS = {
    name: next(each for each in form_fields(kind) if each.name == name)
    for name, kind in (("source", CreateLead), ("status", SetLeadStatus))
}
MULTILINE_FIELDS = frozenset({"street", "description"})


def build_page(context: Context, arguments: Mapping[str, Any], place: FormOrigin | None, *, notice: str = "") -> Json:
    """Build the form. Without a field it asks only for that. CommandError where the lead cannot be changed."""
    lead = context.get_lead(str(arguments["name"]))
    refuse_converted_lead(lead)
    field = _chosen_field(arguments)
    value = arguments.get("value")
    line = context.build_records(build_record_lines(context.scope, [lead]))[0]
    choices = [Option(each, readable_name(each).capitalize()) for each in FIELDS]
    blocks = [elements.plain_section(notice)] if notice else []
    blocks += [
        elements.record_block(line, context.today),
        elements.input_block(
            "field", FORM_FIELDS["field"].label, elements.select_menu(ACTION + "field", choices, field), acts=True
        ),
    ]
    if field is not None:
        begun = _current_value(context, lead, field) if value is None else _match_option(context, field, str(value))
        blocks.append(_value_input(context, field, begun))
    kept = PrivateMetadata(place, {"name": format_ref("lead", lead.id)}, shown=field_fingerprint(context, lead, field))
    verb = UpdateLead.verb()
    return elements.modal_view(form_title(verb), FORM + verb, kept.to_json(), blocks, form_title(verb).split()[0])


def redraw_page(context: Context, kept: PrivateMetadata, view: Mapping[str, Any], chosen: str) -> Json | None:
    """Build the form again after another field was chosen, with the present value of that one."""
    if chosen != "field":
        return None
    return build_page(context, kept.fixed | {"field": input_value(view.get("state"), "field")}, kept.place)


def read_change(
    kept: PrivateMetadata, context: Context, view: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the arguments that are filled in, and by argument what is wrong with them."""
    state = view.get("state")
    field, value = _chosen_field({"field": input_value(state, "field")}), input_value(state, "value")
    if field is None:
        return dict(kept.fixed), {"field": EMPTY}
    value = value if isinstance(value, str) else ""
    try:
        if field in READERS:
            read_field(field, value, context.vocabulary)
    except CommandError as error:
        return dict(kept.fixed), {"value": str(error)}
    return kept.fixed | {"field": field, "value": value}, {}


def field_fingerprint(context: Context, lead: Lead, field: str | None) -> str:
    """Return the fingerprint of the field and the value that the form shows."""
    return fingerprint_of([field, _current_value(context, lead, field) if field else None])


def _chosen_field(arguments: Mapping[str, Any]) -> str | None:
    said = arguments.get("field")
    if not isinstance(said, str):
        return None
    return "status" if normalise_name(said) == "status" else find_field(said)


def _current_value(context: Context, lead: Lead, field: str) -> str:
    value = context.vocabulary.status[lead.status_id].name if field == "status" else getattr(lead, field)
    return "" if value is None else f"{value:f}" if field == "annual_revenue" else str(value)


def _match_option(context: Context, field: str, said: str) -> str:
    """Return the option that `said` means whatever its case, so that `contacted` selects the status Contacted."""
    offered = [each.value for each in list_options(CHOICE_FIELDS[field], context)] if field in CHOICE_FIELDS else []
    return next((each for each in offered if normalise_name(each) == normalise_name(said)), said)


def _value_input(context: Context, field: str, begun: str) -> Json:
    value_field = FORM_FIELDS["value"]
    offered = list_options(CHOICE_FIELDS[field], context) if field in CHOICE_FIELDS else ()
    if offered:
        element = elements.select_menu(ACTION + "value", offered, begun)
    else:
        element = elements.text_input(
            ACTION + "value", begun, longest=value_field.longest, lines=field in MULTILINE_FIELDS
        )
    block = argument_block(value_field, element)
    # Another field has another block id: Slack would keep the value of the one before.
    return block | {"block_id": f"value{BLOCK_MARK}{field}", "optional": True}

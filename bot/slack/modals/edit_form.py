"""Builds and reads the form that changes one field of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import FormField, form_fields, readable_name
from bot.slack.modals.form import fingerprint_of, form_title, submit_label
from bot.slack.modals.inputs import ACTION, argument_block
from bot.slack.modals.options import list_options
from bot.slack.modals.submitted_values import BLOCK_MARK, EMPTY, input_value
from bot.slack.payloads.private_metadata import FORM, FormOrigin, PrivateMetadata
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.update_field import UpdateField
from commands.leads.create_update import CreateLead
from commands.leads.set_status import SetLeadStatus
from storage.audit.changed_lines import build_record_lines
from storage.names.name_index import KIND_OF, format_ref, parse_ref
from storage.names.normalise import normalise_name

# Fields with a fixed choice of values; they are asked for as in the forms that set them.
CHOICE_FIELDS = {
    name: next(each for each in form_fields(kind) if each.name == name)
    for name, kind in (("source", CreateLead), ("status", SetLeadStatus))
}
MULTILINE_FIELDS = frozenset({"street", "description"})


def build_page(
    kind: type[UpdateField],
    context: Context,
    arguments: Mapping[str, Any],
    place: FormOrigin | None,
    *,
    notice: str = "",
) -> Json:
    """Build the form. Without a field it asks only for that. CommandError where the record cannot be changed."""
    record = kind.load_record(context, str(arguments["name"]))
    field = _chosen_field(kind, arguments)
    value = arguments.get("value")
    line = context.build_records(build_record_lines(context.scope, [record]))[0]
    choices = [Option(each, readable_name(each).capitalize()) for each in kind.record_fields.all_names]
    blocks = [elements.plain_section(notice)] if notice else []
    blocks += [
        elements.record_block(line, context.today),
        elements.input_block(
            "field", _form_field(kind, "field").label, elements.select_menu(ACTION + "field", choices, field), acts=True
        ),
    ]
    if field is not None:
        begun = kind.show_value(context, record, field) if value is None else _match_option(context, field, str(value))
        if field == kind.account_field and parse_ref(begun) is not None:
            begun = context.get_account(begun).name
        blocks.append(_value_input(kind, context, field, begun))
    name = format_ref(KIND_OF[kind.record_fields.table], record.id)
    kept = PrivateMetadata(place, {"name": name}, shown=field_fingerprint(kind, context, record, field))
    verb = kind.verb()
    return elements.modal_view(form_title(verb), FORM + verb, kept.to_json(), blocks, submit_label(verb))


def redraw_page(
    kind: type[UpdateField], context: Context, kept: PrivateMetadata, view: Mapping[str, Any], chosen: str
) -> Json | None:
    """Build the form again after another field was chosen, with the present value of that one."""
    if chosen != "field":
        return None
    return build_page(kind, context, kept.fixed | {"field": input_value(view.get("state"), "field")}, kept.place)


def read_change(
    kind: type[UpdateField], kept: PrivateMetadata, context: Context, view: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the arguments that are filled in, and by argument what is wrong with them."""
    state = view.get("state")
    field, value = _chosen_field(kind, {"field": input_value(state, "field")}), input_value(state, "value")
    if field is None:
        return dict(kept.fixed), {"field": EMPTY}
    value = value if isinstance(value, str) else ""
    try:
        if field in kind.record_fields.names:
            kind.record_fields.read(field, value, context.vocabulary)
    except CommandError as error:
        return dict(kept.fixed), {"value": str(error)}
    return kept.fixed | {"field": field, "value": value}, {}


def field_fingerprint(kind: type[UpdateField], context: Context, record: Any, field: str | None) -> str:
    """Return the fingerprint of the field and the value that the form shows."""
    return fingerprint_of([field, kind.show_value(context, record, field) if field else None])


def _chosen_field(kind: type[UpdateField], arguments: Mapping[str, Any]) -> str | None:
    said = arguments.get("field")
    return kind.record_fields.find(said) if isinstance(said, str) else None


def _form_field(kind: type[UpdateField], name: str) -> FormField:
    return next(each for each in form_fields(kind) if each.name == name)


def _match_option(context: Context, field: str, said: str) -> str:
    """Return the option that `said` means whatever its case, so that `contacted` selects the status Contacted."""
    offered = [each.value for each in list_options(CHOICE_FIELDS[field], context)] if field in CHOICE_FIELDS else []
    return next((each for each in offered if normalise_name(each) == normalise_name(said)), said)


def _value_input(kind: type[UpdateField], context: Context, field: str, begun: str) -> Json:
    value_field = _form_field(kind, "value")
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

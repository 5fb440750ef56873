"""Reads what was filled into a form from the state that Slack sends back, which may be forged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.slack.modals.field_types import FieldType, FormField, argument_adapter
from bot.slack.modals.form import Form
from bot.slack.modals.inputs import CLOCK
from bot.slack.modals.options import YES
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.dispatching.misfits import explain_misfit, refuse_long_value

EMPTY = "Please fill this in."
KEPT = "This cannot be emptied. Leave it as it was, or give something else."
# Separates the argument in a block id from a mark that changes when the input is to show another value.
BLOCK_MARK = "~r"
# Where the state of an input holds its value, unless it is one of options.
VALUE_KEYS = ("selected_date", "selected_time", "value")
# By key of an input's element: the key of the state where the same value stands once it is submitted.
STATE_KEYS = {
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_value": "value",
}


def input_value(state: Any, block_id: str) -> Any:
    """Return the value of an input: a text, or a list of texts; None where it is empty or there is no such input."""
    blocks = state.get("values") if isinstance(state, dict) else None
    if not isinstance(blocks, dict):
        return None
    for name, block in blocks.items():
        if _asks_for(str(name), block_id):
            inputs = list(block.values()) if isinstance(block, dict) else []
            return _element_value(inputs[0]) if len(inputs) == 1 else None
    return None


def find_input_block(view: Mapping[str, Any], argument: str) -> str | None:
    """Find the id of the input block that asks for an argument, None where the view has none."""
    for each in input_block_ids(view):
        if _asks_for(each, argument):
            return each
    return None


def initial_state(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state that a view had before anybody changed it, from the initial values of its inputs."""
    values: dict[str, Any] = {}
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        match block:
            case {"block_id": str(name), "element": {"action_id": str(action)} as element}:
                state = {now: element[initial] for initial, now in STATE_KEYS.items() if initial in element}
                values[name] = {action: state}
    return {"values": values}


def _asks_for(block_id: str, argument: str) -> bool:
    """Return whether a block asks for an argument; behind its name there may be a mark: `contact~r5`."""
    return block_id == argument or block_id.startswith(f"{argument}{BLOCK_MARK}")


def input_block_ids(view: Mapping[str, Any]) -> list[str]:
    """Return the ids of a view's input blocks in their order."""
    blocks = view.get("blocks")
    found = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    return [each["block_id"] for each in found if each.get("type") == "input" and isinstance(each.get("block_id"), str)]


def read_arguments(form: Form, context: Context, view: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the arguments from a filled form, and by argument what is wrong with those that are not valid.

    Arguments left as they were shown are left out, unless they are required or were proposed.
    """
    arguments: dict[str, Any] = dict(form.fixed)
    wrong: dict[str, str] = {}
    state, before = view.get("state"), initial_state(view)
    for field in form.asked_fields():
        said, first = _argument_value(field, state), _argument_value(field, before)
        if said is None and field.required:
            wrong[field.name] = EMPTY
        if field.name in wrong or (said is None and (first is None or field.name not in form.present)):
            continue
        # Sending an unchanged value would undo what a colleague changed while the form was open.
        if said == first and not field.required and field.name not in form.given:
            continue
        try:
            said = _empty_value(field) if said is None else said
            check_argument(form.kind, field.name, context, said)
            arguments[field.name] = said
        except CommandError as error:
            wrong[field.name] = str(error)
    return arguments, wrong


def _argument_value(field: FormField, state: Any) -> Any:
    said = input_value(state, field.name)
    if field.type is FieldType.MOMENT:
        clock = input_value(state, field.name + CLOCK)
        return f"{said or 'today'} {clock}" if clock else said
    if field.type is FieldType.YES_NO and said is not None:
        return said == YES
    if field.several:
        return (sorted(said) if isinstance(said, list) else [str(said)]) if said else None
    return ", ".join(said) if isinstance(said, list) else said


def _empty_value(field: FormField) -> str | None:
    """Return the value that empties an argument. CommandError where it cannot be emptied: only a text can."""
    if field.type is not FieldType.TEXT:
        raise CommandError(KEPT)
    return ""


def find_wrong_values(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return by argument what is wrong with those that are not valid by themselves."""
    wrong: dict[str, str] = {}
    for name, said in arguments.items():
        try:
            check_argument(kind, name, context, said)
        except CommandError as error:
            wrong[name] = str(error)
    return wrong


def check_argument(kind: type[Command], name: str, context: Context, said: Any) -> None:
    """Raise CommandError where the value is not valid for the command."""
    refuse_long_value(said)
    try:
        argument_adapter(kind, name).validate_python(said, context=context.moment)
    except ValidationError as error:
        raise CommandError(explain_misfit(kind, name, error)) from None


def _element_value(element: Any) -> Any:
    match element:
        case {"selected_option": {"value": str(value)}}:
            return value or None
        case {"selected_options": list(chosen)}:
            found = [each["value"] for each in chosen if isinstance(each, dict) and isinstance(each.get("value"), str)]
            return found or None
        case dict():
            found = [
                element[name] for name in VALUE_KEYS if isinstance(element.get(name), str) and element[name].strip()
            ]
            return found[0].strip() if found else None
        case _:
            return None

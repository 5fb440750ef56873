"""What was filled into a form, read from the values that Slack sends back. Nothing in them is trusted."""

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
from commands.dispatching.prepare import explain_misfit

EMPTY = "Please fill this in."
KEPT = "This cannot be emptied. Leave it as it was, or give something else."
AGAIN = "~r"
PICKED = ("selected_date", "selected_time", "value")
"""Where the different inputs keep what was filled in, besides what was chosen."""
INITIAL = {
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_value": "value",
}
"""Where the same stands when an input begins with it."""


def input_value(state: Any, block_id: str) -> Any:
    """Return what stands in an input: text, a chosen value, or a list of these; None for nothing or no such input."""
    blocks = state.get("values") if isinstance(state, dict) else None
    if not isinstance(blocks, dict):
        return None
    for name, block in blocks.items():
        if _asks_for(str(name), block_id):
            inputs = list(block.values()) if isinstance(block, dict) else []
            return _element_value(inputs[0]) if len(inputs) == 1 else None
    return None


def find_input_block(view: Mapping[str, Any], argument: str) -> str | None:
    """Find the block of this view where an argument is asked for."""
    for each in input_block_ids(view):
        if _asks_for(each, argument):
            return each
    return None


def initial_state(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of a view as it was before anybody touched it, from what its inputs began with."""
    values: dict[str, Any] = {}
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        match block:
            case {"block_id": str(name), "element": {"action_id": str(action)} as element}:
                state = {now: element[initial] for initial, now in INITIAL.items() if initial in element}
                values[name] = {action: state}
    return {"values": values}


def _asks_for(block_id: str, argument: str) -> bool:
    """Return whether a block asks for an argument. One that is drawn anew has a mark behind: `contact~r5`."""
    return block_id == argument or block_id.startswith(f"{argument}{AGAIN}")


def input_block_ids(view: Mapping[str, Any]) -> list[str]:
    """Return the block_ids of a view's input blocks in their order."""
    blocks = view.get("blocks")
    found = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    return [each["block_id"] for each in found if each.get("type") == "input" and isinstance(each.get("block_id"), str)]


def read_arguments(form: Form, context: Context, view: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the arguments from a filled form, and for each that does not fit what is wrong with it.

    What was left as it was shown is not said again, so that nobody's change is undone by a form that was open
    while it was made. What was proposed, and what has to be said, is said in any case.
    """
    arguments: dict[str, Any] = dict(form.fixed)
    wrong: dict[str, str] = {}
    state, before = view.get("state"), initial_state(view)
    for shape in form.asked_fields():
        said, first = _argument_value(shape, state), _argument_value(shape, before)
        if said is None and shape.required:
            wrong[shape.name] = EMPTY
        if shape.name in wrong or (said is None and (first is None or shape.name not in form.present)):
            continue
        if said == first and not shape.required and shape.name not in form.given:
            continue
        try:
            said = _empty_value(shape) if said is None else said
            check_argument(form.kind, shape.name, context, said)
            arguments[shape.name] = said
        except CommandError as error:
            wrong[shape.name] = str(error)
    return arguments, wrong


def _argument_value(shape: FormField, state: Any) -> Any:
    said = input_value(state, shape.name)
    if shape.sort is FieldType.MOMENT:
        clock = input_value(state, shape.name + CLOCK)
        return f"{said or 'today'} {clock}" if clock else said
    if shape.sort is FieldType.YES_NO and said is not None:
        return said == YES
    if shape.several:
        return (sorted(said) if isinstance(said, list) else [str(said)]) if said else None
    return ", ".join(said) if isinstance(said, list) else said


def _empty_value(shape: FormField) -> str | None:
    """Return what empties an argument: a text can be, a date or an amount has to be something."""
    if shape.sort is not FieldType.TEXT:
        raise CommandError(KEPT)
    return ""


def find_wrong_values(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with arguments, each by itself."""
    wrong: dict[str, str] = {}
    for name, said in arguments.items():
        try:
            check_argument(kind, name, context, said)
        except CommandError as error:
            wrong[name] = str(error)
    return wrong


def check_argument(kind: type[Command], name: str, context: Context, said: Any) -> None:
    """Raise CommandError where the command would not take the value, read as it reads what is typed."""
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
            found = [element[name] for name in PICKED if isinstance(element.get(name), str) and element[name].strip()]
            return found[0].strip() if found else None
        case _:
            return None

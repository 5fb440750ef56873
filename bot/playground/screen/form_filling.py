"""Fills in a modal as Slack's own form lets a person do it."""

from __future__ import annotations

from typing import Any

from bot.playground.screen.modal_stack import VALUE_FIELDS, element_state
from bot.playground.screen.screen_reading import InteractiveElement, find_option, list_elements
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_state import View
from bot.playground.workspace.slack_world import World


def fill_view(view: View, values: dict[str, Any], world: World) -> None:
    """Fill `values` (by label, block_id or action_id) into the view. Raises NotPossible for what no form would take."""
    inputs = [each for each in list_elements(view) if each.element["type"] in VALUE_FIELDS]
    for named, value in values.items():
        found = [each for each in inputs if named in (each.label, each.block["block_id"], each.element["action_id"])]
        if len(found) != 1:
            there = ", ".join(each.label or each.element["action_id"] for each in inputs)
            raise NotPossible(f"{len(found)} fields are called {named!r}; there are: {there}")
        state = element_state(found[0].element, _read_value(found[0], value))
        view.values.setdefault(found[0].block["block_id"], {})[found[0].element["action_id"]] = state
    for each in inputs:
        # Only inputs must be filled in; a menu beside a section may stay empty.
        if each.block["type"] == "input":
            _ensure_filled(each, view)


def _read_value(found: InteractiveElement, value: Any) -> Any:
    element, kind = found.element, found.element["type"]
    name = VALUE_FIELDS[kind][0]
    if value is None:
        return VALUE_FIELDS[kind][2]
    if name == "selected_option":
        return value if isinstance(value, dict) else find_option(found, str(value))
    if name == "selected_options":
        return [each if isinstance(each, dict) else find_option(found, str(each)) for each in value]
    if kind.endswith("_input"):
        text = str(value)
        if len(text) > element.get("max_length", 3000):
            raise NotPossible(f"{found.label!r} takes at most {element.get('max_length', 3000)} characters")
        if text and len(text) < element.get("min_length", 0):
            raise NotPossible(f"{found.label!r} takes at least {element['min_length']} characters")
        return text or None
    return value


def _ensure_filled(found: InteractiveElement, view: View) -> None:
    state = view.values.get(found.block["block_id"], {}).get(found.element["action_id"], {})
    value = state.get(VALUE_FIELDS[found.element["type"]][0])
    if value in (None, "", []) and not found.block.get("optional"):
        raise NotPossible(f"{found.label!r} must be filled in")

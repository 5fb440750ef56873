"""Buttons, menus and inputs as they look. Each carries its ids, for a page that lets people press them."""

from __future__ import annotations

import html
from typing import Any

from bot.playground.page.inline_html import render_plain
from bot.playground.screen.modal_stack import VALUE_FIELDS
from bot.playground.workspace.slack_state import Json, Values


def render_element(block: Json, given: Json, values: Values) -> str:
    """Render an element as HTML; `values` is what is filled in."""
    ids = f'data-block="{html.escape(str(block.get("block_id", "")))}" data-action="{html.escape(given["action_id"])}"'
    kind = given["type"]
    match kind:
        case "button" | "icon_button":
            style = given.get("style", "")
            label = render_plain(given["text"]["text"])
            return f'<button type="button" class="{html.escape(style)}" {ids}>{label}</button>'
        case "feedback_buttons":
            return "".join(
                f'<button type="button" {ids}>{render_plain(given[name]["text"]["text"])}</button>'
                for name in ("positive_button", "negative_button")
            )
        case "overflow":
            offered = "".join(f"<li>{render_plain(each['text']['text'])}</li>" for each in given["options"])
            return f'<details class="overflow" {ids}><summary>⋯</summary><ul>{offered}</ul></details>'
        case "radio_buttons" | "checkboxes":
            return _render_ticks(given, _current_value(block, given, values), ids)
    value = _current_value(block, given, values)
    hint = given.get("placeholder", {}).get("text", "")
    if kind.endswith("_input") and kind != "rich_text_input":
        text = html.escape(str(value)) if value else ""
        if given.get("multiline"):
            return f'<textarea {ids} placeholder="{html.escape(hint)}" rows="3">{text}</textarea>'
        return f'<input type="text" {ids} placeholder="{html.escape(hint)}" value="{text}">'
    sign = "📅" if "date" in kind else "🕗" if "time" in kind else "▾"
    shown = _chosen_label(value) or hint or "Select an option"
    empty = "" if _chosen_label(value) else " empty"
    return f'<span class="menu{empty}" {ids}>{render_plain(shown)}<span class="sign">{sign}</span></span>'


def _current_value(block: Json, given: Json, values: Values) -> Any:
    name, initial, empty = VALUE_FIELDS[given["type"]]
    state = values.get(str(block.get("block_id")), {}).get(given["action_id"], {})
    return state.get(name, given.get(initial, empty))


def _render_ticks(given: Json, value: Any, ids: str) -> str:
    chosen = value if isinstance(value, list) else [value] if value else []
    on = {each.get("value") for each in chosen}
    kind = "radio" if given["type"] == "radio_buttons" else "checkbox"
    rows = "".join(
        f'<label><input type="{kind}" {ids} {"checked" if each.get("value") in on else ""}>'
        f"<span>{render_plain(each['text']['text'])}{_render_description(each)}</span></label>"
        for each in given["options"]
    )
    return f'<div class="ticks">{rows}</div>'


def _render_description(option: Json) -> str:
    below = option.get("description", {}).get("text")
    return f"<small>{render_plain(below)}</small>" if below else ""


def _chosen_label(value: Any) -> str:
    match value:
        case {"text": {"text": str(text)}}:
            return text
        case list():
            return ", ".join(_chosen_label(each) for each in value)
        case None:
            return ""
        case _:
            return str(value)

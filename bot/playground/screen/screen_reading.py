"""Reads what is shown: the words of messages and views, and what in them can be pressed or filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.playground.kit.surface_rules import interactive_elements
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_state import Json, LocalMessage, View


@dataclass(frozen=True)
class InteractiveElement:
    """Holds an element and the block it stands in."""

    block: Json
    element: Json

    @property
    def label(self) -> str:
        """Read what a person sees on it: a button's text, an input's label, else its placeholder."""
        for source in (self.element, self.block):
            for name in ("text", "label"):
                if isinstance(source.get(name), dict) and source.get("type") in ("button", "icon_button", "input"):
                    return str(source[name]["text"])
        return str(self.element.get("placeholder", {}).get("text", ""))


def list_blocks(shown: LocalMessage | View) -> list[Json]:
    return shown.blocks if isinstance(shown, LocalMessage) else shown.content["blocks"]


def visible_text(shown: LocalMessage | View) -> str:
    """Read everything visible, a line for each text, top to bottom."""
    blocks = list_blocks(shown)
    if isinstance(shown, LocalMessage) and not blocks:
        return shown.text
    lines = [shown.title] if isinstance(shown, View) and shown.title else []
    return "\n".join([*lines, *(line for block in blocks for line in _read_lines(block))])


def list_elements(shown: LocalMessage | View) -> list[InteractiveElement]:
    """List what can be pressed, chosen from or filled in, top to bottom."""
    return [
        InteractiveElement(block, element)
        for outer in list_blocks(shown)
        for block in (outer, *outer.get("child_blocks", []), *outer.get("elements", []))
        if block is outer or block.get("type") in ("actions", "section", "input", "card")
        for element in interactive_elements(block)
    ]


def button_labels(shown: LocalMessage | View) -> list[str]:
    """List the labels of the buttons, top to bottom."""
    return [each.label for each in list_elements(shown) if each.element["type"] == "button"]


def find_element(
    shown: LocalMessage | View, named: str, *, nth: int | None = None, value: str | None = None
) -> InteractiveElement:
    """Find the one element with this label, action_id or block_id.

    Raises NotPossible where there is none, or several and neither `nth` nor `value` tells them apart.
    """
    every = list_elements(shown)
    found = [each for each in every if named in (each.label, each.element["action_id"], each.block.get("block_id"))]
    if value is not None:
        found = [each for each in found if each.element.get("value") == value]
    if not found:
        there = ", ".join(f"{each.label or each.element['type']} ({each.element['action_id']})" for each in every)
        raise NotPossible(f"there is no {named!r} here, only: {there or 'nothing to press'}")
    if nth is None and len(found) > 1:
        raise NotPossible(f"there are {len(found)} of {named!r} here; say which by nth or value")
    if nth is not None and nth > len(found):
        raise NotPossible(f"there are only {len(found)} of {named!r} here")
    return found[(nth or 1) - 1]


def find_option(found: InteractiveElement, named: str) -> Json:
    """Find the option of a menu with this label or value. Raises NotPossible where it is not offered."""
    offered = [*found.element.get("options", [])]
    for group in found.element.get("option_groups", []):
        offered += group["options"]
    for each in offered:
        if named in (each["text"]["text"], each.get("value")):
            return dict(each)
    there = ", ".join(each["text"]["text"] for each in offered)
    raise NotPossible(f"{found.label or found.element['action_id']!r} does not offer {named!r}, only: {there}")


def _read_lines(block: Json) -> Iterator[str]:
    match block.get("type"):
        case "rich_text":
            for part in block["elements"]:
                yield from _read_rich_text(part)
        case "table" | "data_table":
            for row in block["rows"]:
                yield " | ".join("\n".join(_read_lines(cell)) for cell in row)
        case "raw_text" | "mrkdwn" | "plain_text" | "markdown":
            yield str(block["text"])
        case "raw_number":
            yield str(block.get("text") or block.get("value"))
        case "image":
            yield str(block["alt_text"])
        case _:
            for name in ("label", "title", "subtitle", "text", "body", "fields", "element", "accessory", "elements"):
                yield from _read_part(block.get(name))
            for name in ("placeholder", "options", "actions", "child_blocks", "hint", "tasks"):
                yield from _read_part(block.get(name))


def _read_part(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _read_lines(value)
        case list():
            for each in value:
                yield from _read_part(each)


def _read_rich_text(part: Json) -> Iterator[str]:
    if part["type"] == "rich_text_list":
        for each in part["elements"]:
            yield "• " + "".join(_read_leaf(leaf) for leaf in each["elements"])
    else:
        yield "".join(_read_leaf(leaf) for leaf in part["elements"])


def _read_leaf(leaf: Json) -> str:
    match leaf["type"]:
        case "text":
            return str(leaf["text"])
        case "link":
            return str(leaf.get("text") or leaf["url"])
        case "emoji":
            return f":{leaf['name']}:"
        case "user":
            return f"<@{leaf['user_id']}>"
        case "date":
            return str(leaf.get("fallback", leaf["timestamp"]))
        case "broadcast":
            return f"@{leaf['range']}"
        case kind:
            return str(leaf.get(f"{kind}_id", leaf.get("value", "")))

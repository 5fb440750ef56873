"""Reading what is shown: the words of messages and views, and the things in them that can be pressed or filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.playground.kit.surface_rules import interactive
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_state import Json, Message, View


@dataclass(frozen=True)
class Found:
    """An element and the block it stands in."""

    block: Json
    element: Json

    @property
    def label(self) -> str:
        """What a person reads on it: a button's text, an input's label, else its placeholder."""
        for source in (self.element, self.block):
            for name in ("text", "label"):
                if isinstance(source.get(name), dict) and source.get("type") in ("button", "icon_button", "input"):
                    return str(source[name]["text"])
        return str(self.element.get("placeholder", {}).get("text", ""))


def blocks_of(shown: Message | View) -> list[Json]:
    return shown.blocks if isinstance(shown, Message) else shown.content["blocks"]


def words(shown: Message | View) -> str:
    """Everything there is to read, a line for each text, top to bottom."""
    blocks = blocks_of(shown)
    if isinstance(shown, Message) and not blocks:
        return shown.text
    lines = [shown.title] if isinstance(shown, View) and shown.title else []
    return "\n".join([*lines, *(line for block in blocks for line in _lines(block))])


def things(shown: Message | View) -> list[Found]:
    """What can be pressed, chosen from or filled in, top to bottom."""
    return [
        Found(block, element)
        for outer in blocks_of(shown)
        for block in (outer, *outer.get("child_blocks", []), *outer.get("elements", []))
        if block is outer or block.get("type") in ("actions", "section", "input", "card")
        for element in interactive(block)
    ]


def labels(shown: Message | View) -> list[str]:
    """What the buttons say, top to bottom."""
    return [each.label for each in things(shown) if each.element["type"] == "button"]


def find(shown: Message | View, named: str, *, nth: int | None = None, value: str | None = None) -> Found:
    """The one thing with this label, action_id or block_id. NotPossible if there is none, or several and no `nth`."""
    every = things(shown)
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


def option(found: Found, named: str) -> Json:
    """The option of a menu with this label or value."""
    offered = [*found.element.get("options", [])]
    for group in found.element.get("option_groups", []):
        offered += group["options"]
    for each in offered:
        if named in (each["text"]["text"], each.get("value")):
            return dict(each)
    there = ", ".join(each["text"]["text"] for each in offered)
    raise NotPossible(f"{found.label or found.element['action_id']!r} does not offer {named!r}, only: {there}")


def _lines(block: Json) -> Iterator[str]:
    match block.get("type"):
        case "rich_text":
            for part in block["elements"]:
                yield from _rich(part)
        case "table" | "data_table":
            for row in block["rows"]:
                yield " | ".join("\n".join(_lines(cell)) for cell in row)
        case "raw_text" | "mrkdwn" | "plain_text" | "markdown":
            yield str(block["text"])
        case "raw_number":
            yield str(block.get("text") or block.get("value"))
        case "image":
            yield str(block["alt_text"])
        case _:
            for name in ("label", "title", "subtitle", "text", "body", "fields", "element", "accessory", "elements"):
                yield from _part(block.get(name))
            for name in ("placeholder", "options", "actions", "child_blocks", "hint", "tasks"):
                yield from _part(block.get(name))


def _part(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _lines(value)
        case list():
            for each in value:
                yield from _part(each)


def _rich(part: Json) -> Iterator[str]:
    if part["type"] == "rich_text_list":
        for each in part["elements"]:
            yield "• " + "".join(_leaf(leaf) for leaf in each["elements"])
    else:
        yield "".join(_leaf(leaf) for leaf in part["elements"])


def _leaf(leaf: Json) -> str:
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

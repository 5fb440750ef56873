"""The few blocks that answers are made of. Text is given as it is: here it becomes harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.slack.payloads.button_value import LONGEST_OPTION_VALUE, LONGEST_VALUE, Call, written
from bot.slack.render.escaping import clean, inert, one_line

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """What is posted. `text` is for notifications and screen readers, `blocks` is what is seen."""

    text: str
    blocks: tuple[Json, ...]


def said(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    """Words within a paragraph. Slack reads nothing in them."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": clean(text), **({"style": style} if style else {})}


def paragraph(*words: Json) -> Json:
    """A block of text, from `said`."""
    shown = [each for each in words if each["text"]]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": shown}]}


def lines(texts: Iterable[str]) -> list[Json]:
    """A block with a line each, nothing for no lines."""
    shown = [each for text in texts if (each := one_line(text))]
    return [paragraph(said("\n".join(shown)))] if shown else []


def small(text: str) -> Json:
    """A grey line."""
    return {"type": "context", "elements": [plain(text)]}


def plain(text: str) -> Json:
    """A text object in which not even an emoji code is read."""
    return {"type": "plain_text", "text": clean(text) or "–", "emoji": False}


def divider() -> Json:
    return {"type": "divider"}


def button(label: str, action: str, value: str, style: str | None = None) -> Json:
    """A button; `action` is its action id."""
    found = {"type": "button", "text": plain(one_line(label)), "action_id": action, "value": value}
    return {**found, "style": style} if style else found


def press(label: str, call: Call, style: str | None = None) -> Json:
    """A button that carries a call."""
    return button(label, "open" if call.opens else "call", written(call), style)


def fits(call: Call) -> bool:
    """Whether a button can carry the call."""
    return len(written(call)) <= LONGEST_VALUE


def fits_menu(call: Call) -> bool:
    """Whether the line of a menu can carry the call."""
    return len(written(call)) <= LONGEST_OPTION_VALUE


def menu(offers: Sequence[tuple[str, Call]]) -> Json:
    """The three dots, with a line each."""
    options = [{"text": plain(one_line(label)), "value": written(call)} for label, call in offers]
    return {"type": "overflow", "action_id": "menu", "options": options}


def actions(elements: Sequence[Json]) -> list[Json]:
    """A row of buttons and menus, nothing for none."""
    return [{"type": "actions", "elements": list(elements)}] if elements else []


def numbered(blocks: Iterable[Json]) -> list[Json]:
    """The blocks with action ids that are unique within them: call:1, call:2 …"""
    count = 0

    def name(element: Json) -> Json:
        nonlocal count
        if element.get("action_id") not in ("call", "open", "menu"):
            return element
        count += 1
        return {**element, "action_id": f"{element['action_id']}:{count}"}

    return [_renamed(block, name) for block in blocks]


def _renamed(block: Json, name: Callable[[Json], Json]) -> Json:
    if block["type"] == "actions":
        return {**block, "elements": [name(each) for each in block["elements"]]}
    return {**block, "accessory": name(block["accessory"])} if "accessory" in block else block


def section(text: str, accessory: Json | None = None) -> Json:
    """A block of plain text, with something to press beside it."""
    found = {"type": "section", "text": plain(text)}
    return {**found, "accessory": accessory} if accessory else found


def marked(words: Iterable[Json], accessory: Json | None = None) -> Json:
    """The same words as a paragraph in mrkdwn, for beside something to press; only what is bold is marked."""
    text = "".join(_marked(each) for each in words)
    found = {"type": "section", "text": {"type": "mrkdwn", "text": text or "–", "verbatim": True}}
    return {**found, "accessory": accessory} if accessory else found


def _marked(word: Json) -> str:
    text = inert(word["text"])
    bold = "bold" in word.get("style", {}) and text.strip() and "\n" not in text.strip()
    if not bold:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}*{text.strip()}*{tail}"

"""Builds the few blocks that answers are made of. Callers pass text as it is; here it is made harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.slack.payloads.button_value import LONGEST_OPTION_VALUE, LONGEST_VALUE, ButtonCall, encode_button_value
from bot.slack.render.escaping import clean_text, escape_mrkdwn, one_line

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class SlackMessage:
    """Holds what is posted: `blocks` for the screen, `text` for notifications and screen readers."""

    text: str
    blocks: tuple[Json, ...]


def text_element(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    """Build a text element of a rich text block. Slack reads no markup in it."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": clean_text(text), **({"style": style} if style else {})}


def rich_text_block(*words: Json) -> Json:
    """Build a rich text block of text elements."""
    shown = [each for each in words if each["text"]]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": shown}]}


def lines_block(texts: Iterable[str]) -> list[Json]:
    """Build a block of lines; no block for no lines."""
    shown = [each for text in texts if (each := one_line(text))]
    return [rich_text_block(text_element("\n".join(shown)))] if shown else []


def context_block(text: str) -> Json:
    """Build a context block: a grey line."""
    return {"type": "context", "elements": [plain_text_object(text)]}


def plain_text_object(text: str) -> Json:
    """Build a plain text object. Slack reads no markup in it, not even emoji codes."""
    # Slack refuses an empty text.
    return {"type": "plain_text", "text": clean_text(text) or "–", "emoji": False}


def divider() -> Json:
    """Build a divider block."""
    return {"type": "divider"}


def button_element(label: str, action: str, value: str, style: str | None = None) -> Json:
    """Build a button with this action id."""
    found = {"type": "button", "text": plain_text_object(one_line(label)), "action_id": action, "value": value}
    return {**found, "style": style} if style else found


def call_button(label: str, call: ButtonCall, style: str | None = None) -> Json:
    """Build a button that carries a call."""
    return button_element(label, "open" if call.opens else "call", encode_button_value(call), style)


def fits_button(call: ButtonCall) -> bool:
    """Return whether a button can carry the call."""
    return len(encode_button_value(call)) <= LONGEST_VALUE


def fits_menu(call: ButtonCall) -> bool:
    """Return whether an option of a menu can carry the call."""
    return len(encode_button_value(call)) <= LONGEST_OPTION_VALUE


def overflow_menu(offers: Sequence[tuple[str, ButtonCall]]) -> Json:
    """Build an overflow menu (the three dots) with an option for each call."""
    options = [
        {"text": plain_text_object(one_line(label)), "value": encode_button_value(call)} for label, call in offers
    ]
    return {"type": "overflow", "action_id": "menu", "options": options}


def actions_block(elements: Sequence[Json]) -> list[Json]:
    """Build a block of buttons and menus; no block for none."""
    return [{"type": "actions", "elements": list(elements)}] if elements else []


def number_action_ids(blocks: Iterable[Json]) -> list[Json]:
    """Return the blocks with unique action ids: call:1, call:2 …"""
    # Slack refuses a view or a block with two elements of the same action id.
    count = 0

    def number_element(element: Json) -> Json:
        nonlocal count
        if element.get("action_id") not in ("call", "open", "menu"):
            return element
        count += 1
        return {**element, "action_id": f"{element['action_id']}:{count}"}

    return [_number_block(block, number_element) for block in blocks]


def _number_block(block: Json, name: Callable[[Json], Json]) -> Json:
    if block["type"] == "actions":
        return {**block, "elements": [name(each) for each in block["elements"]]}
    return {**block, "accessory": name(block["accessory"])} if "accessory" in block else block


def section_block(text: str, accessory: Json | None = None) -> Json:
    """Build a section block of plain text, with a button or a menu beside it."""
    found = {"type": "section", "text": plain_text_object(text)}
    return {**found, "accessory": accessory} if accessory else found


def mrkdwn_section(words: Iterable[Json], accessory: Json | None = None) -> Json:
    """Build a section of rich text elements, with a button or a menu beside it. Of their styles only bold is kept."""
    # Nothing can stand beside a rich text block, so the words are escaped and written as mrkdwn.
    text = "".join(_mark_bold(each) for each in words)
    found = {"type": "section", "text": {"type": "mrkdwn", "text": text or "–", "verbatim": True}}
    return {**found, "accessory": accessory} if accessory else found


def _mark_bold(word: Json) -> str:
    text = escape_mrkdwn(word["text"], verbatim=True)
    bold = "bold" in word.get("style", {}) and text.strip() and "\n" not in text.strip()
    if not bold:
        return text
    # Slack reads * as bold only where it touches a word.
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}*{text.strip()}*{tail}"

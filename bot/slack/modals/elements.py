"""The blocks that forms are made of. All text is plain text: what stands in a record is never read as markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
LONGEST_TITLE = 24
LONGEST_TEXT = 3_000
LONGEST_OPTION = 75
LONGEST_OPTION_VALUE = 150
LONGEST_INPUT = 3_000
MOST_OPTIONS = 100
MOST_RADIO = 10
UNSEEN = ("Cc", "Cs", "Cf", "Co", "Cn")
NOTHING = "–"


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen, with a line below it where that helps."""

    value: str
    label: str
    why: str = ""


def cleaned(words: str) -> str:
    """Text without control and invisible characters and without outer spaces."""
    kept = (each for each in words if each == "\n" or unicodedata.category(each) not in UNSEEN)
    return "".join(each for each in kept if not "\ufe00" <= each <= "\ufe0f").strip()


def shown(words: str, longest: int) -> str:
    """Text as it can stand in a view: nothing invisible, never empty, cut where it is too long."""
    kept = cleaned(words) or NOTHING
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def plain(words: str, longest: int = LONGEST_TEXT) -> Json:
    return {"type": "plain_text", "text": shown(words, longest), "emoji": False}


def section(words: str, block_id: str | None = None) -> Json:
    return {"type": "section", "text": plain(words)} | ({"block_id": block_id} if block_id else {})


def context(words: str) -> Json:
    return {"type": "context", "elements": [plain(words)]}


def divider() -> Json:
    return {"type": "divider"}


def entry(
    block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False, acts: bool = False
) -> Json:
    """An input block. `acts` sends a press as soon as something is chosen."""
    block: Json = {"type": "input", "block_id": block_id, "label": plain(label, LONGEST_TITLE), "element": element}
    if hint:
        block["hint"] = plain(hint, 2_000)
    if optional:
        block["optional"] = True
    if acts:
        block["dispatch_action"] = True
    return block


def text(action: str, initial: str | None, *, longest: int, lines: bool = False, example: str = "") -> Json:
    longest = min(longest, LONGEST_INPUT)
    element: Json = {"type": "plain_text_input", "action_id": action, "max_length": longest}
    if lines:
        element["multiline"] = True
    if example:
        element["placeholder"] = plain(example, 150)
    if initial and (begun := cleaned(initial if lines else " ".join(initial.split()))):
        element["initial_value"] = shown(begun, longest)
    return element


def number(action: str, initial: str | None, least: int | None, most: int | None) -> Json:
    element: Json = {"type": "number_input", "action_id": action, "is_decimal_allowed": False}
    bounds = {"initial_value": initial, "min_value": least, "max_value": most}
    return element | {name: str(value) for name, value in bounds.items() if value is not None}


def day(action: str, initial: str | None) -> Json:
    element: Json = {"type": "datepicker", "action_id": action}
    return element | ({"initial_date": initial} if initial else {})


def clock(action: str, initial: str | None) -> Json:
    element: Json = {"type": "timepicker", "action_id": action}
    return element | ({"initial_time": initial} if initial else {})


def select(action: str, options: Sequence[Option], initial: str | None) -> Json:
    offered = [_option(each) for each in options[:MOST_OPTIONS]]
    return _chosen({"type": "static_select", "action_id": action, "options": offered}, initial)


def radio(action: str, options: Sequence[Option], initial: str | None) -> Json:
    offered = [_option(each) for each in options[:MOST_RADIO]]
    return _chosen({"type": "radio_buttons", "action_id": action, "options": offered}, initial)


def several(action: str, options: Sequence[Option], initial: Sequence[str]) -> Json:
    """Check boxes for a few, a menu for many."""
    few = len(options) <= MOST_RADIO
    offered = [_option(each) for each in options[:MOST_OPTIONS]]
    element: Json = {"type": "checkboxes" if few else "multi_static_select", "action_id": action, "options": offered}
    chosen = [each for each in offered if each["value"] in initial]
    return element | ({"initial_options": chosen} if chosen else {})


def _option(each: Option) -> Json:
    option: Json = {"text": plain(each.label, LONGEST_OPTION), "value": each.value}
    return option | ({"description": plain(each.why, LONGEST_OPTION)} if each.why else {})


def _chosen(element: Json, initial: str | None) -> Json:
    chosen = next((each for each in element["options"] if each["value"] == initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def modal(title: str, callback_id: str, metadata: str, blocks: Sequence[Json], submit: str) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, LONGEST_TITLE),
        "submit": plain(submit, LONGEST_TITLE),
        "close": plain("Cancel", LONGEST_TITLE),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }

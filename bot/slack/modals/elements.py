"""The blocks that forms are made of. All text is plain text: what stands in a record is never read as markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.slack.render import blocks
from bot.slack.render.blocks import Json
from bot.slack.render.escaping import clean, cut, one_line
from bot.slack.render.limits import FIELD, LABEL, OPTIONS, PLACEHOLDER, SECTION, VIEW_BLOCKS
from commands.contract.reply import Record
from commands.wording.record_words import record_line

LONGEST_TITLE = 24
LONGEST_INPUT = 3_000
MOST_RADIO = 10


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen, with a line below it where that helps."""

    value: str
    label: str
    why: str = ""


def plain(words: str, longest: int = SECTION) -> Json:
    """A text object in which nothing is read, of one character at least and `longest` at most."""
    text = blocks.plain(clean(words).strip())
    return text | {"text": cut(text["text"], longest)}


def section(words: str) -> Json:
    return {"type": "section", "text": plain(words)}


def titled(title: str, lines: Sequence[str]) -> Json:
    """Lines below a title in bold."""
    return blocks.paragraph(blocks.said(title, bold=True), blocks.said(cut("\n" + "\n".join(lines), SECTION)))


def about(record: Record, today: date) -> Json:
    """The record that a form is about, in one line."""
    line, name = one_line(record_line(record, today=today)), one_line(record.name)
    if not name or not line.startswith(name):
        return section(line)
    return blocks.paragraph(blocks.said(cut(name, SECTION), bold=True), blocks.said(cut(line[len(name) :], SECTION)))


def entry(
    block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False, acts: bool = False
) -> Json:
    """An input block. `acts` sends a press as soon as something is chosen."""
    block: Json = {"type": "input", "block_id": block_id, "label": plain(label, LONGEST_TITLE), "element": element}
    if hint:
        block["hint"] = plain(hint, FIELD)
    if optional:
        block["optional"] = True
    if acts:
        block["dispatch_action"] = True
    return block


def text(action: str, initial: str | None, *, longest: int, lines: bool = False, example: str = "") -> Json:
    element: Json = {"type": "plain_text_input", "action_id": action, "max_length": longest}
    if lines:
        element["multiline"] = True
    if example:
        element["placeholder"] = plain(example, PLACEHOLDER)
    begun = (clean(initial).strip() if lines else one_line(initial)) if initial else ""
    return element | ({"initial_value": cut(begun, longest)} if begun else {})


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
    offered = [_option(each) for each in options[:OPTIONS]]
    return _chosen({"type": "static_select", "action_id": action, "options": offered}, initial)


def radio(action: str, options: Sequence[Option], initial: str | None) -> Json:
    offered = [_option(each) for each in options[:MOST_RADIO]]
    return _chosen({"type": "radio_buttons", "action_id": action, "options": offered}, initial)


def several(action: str, options: Sequence[Option], initial: Sequence[str]) -> Json:
    """Check boxes for a few, a menu for many."""
    few = len(options) <= MOST_RADIO
    offered = [_option(each) for each in options[:OPTIONS]]
    element: Json = {"type": "checkboxes" if few else "multi_static_select", "action_id": action, "options": offered}
    chosen = [each for each in offered if each["value"] in initial]
    return element | ({"initial_options": chosen} if chosen else {})


def _option(each: Option) -> Json:
    option: Json = {"text": plain(each.label, LABEL), "value": each.value}
    return option | ({"description": plain(each.why, LABEL)} if each.why else {})


def _chosen(element: Json, initial: str | None) -> Json:
    chosen = next((each for each in element["options"] if each["value"] == initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def modal(title: str, callback_id: str, metadata: str, shown: Sequence[Json], submit: str) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, LONGEST_TITLE),
        "submit": plain(submit, LONGEST_TITLE),
        "close": plain("Cancel", LONGEST_TITLE),
        "private_metadata": metadata,
        "blocks": list(shown[:VIEW_BLOCKS]),
    }

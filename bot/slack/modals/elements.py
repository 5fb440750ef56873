"""Builds the blocks of forms. All text is plain text, so Slack reads no markup in what stands in a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.slack.render import blocks
from bot.slack.render.blocks import Json
from bot.slack.render.escaping import clean_text, one_line
from bot.slack.render.limits import FIELD, LABEL, OPTIONS, PLACEHOLDER, SECTION, VIEW_BLOCKS
from commands.contract.reply import Record
from commands.values.phrases import cut_text
from commands.wording.record_words import format_record

# Slack's limits: characters of a view's title, characters of an input, options of radio buttons.
LONGEST_TITLE = 24
MOST_RADIO = 10


@dataclass(frozen=True)
class Option:
    """Describes an option to choose. `why` is the line below it."""

    value: str
    label: str
    why: str = ""


def bounded_text_object(words: str, longest: int = SECTION) -> Json:
    """Build a plain text object of one to `longest` characters."""
    text = blocks.plain_text_object(clean_text(words).strip())
    return text | {"text": cut_text(text["text"], longest)}


def plain_section(words: str) -> Json:
    """Build a section block of plain text."""
    return {"type": "section", "text": bounded_text_object(words)}


def titled_lines(title: str, lines: Sequence[str]) -> Json:
    """Build a block of a bold title with lines below it."""
    return blocks.rich_text_block(
        blocks.text_element(title, bold=True), blocks.text_element(cut_text("\n" + "\n".join(lines), SECTION))
    )


def record_block(record: Record, today: date) -> Json:
    """Build the block that names, in one line, the record that a form is about."""
    line, name = one_line(format_record(record, today=today)), one_line(record.name)
    if not name or not line.startswith(name):
        return plain_section(line)
    return blocks.rich_text_block(
        blocks.text_element(cut_text(name, SECTION), bold=True),
        blocks.text_element(cut_text(line[len(name) :], SECTION)),
    )


def input_block(
    block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False, acts: bool = False
) -> Json:
    """Build an input block. With `acts` Slack sends a block action as soon as something is chosen."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": bounded_text_object(label, LONGEST_TITLE),
        "element": element,
    }
    if hint:
        block["hint"] = bounded_text_object(hint, FIELD)
    if optional:
        block["optional"] = True
    if acts:
        block["dispatch_action"] = True
    return block


def text_input(action: str, initial: str | None, *, longest: int, lines: bool = False, example: str = "") -> Json:
    """Build a text input; `lines` gives it several lines, `example` is shown while it is empty."""
    element: Json = {"type": "plain_text_input", "action_id": action, "max_length": longest}
    if lines:
        element["multiline"] = True
    if example:
        element["placeholder"] = bounded_text_object(example, PLACEHOLDER)
    begun = (clean_text(initial).strip() if lines else one_line(initial)) if initial else ""
    return element | ({"initial_value": cut_text(begun, longest)} if begun else {})


def number_input(action: str, initial: str | None, least: int | None, most: int | None) -> Json:
    """Build an input for whole numbers."""
    element: Json = {"type": "number_input", "action_id": action, "is_decimal_allowed": False}
    bounds = {"initial_value": initial, "min_value": least, "max_value": most}
    return element | {name: str(value) for name, value in bounds.items() if value is not None}


def date_picker(action: str, initial: str | None) -> Json:
    """Build a date picker; `initial` is an ISO date."""
    element: Json = {"type": "datepicker", "action_id": action}
    return element | ({"initial_date": initial} if initial else {})


def time_picker(action: str, initial: str | None) -> Json:
    """Build a time picker; `initial` is HH:MM."""
    element: Json = {"type": "timepicker", "action_id": action}
    return element | ({"initial_time": initial} if initial else {})


def select_menu(action: str, options: Sequence[Option], initial: str | None) -> Json:
    """Build a menu to choose one option from."""
    offered = [_option_object(each) for each in options[:OPTIONS]]
    return _with_initial_option({"type": "static_select", "action_id": action, "options": offered}, initial)


def radio_buttons(action: str, options: Sequence[Option], initial: str | None) -> Json:
    """Build radio buttons of the first ten options."""
    offered = [_option_object(each) for each in options[:MOST_RADIO]]
    return _with_initial_option({"type": "radio_buttons", "action_id": action, "options": offered}, initial)


def multi_select(action: str, options: Sequence[Option], initial: Sequence[str]) -> Json:
    """Build check boxes for up to ten options, a menu for more."""
    few = len(options) <= MOST_RADIO
    offered = [_option_object(each) for each in options[:OPTIONS]]
    element: Json = {"type": "checkboxes" if few else "multi_static_select", "action_id": action, "options": offered}
    chosen = [each for each in offered if each["value"] in initial]
    return element | ({"initial_options": chosen} if chosen else {})


def _option_object(each: Option) -> Json:
    option: Json = {"text": bounded_text_object(each.label, LABEL), "value": each.value}
    return option | ({"description": bounded_text_object(each.why, LABEL)} if each.why else {})


def _with_initial_option(element: Json, initial: str | None) -> Json:
    chosen = next((each for each in element["options"] if each["value"] == initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def modal_view(title: str, callback_id: str, metadata: str, shown: Sequence[Json], submit: str) -> Json:
    """Build a modal view."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": bounded_text_object(title, LONGEST_TITLE),
        "submit": bounded_text_object(submit, LONGEST_TITLE),
        "close": bounded_text_object("Cancel", LONGEST_TITLE),
        "private_metadata": metadata,
        "blocks": list(shown[:VIEW_BLOCKS]),
    }

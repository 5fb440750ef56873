"""Builds the input blocks of an argument."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import FieldType, FormField
from bot.slack.modals.options import NO, YES, find_meant, list_options
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.values.moment import Period
from commands.values.phrases import format_period

ACTION = "form:"
# Ends the block id of the time of day, where an argument is a day with a time.
CLOCK = "~clock"
AMOUNT_EXAMPLE = "45000, 45k or 1.2m"
# More options than these read better in a menu than as buttons.
MOST_BUTTONS = 5


def argument_blocks(field: FormField, context: Context, begun: Any) -> list[Json]:
    """Build the input blocks of one argument: one, or for a moment two, its day and its time."""
    if field.type is not FieldType.MOMENT:
        return [argument_block(field, _argument_element(field, context, begun))]
    day, _, clock = str(begun or "").partition("T")
    later = elements.input_block(
        field.name + CLOCK,
        f"{field.label}: time of day",
        elements.time_picker(ACTION + field.name + CLOCK, clock[:5] or None),
        optional=True,
    )
    return [argument_block(field, elements.date_picker(ACTION + field.name, day or None)), later]


def argument_block(field: FormField, element: Json, *, acts: bool = False) -> Json:
    """Build the input block of an argument around its element."""
    return elements.input_block(
        field.name, field.label, element, hint=field.hint, optional=not field.required, acts=acts
    )


def _argument_element(field: FormField, context: Context, begun: Any) -> Json:
    action = ACTION + field.name
    words = _initial_text(begun)
    match field.type:
        case FieldType.DAY:
            return elements.date_picker(action, words)
        case FieldType.CLOCK:
            return elements.time_picker(action, words)
        case FieldType.NUMBER:
            return elements.number_input(action, words, field.least, field.most)
        case FieldType.AMOUNT:
            return elements.text_input(action, words, longest=field.longest, example=AMOUNT_EXAMPLE)
        case FieldType.NAME if not field.is_person:
            return name_input(field, context, words)
        case FieldType.TEXT:
            return elements.text_input(action, words, longest=field.longest, lines=field.lines)
    offered = list_options(field, context, words)
    if not offered:
        return elements.text_input(action, words, longest=field.longest)
    if field.several:
        return elements.multi_select(action, offered, [str(each) for each in begun] if isinstance(begun, list) else [])
    # A radio button cannot be released again, so an argument that may stay open gets a menu unless it has a value.
    closed = field.type in (FieldType.ENUM, FieldType.YES_NO) and (field.required or words is not None)
    draw = elements.radio_buttons if closed and len(offered) <= MOST_BUTTONS else elements.select_menu
    return draw(action, offered, words)


def _initial_text(value: Any) -> str | None:
    """Return a JSON value as a person would type it, so that the command reads the same value again."""
    match value:
        case None | list():
            return None
        case bool():
            return YES if value else NO
        case float():
            return f"{Decimal(str(value)).normalize():f}"
        case {"from": _} | {"to": _}:
            period = Period.model_validate(value)
            return format_period(period) if period.start != period.end else str(period.start)
        case _:
            return str(value)


def name_input(field: FormField, context: Context, words: str | None) -> Json:
    """Build the input for a record: a menu where the words fit several, else a text input."""
    found = find_meant(field, context, words or "")
    if len(found) < 2:
        return elements.text_input(ACTION + field.name, words, longest=field.longest, example=field.description)
    choices = [Option(each.ref, ", ".join(filter(None, (each.name, each.company)))) for each in found]
    return elements.select_menu(ACTION + field.name, choices, None)

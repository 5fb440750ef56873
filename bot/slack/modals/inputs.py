"""The blocks in which an argument is asked for."""

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
CLOCK = "~clock"
"""What the block of a moment's time of day is called besides that of its day."""
AMOUNT_EXAMPLE = "45000, 45k or 1.2m"
MANY = 5
"""From so many choices on a menu reads better than buttons."""


def argument_blocks(shape: FormField, context: Context, begun: Any) -> list[Json]:
    """Build the input blocks of one argument; a moment has two, its day and its time."""
    if shape.sort is not FieldType.MOMENT:
        return [argument_block(shape, _argument_element(shape, context, begun))]
    day, _, clock = str(begun or "").partition("T")
    later = elements.input_block(
        shape.name + CLOCK,
        f"{shape.label}: time of day",
        elements.time_picker(ACTION + shape.name + CLOCK, clock[:5] or None),
        optional=True,
    )
    return [argument_block(shape, elements.date_picker(ACTION + shape.name, day or None)), later]


def argument_block(shape: FormField, element: Json, *, acts: bool = False) -> Json:
    """Build the input block of an argument around its element."""
    return elements.input_block(
        shape.name, shape.label, element, hint=shape.hint, optional=not shape.required, acts=acts
    )


def _argument_element(shape: FormField, context: Context, begun: Any) -> Json:
    action = ACTION + shape.name
    words = _initial_text(begun)
    match shape.sort:
        case FieldType.DAY:
            return elements.date_picker(action, words)
        case FieldType.CLOCK:
            return elements.time_picker(action, words)
        case FieldType.NUMBER:
            return elements.number_input(action, words, shape.least, shape.most)
        case FieldType.AMOUNT:
            return elements.text_input(action, words, longest=shape.longest, example=AMOUNT_EXAMPLE)
        case FieldType.NAME if not shape.is_person:
            return name_input(shape, context, words)
        case FieldType.TEXT:
            return elements.text_input(action, words, longest=shape.longest, lines=shape.lines)
    offered = list_options(shape, context, words)
    if not offered:
        return elements.text_input(action, words, longest=shape.longest)
    if shape.several:
        return elements.multi_select(action, offered, [str(each) for each in begun] if isinstance(begun, list) else [])
    # A button once pressed cannot be let go of, so what may stay open is a menu unless something is chosen.
    closed = shape.sort in (FieldType.ENUM, FieldType.YES_NO) and (shape.required or words is not None)
    draw = elements.radio_buttons if closed and len(offered) <= MANY else elements.select_menu
    return draw(action, offered, words)


def _initial_text(value: Any) -> str | None:
    """Return a JSON value as a person would type it, and as it is read again."""
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


def name_input(shape: FormField, context: Context, words: str | None) -> Json:
    """Build the input for a record's name: a menu where the words mean several, else a text."""
    found = find_meant(shape, context, words or "")
    if len(found) < 2:
        return elements.text_input(ACTION + shape.name, words, longest=shape.longest, example=shape.description)
    choices = [Option(each.ref, ", ".join(filter(None, (each.name, each.company)))) for each in found]
    return elements.select_menu(ACTION + shape.name, choices, None)

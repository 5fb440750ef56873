"""The blocks in which an argument is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import Shape, Sort
from bot.slack.modals.options import NO, YES, meant, options
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.values.moment import Period
from commands.values.phrases import period_words

ACTION = "form:"
CLOCK = "~clock"
"""What the block of a moment's time of day is called besides that of its day."""
AMOUNT_EXAMPLE = "45000, 45k or 1.2m"
MANY = 5
"""From so many choices on a menu reads better than buttons."""


def inputs(shape: Shape, context: Context, begun: Any) -> list[Json]:
    """The blocks of one argument; a moment has two, its day and its time."""
    if shape.sort is not Sort.MOMENT:
        return [entry(shape, _element(shape, context, begun))]
    day, _, clock = str(begun or "").partition("T")
    later = elements.entry(
        shape.name + CLOCK,
        f"{shape.label}: time of day",
        elements.clock(ACTION + shape.name + CLOCK, clock[:5] or None),
        optional=True,
    )
    return [entry(shape, elements.day(ACTION + shape.name, day or None)), later]


def entry(shape: Shape, element: Json, *, acts: bool = False) -> Json:
    return elements.entry(shape.name, shape.label, element, hint=shape.hint, optional=not shape.required, acts=acts)


def _element(shape: Shape, context: Context, begun: Any) -> Json:
    action = ACTION + shape.name
    words = _written(begun)
    match shape.sort:
        case Sort.DAY:
            return elements.day(action, words)
        case Sort.CLOCK:
            return elements.clock(action, words)
        case Sort.NUMBER:
            return elements.number(action, words, shape.least, shape.most)
        case Sort.AMOUNT:
            return elements.text(action, words, longest=shape.longest, example=AMOUNT_EXAMPLE)
        case Sort.NAME if not shape.person:
            return name_input(shape, context, words)
        case Sort.TEXT:
            return elements.text(action, words, longest=shape.longest, lines=shape.lines)
    offered = options(shape, context, words)
    if not offered:
        return elements.text(action, words, longest=shape.longest)
    if shape.several:
        return elements.several(action, offered, [str(each) for each in begun] if isinstance(begun, list) else [])
    # A button once pressed cannot be let go of, so what may stay open is a menu unless something is chosen.
    closed = shape.sort in (Sort.ENUM, Sort.YES_NO) and (shape.required or words is not None)
    draw = elements.radio if closed and len(offered) <= MANY else elements.select
    return draw(action, offered, words)


def _written(value: Any) -> str | None:
    """A JSON value as a person would type it, and as it is read again."""
    match value:
        case None | list():
            return None
        case bool():
            return YES if value else NO
        case float():
            return f"{Decimal(str(value)).normalize():f}"
        case {"from": _} | {"to": _}:
            period = Period.model_validate(value)
            return period_words(period) if period.start != period.end else str(period.start)
        case _:
            return str(value)


def name_input(shape: Shape, context: Context, words: str | None) -> Json:
    found = meant(shape, context, words or "")
    if len(found) < 2:
        return elements.text(ACTION + shape.name, words, longest=shape.longest, example=shape.description)
    choices = [Option(each.ref, ", ".join(filter(None, (each.name, each.company)))) for each in found]
    return elements.select(ACTION + shape.name, choices, None)

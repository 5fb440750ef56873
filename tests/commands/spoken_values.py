"""Values for every argument of every command, in the shapes in which people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le

from commands.contract.arguments import OwnerMark, RecordMark, SourceName, StageName, StatusName
from commands.contract.command import Command
from commands.digest.preview_set import Weekdays, Zone
from commands.values.moment import Period

NAMED = {
    "lead": ("jane roe", "#L-02"),
    "contact": ("samir patel",),
    "account": ("globex",),
    "opportunity": ("initech fleet renewal", "#O-01"),
    "follow_up": ("call about the quote",),
    "user": ("Dana Whitfield", "tom"),
}
"""Words for one record of each kind that Helen Brandt and Priya Raman both see."""

BY_MARK: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (StatusName, ("contacted", "Unqualified")),
    (StageName, ("needs analysis", "Proposal")),
    (SourceName, ("trade show", "Web")),
    (Weekdays, ("mon, wed and fri", "weekdays", ["sat", "sun"])),
    (Zone, ("Lisbon", "Europe/Berlin")),
)
BY_TYPE: tuple[tuple[type[Any], tuple[Any, ...]], ...] = (
    (Period, ("this year", "last 90 days", "2026-10-01 to 2026-11-18")),
    (Decimal, ("40k", "40,000.00", "$1.2m", "12.345,60", 40000, 40000.5)),
    (datetime, ("yesterday", "yesterday half past three", "2026-11-02T16:00", "monday 4pm", "16 nov at 9:30")),
    (date, ("Friday", "end of January", "2026-12-31", "in two weeks")),
    (time, ("half past seven", "7:15am", "06:45")),
)
"""The first that fits: a moment may also be a day, so it stands before the day."""

TEXTS = ("price", "Zoë O’Neil's  “third” offer, 20 % off", " GTX – 2 units, see <b> & {x} ")

FITTING: dict[str, tuple[Any, ...]] = {
    "email": ("viktor.lanz@helvetia.example",),
    "phone": ("+41 44 555 01 99",),
    "currency": ("eur",),
    "timeframe": ("next quarter", "by end of January"),
    "budget": ("40k", "40,000.00", "about what they paid last year", 52000.0),
    "company": ("globex", "Globex "),
    "industry": ("technology",),
    "search": ("jane",),
    "untouched_days": (5, "7"),
    "min_employees": (5, "7"),
    "max_employees": (5000, "7000"),
    "missing": ("follow_up", "score,follow_up"),
}
"""Arguments that take less than any text."""


def values_of(kind: type[Command], name: str) -> tuple[Any, ...]:
    """Values that an argument takes. AssertionError for a type that is not known here."""
    if name in FITTING:
        return FITTING[name]
    info, mark = kind.model_fields[name], kind.list_reference_fields().get(name)
    if isinstance(mark, OwnerMark):
        return ("Dana Whitfield", "tom", "me")
    if isinstance(mark, RecordMark):
        return NAMED[mark.kinds[0]]
    marks = [*info.metadata, *(each for part in _flat(info.annotation) for each in getattr(part, "__metadata__", ()))]
    for annotated, values in BY_MARK:
        if any(each is annotated.__metadata__[-1] for each in marks):
            return values
    plain = list(_plain_types(info.annotation))
    for wanted, values in BY_TYPE:
        if wanted in plain:
            return values
    literals = [each for each in plain if isinstance(each, str)]
    if literals:
        return tuple(literals)
    if bool in plain:
        return (True, "no")
    if int in plain:
        least = next((each.ge for each in marks if isinstance(each, Ge)), 1)
        most = next((each.le for each in marks if isinstance(each, Le)), 99)
        middle = int((least + most) // 2)  # type: ignore[operator, call-overload]
        return (middle, str(middle + 1))
    assert str in plain, f"tests/commands/spoken_values.py has no values for {kind.verb()} {name}: {info.annotation}"
    return TEXTS


def has_fixed_words(kind: type[Command], name: str) -> bool:
    """Whether an argument takes yes and no, or one of a few words."""
    return any(each is bool or isinstance(each, str) for each in _plain_types(kind.model_fields[name].annotation))


def _flat(annotation: Any) -> Iterator[Any]:
    """An annotation and all its parts."""
    yield annotation
    for part in get_args(annotation):
        if get_origin(annotation) is not Literal:
            yield from _flat(part)


def _plain_types(annotation: Any) -> Iterator[Any]:
    """The types and the literal values that an annotation is made of."""
    for part in _flat(annotation):
        if get_origin(part) is Literal:
            yield from get_args(part)
        elif isinstance(part, type):
            yield part

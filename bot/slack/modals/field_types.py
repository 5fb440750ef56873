"""What kind of input each argument of a command asks for, read off its pydantic field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum, auto
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from bot.slack.modals.elements import LONGEST_INPUT
from commands.contract.arguments import FreeWords, Labels, Names, Owners, SourceName, StageName, StatusName
from commands.contract.command import Command
from commands.digest.preview_set import Weekdays


class Sort(StrEnum):
    """What is asked for."""

    NAME = auto()
    OWNER = auto()
    STATUS = auto()
    STAGE = auto()
    SOURCE = auto()
    WEEKDAY = auto()
    ENUM = auto()
    YES_NO = auto()
    DAY = auto()
    MOMENT = auto()
    CLOCK = auto()
    AMOUNT = auto()
    NUMBER = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Shape:
    """One argument as a form asks for it."""

    name: str
    sort: Sort
    required: bool
    several: bool
    longest: int
    least: int | None
    most: int | None
    words: tuple[str, ...]
    """The values of an enumeration, in their order."""
    title: str
    description: str
    names: Names | None
    lines: bool
    """Whether it takes whole sentences."""
    labels: Labels | None
    usual: Any
    """What it is where nobody says otherwise, None where that is nothing."""

    @property
    def person(self) -> bool:
        """Whether a colleague is asked for."""
        return self.names is not None and self.names.kinds == ("user",)

    @property
    def identifies(self) -> bool:
        """Whether it names the record that the command is about."""
        return self.names is not None and self.required

    @property
    def label(self) -> str:
        """Its title, else its name: `close_date` -> Close date."""
        return self.title or spoken(self.name).capitalize()

    @property
    def hint(self) -> str:
        """The description, where it says more than the label and the choices do."""
        if self.sort in (Sort.NAME, Sort.OWNER, Sort.STATUS, Sort.STAGE, Sort.SOURCE, Sort.WEEKDAY):
            return ""
        if self.labels is not None:
            return ""
        return self.description if len(self.description.split()) > 2 else ""

    @property
    def yes_no(self) -> Labels:
        """What a yes and what a no mean."""
        return self.labels or Labels("Yes", "No")


def spoken(name: str) -> str:
    """The words of a verb or an argument: `set_follow_up` -> set follow-up."""
    return name.replace("_", " ").replace("follow up", "follow-up")


@cache
def shapes(kind: type[Command]) -> tuple[Shape, ...]:
    """The arguments of a command in their order, those that are needed first where it does not say otherwise."""
    return tuple(_shape(name, info) for name, info in kind.model_fields.items())


@cache
def reader(kind: type[Command], name: str) -> TypeAdapter[Any]:
    """What reads one argument alone, as the whole command would."""
    info = kind.model_fields[name]
    annotated: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotated)


def _shape(name: str, info: FieldInfo) -> Shape:
    parts = [*info.metadata, *_parts(info.annotation)]
    leaves = {each for each in parts if isinstance(each, type)}
    marks = [each for each in parts if not isinstance(each, type)]
    longest = min((each.max_length for each in marks if isinstance(each, MaxLen)), default=LONGEST_INPUT)
    return Shape(
        name,
        _sort(leaves, marks),
        info.is_required(),
        tuple in leaves,
        min(longest, LONGEST_INPUT),
        next((int(str(each.ge)) for each in marks if isinstance(each, Ge)), None),
        next((int(str(each.le)) for each in marks if isinstance(each, Le)), None),
        tuple(each for each in marks if isinstance(each, str)),
        info.title or "",
        info.description or "",
        next((each for each in marks if isinstance(each, Names)), None),
        any(isinstance(each, FreeWords) and each.lines for each in marks),
        next((each for each in marks if isinstance(each, Labels)), None),
        None if info.is_required() else info.default,
    )


def _sort(leaves: set[type], marks: list[Any]) -> Sort:
    for sort, found in (
        (Sort.NAME, any(isinstance(each, Names) for each in marks)),
        (Sort.OWNER, any(isinstance(each, Owners) for each in marks)),
        (Sort.STATUS, _has(marks, StatusName)),
        (Sort.STAGE, _has(marks, StageName)),
        (Sort.SOURCE, _has(marks, SourceName)),
        (Sort.WEEKDAY, _has(marks, Weekdays)),
        (Sort.ENUM, any(isinstance(each, str) for each in marks)),
        (Sort.YES_NO, bool in leaves),
        (Sort.MOMENT, datetime in leaves),
        (Sort.DAY, date in leaves),
        (Sort.CLOCK, time in leaves),
        (Sort.TEXT, str in leaves),
        (Sort.AMOUNT, Decimal in leaves),
        (Sort.NUMBER, int in leaves),
    ):
        if found:
            return sort
    return Sort.TEXT


def _has(marks: list[Any], wanted: Any) -> bool:
    return all(each in marks for each in wanted.__metadata__)


def _parts(annotation: Any) -> Iterator[Any]:
    """The types an annotation is made of, the values of its Literals, and all that its parts are annotated with."""
    if get_origin(annotation) is Literal:
        yield from (str(each) for each in get_args(annotation))
        return
    if get_origin(annotation) is tuple:
        yield tuple
    for mark in getattr(annotation, "__metadata__", ()):
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield from (each.value for each in annotation)
    elif isinstance(annotation, type) and annotation is not type(None):
        yield annotation
    for part in get_args(annotation):
        if part is not ... and not any(part is mark for mark in getattr(annotation, "__metadata__", ())):
            yield from _parts(part)

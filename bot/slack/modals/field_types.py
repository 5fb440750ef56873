"""Finds out which kind of input a form needs for each argument of a command, from its pydantic field."""

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

from commands.contract.arguments import (
    FreeWords,
    Hint,
    Labels,
    OwnerMark,
    RecordMark,
    SourceName,
    StageName,
    StatusName,
)
from commands.contract.command import Command
from commands.digest.preview_set import Weekdays
from storage.names.text_lengths import LONGEST_INPUT


class FieldType(StrEnum):
    """Names the kinds of values that forms ask for."""

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
class FormField:
    """Describes one argument as a form asks for it."""

    name: str
    type: FieldType
    required: bool
    several: bool
    longest: int
    least: int | None
    most: int | None
    words: tuple[str, ...]
    """The values to choose from, in their order."""
    title: str
    description: str
    names: RecordMark | None
    lines: bool
    """Whether it takes several lines."""
    labels: Labels | None
    own_hint: Hint | None
    gives: bool
    """Whether it is somebody all of whose records are given away."""
    usual: Any
    """The default value, None where there is none."""

    @property
    def is_person(self) -> bool:
        """Return whether it is a colleague."""
        return self.names is not None and self.names.kinds == ("user",)

    @property
    def identifies_record(self) -> bool:
        """Return whether it names the record that the command is about."""
        return self.names is not None and self.required

    @property
    def label(self) -> str:
        """Return its title, else its name in words: `close_date` -> Close date."""
        return self.title or readable_name(self.name).capitalize()

    @property
    def hint(self) -> str:
        """Return its own hint, else the description; nothing where label and options say the same."""
        if self.own_hint is not None:
            return self.own_hint.words
        if self.type in (
            FieldType.NAME,
            FieldType.OWNER,
            FieldType.STATUS,
            FieldType.STAGE,
            FieldType.SOURCE,
            FieldType.WEEKDAY,
        ):
            return ""
        if self.labels is not None:
            return ""
        return self.description if len(self.description.split()) > 2 else ""

    @property
    def yes_no_labels(self) -> Labels:
        """Return the labels of yes and no."""
        return self.labels or Labels("Yes", "No")


def readable_name(name: str) -> str:
    """Return the words of a verb or an argument: `set_follow_up` -> set follow-up."""
    return name.replace("_", " ").replace("follow up", "follow-up")


@cache
def form_fields(kind: type[Command]) -> tuple[FormField, ...]:
    """Return the arguments of a command in the order of the class."""
    return tuple(_read_form_field(name, info) for name, info in kind.model_fields.items())


@cache
def argument_adapter(kind: type[Command], name: str) -> TypeAdapter[Any]:
    """Return the adapter that validates one argument alone, as the whole command would."""
    info = kind.model_fields[name]
    annotated: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotated)


def _read_form_field(name: str, info: FieldInfo) -> FormField:
    parts = [*info.metadata, *_annotation_parts(info.annotation)]
    leaves = {each for each in parts if isinstance(each, type)}
    marks = [each for each in parts if not isinstance(each, type)]
    longest = min((each.max_length for each in marks if isinstance(each, MaxLen)), default=LONGEST_INPUT)
    return FormField(
        name,
        _field_type(leaves, marks),
        info.is_required(),
        tuple in leaves,
        min(longest, LONGEST_INPUT),
        next((int(str(each.ge)) for each in marks if isinstance(each, Ge)), None),
        next((int(str(each.le)) for each in marks if isinstance(each, Le)), None),
        tuple(each for each in marks if isinstance(each, str)),
        info.title or "",
        info.description or "",
        next((each for each in marks if isinstance(each, RecordMark)), None),
        any(isinstance(each, FreeWords) and each.lines for each in marks),
        next((each for each in marks if isinstance(each, Labels)), None),
        next((each for each in marks if isinstance(each, Hint)), None),
        any(isinstance(each, OwnerMark) and each.gives for each in marks),
        None if info.is_required() else info.default,
    )


def _field_type(leaves: set[type], marks: list[Any]) -> FieldType:
    # The order counts: a name, a status or an enumeration is a str as well.
    for field_type, found in (
        (FieldType.NAME, any(isinstance(each, RecordMark) for each in marks)),
        (FieldType.OWNER, any(isinstance(each, OwnerMark) for each in marks)),
        (FieldType.STATUS, _has_marks(marks, StatusName)),
        (FieldType.STAGE, _has_marks(marks, StageName)),
        (FieldType.SOURCE, _has_marks(marks, SourceName)),
        (FieldType.WEEKDAY, _has_marks(marks, Weekdays)),
        (FieldType.ENUM, any(isinstance(each, str) for each in marks)),
        (FieldType.YES_NO, bool in leaves),
        (FieldType.MOMENT, datetime in leaves),
        (FieldType.DAY, date in leaves),
        (FieldType.CLOCK, time in leaves),
        (FieldType.TEXT, str in leaves),
        (FieldType.AMOUNT, Decimal in leaves),
        (FieldType.NUMBER, int in leaves),
    ):
        if found:
            return field_type
    return FieldType.TEXT


def _has_marks(marks: list[Any], wanted: Any) -> bool:
    return all(each in marks for each in wanted.__metadata__)


def _annotation_parts(annotation: Any) -> Iterator[Any]:
    """Yield the types in an annotation, the values of its literals and enumerations, and its Annotated marks."""
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
            yield from _annotation_parts(part)

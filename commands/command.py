"""What every command is: a frozen value whose class says everything about it once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from commands.arguments import Names, Owners

if TYPE_CHECKING:
    from commands.context import Context
    from commands.reply import Reply


class Command(BaseModel):
    """A request with its arguments. The docstring of a subclass is its help line, its fields the arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    writes: ClassVar[bool] = False
    """Changes records: runs at once only when typed, pressed or confirmed, and is audited."""
    always_asks: ClassVar[bool] = False
    """Shows what would change and asks, also when it was typed."""
    at_once: ClassVar[bool] = False
    """A write of the asker's own that can be taken back: runs at once from a sentence too."""
    examples: ClassVar[tuple[str, ...]] = ()
    """Sentences that mean this command, as a rep would say them; help shows them."""
    words: ClassVar[str | None] = None
    """The argument that takes the words of a typed form which stand before the first key=value."""

    def run(self, context: Context) -> Reply:
        """Carry it out within the open transaction. CommandError where a person can mend something."""
        raise NotImplementedError

    @classmethod
    def present(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the arguments are now, as JSON values, where a record's own fields do not say it.

        A form begins with them. `given` are the arguments that are known already, with ids for names.
        """
        return {}

    @classmethod
    def verb(cls) -> str:
        """The command's name: `SetLeadStatus` -> set_lead_status."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def help_line(cls) -> str:
        return (cls.__doc__ or "").strip().split("\n")[0]

    @classmethod
    def named_fields(cls) -> dict[str, Names | Owners]:
        """The arguments that name records or people, with their marks."""
        marks: dict[str, Names | Owners] = {}
        for field, info in cls.model_fields.items():
            for mark in (*info.metadata, *_inner_metadata(info.annotation)):
                if isinstance(mark, Names | Owners):
                    marks[field] = mark
        return marks

    def kinds_of(self, field: str, mark: Names) -> tuple[str, ...]:
        """The kinds of record that the words of an argument may name in this call."""
        return mark.kinds

    def given(self) -> dict[str, Any]:
        """The arguments that were given, as JSON values."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


def _inner_metadata(annotation: Any) -> list[Any]:
    """What the parts of an optional argument are annotated with."""
    parts = (annotation, *getattr(annotation, "__args__", ()))
    return [mark for part in parts for mark in getattr(part, "__metadata__", ())]

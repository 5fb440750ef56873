"""A record as one line shows it: plain data that may leave the transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from storage.names.name_index import format_ref


@dataclass(frozen=True)
class Line:
    """One record of a list: its kind, number and name, and the fields its line shows."""

    kind: str
    number: int
    name: str
    external_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return format_ref(self.kind, self.number)

    def with_fields(self, **fields: Any) -> Line:
        """Return the line with other values in some fields."""
        return replace(self, fields={**self.fields, **fields})


@dataclass(frozen=True)
class Page:
    """Some lines of a longer list, and how many there are in all."""

    lines: tuple[Line, ...]
    count: int

"""A row on its way to the database: the record it describes, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from storage.imports.rows.row_reader import Cells

# The one reference that is kept as the account's name rather than its id: leads have no account.
COMPANY = "company"


class Reference(NamedTuple):
    """Words that point to another record, and the kinds it may be of, the likeliest first."""

    targets: tuple[str, ...]
    words: str


@dataclass
class BuiltRecord:
    """A record as a row describes it. `facts` are values that decide columns without being kept in one themselves."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)


@dataclass
class Entry:
    """A row to be written: its line, its cells, the key by which it is known again, and the record it describes."""

    line: int
    cells: Cells
    key: str
    first_key: bool
    built: BuiltRecord

"""A table as a file holds it, before anything of it is understood: column names and rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """A table of a file. Column names are unique and never empty.

    `rows()` yields (row number, cells) from the beginning each time it is called, without blank rows. `part` names the
    part of a JSON document (`users`); `unnamed` are the columns that the file gives no name; `notes` say what of the
    file was not taken for a row.
    """

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, Row]]]
    part: str | None = None
    # A semicolon says that the file comes from a country where the comma marks decimals.
    delimiter: str = ","
    unnamed: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.path.name} ({self.part})" if self.part else self.path.name


def make_names_unique(names: Sequence[str]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Make column names unique (a second `Name` becomes `Name (2)`) and name those without one (`column 7`)."""
    seen: dict[str, int] = {}
    made = []
    unnamed = set()
    for index, raw in enumerate(names):
        name = " ".join(raw.split())
        if not name:
            unnamed.add(index)
            name = f"column {index + 1}"
        count = seen[name] = seen.get(name, 0) + 1
        while count > 1 and f"{name} ({count})" in seen:
            count += 1
        if count > 1:
            name = f"{name} ({count})"
            seen[name] = 1
        made.append(name)
    return tuple(made), frozenset(unnamed)

"""A table as a file holds it, before anything is understood: column names and rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """Column names are unique and never empty. `rows()` starts anew each time; blank rows are left out.

    `part` names the part of a JSON document (`users`), `delimiter` hints at the country of a CSV.
    """

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, Row]]]
    part: str | None = None
    delimiter: str = ","
    unnamed: frozenset[int] = frozenset()

    @property
    def label(self) -> str:
        return f"{self.path.name} ({self.part})" if self.part else self.path.name


def make_names_unique(names: Sequence[str]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Make column names unique: a second `Name` is `Name (2)`, the seventh without a name `column 7`."""
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

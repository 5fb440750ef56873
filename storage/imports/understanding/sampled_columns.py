"""The cells of a sheet's columns in rows from all over it: an export may begin with nothing but its latest rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from storage.imports.files.sheets import Row, Sheet
from storage.imports.values.cell_text import clean_cell
from storage.names.text_lengths import LONGEST_VALUE_CELL

MOST = 4000


class SampledColumns:
    """Cells of a few thousand rows. The file is read again only where the first rows are not all, and when asked for.

    `first` are the first rows; fewer than `asked` of them are the whole file.
    """

    def __init__(self, sheet: Sheet, first: Sequence[Row], asked: int) -> None:
        self.first = first
        self._sheet = sheet
        self._asked = asked
        self._cells: dict[int, list[str]] = {}

    @cached_property
    def _spread(self) -> tuple[Sequence[Row], int]:
        """Keep every row until there are too many, then every second, every fourth ..."""
        if len(self.first) < self._asked:
            return self.first, 1
        kept: list[Row] = []
        step = 1
        for number, (_, row) in enumerate(self._sheet.rows()):
            if number % step:
                continue
            kept.append(row)
            if len(kept) >= MOST:
                kept, step = kept[::2], step * 2
        return kept, step

    @property
    def is_whole(self) -> bool:
        """Say whether the rows are all that the file has."""
        return self._spread[1] == 1

    def list_cells(self, index: int) -> list[str]:
        """List a column's cells, clean, empty where a row has none."""
        if index not in self._cells:
            self._cells[index] = _list_cells(self._spread[0], index)
        return self._cells[index]

    def list_first_values(self, index: int) -> list[str]:
        """List the values of a column in the first rows."""
        return [cell for cell in _list_cells(self.first, index) if cell]


def _list_cells(rows: Sequence[Row], index: int) -> list[str]:
    return [clean_cell(row[index][:LONGEST_VALUE_CELL]) if index < len(row) else "" for row in rows]

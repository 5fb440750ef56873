"""Finding the line with the column names: below titles and bands, and above a second line of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from storage.imports.values.cell_text import squash_name
from storage.names.column_synonyms import SYNONYMS

# Reports put a title, a date and filters above the table.
HEADER_WITHIN = 30
# A column's name as it is compared -> the fields it may mean, of whatever kind.
MEANINGS: dict[str, set[str]] = {}
for _fields in SYNONYMS.values():
    for _field, _words in _fields.items():
        for _word in _words.split():
            MEANINGS.setdefault(squash_name(_word), set()).add(_field)


def count_known_names(row: Sequence[str]) -> int:
    """Count the cells that are names of columns."""
    return len({squash_name(cell) for cell in row} & MEANINGS.keys())


def find_header_line(rows: Sequence[Sequence[str]]) -> int:
    """Find the index of the line with the column names; the number of lines where there is none."""
    # Usually the first line. Below a report's title or a band of groups it is the line that holds the most known names.
    candidates = [index for index, row in enumerate(rows[:HEADER_WITHIN]) if any(cell.strip() for cell in row)]
    if not candidates:
        return len(rows)
    first = candidates[0]
    best = max(candidates, key=lambda index: (count_known_names(rows[index]), -index))
    if best == first or count_known_names(rows[best]) < 2:
        return first
    filled, known = _count_filled(rows[first]), count_known_names(rows[first])
    wider = filled < _count_filled(rows[best]) and not _holds_figures(rows[best])
    return best if filled <= 2 or not known or wider else first


def has_second_header(header: Sequence[str], below: Sequence[str]) -> bool:
    """Say whether the line below the column names is the same names once more, as labels above API names are."""
    pairs = [(one, other) for one, other in zip(header, below, strict=False) if other.strip()]
    if len(pairs) < 2 or _holds_figures(below) or list(header) == list(below):
        return False
    return sum(_mean_the_same(one, other) for one, other in pairs) >= max(2, 0.6 * len(pairs))


def holds_other_table(rows: Sequence[Sequence[str]], header: int) -> bool:
    """Say whether a line further below names the columns of another table."""
    others = (row for row in rows[header + 1 : HEADER_WITHIN] if list(row) != list(rows[header]))
    return any(count_known_names(row) >= 4 and not _holds_figures(row) for row in others)


def name_by_band(header: Sequence[str], above: Sequence[str]) -> list[str]:
    """Put the band's word (`Contact,,,Company,`) before column names that stand in the table several times."""
    if _count_filled(above) < 2:
        return list(header)
    counts = Counter(squash_name(name) for name in header)
    named, band = [], ""
    for index, name in enumerate(header):
        band = (above[index].strip() if index < len(above) else "") or band
        named.append(f"{band} {name}".strip() if name.strip() and counts[squash_name(name)] > 1 else name)
    return named


def _mean_the_same(one: str, other: str) -> bool:
    first, second = squash_name(one), squash_name(other)
    return first == second or bool(MEANINGS.get(first, set()) & MEANINGS.get(second, set()))


def _count_filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _holds_figures(row: Sequence[str]) -> bool:
    return any("@" in cell or any(map(str.isdigit, cell)) for cell in row)

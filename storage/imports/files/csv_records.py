"""Reading CSV record by record, so that a quotation mark that is never closed costs its own line and no other."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

# The csv module refuses cells of more than 131,072 characters by itself; notes and mails can be longer.
LONGEST_CELL = 4_000_000
# A cell with more lines is no note: a quotation mark was opened and never closed.
MOST_LINES = 10_000
NARROW = 4


class BrokenRow(list[str]):
    """The cells of a line that opens a quotation mark and never closes it."""


def iter_records(file: Iterable[str], delimiter: str, width: int = 0) -> Iterator[list[str]]:
    """Yield the records of a CSV file. `width` is the number of columns, where it is known."""
    csv.field_size_limit(LONGEST_CELL)
    lines = iter(file)
    pushed_back: deque[str] = deque()
    kept: list[str] = []
    cut = False

    def feed_lines() -> Iterator[str]:
        # The reader asks for a line more than the record has only where a quotation mark is still open.
        nonlocal cut
        while (line := pushed_back.popleft() if pushed_back else next(lines, None)) is not None:
            if len(kept) >= MOST_LINES:
                pushed_back.appendleft(line)
                break
            kept.append(line)
            yield line
        cut = True

    reader = csv.reader(feed_lines(), delimiter=delimiter)
    while True:
        kept.clear()
        cut = False
        try:
            row = next(reader, None)
        except csv.Error:
            row, cut = [], True
        if row is None:
            return
        if not cut and (len(kept) == 1 or _is_one_record(kept, delimiter, width)):
            yield row
            continue
        yield BrokenRow(next(csv.reader(kept[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE)))
        pushed_back.extendleft(reversed(kept[1:]))
        reader = csv.reader(feed_lines(), delimiter=delimiter)


def _is_one_record(lines: list[str], delimiter: str, width: int) -> bool:
    """Say whether these lines are one record with line breaks in a cell, rather than records that a cell swallowed."""
    try:
        if len(list(csv.reader(lines, delimiter=delimiter, strict=True))) != 1:
            return False
    except csv.Error:
        return False
    swallowed = lines[1:-1]
    # Lines of prose do not all have as many commas as the table has columns.
    return not (
        width >= NARROW
        and len(swallowed) > 1
        and all(len(row) == width for row in csv.reader(swallowed, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    )

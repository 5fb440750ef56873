"""Lines of a report that are no records: totals, notes, titles, and the groups whose value only the first row shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from storage.imports.files.sheets import Row, Sheet
from storage.names.text_lengths import LONGEST_VALUE_CELL

TOTAL = re.compile(
    r"\s*(?:(?:grand |sub-?|overall )?totals?\b(?: (?:records?|count|rows?|leads|amount|for .*|of .*))?"
    r"|(?:gesamt|zwischen|end)?summe|gesamt|sums?|averages?|avg|mean|count|counts|record count|records?"
    r"|total g[eé]n[eé]ral|sous-total|moyenne|suma|somma|totale|soma|promedio|media|итого|合计|合計)"
    r"(?:\s*\(.*\))?\s*:?\s*[\d.,]*\s*",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"\s*(?:confidential\b.*|copyright\b.*|©.*|.*\ball rights reserved\.?|powered by\b.*|end of (?:report|file)\b.*"
    r"|(?:report )?(?:generated|created|exported|printed|run|erstellt|exportiert|gedruckt|généré|generado)"
    r" ?(?:by|on|at|from|am|von|le|par|el|por)\b.*|report (?:generated|created|run|name|date|title)\b.*"
    r"|(?:applied )?filters?(?: applied)?\s*:.*|filtered by\b.*|applied filters?\b.*|as of .*|export(?:ed)? date\b.*"
    r"|(?:page|seite|página|pagina) \d+(?: (?:of|von|de|di|sur) \d+)?|angewendete filter\b.*|filtres?\s*:.*"
    r"|.+: .+ \(\d+ records?\))\s*",
    re.IGNORECASE,
)
FIGURE = re.compile(r"[^a-z]*+(?:usd|eur|gbp|inr|chf|k|m)?[^a-z]*+", re.IGNORECASE)
NUMBER = re.compile(r"\s*+[-+(]?[$€£]?\s*+\d[\d.,\s]*+%?\)?\s*+", re.ASCII)
GROUP = re.compile(r"(.*\S)\s*\((\d+)\)")
# In a narrower table a row with one cell may be a record.
NARROW = 3


def is_total(row: Row) -> bool:
    """Say whether a row is a line of totals: its label, and nothing but figures behind it."""
    filled = _list_filled(row)
    return (
        bool(filled)
        and TOTAL.fullmatch(filled[0]) is not None
        and all(FIGURE.fullmatch(cell) or TOTAL.fullmatch(cell) for cell in filled[1:])
    )


def _list_filled(row: Row) -> list[str]:
    """List the cells that say something, with single spaces; of a long one as much as a line of a report has."""
    return [" ".join(cell[:LONGEST_VALUE_CELL].split()) for cell in row if cell and not cell.isspace()]


def is_note(row: Row) -> bool:
    """Say whether a row is a note, such as a report ends with: who made it, page, filters, copyright."""
    filled = _list_filled(row)
    return len(filled) == 1 and NOTE.fullmatch(filled[0]) is not None


class ReportEnd:
    """Tells the lines with which a report ends, or one of its parts, from records. Give it each row in order."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._ended = False
        self._has_short_records = False
        self._last_line = 0

    def is_no_record(self, line: int, row: Row) -> bool:
        """Say whether this row is a line of totals, a note, or a title behind such a line or a gap."""
        after_gap = line > self._last_line + 1 and self._last_line > 0
        self._last_line = line
        first = next((index for index, cell in enumerate(row) if cell), 0)
        lone = not any(row[first + 1 :])
        if (TOTAL.match(row[first][:LONGEST_VALUE_CELL]) and is_total(row)) or (lone and is_note(row)):
            self._ended = True
            return True
        if not lone or first or self.width < NARROW:
            self._ended = False
            return False
        self._ended |= after_gap
        if self._ended and not self._has_short_records:
            return True
        self._has_short_records = True
        return False


def fill_groups(sheet: Sheet, sample: Sequence[Row]) -> Sheet:
    """Give each row of a grouped report (`Nora Berg (2)`, then blank below) the value of its group."""
    groups = _find_group_columns(sheet, sample)
    if not groups:
        return sheet

    def iter_rows() -> Iterator[tuple[int, Row]]:
        current: dict[int, str] = {}
        for number, row in sheet.rows():
            if is_total(row) or is_note(row):
                yield number, row
                continue
            cells = [*row]
            for index in groups:
                if index < len(cells):
                    if cells[index].strip():
                        found = GROUP.fullmatch(cells[index].strip())
                        current[index] = found[1] if found else cells[index]
                    cells[index] = current.get(index, "")
            yield number, cells

    names = ", ".join(f"“{sheet.columns[index]}”" for index in groups)
    note = f"The rows are grouped by {names}; each got the value of its group"
    return replace(sheet, rows=iter_rows, notes=(*sheet.notes, note))


def _find_group_columns(sheet: Sheet, sample: Sequence[Row]) -> list[int]:
    """Find the first columns whose cells all end in a count, which add up to the rows or leave the rows below blank."""
    rows = [row for row in sample if not is_total(row) and not is_note(row)]
    found = []
    for index in range(len(sheet.columns)):
        cells = [row[index].strip() for row in rows if index < len(row)]
        groups = [GROUP.fullmatch(cell) for cell in cells if cell]
        if not groups or not cells[0] or not all(groups):
            break
        if sum(int(group[2]) for group in groups if group) < len(rows):
            break
        found.append(index)
    return found

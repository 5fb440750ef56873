"""Opening a CSV or JSON file, and finding where in it the table begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from storage.imports.files import json_documents
from storage.imports.files.encodings import detect_encoding
from storage.imports.files.sheets import Row, Sheet, make_names_unique
from storage.imports.values.cell_text import squash_name
from storage.imports.values.import_errors import ImportTrouble
from storage.names.column_synonyms import SYNONYMS

DELIMITERS = ",;\t|"
# The csv module refuses cells of more than 131,072 characters by itself; notes and mails can be longer.
LONGEST_CELL = 4_000_000
MOST_COLUMNS = 2_000
# Reports put a title, a date and filters above the table.
HEADER_WITHIN = 30
KNOWN = frozenset(name for fields in SYNONYMS.values() for names in fields.values() for name in names.split())


def open_sheets(path: Path) -> list[Sheet]:
    """Open the tables of a file: one for a CSV, one for each list in a JSON document. May raise ImportTrouble."""
    try:
        if path.is_dir():
            raise ImportTrouble(f"{path} is a folder. Name the files in it, for example {path / '*.csv'}.")
        if not path.exists():
            raise ImportTrouble(f"There is no file {path}. Check the path.")
        if path.stat().st_size == 0:
            raise ImportTrouble(f"{path.name} is empty. Export the records again, with their column names.")
        encoding = detect_encoding(path)
        if _begins_as_json(path, encoding):
            return json_documents.read_json_sheets(path, encoding)
        return [_open_csv_sheet(path, encoding)]
    except PermissionError:
        raise ImportTrouble(f"{path} may not be read. Give this user the right to read it.") from None
    except OSError as error:
        raise ImportTrouble(f"{path} cannot be read: {error.strerror or error}.") from None


def _begins_as_json(path: Path, encoding: str) -> bool:
    if path.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        return True
    with path.open(encoding=encoding) as file:
        return file.read(200).lstrip()[:1] in {"{", "["}


def _open_csv_sheet(path: Path, encoding: str) -> Sheet:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(1 << 18)
    if not head.strip():
        raise ImportTrouble(f"{path.name} is empty. Export the records again, with their column names.")
    skip = 0
    # A first line such as `sep=;` tells Excel the separator.
    if head[:4].lower() == "sep=" and len(head) > 4:
        delimiter, skip = head[4], 1
    else:
        delimiter = _detect_delimiter(head)
    first = _parse_rows(head, delimiter, path)[skip:]
    header = _find_header_line(first)
    if header >= len(first):
        raise ImportTrouble(f"{path.name} holds no table. Export the records again, with their column names.")
    if len(first[header]) > MOST_COLUMNS:
        raise ImportTrouble(f"{path.name} has {len(first[header])} columns; {MOST_COLUMNS} at most can be imported.")
    _refuse_several_tables(first, header, path)
    columns, unnamed = make_names_unique(first[header])
    start = skip + header + 1

    def iter_rows() -> Iterator[tuple[int, Row]]:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            try:
                for number, row in enumerate(islice(reader, start, None), start + 1):
                    if any(row) and not all(map(str.isspace, filter(None, row))):
                        yield number, row
            except csv.Error as error:
                raise ImportTrouble(
                    f"{path.name}, line {reader.line_num}: {error}. A quotation mark is probably opened and never"
                    " closed; correct that line, or export the file again."
                ) from None

    return Sheet(path, columns, iter_rows, delimiter=delimiter, unnamed=unnamed)


def _refuse_several_tables(rows: list[list[str]], header: int, path: Path) -> None:
    others = [row for row in rows[header + 1 : HEADER_WITHIN] if row != rows[header]]
    if any(_count_known_names(row) >= 4 and not any(map(str.isdigit, row)) for row in others):
        raise ImportTrouble(
            f"{path.name} holds several tables, or a description of tables. Export each table into a file of its own."
        )


def _parse_rows(text: str, delimiter: str, path: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ImportTrouble(f"{path.name} cannot be read as CSV: {error}. Export it again as CSV.") from None


def _detect_delimiter(head: str) -> str:
    """Detect the sign that separates cells: the one that gives the most known names, then the most even rows."""

    def rate_delimiter(delimiter: str) -> tuple[int, float, int]:
        try:
            rows = [
                row for row in islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 40) if any(row)
            ]
        except csv.Error:
            return (0, 0, 0)
        if not rows:
            return (0, 0, 0)
        widest = max(map(len, rows))
        even = sum(len(row) == widest for row in rows) / len(rows) if widest > 1 else 0
        return (max(_count_known_names(row) for row in rows[:HEADER_WITHIN]), even, widest)

    return max(DELIMITERS, key=rate_delimiter)


def _count_known_names(row: list[str]) -> int:
    return len({squash_name(cell) for cell in row} & KNOWN)


def _find_header_line(rows: list[list[str]]) -> int:
    """Find the index of the line with the column names; the number of lines where there is none."""
    # Usually the first line. Below a report's title it is the line that holds the most known names.
    candidates = [index for index, row in enumerate(rows[:HEADER_WITHIN]) if any(cell.strip() for cell in row)]
    if not candidates:
        return len(rows)
    first = candidates[0]
    best = max(candidates, key=lambda index: (_count_known_names(rows[index]), -index))
    narrow = sum(1 for cell in rows[first] if cell.strip()) <= 2
    if _count_known_names(rows[best]) >= 2 and (narrow or not _count_known_names(rows[first])) and best != first:
        return best
    return first

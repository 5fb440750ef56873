"""Opening a CSV or JSON file, and finding where in it the table begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from storage.imports.files import json_documents
from storage.imports.files.csv_records import iter_records
from storage.imports.files.encodings import detect_encoding
from storage.imports.files.header_lines import (
    HEADER_WITHIN,
    count_known_names,
    find_header_line,
    has_second_header,
    holds_other_table,
    name_by_band,
)
from storage.imports.files.sheets import Row, Sheet, make_names_unique
from storage.imports.values.import_errors import ImportTrouble

DELIMITERS = ",;\t|"
LONGEST_QUOTE = 80
MOST_COLUMNS = 2_000


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
    first = list(iter_records(io.StringIO(head, newline=""), delimiter))[skip:]
    header = find_header_line(first)
    if header >= len(first):
        raise ImportTrouble(f"{path.name} holds no table. Export the records again, with their column names.")
    names = first[header]
    if len(names) > MOST_COLUMNS:
        raise ImportTrouble(f"{path.name} has {len(names)} columns; {MOST_COLUMNS} at most can be imported.")
    notes = _describe_skipped(skip, first[:header])
    start = header + 1
    if start < len(first) and has_second_header(names, first[start]):
        names = max(names, first[start], key=count_known_names)
        notes.append(f"Row {skip + start + 1} names the columns once more and was skipped")
        start += 1
    if holds_other_table(first, start - 1):
        raise ImportTrouble(
            f"{path.name} holds several tables, or a description of tables. Export each table into a file of its own."
        )
    if header:
        names = name_by_band(names, first[header - 1])
    columns, unnamed = make_names_unique(names)

    def iter_rows() -> Iterator[tuple[int, Row]]:
        with path.open(encoding=encoding, newline="") as file:
            records = islice(iter_records(file, delimiter, len(columns)), skip + start, None)
            for number, row in enumerate(records, skip + start + 1):
                if any(row) and not all(map(str.isspace, filter(None, row))):
                    yield number, row

    return Sheet(path, columns, iter_rows, delimiter=delimiter, unnamed=unnamed, notes=tuple(notes))


def _describe_skipped(skip: int, above: list[list[str]]) -> list[str]:
    """Say which lines above the column names were skipped, with what the first of them says."""
    filled = [number for number, row in enumerate(above, skip + 1) if any(cell.strip() for cell in row)]
    if not filled:
        return []
    words = ", ".join(cell.strip() for cell in above[filled[0] - skip - 1] if cell.strip())[:LONGEST_QUOTE]
    rows = f"Row {filled[0]}" if len(filled) == 1 else f"{len(filled)} rows"
    return [f"{rows} above the column names {'was' if len(filled) == 1 else 'were'} skipped: “{words}”"]


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
        return (max(count_known_names(row) for row in rows[:HEADER_WITHIN]), even, widest)

    return max(DELIMITERS, key=rate_delimiter)

"""JSON: an array of objects, records under a key, several kinds under their names, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage.imports.files.sheets import Row, Sheet, unique_names
from storage.imports.values.import_errors import ImportTrouble

HOLDERS = ("properties", "fields")
"""Keys under which APIs keep the fields of a record (HubSpot, Airtable)."""


def sheets_of(path: Path, encoding: str) -> list[Sheet]:
    """One sheet for each list of objects in the document."""
    lists = _lists(_parsed(path, encoding))
    if not lists:
        raise ImportTrouble(
            f'{path.name} holds no list of records. Write [{{...}}, ...], or {{"leads": [...], "accounts": [...]}}.'
        )
    return [_sheet(path, part, records) for part, records in lists if records]


def _parsed(path: Path, encoding: str) -> Any:
    text = path.read_text(encoding=encoding)
    try:
        return _load(text)
    except RecursionError:
        raise ImportTrouble(f"{path.name} is nested too deeply. Export it as a plain list of records.") from None
    except ValueError as error:
        try:
            return [_load(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise ImportTrouble(f"{path.name} is not valid JSON ({error}). Export it again, or use CSV.") from None


def _load(text: str) -> Any:
    # Numbers stay the text they are: an amount must not pass through a binary float.
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=lambda _: "")


def _lists(document: Any) -> list[tuple[str | None, list[dict[str, Any]]]]:
    match document:
        case list():
            return [(None, _objects(document))] if _objects(document) else []
        case dict():
            found: list[tuple[str | None, list[dict[str, Any]]]] = [
                (key, _objects(value)) for key, value in document.items() if isinstance(value, list) and _objects(value)
            ]
            if len(found) == 1 and found[0][0] in {"records", "data", "results", "items", "value", "rows"}:
                return [(None, found[0][1])]
            return found
        case _:
            return []


def _objects(values: list[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


def _sheet(path: Path, part: str | None, records: list[dict[str, Any]]) -> Sheet:
    flat = [_flat(record) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    columns, unnamed = unique_names(names)

    def rows() -> Iterator[tuple[int, Row]]:
        for number, record in enumerate(flat, 1):
            if any(record.values()):
                yield number, [record.get(name, "") for name in names]

    return Sheet(path, columns, rows, part=part, unnamed=unnamed)


def _flat(record: dict[str, Any], before: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells |= _flat(value, before if key.lower() in HOLDERS else f"{before}{key}.")
        else:
            cells[f"{before}{key}"] = _text(value)
    return cells


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)

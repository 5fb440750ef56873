"""JSON: an array of objects, records under a key, several kinds under their names, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage.imports.files.sheets import Row, Sheet, make_names_unique
from storage.imports.values.import_errors import ImportTrouble

# HubSpot and Airtable wrap a record's fields in one of these; the columns go by the names inside.
HOLDERS = ("properties", "fields")


def read_json_sheets(path: Path, encoding: str) -> list[Sheet]:
    """Read the document as one sheet for each list of objects in it."""
    try:
        return _read_lists(path, _parse_document(path, encoding))
    except RecursionError:
        raise ImportTrouble(f"{path.name} is nested too deeply. Export it as a plain list of records.") from None


def _read_lists(path: Path, document: Any) -> list[Sheet]:
    lists = _find_lists(document)
    if not lists:
        raise ImportTrouble(
            f'{path.name} holds no list of records. Write [{{...}}, ...], or {{"leads": [...], "accounts": [...]}}.'
        )
    return [_build_sheet(path, part, records) for part, records in lists if records]


def _parse_document(path: Path, encoding: str) -> Any:
    text = path.read_text(encoding=encoding)
    try:
        return _load_json(text)
    except ValueError as error:
        try:
            # One object a line (JSON Lines) is no valid document as a whole.
            return [_load_json(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            where = f", from line {error.lineno} on" if isinstance(error, json.JSONDecodeError) else ""
            raise ImportTrouble(f"{path.name} is not valid JSON{where}. Export it again, or use CSV.") from None


def _load_json(text: str) -> Any:
    # Numbers stay the text they are: an amount must not pass through a binary float.
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=lambda _: "")


def _find_lists(document: Any) -> list[tuple[str | None, list[dict[str, Any]]]]:
    match document:
        case list():
            return [(None, _keep_objects(document))] if _keep_objects(document) else []
        case dict():
            found: list[tuple[str | None, list[dict[str, Any]]]] = [
                (key, _keep_objects(value))
                for key, value in document.items()
                if isinstance(value, list) and _keep_objects(value)
            ]
            if len(found) == 1 and found[0][0] in {"records", "data", "results", "items", "value", "rows"}:
                return [(None, found[0][1])]
            return found
        case _:
            return []


def _keep_objects(values: list[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


def _build_sheet(path: Path, part: str | None, records: list[dict[str, Any]]) -> Sheet:
    flat = [_flatten_record(record) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    columns, unnamed = make_names_unique(names)

    def iter_rows() -> Iterator[tuple[int, Row]]:
        for number, record in enumerate(flat, 1):
            if any(record.values()):
                yield number, [record.get(name, "") for name in names]

    return Sheet(path, columns, iter_rows, part=part, unnamed=unnamed)


def _flatten_record(record: dict[str, Any], before: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells |= _flatten_record(value, before if key.lower() in HOLDERS else f"{before}{key}.")
        else:
            cells[f"{before}{key}"] = _format_value(value)
    return cells


def _format_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)

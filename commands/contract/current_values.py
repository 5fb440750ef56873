"""What the arguments of a command are now, so that a form can begin with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from commands.contract.command import Command
from commands.contract.context import Context
from storage.names.name_index import format_ref, parse_ref

RECORDS = ("lead", "contact", "account", "opportunity")


def collect_current_values(kind: type[Command], context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """Collect what the arguments of a command are at present, as JSON values.

    They come from the record that `name` identifies and from settings. NotFound where the record is not visible.
    """
    return _read_record_values(kind, context, given.get("name")) | kind.load_current_values(context, given)


def _read_record_values(kind: type[Command], context: Context, name: Any) -> dict[str, Any]:
    parsed = parse_ref(name) if kind.writes and isinstance(name, str) else None
    if parsed is None or parsed[0] not in RECORDS:
        return {}
    record = context.get_record(name)
    fields = [each for each in kind.model_fields if each != "name"]
    found = {field: _to_json_value(context, record, field) for field in fields}
    return {field: value for field, value in found.items() if value is not None}


def _to_json_value(context: Context, record: Any, field: str) -> Any:
    match field:
        case "status" | "stage":
            number = getattr(record, f"{field}_id", None)
            words: dict[int, Any] = getattr(context.vocabulary, field)
            return words[number].name if number in words else None
        case "owner":
            return format_ref("user", record.owner_id) if record.owner_id else None
    match getattr(record, field, None):
        case Decimal() as amount:
            # `normalize` drops trailing zeros, but alone would write 45000 as 4.5E+4.
            return f"{amount.normalize():f}"
        case date() as day:
            return day.isoformat()
        case time() as clock:
            return f"{clock:%H:%M}"
        case str() | bool() | int() as value:
            return value
        case _:
            return None

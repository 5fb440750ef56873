"""What the arguments of a command are now, so that a form can begin with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from commands.contract.command import Command
from commands.contract.context import Context
from storage.names.name_index import parse_ref, ref

RECORDS = ("lead", "contact", "account", "opportunity")


def present(kind: type[Command], context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """The present values of the arguments that a record or a setting has, as JSON values.

    Those of the record that `name` identifies, if the command is about one; NotFound where it is not visible.
    """
    return _of_record(kind, context, given.get("name")) | kind.present(context, given)


def _of_record(kind: type[Command], context: Context, name: Any) -> dict[str, Any]:
    parsed = parse_ref(name) if kind.writes and isinstance(name, str) else None
    if parsed is None or parsed[0] not in RECORDS:
        return {}
    record = context.record(name)
    fields = [each for each in kind.model_fields if each != "name"]
    found = {field: _value(context, record, field) for field in fields}
    return {field: value for field, value in found.items() if value is not None}


def _value(context: Context, record: Any, field: str) -> Any:
    match field:
        case "status" | "stage":
            number = getattr(record, f"{field}_id", None)
            words: dict[int, Any] = getattr(context.vocabulary, field)
            return words[number].name if number in words else None
        case "owner":
            return ref("user", record.owner_id) if record.owner_id else None
    match getattr(record, field, None):
        case Decimal() as amount:
            return f"{amount.normalize():f}"
        case date() as day:
            return day.isoformat()
        case time() as clock:
            return f"{clock:%H:%M}"
        case str() | bool() | int() as value:
            return value
        case _:
            return None

"""A reply as the one JSON object that `--json` prints (DESIGN.md section 5). Keys that do not apply are left out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commands.contract.reply import Changed, Record, Reply, State
from commands.wording.plain_text import plain_text
from storage.ledger.change_ledger import MONEY_FIELDS


def as_object(reply: Reply) -> dict[str, Any]:
    """The reply as plain JSON values: amounts numbers, dates ISO text."""
    found: dict[str, Any] = {
        "understood_by": reply.understood_by,
        "command": reply.command,
        "arguments": reply.arguments,
        "state": str(reply.state),
        "text": plain_text(reply),
        "records": [_record(record) for record in reply.records],
        "figures": reply.figures,
        "rows": list(reply.rows),
        "receipt": reply.receipt and vars(reply.receipt),
        "choices": [_record(record) for record in reply.choices],
        "change": [_change(change) for change in reply.change],
        "confirmation": reply.confirmation if reply.state is State.CONFIRM or reply.choices else None,
        "also": [as_object(each) for each in reply.also],
    }
    kept = {key: value for key, value in found.items() if value not in (None, [], {}) or key == "arguments"}
    if reply.command is None:
        kept.pop("arguments", None)
    elif kept["arguments"] is None:
        kept["arguments"] = {}
    return {key: jsonable(value) for key, value in kept.items()}


def jsonable(value: Any) -> Any:
    """Amounts become numbers, dates ISO text, all the way down."""
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(key): jsonable(each) for key, each in value.items()}
        case list() | tuple():
            return [jsonable(each) for each in value]
        case _:
            return value


def _record(record: Record) -> dict[str, Any]:
    named = {"kind": record.kind, "id": record.id, "external_id": record.external_id, "name": record.name}
    return {key: value for key, value in (named | record.fields).items() if value is not None}


def _change(change: Changed) -> dict[str, Any]:
    found = vars(change)
    if change.field in MONEY_FIELDS:
        found = found | {end: Decimal(found[end]) for end in ("before", "after") if isinstance(found[end], str)}
    return {key: value for key, value in found.items() if value is not None or key in ("before", "after")}

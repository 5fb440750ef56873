"""A reply as the one JSON object that `--json` prints. Keys that do not apply are left out.

See docs/architecture.md, "States and exit codes".
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commands.contract.reply import FieldChange, Record, Reply, ReplyState
from commands.wording.plain_text import render_plain_text
from storage.ledger.change_ledger import MONEY_FIELDS


def encode_reply(reply: Reply) -> dict[str, Any]:
    """Encode a reply as plain JSON values: amounts as numbers, dates as ISO text."""
    found: dict[str, Any] = {
        "understood_by": reply.understood_by,
        "command": reply.command,
        "arguments": reply.arguments,
        "state": str(reply.state),
        "left_out": list(reply.left_out),
        "text": render_plain_text(reply),
        "records": [_encode_record(record) for record in reply.records],
        "figures": reply.figures,
        "rows": list(reply.rows),
        "receipt": reply.receipt and vars(reply.receipt),
        "choices": [_encode_record(record) for record in reply.choices],
        "change": [_encode_change(change) for change in reply.change],
        "confirmation": reply.confirmation if reply.state is ReplyState.CONFIRM or reply.choices else None,
        "also": [encode_reply(each) for each in reply.also],
    }
    kept = {key: value for key, value in found.items() if value not in (None, [], {}) or key == "arguments"}
    # Arguments belong to a command: `{}` says that it was given none, no key that there was no command.
    if reply.command is None:
        kept.pop("arguments", None)
    elif kept["arguments"] is None:
        kept["arguments"] = {}
    return {key: encode_value(value) for key, value in kept.items()}


def encode_value(value: Any) -> Any:
    """Encode a value and all that it holds: amounts as numbers, dates as ISO text."""
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(key): encode_value(each) for key, each in value.items()}
        case list() | tuple():
            return [encode_value(each) for each in value]
        case _:
            return value


def _encode_record(record: Record) -> dict[str, Any]:
    named = {"kind": record.kind, "id": record.id, "external_id": record.external_id, "name": record.name}
    return {key: value for key, value in (named | record.fields).items() if value is not None}


def _encode_change(change: FieldChange) -> dict[str, Any]:
    found = vars(change)
    # The audit log keeps amounts as exact text; in JSON they are numbers, as everywhere else.
    if change.field in MONEY_FIELDS:
        found = found | {end: Decimal(found[end]) for end in ("before", "after") if isinstance(found[end], str)}
    # An empty before or after is what the change is about, so it stays as null.
    return {key: value for key, value in found.items() if value is not None or key in ("before", "after")}

"""Answers in one line what is asked about one record: her number, its close date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from commands.contract.reply import Record, Reply, ReplyPart, ReplyState
from commands.values.phrases import format_money
from commands.wording.change_words import format_field_name, format_value
from storage.names import name_index

SPEAKS_FOR_ITSELF = frozenset(
    "phone mobile email title company website street postal_code city state country status stage".split()
)
"""Fields whose value says by itself what it is."""


def answer_detail(reply: Reply, fields: Sequence[str]) -> Reply:
    """Cut the card of a record down to the line that shows these fields, the first one first.

    The reply stays as it is where it is no card, or of a kind of record that has no such field.
    """
    if reply.state is not ReplyState.ANSWERED or not reply.card:
        return reply
    record = reply.records[0]
    asked = [each for each in fields if _has_field(record.kind, each)]
    if not asked:
        return reply
    filled = [each for each in asked if record.fields.get(each) not in (None, "")]
    values = [_format_detail(record, each) for each in filled]
    if asked[0] in filled or (values and len(fields) > 2):
        head = f"{record.name}: {' · '.join(values)}"
    else:
        missing = f"{record.name} has no {format_field_name(asked[0])} here"
        head = f"{missing}, but {' · '.join(values)}" if values else f"{missing}."
    # A part without anything in it: the record is there for buttons and for “her”, and the line says it all.
    return replace(reply, head=head, notes=(), buttons=(), records=(record,), card=False, parts=(ReplyPart(),))


def _has_field(kind: str, field: str) -> bool:
    table = name_index.TABLES[kind]
    return hasattr(table, field) or hasattr(table, f"{field}_id")


def _format_detail(record: Record, field: str) -> str:
    value = record.fields[field]
    if field == "amount":
        return format_money(Decimal(value), record.fields.get("currency", "USD"))
    words = format_value(value if isinstance(value, bool | list) else str(value), field)
    return words if field in SPEAKS_FOR_ITSELF else f"{format_field_name(field)} {words}"

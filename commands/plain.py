"""A reply as plain text: what a rep reads in a terminal, a notification or a log of the chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from commands.reply import Changed, Record, Reply, State
from commands.spoken import OWN, counted, day_words, money
from storage.ledger import MONEY_FIELDS

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.+]+)?")


def plain_text(reply: Reply) -> str:
    """The whole reply, one record a line, with the receipt at the end."""
    parts = [reply.head]
    parts += [f"{number}. {record_line(each)}" for number, each in enumerate(reply.choices, 1)]
    if shows_changes(reply):
        parts += [f"- {line}" for line in change_lines(reply.change)]
    elif reply.card:
        parts += [facts_line(reply.records[0]), *reply.notes]
    parts += [f"- {record_line(record, kind=kind)}" for record, kind in listed(reply)]
    parts += [row_line(row) for row in reply.rows]
    parts += () if reply.card else reply.notes
    if reply.receipt:
        parts.append(f"({reply.receipt.filter}; {reply.receipt.count} in all; {reply.receipt.scope})")
    parts += [plain_text(each) for each in reply.also]
    return "\n".join(part for part in parts if part)


def shows_changes(reply: Reply) -> bool:
    """Whether what changes is shown instead of the records as they are."""
    return reply.state in (State.CONFIRM, State.DONE) and bool(reply.change)


def listed(reply: Reply) -> list[tuple[Record, bool]]:
    """The records to list a line each, and whether the line has to say what kind of record it is."""
    if shows_changes(reply):
        return []
    records = reply.records[1:] if reply.card else reply.records
    if reply.receipt and reply.receipt.scope == OWN:
        records = tuple(replace(record, fields=record.fields | {"owner": None}) for record in records)
    mixed = reply.card or len({record.kind for record in records}) > 1
    return [(record, mixed) for record in records]


def facts_line(record: Record) -> str:
    """What a line shows of a record beside its name, title and company."""
    plain = {key: value for key, value in record.fields.items() if key not in ("title", "company")}
    return record_line(Record(record.kind, record.id, "", None, plain))


def record_line(record: Record, *, kind: bool = False) -> str:
    """One record with what matters: `Jane Doe, CTO, Initech · 87 hot ▲5 · Contacted · untouched 6 days`."""
    fields = record.fields
    who = ", ".join(str(part) for part in (record.name, fields.get("title"), fields.get("company")) if part)
    parts = [f"{record.kind.replace('_', ' ')} {who}" if kind else who] if who else []
    if fields.get("score") is not None:
        parts.append(" ".join(str(each) for each in (fields["score"], fields.get("band"), moved(fields)) if each))
    if fields.get("amount") is not None:
        parts.append(money(Decimal(fields["amount"]), fields.get("currency", "USD")))
    parts += [str(fields[name]) for name in ("status", "stage") if fields.get(name)]
    if fields.get("close_date"):
        parts.append(f"closes {day_words(date.fromisoformat(fields['close_date']))}")
    if fields.get("due"):
        parts.append(f"due {day_words(date.fromisoformat(fields['due']))}")
    if fields.get("untouched_days"):
        parts.append(f"untouched {counted(fields['untouched_days'], 'day')}")
    if fields.get("owner"):
        parts.append(str(fields["owner"]))
    if fields.get("not_scored"):
        parts.append("not scored")
    parts += [str(fields[name]) for name in ("note", "why") if fields.get(name)]
    if fields.get("next_step"):
        parts.append(f"next: {fields['next_step']}")
    return " · ".join(parts)


def moved(fields: dict[str, Any]) -> str:
    """How a score moved: `▲5`, `▼3`, nothing."""
    movement = fields.get("movement") or 0
    return f"▲{movement}" if movement > 0 else f"▼{-movement}" if movement < 0 else ""


FOLLOWING = frozenset(
    {"converted_at", "converted_account", "converted_contact", "converted_opportunity", "converted_anyway"}
)
"""Changes that head and notes of a conversion say in words."""


def change_lines(changes: Sequence[Changed]) -> list[str]:
    """What changed, a line each; the record's name stands before it only where there are several records."""
    shown = [change for change in changes if change.field not in FOLLOWING]
    several = len({(change.kind, change.id) for change in shown if change.field != "record"}) > 1
    return [_change_line(change, named=several) for change in shown]


def _change_line(change: Changed, *, named: bool) -> str:
    if change.field == "record":
        kind = change.kind.replace("_", " ")
        return f"new {kind}: {change.after}" if change.after is not None else f"removed {kind}: {change.before}"
    what = change.field.replace("_", " ")
    before, after = (_value(change.field, each) for each in (change.before, change.after))
    return f"{change.name}: {what} {before} → {after}" if named else f"{what[:1].upper()}{what[1:]}: {before} → {after}"


def _value(field: str, value: Any) -> str:
    match value:
        case None | "":
            return "empty"
        case True | False:
            return "yes" if value else "no"
        case str() if field in MONEY_FIELDS:
            return f"{Decimal(value):,.2f}".removesuffix(".00")
        case str() if ISO_DAY.fullmatch(value):
            return day_words(date.fromisoformat(value[:10]))
        case list():
            return ", ".join(str(each) for each in value)
        case _:
            return str(value)


def row_line(row: dict[str, Any]) -> str:
    """One group of a summary, figures with their names: `Negotiation: count 2, amount 40,000`, words as they are."""
    group, *rest = row.items()
    shown = ", ".join(
        value if isinstance(value, str) else f"{key.replace('_', ' ')} {_figure(value)}"
        for key, value in rest
        if value is not None
    )
    return f"- {group[1] if group[1] is not None else '(none)'}: {shown}"


def _figure(value: Any) -> str:
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)

"""A reply as plain text: what a rep reads in a terminal, a notification or a log of the chat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from commands.reply import Changed, Record, Reply, State
from commands.spoken import money


def plain_text(reply: Reply) -> str:
    """The whole reply, one record a line, with the receipt at the end."""
    parts = [reply.head]
    parts += [f"{number}. {record_line(each)}" for number, each in enumerate(reply.choices, 1)]
    if reply.state in (State.CONFIRM, State.DONE) and reply.change:
        parts += [f"- {change_line(change)}" for change in reply.change]
    else:
        parts += [f"- {record_line(record)}" for record in reply.records]
    parts += [row_line(row) for row in reply.rows]
    parts += reply.notes
    if reply.receipt:
        parts.append(f"({reply.receipt.filter}; {reply.receipt.count} in all; {reply.receipt.scope})")
    parts += [plain_text(each) for each in reply.also]
    return "\n".join(part for part in parts if part)


def record_line(record: Record) -> str:
    """One record with what matters: `Jane Doe, CTO, Initech · 87 hot ▲5 · Contacted · untouched 6 days`."""
    fields = record.fields
    who = ", ".join(str(part) for part in (record.name, fields.get("title"), fields.get("company")) if part)
    parts = [who]
    if fields.get("score") is not None:
        parts.append(" ".join(str(each) for each in (fields["score"], fields.get("band"), moved(fields)) if each))
    if fields.get("amount") is not None:
        parts.append(money(Decimal(fields["amount"]), fields.get("currency", "USD")))
    parts += [str(fields[name]) for name in ("status", "stage") if fields.get(name)]
    if fields.get("close_date"):
        parts.append(f"closes {fields['close_date']}")
    if fields.get("due"):
        parts.append(f"due {fields['due']}")
    if fields.get("untouched_days"):
        parts.append(f"untouched {fields['untouched_days']} days")
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


def change_line(change: Changed) -> str:
    """`Jane Doe: status Open → Contacted`."""
    if change.field == "record":
        kind = change.kind.replace("_", " ")
        return f"new {kind}: {change.after}" if change.after is not None else f"removed {kind}: {change.before}"
    before = "empty" if change.before is None else change.before
    after = "empty" if change.after is None else change.after
    return f"{change.name}: {change.field.replace('_', ' ')} {before} → {after}"


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

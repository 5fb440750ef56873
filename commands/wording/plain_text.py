"""A reply as plain text: what a rep reads in a terminal, a notification or a log of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from commands.contract.reply import Part, Receipt, Record, Reply, State
from commands.values.phrases import OWN
from commands.wording.change_words import change_lines
from commands.wording.figure_columns import row_lines, rows_left
from commands.wording.record_words import facts, record_line


def plain_text(reply: Reply) -> str:
    """The whole reply, one record a line, with the receipt at the end."""
    today = today_of(reply)
    lines = [reply.head]
    kinds = len({each.kind for each in reply.choices}) > 1
    lines += [f"{number}. {record_line(each, kind=kinds)}" for number, each in enumerate(reply.choices, 1)]
    number = 0
    for part in parts_of(reply):
        lines += [part.title] if part.title else []
        for record, below in records_of(part):
            number += 1
            lines += [f"{number}. {record_line(record, kind=part.kinds, today=today)}", below and f"   {below}"]
        lines += [f"- {line}" for line in (row_lines(part.rows) if part.rows else [])]
        lines += part.lines
    if reply.receipt:
        lines.append(f"({receipt_words(reply.receipt)})")
    lines += [plain_text(each) for each in reply.also]
    return "\n".join(line for line in lines if line)


def parts_of(reply: Reply) -> tuple[Part, ...]:
    """How a reply is read below its head: what changes instead of the records as they are, a card's facts first."""
    if reply.parts:
        return reply.parts
    if shows_changes(reply):
        return (Part(lines=(*change_lines(reply), *reply.notes)),)
    records = reply.records
    if reply.receipt and reply.receipt.scope == OWN:
        records = tuple(replace(record, fields=record.fields | {"owner": None}) for record in records)
    if reply.card:
        own = " · ".join(fact.text for fact in facts(records[0]))
        lines = tuple(line for line in (own, *reply.notes) if line)
        return (
            Part(lines=lines),
            Part(records=tuple(_belonging(each, records[0]) for each in records[1:]), kinds=True),
        )
    # Where every record says what happened to it, its kind is no news.
    mixed = len({record.kind for record in records}) > 1 and not all(record.fields.get("why") for record in records)
    left = rows_left(reply.rows)
    return (Part(records=records, kinds=mixed, rows=reply.rows, lines=(*((left,) if left else ()), *reply.notes)),)


def _belonging(record: Record, main: Record) -> Record:
    """A follow-up on a card says what to do; whom it is about and whose all of it is, the card says."""
    if record.fields.get("owner") == main.fields.get("owner"):
        record = replace(record, fields=record.fields | {"owner": None})
    if record.kind != "follow_up" or record.name != main.name:
        return record
    plain = {key: value for key, value in record.fields.items() if key not in ("note", "company")}
    return replace(record, name=record.fields.get("note") or "", fields=plain)


def records_of(part: Part) -> list[tuple[Record, str]]:
    """The records of a part, each with the line below it, "" where there is none."""
    below: Sequence[str] = part.below or [""] * len(part.records)
    return list(zip(part.records, below, strict=True))


def shows_changes(reply: Reply) -> bool:
    """Whether what changes is shown instead of the records as they are."""
    return reply.state in (State.CONFIRM, State.DONE) and bool(reply.change)


def receipt_words(receipt: Receipt) -> str:
    """`open leads, hot · your own · 4`."""
    return f"{receipt.filter} · {receipt.scope} · {receipt.count:,}"


def today_of(reply: Reply) -> date | None:
    """The day the figures are of, to leave out years that go without saying."""
    return date.fromisoformat(reply.receipt.as_of[:10]) if reply.receipt else None

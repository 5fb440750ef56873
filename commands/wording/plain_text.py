"""Renders a reply as plain text, for a terminal, a notification or a log of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from commands.contract.reply import Receipt, Record, Reply, ReplyPart, ReplyState
from commands.values.phrases import OWN
from commands.wording.change_words import list_changes
from commands.wording.figure_columns import describe_hidden_rows, format_rows
from commands.wording.record_words import format_record, list_facts


def render_plain_text(reply: Reply) -> str:
    """Render the whole reply as text, one record a line, with the receipt at the end."""
    today = get_reply_date(reply)
    lines = [reply.head]
    kinds = len({each.kind for each in reply.choices}) > 1
    lines += [f"{number}. {format_record(each, kind=kinds)}" for number, each in enumerate(reply.choices, 1)]
    # Counted through all parts, so that “the third one” is the same record in every surface.
    number = 0
    for part in split_reply(reply):
        lines += [part.title] if part.title else []
        for record, below in pair_with_lines(part):
            number += 1
            if number <= reply.start:
                continue
            lines += [f"{number}. {format_record(record, kind=part.kinds, today=today)}", below and f"   {below}"]
        lines += [f"- {line}" for line in (format_rows(part.rows) if part.rows else [])]
        lines += part.lines
    if reply.receipt:
        lines.append(f"({format_receipt(reply.receipt)})")
    lines += [render_plain_text(each) for each in reply.also]
    return "\n".join(line for line in lines if line)


def split_reply(reply: Reply) -> tuple[ReplyPart, ...]:
    """Split what stands below a reply's head into parts."""
    if reply.parts:
        return reply.parts
    # What changes says more than the records after it, which would repeat half of it.
    if shows_changes(reply):
        return (ReplyPart(lines=(*list_changes(reply), *reply.notes)),)
    records = reply.records
    # In a list of one's own records the owner is no news.
    if reply.receipt and reply.receipt.scope == OWN:
        records = tuple(replace(record, fields=record.fields | {"owner": None}) for record in records)
    if reply.card:
        own = " · ".join(fact.text for fact in list_facts(records[0]))
        lines = tuple(line for line in (own, *reply.notes) if line)
        return (
            ReplyPart(lines=lines),
            ReplyPart(records=tuple(_trim_related_record(each, records[0]) for each in records[1:]), kinds=True),
        )
    # Where every record says what happened to it, its kind is no news.
    mixed = len({record.kind for record in records}) > 1 and not all(record.fields.get("why") for record in records)
    left = describe_hidden_rows(reply.rows)
    return (ReplyPart(records=records, kinds=mixed, rows=reply.rows, lines=(*((left,) if left else ()), *reply.notes)),)


def _trim_related_record(record: Record, main: Record) -> Record:
    """Drop from a record on a card what the card says already: its owner, and whom a follow-up is about."""
    if record.fields.get("owner") == main.fields.get("owner"):
        record = replace(record, fields=record.fields | {"owner": None})
    if record.kind != "follow_up" or record.name != main.name:
        return record
    plain = {key: value for key, value in record.fields.items() if key not in ("note", "company")}
    return replace(record, name=record.fields.get("note") or "", fields=plain)


def pair_with_lines(part: ReplyPart) -> list[tuple[Record, str]]:
    """Pair the records of a part with the line below each, "" where there is none."""
    below: Sequence[str] = part.below or [""] * len(part.records)
    return list(zip(part.records, below, strict=True))


def shows_changes(reply: Reply) -> bool:
    """Tell whether what changes is shown instead of the records."""
    return reply.state in (ReplyState.CONFIRM, ReplyState.DONE) and bool(reply.change)


def format_receipt(receipt: Receipt) -> str:
    """Format a receipt: `open leads, hot · your own · 4`."""
    return f"{receipt.filter} · {receipt.scope} · {receipt.count:,}"


def get_reply_date(reply: Reply) -> date | None:
    """Get the day the figures are of, so that dates near it can leave out the year."""
    return date.fromisoformat(reply.receipt.as_of[:10]) if reply.receipt else None

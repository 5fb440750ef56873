"""Words for a list that goes on where the answer before it ended."""

from __future__ import annotations

from commands.contract.reply import Reply
from commands.values.phrases import format_count

PAGE = 10
"""How many records a page shows."""


def count_matches(reply: Reply) -> int:
    """Count the records that match in all; where the figures do not say, those that are shown."""
    count = reply.figures.get("count")
    return max(count, len(reply.records)) if isinstance(count, int) else len(reply.records)


def head_page(reply: Reply, start: int, end: int) -> str:
    """Write the head of a later page, with the records from `start` to before `end`: `11 to 20 of 37:`."""
    shown, count = len(reply.records), count_matches(reply)
    if start >= end and count > shown:
        return f"I list {shown:,} of {count:,} at the most. Ask for fewer, for example by owner."
    if start >= end:
        return f"There are no more: {format_count(count, 'record')} in all."
    first = f"{start + 1:,} to " if start + 1 < end else ""
    return f"{first}{end:,} of {count:,}:"

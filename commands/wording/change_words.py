"""What changed, in lines: before and after, said once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from commands.contract.reply import Changed, Reply, State
from commands.values.phrases import counted, day_words, money
from commands.wording.record_words import kind_words
from storage.ledger.change_ledger import ATTACHED, MONEY_FIELDS

MOST_LINES = 20
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.+]+)?")
ISO_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d+)?")
FOLLOWING = frozenset(
    {"converted_at", "converted_account", "converted_contact", "converted_opportunity", "converted_anyway", "done_at"}
)
"""Changes that head and notes of a conversion, or of a follow-up that was ticked off, say in words."""


def change_lines(reply: Reply) -> list[str]:
    """What changes or was changed, a line each, without what head and notes say already.

    A record's name stands before its line only where there are several records.
    """
    shown = [change for change in reply.change if change.field not in FOLLOWING]
    along = {change.id for change in shown if change.kind in ATTACHED and change.field == "owner"}
    shown = [change for change in shown if not (change.kind in ATTACHED and change.field == "owner")]
    several = len({(change.kind, change.id) for change in shown if change.field != "record"}) > 1
    told = [change for change in shown if several or not _said_already(reply, change)]
    lines = [_line(change, _currency(reply, change), named=several) for change in told]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES:,} more like these."]
    return lines + ([f"{counted(len(along), 'follow-up')} along with it."] if along else [])


def value_words(value: Any, field: str = "", currency: str | None = None) -> str:
    """A value before or after as people write it: `empty`, `yes`, `$4,500`, `Fri 27 Nov 2026`, `07:30`."""
    match value:
        case None | "":
            return "empty"
        case True | False:
            return "yes" if value else "no"
        case str() if field in MONEY_FIELDS and currency:
            return money(Decimal(value), currency)
        case str() if field in MONEY_FIELDS:
            return f"{Decimal(value):,.2f}".removesuffix(".00")
        case str() if field == "budget" and value.isdigit():
            return f"{int(value):,}"
        case str() if ISO_DAY.fullmatch(value):
            return day_words(date.fromisoformat(value[:10]))
        case str() if ISO_TIME.fullmatch(value):
            return f"{time.fromisoformat(value):%H:%M}"
        case list():
            return ", ".join(value_words(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{field_words(name)} {value_words(each, name)}" for name, each in value.items())
        case _:
            return str(value)


def field_words(field: str) -> str:
    """`close date` for close_date."""
    return field.replace("_", " ")


def _line(change: Changed, currency: str | None, *, named: bool) -> str:
    if change.field == "record":
        made = change.after is not None
        return f"{'New' if made else 'Removed'} {kind_words(change.kind)}: {change.after if made else change.before}"
    what = field_words(change.field)
    one, other = _apart(change.before, change.after)
    before, after = (value_words(each, change.field, currency) for each in (one, other))
    difference = _difference(change, currency)
    if named:
        return f"{change.name}: {what} {before} → {after}{difference}"
    return f"{what[:1].upper()}{what[1:]}: {before} → {after}{difference}"


def _apart(before: Any, after: Any) -> tuple[Any, Any]:
    """Of settings with several parts only the parts that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
    return before, after


def _difference(change: Changed, currency: str | None) -> str:
    """` (+$500)`, ` (-14 days)`: how far an amount or a date moved."""
    if not isinstance(change.before, str) or not isinstance(change.after, str):
        return ""
    if change.field in MONEY_FIELDS:
        step = Decimal(change.after) - Decimal(change.before)
        words = money(abs(step), currency) if currency else f"{abs(step):,.2f}".removesuffix(".00")
        return f" ({'+' if step > 0 else '-'}{words})"
    if len(change.before) == len(change.after) == 10 and all(
        ISO_DAY.fullmatch(each) for each in (change.before, change.after)
    ):
        days = (date.fromisoformat(change.after) - date.fromisoformat(change.before)).days
        return f" ({'+' if days > 0 else '-'}{counted(abs(days), 'day')})"
    return ""


def _currency(reply: Reply, change: Changed) -> str | None:
    return next((each.fields.get("currency") for each in reply.records if each.id == change.id), None)


def _said_already(reply: Reply, change: Changed) -> bool:
    """Whether the head or a note tells this: what is new by its name, a value by its field or with its record.

    A card asks with the value as it was, so there that is shown wherever there was one.
    """
    if change.field == "record":
        return change.after is not None and _holds((reply.head, *reply.notes), str(change.after))
    if reply.state is State.CONFIRM and change.before not in (None, ""):
        return False
    label = f"{field_words(change.field)}:"
    if any(note.lower().startswith(label) for note in reply.notes):
        return True
    after = value_words(change.after, change.field, _currency(reply, change))
    about = change.kind == "user" or _holds((reply.head,), change.name)
    return about and change.after not in (None, "") and _holds((reply.head, *reply.notes), after)


def _holds(texts: Iterable[str], words: str) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.I)
    return any(pattern.search(text) for text in texts)

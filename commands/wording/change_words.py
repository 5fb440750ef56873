"""Writes what changed in lines, before and after, without what the reply says already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from commands.contract.reply import FieldChange, Reply, ReplyState
from commands.values.currencies import split_currency
from commands.values.phrases import format_count, format_day, format_money
from commands.wording.record_words import format_kind
from storage.ledger.change_ledger import ATTACHED, MONEY_FIELDS

MOST_LISTED = 20
MANY_ALIKE = 4
"""So many records that change alike are named in one line, below the change."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.+]+)?")
ISO_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d+)?")
# The head and the notes of a conversion, and of a follow-up that was ticked off, say these in words.
TOLD_IN_WORDS = frozenset(
    {"converted_at", "converted_account", "converted_contact", "converted_opportunity", "converted_anyway", "done_at"}
)

MADE = ("New ", "Removed ")

Currencies = tuple[str | None, str | None]
"""The currency of an amount before and after a change."""


def list_changes(reply: Reply) -> list[str]:
    """List what changes or was changed, a line each, without what head and notes say already.

    A record's name stands before its line only where there are several records.
    """
    shown = [change for change in reply.change if change.field not in TOLD_IN_WORDS]
    # Open follow-ups go to the new owner with their lead: one line with their number says it.
    along = {change.id for change in shown if change.kind in ATTACHED and change.field == "owner"}
    shown = [change for change in shown if not (change.kind in ATTACHED and change.field == "owner")]
    # An amount that changes is written in its currency before and after.
    priced = {(change.kind, change.id) for change in shown if change.field == "amount" and change.before is not None}
    shown = [change for change in shown if change.field != "currency" or (change.kind, change.id) not in priced]
    several = len({(change.kind, change.id) for change in shown if change.field != "record"}) > 1
    told = [change for change in shown if several or not _is_already_said(reply, change)]
    # Beside several records, as a conversion makes them, a field alone would not say whose it is.
    kinds = len({record.kind for record in reply.records}) > 1
    alike: dict[str, list[FieldChange]] = {}
    for change in told:
        words = _format_change(change, _find_currencies(reply, change), kind=kinds)
        alike.setdefault(words, []).append(change)
    lines: list[str] = []
    left = MOST_LISTED
    for words, changes in alike.items():
        lines += _list_alike(words, changes[:left], named=several)
        left = max(0, left - len(changes))
    if len(told) > MOST_LISTED:
        lines.append(f"… and {len(told) - MOST_LISTED:,} more like these.")
    # Where nothing else changes, the head has counted them.
    return lines + ([f"{format_count(len(along), 'follow-up')} along with it."] if along and shown else [])


def _list_alike(words: str, changes: Sequence[FieldChange], *, named: bool) -> list[str]:
    """List changes of the same words, with the names of their records where they are to be `named`."""
    said = f"{words[:1].upper()}{words[1:]}"
    # “New contact: Jane Doe” names its record itself.
    if not named or words.startswith(MADE):
        return [said for _ in changes]
    if len(changes) >= MANY_ALIKE:
        return [said, ", ".join(change.name for change in changes)]
    return [f"{change.name}: {words.replace(': ', ' ', 1)}" for change in changes]


def format_value(value: Any, field: str = "", currency: str | None = None) -> str:
    """Format a value of a change as people write it: `empty`, `yes`, `$4,500`, `Fri 27 Nov 2026`, `07:30`."""
    match value:
        case None | "":
            return "empty"
        case True | False:
            return "yes" if value else "no"
        case str() if field in MONEY_FIELDS and currency:
            return format_money(Decimal(value), currency)
        case str() if field in MONEY_FIELDS:
            return f"{Decimal(value):,.2f}".removesuffix(".00")
        case str() if field == "budget":
            number, said = split_currency(value)
            return f"{int(number):,}{said and f' {said}'}" if number.isdigit() else value
        case str() if ISO_DAY.fullmatch(value):
            return format_day(date.fromisoformat(value[:10]))
        case str() if ISO_TIME.fullmatch(value):
            return f"{time.fromisoformat(value):%H:%M}"
        case list():
            return ", ".join(format_value(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{format_field_name(name)} {format_value(each, name)}" for name, each in value.items())
        case _:
            return str(value)


def format_field_name(field: str) -> str:
    """Format a field's name: `close date` for close_date."""
    return field.replace("_", " ")


def _format_change(change: FieldChange, currencies: Currencies, *, kind: bool) -> str:
    if change.field == "record":
        made = change.after is not None
        return f"{MADE[0] if made else MADE[1]}{format_kind(change.kind)}: {change.after if made else change.before}"
    what = f"{format_kind(change.kind)} {format_field_name(change.field)}" if kind else format_field_name(change.field)
    one, other = _keep_differing_parts(change.before, change.after)
    before, after = (
        format_value(each, change.field, currency) for each, currency in zip((one, other), currencies, strict=True)
    )
    return f"{what}: {before} → {after}{_format_difference(change, currencies)}"


def _keep_differing_parts(before: Any, after: Any) -> tuple[Any, Any]:
    """Reduce settings with several parts, like the weights of the digest, to the parts that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
    return before, after


def _format_difference(change: FieldChange, currencies: Currencies) -> str:
    """Format how far an amount or a date moved: ` (+$500)`, ` (-14 days)`."""
    if not isinstance(change.before, str) or not isinstance(change.after, str):
        return ""
    if change.field in MONEY_FIELDS:
        currency, now = currencies
        if currency != now:
            return ""
        step = Decimal(change.after) - Decimal(change.before)
        words = format_money(abs(step), currency) if currency else f"{abs(step):,.2f}".removesuffix(".00")
        return f" ({'+' if step > 0 else '-'}{words})"
    if len(change.before) == len(change.after) == 10 and all(
        ISO_DAY.fullmatch(each) for each in (change.before, change.after)
    ):
        days = (date.fromisoformat(change.after) - date.fromisoformat(change.before)).days
        return f" ({'+' if days > 0 else '-'}{format_count(abs(days), 'day')})"
    return ""


def _find_currencies(reply: Reply, change: FieldChange) -> Currencies:
    for each in reply.change:
        if (each.kind, each.id, each.field) == (change.kind, change.id, "currency"):
            return each.before, each.after
    now = next((each.fields.get("currency") for each in reply.records if each.id == change.id), None)
    return now, now


def _is_already_said(reply: Reply, change: FieldChange) -> bool:
    """Tell whether the head or a note says this already: a new record's name, or a field with its new value."""
    if change.field == "record":
        return change.after is not None and _any_mentions((reply.head, *reply.notes), str(change.after))
    # Whoever has to say yes must see what would be lost, so a card shows the value before wherever there was one.
    if reply.state is ReplyState.CONFIRM and change.before not in (None, ""):
        return False
    label = f"{format_field_name(change.field)}:"
    if any(note.lower().startswith(label) for note in reply.notes):
        return True
    after = format_value(change.after, change.field, _find_currencies(reply, change)[1])
    about = change.kind == "user" or _any_mentions((reply.head,), change.name)
    return about and change.after not in (None, "") and _any_mentions((reply.head, *reply.notes), after)


def _any_mentions(texts: Iterable[str], words: str) -> bool:
    # As whole words: “Jan” is not mentioned in “January”.
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.I)
    return any(pattern.search(text) for text in texts)

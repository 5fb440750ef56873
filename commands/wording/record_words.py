"""A record as one line: who it is, and what matters of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commands.contract.reply import Record
from commands.values.phrases import counted, day_words, money


@dataclass(frozen=True)
class Fact:
    """A few words beside a record's name. `what` says of which kind they are: score, amount or plain."""

    text: str
    what: str = "plain"


def record_line(record: Record, *, kind: bool = False, today: date | None = None) -> str:
    """One record with what matters: `Jane Doe, CTO, Initech · 87 hot ▲5 · Contacted · untouched 6 days`.

    Dates near `today` (a local date of the asker) leave out the year.
    """
    who = f"{kind_words(record.kind)} {called(record)}" if kind else called(record)
    return " · ".join(part for part in (who, *(fact.text for fact in facts(record, today))) if part)


def called(record: Record) -> str:
    """`Jane Doe, CTO, Initech`."""
    return ", ".join(str(part) for part in (record.name, *beside(record)) if part)


def beside(record: Record) -> list[str]:
    """Title and company, where they say more than the name does."""
    found = (record.fields.get(key) for key in ("title", "company"))
    return [str(each) for each in found if each and str(each) not in record.name]


def kind_words(kind: str) -> str:
    """`lead`, `follow-up`."""
    return kind.replace("_", "-")


def facts(record: Record, today: date | None = None) -> list[Fact]:
    """What a line shows of a record beside its name, title and company."""
    fields = record.fields
    found = []
    if fields.get("score") is not None:
        words = (fields["score"], fields.get("band"), moved(fields))
        found.append(Fact(" ".join(str(each) for each in words if each), "score"))
    elif fields.get("not_scored"):
        found.append(Fact("not scored", "score"))
    if fields.get("amount") is not None:
        found.append(Fact(money(Decimal(fields["amount"]), fields.get("currency", "USD")), "amount"))
    return found + [Fact(words) for words in _plain(fields, today) if words]


def _plain(fields: dict[str, Any], today: date | None) -> Iterator[str]:
    yield from (str(fields[name]) for name in ("status", "stage") if fields.get(name))
    yield _closes(fields, today)
    yield _due(fields, today)
    yield _untouched(fields)
    yield from (str(fields[name]) for name in ("owner", "note", "why") if fields.get(name))


def moved(fields: dict[str, Any]) -> str:
    """How a score moved: `▲5`, `▼3`, nothing."""
    movement = fields.get("movement") or 0
    return f"▲{movement}" if movement > 0 else f"▼{-movement}" if movement < 0 else ""


def _closes(fields: dict[str, Any], today: date | None) -> str:
    if not fields.get("close_date"):
        return ""
    day = date.fromisoformat(fields["close_date"])
    if fields.get("state") in ("won", "lost"):
        return f"closed {day_words(day, today)}"
    late = fields.get("overdue") or (today is not None and day < today)
    return f"{'was to close' if late else 'closes'} {day_words(day, today)}"


def _due(fields: dict[str, Any], today: date | None) -> str:
    if not fields.get("due"):
        return ""
    if fields.get("overdue_days"):
        return f"{counted(fields['overdue_days'], 'day')} overdue"
    return due_words(date.fromisoformat(fields["due"]), today)


def due_words(day: date, today: date | None) -> str:
    """`due tomorrow`, `due Fri 27 Nov`, `3 days overdue`."""
    if today is None or day > today + timedelta(days=1):
        return f"due {day_words(day, today)}"
    if day < today:
        return f"{counted((today - day).days, 'day')} overdue"
    return "due today" if day == today else "due tomorrow"


def _untouched(fields: dict[str, Any]) -> str:
    days = fields.get("untouched_days")
    if days is None:
        return ""
    if fields.get("never_touched"):
        return f"nothing logged yet, {counted(days, 'day')} old" if days else "new today"
    return f"untouched {counted(days, 'day')}" if days else ""

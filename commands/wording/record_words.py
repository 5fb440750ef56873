"""Writes a record as one line: its name, and what matters about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commands.contract.reply import Record
from commands.values.phrases import cut_to_line, format_count, format_day, format_money
from storage.names.no_company import has_no_company

LONGEST_REASON = 150


@dataclass(frozen=True)
class RecordFact:
    """A few words beside a record's name. `what` is score, amount or plain: surfaces may set them apart."""

    text: str
    what: str = "plain"


def format_record(record: Record, *, kind: bool = False, today: date | None = None) -> str:
    """Format one record with what matters: `Jane Doe, CTO, Initech · 87 hot ▲5 · Contacted · untouched 6 days`.

    Dates near `today` (a local date of the asker) leave out the year.
    """
    who = f"{format_kind(record.kind)} {format_record_name(record)}" if kind else format_record_name(record)
    return " · ".join(part for part in (who, *(fact.text for fact in list_facts(record, today))) if part)


def format_record_name(record: Record) -> str:
    """Format a name with title and company: `Jane Doe, CTO, Initech`."""
    return ", ".join(str(part) for part in (name_in_list(record), *list_title_and_company(record)) if part)


def name_in_list(record: Record) -> str:
    """Name a record as lists do: `Jane Doe`, or `Lead of Initech` where no person is known."""
    company = record.fields.get("company")
    unnamed = record.kind == "lead" and is_unnamed(record.name, company)
    return f"Lead of {company}" if unnamed else record.name


def name_lead(name: str, company: str | None) -> str:
    """Name a lead at the beginning of a sentence: `Jane Doe`, or `The lead of Initech` where no person is known."""
    return f"The lead of {company}" if is_unnamed(name, company) else name


def is_unnamed(name: str, company: str | None) -> bool:
    """Say whether a lead is called by its company only, since nobody knows the person."""
    return bool(company) and name == company


def list_title_and_company(record: Record) -> list[str]:
    """List title and company, where they say more than the name does; of a lead without a name the email address."""
    company = record.fields.get("company")
    unnamed = record.kind == "lead" and is_unnamed(record.name, company)
    beside = record.fields.get("email") if unnamed else None if has_no_company(company) else company
    found = (record.fields.get("title"), beside)
    return [str(each) for each in found if each and str(each) not in record.name]


def format_kind(kind: str) -> str:
    """Format a kind of record: `lead`, `follow-up`."""
    return kind.replace("_", "-")


def list_facts(record: Record, today: date | None = None) -> list[RecordFact]:
    """List what a line shows of a record beside its name, title and company."""
    fields = record.fields
    found = []
    if fields.get("score") is not None:
        words = (fields["score"], fields.get("band"), format_movement(fields))
        found.append(RecordFact(" ".join(str(each) for each in words if each), "score"))
    elif fields.get("not_scored"):
        found.append(RecordFact("not scored", "score"))
    if fields.get("amount") is not None:
        found.append(RecordFact(format_money(Decimal(fields["amount"]), fields.get("currency", "USD")), "amount"))
    return found + [RecordFact(words) for words in _list_plain_facts(fields, today) if words]


def _list_plain_facts(fields: dict[str, Any], today: date | None) -> Iterator[str]:
    yield from (str(fields[name]) for name in ("status", "stage") if fields.get(name))
    yield _format_close_date(fields, today)
    yield _format_due(fields, today)
    # Nobody has to touch what is closed; of a lost deal the reason is what people come back for.
    yield _format_lost_reason(fields) if fields.get("state") in ("won", "lost") else _format_untouched(fields)
    yield from (str(fields[name]) for name in ("owner", "note", "why") if fields.get(name))


def format_movement(fields: dict[str, Any]) -> str:
    """Format how a score moved: `▲5`, `▼3`, nothing."""
    movement = fields.get("movement") or 0
    return f"▲{movement}" if movement > 0 else f"▼{-movement}" if movement < 0 else ""


def _format_close_date(fields: dict[str, Any], today: date | None) -> str:
    if not fields.get("close_date"):
        return ""
    day = date.fromisoformat(fields["close_date"])
    if fields.get("state") in ("won", "lost"):
        return f"closed {format_day(day, today)}"
    late = fields.get("overdue") or (today is not None and day < today)
    return f"{'was to close' if late else 'closes'} {format_day(day, today)}"


def _format_due(fields: dict[str, Any], today: date | None) -> str:
    if not fields.get("due"):
        return ""
    if fields.get("overdue_days"):
        return f"{format_count(fields['overdue_days'], 'day')} overdue"
    return format_due_date(date.fromisoformat(fields["due"]), today)


def format_next_step(note: str | None, due: date, today: date | None) -> str:
    """Format what a follow-up says comes next: `Send the case study, due Fri 27 Nov`."""
    return f"{note or 'Follow up'}, {format_due_date(due, today)}"


def format_due_date(day: date, today: date | None) -> str:
    """Format a due date: `due tomorrow`, `due Fri 27 Nov`, `3 days overdue`."""
    if today is None or day > today + timedelta(days=1):
        return f"due {format_day(day, today)}"
    if day < today:
        return f"{format_count((today - day).days, 'day')} overdue"
    return "due today" if day == today else "due tomorrow"


def _format_lost_reason(fields: dict[str, Any]) -> str:
    if fields["state"] != "lost":
        return ""
    reason = fields.get("lost_reason")
    return f"reason: {cut_to_line(reason, LONGEST_REASON)}" if reason else "no reason noted"


def _format_untouched(fields: dict[str, Any]) -> str:
    days = fields.get("untouched_days")
    if days is None:
        return ""
    # “Untouched 90 days” of a lead nobody ever called would sound as if somebody had.
    if fields.get("never_touched"):
        return f"nothing logged yet, {format_count(days, 'day')} old" if days else "new today"
    return f"untouched {format_count(days, 'day')}" if days else ""

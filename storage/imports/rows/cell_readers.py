"""Reading one cell as its field needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

from storage.imports.understanding.column_content import EMAIL
from storage.imports.understanding.conventions import Convention
from storage.imports.understanding.fields import Field
from storage.imports.understanding.sheet_plan import Plan, Surroundings
from storage.imports.values.cell_vocabulary import NO, YES
from storage.imports.values.dates import read_date, read_moment
from storage.imports.values.import_errors import LostDigits, Unreadable
from storage.imports.values.lead_outcomes import read_outcome
from storage.imports.values.numbers import LOST_DIGITS, read_number, read_whole_number

LONGEST_EMAIL = 320
Reader = Callable[[str], Any]
# Several addresses or numbers in a cell stand between these; a label (`work:`, `p:`, `tel:`) may stand before each.
BETWEEN = re.compile(r":::|[;|\n,]")
LABEL = re.compile(r"[a-z][a-z ]{0,15}:\s*+(?=[+(\d])", re.IGNORECASE)
PLAIN_PHONE = re.compile(r"[+\d\s().\-/]+")
FEWEST_DIGITS = 5


class Several(NamedTuple):
    """The first of several values in a cell, and the others as they are kept."""

    first: str
    others: str


def make_reader(plan: Plan, field: Field) -> Reader:
    """Make the function that reads cells of a field in this file; it raises Unreadable with the reason."""
    convention = plan.find_convention(field.name)
    match field.reads:
        case "money":
            return partial(_read_money, comma=convention.comma)
        case "whole":
            return partial(read_whole_number, comma=convention.comma)
        case "percent":
            return partial(_read_probability, convention=convention)
        case "date":
            # A million rows hold a few thousand different days.
            return lru_cache(maxsize=20_000)(partial(read_date, day_first=convention.day_first))
        case "moment":
            return lru_cache(maxsize=2_000)(partial(_read_moment, convention=convention, around=plan.around))
        case "yes_no":
            return _read_yes_no
        case "outcome":
            return read_outcome
        case "email":
            return _read_emails
        case "phone":
            return _read_phones
        case _:
            return str


def _read_money(text: str, *, comma: bool) -> Any:
    amount = read_number(text, comma=comma)
    if amount.percent:
        raise Unreadable(f"“{text}” is a percentage, not an amount")
    if amount.value < 0:
        raise Unreadable(f"“{text}” is negative; amounts are zero or more")
    return amount


def _read_probability(text: str, *, convention: Convention) -> float:
    """Read a probability from 0 to 1."""
    amount = read_number(text, comma=convention.comma)
    value = float(amount.value) if convention.fraction and not amount.percent else float(amount.value / 100)
    if not 0 <= value <= 1:
        raise Unreadable(f"“{text}” is not a probability")
    return value


def _read_moment(text: str, *, convention: Convention, around: Surroundings) -> Any:
    return read_moment(text, day_first=convention.day_first, zone=around.zone)


def _read_yes_no(text: str) -> bool:
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable(f"“{text}” is neither yes nor no")


def _read_emails(text: str) -> str | Several:
    """Read an address in lower case, out of `Jane Doe <jane@initech.com>`, a link or a formula too; of several all."""
    if len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text):
        return text.lower()
    found = dict.fromkeys(each.strip("'.").lower() for each in EMAIL.findall(text) if len(each) <= LONGEST_EMAIL)
    if not found:
        raise Unreadable(f"“{text[:60]}” is not an email address")
    first, *others = found
    return Several(first, ", ".join(others)) if others else first


def _read_phones(text: str) -> str | Several:
    """Read a phone number as it is written, without a label before it; of several all."""
    if PLAIN_PHONE.fullmatch(text):
        return text
    if LOST_DIGITS.fullmatch(text):
        raise LostDigits(text)
    parts = [LABEL.sub("", part.strip(), count=1).strip() for part in BETWEEN.split(text) if part.strip()]
    numbers = [part for part in parts if sum(map(str.isdigit, part)) >= FEWEST_DIGITS]
    if len(numbers) < 2 or len(numbers) < len(parts):
        return LABEL.sub("", text, count=1).strip()
    first, *others = dict.fromkeys(numbers)
    return Several(first, ", ".join(others)) if others else first

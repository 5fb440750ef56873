"""Checking whether the values of a column can be what its name says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from storage.imports.understanding.fields import Field
from storage.imports.values.amount_units import find_currency
from storage.imports.values.cell_vocabulary import FLAGS, NO, SALUTATIONS, STATUS_WORDS, YES
from storage.imports.values.dates import read_date
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.lead_outcomes import guess_outcome, read_outcome
from storage.imports.values.numbers import read_number, read_whole_number
from storage.names.column_synonyms import LOCATIONS
from storage.names.country_names import COUNTRIES
from storage.names.normalise import normalise_name

# Without the signs that stand around an address in lists, links and formulas.
# Begins only where a run of such characters does: a long text without an address is looked through once.
SIGN = r"[^@\s,;:<>|()\[\]\"=?]"
EMAIL = re.compile(rf"(?<!{SIGN}){SIGN}+@{SIGN}+\.{SIGN}+")
PHONE = re.compile(
    r"(?=(?:\D*\d){7})(?:\+\d|\(\d|\d+[\s.\-/]+\d+[\s.\-/])[\d\s().\-/]*+(?:(?:x|ext\.?)\s*+\d*+)?", re.IGNORECASE
)
WEB = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
STATES = frozenset("open won lost closed active deleted new true false yes no 1 0 inprogress".split()) | {
    f"{before}{state}{behind}"
    for state in ("won", "lost", "open", "closed")
    for before, behind in (("closed ", ""), ("deal ", ""), ("", " deal"), ("opportunity ", ""))
}
STATES |= {"in progress", "win", "loss", "abandoned", "cancelled", "canceled", "pending"}
RATINGS = frozenset("hot warm cold high medium low a b c d 1 2 3 4 5 acquired active".split()) | {
    "market failed",
    "project cancelled",
    "shut down",
}
# A column of statuses, stages or roles has few different values, and short ones.
MOST_WORDS = 80
LONGEST_WORD = 120


def measure_share(values: Sequence[str], holds: Callable[[str], object]) -> float:
    """Measure which share of the values passes a test, from 0 to 1."""
    return sum(bool(holds(value)) for value in values) / len(values) if values else 0.0


def fits_field(kind: str, field: Field, values: Sequence[str], column: str = "") -> bool:
    """Say whether a column with these values (clean, none empty) may fill the field. A column without values may.

    `column` is the column's name, as it is compared.
    """
    if not values:
        return True
    if column in LOCATIONS and field.name == "country":
        return measure_share(values, lambda value: normalise_name(value) in COUNTRIES) >= 0.5
    match field.reads:
        case "yes_no":
            return measure_share(values, is_yes_or_no) >= 0.95
        case "outcome":
            # Words of failure alone are statuses; yes and no are an outcome also where none converted.
            ended = measure_share(values, partial(_can_read, read_outcome)) >= 0.95
            return ended and (any(map(guess_outcome, values)) or measure_share(values, is_yes_or_no) >= 0.95)
        case "date" | "moment":
            # Half is enough: the name fits already, and a few thousand cells of any export hold some nonsense.
            return measure_share(values, is_date) >= 0.5
        case "money" | "percent":
            return measure_share(values, is_number) >= 0.5
        case "whole":
            return (
                measure_share(values, partial(_can_read, partial(read_whole_number, comma=False))) >= 0.5
                or measure_share(values, is_number) >= 0.5
            )
        case "phone":
            return measure_share(values, lambda value: sum(map(str.isdigit, value)) >= 5) >= 0.5
        case "email":
            return measure_share(values, EMAIL.fullmatch) >= 0.5 or "@" in "".join(values[:50])
        case "word":
            return _fits_word(kind, field.name, values)
        case _:
            return _fits_text(field.name, values)


def _fits_word(kind: str, name: str, values: Sequence[str]) -> bool:
    words = {normalise_name(value) for value in values}
    match name:
        case "state":
            return len(words & STATES) >= 0.7 * len(words)
        case "currency":
            return measure_share(values, lambda value: find_currency(value) or len(value) == 3) >= 0.5
        case "time_zone":
            return measure_share(values, lambda value: "/" in value or value.upper() in {"UTC", "GMT"}) >= 0.5
        case "role" | "task_status" | "kind":
            return len(words) <= MOST_WORDS
        case _:
            few = len(words) <= max(MOST_WORDS, len(values) // 10)
            return few and max(map(len, values)) <= LONGEST_WORD and not words <= FLAGS


def _fits_text(name: str, values: Sequence[str]) -> bool:
    match name:
        case "external_id":
            return (
                # An id is different for each record; in a short file a few repeated rows weigh more.
                len(set(values)) >= (0.9 if len(values) >= 20 else 0.5) * len(values) and max(map(len, values)) <= 255
            )
        case "salutation":
            return _measure_salutations(values) >= 0.5
        case "title":
            return _measure_salutations(values) < 0.5
        case "state":
            # A state of an address, or that of a record: only the words tell.
            return not names_statuses(values)
        case "rating":
            return measure_share(values, lambda value: normalise_name(value) in RATINGS) >= 0.8
        case "website":
            return measure_share(values, lambda value: "." in value and " " not in value) >= 0.5
        case "manager" | "owner":
            # A column of people holds names, or an id in every row; other numbers are something else.
            return measure_share(values, is_number) < 0.5 or measure_share(values, str.isdigit) >= 0.95
        case _:
            return True


def _measure_salutations(values: Sequence[str]) -> float:
    return measure_share(values, lambda value: value.rstrip(".").lower() in SALUTATIONS)


def names_statuses(values: Sequence[str]) -> bool:
    """Say whether nearly all values are words that programs use as statuses, so that the column is one of these."""
    return measure_share(values, lambda value: normalise_name(value) in STATUS_WORDS) >= 0.9


def is_yes_or_no(value: str) -> bool:
    return value.lower() in YES or value.lower() in NO


def is_date(value: str) -> bool:
    return _can_read(partial(read_date, day_first=False), value)


def is_number(value: str) -> bool:
    return _can_read(partial(read_number, comma=False), value)


def _can_read(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except Unreadable:
        return False
    return True


def is_phone(value: str) -> bool:
    """Say whether this is a phone number, written so that it cannot be a date or a plain number."""
    return PHONE.fullmatch(value) is not None and not is_date(value)

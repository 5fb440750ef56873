"""Putting a lead's column into bins, or saying why its values are of no use: ids, dates, names, free text."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np

from storage.scores.columns.column_names import is_id_name, is_number_name, is_person_name
from storage.scores.columns.features import Feature, bin_categories, bin_numbers, normalise_category, parse_number
from storage.scores.columns.lead_columns import FIELDS, LeadColumn, Values

NEAR_UNIQUE = 0.5
WHOLE_UNIQUE = 0.95
MANY = 50
FREE_TEXT_WORDS = 6
MOSTLY = 0.95
# Ids as systems make them: Salesforce's, universal ones, digests, and tokens of letters and digits.
ID = re.compile(
    r"(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{15}([A-Za-z0-9]{3})?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"
    r"|(?=\w*\d)[0-9a-f]{16,}",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?"
    r"|\d{1,2}\.?[ -][^\W\d_]{3,9}\.?[ -]\d{2,4}( .*)?|[^\W\d_]{3,9}\.? \d{1,2},? \d{4}( .*)?"
    r"|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
WEB = re.compile(r"(https?://|www\.)\S+")
PHONE = re.compile(r"(\+|00|\()?[\d\s()./-]{7,}( ?x\d+)?")


def bin_column(column: LeadColumn, values: Values, filled: Values) -> tuple[Feature | None, str | None]:
    """Bin the column, or return the reason why its values are of no use."""
    distinct = {normalise_category(value) for value in filled}
    if len(distinct) == 1 and len(filled) == len(values):
        return None, "the same for every lead"
    if column.origin == "engagement":
        return bin_numbers(column, values, comma=False), None
    texts = [str(value).strip() for value in filled]
    for pattern, of_kind in ((EMAIL, "email addresses"), (WEB, "web addresses")):
        if _measure_share(pattern, texts) > 0.5:
            return None, of_kind
    if _measure_share(DATE, texts) >= MOSTLY:
        return None, "dates"
    if is_id_name(column.field) or _measure_share(ID, texts) > 0.5:
        return None, "ids"
    comma, numbers = _parse_numbers(filled)
    if len(numbers) >= MOSTLY * len(filled):
        if reason := _explain_id(column, numbers):
            return None, reason
        feature: Feature = bin_numbers(column, values, comma=comma)
    else:
        if reason := _explain_unfit_text(column, texts, distinct):
            return None, reason
        feature = bin_categories(column, values)
        if not feature.words:
            return None, "every value is too rare"
    if _hardly_varies(feature, values):
        return None, "hardly any lead differs from the others"
    return feature, None


def _hardly_varies(feature: Feature, values: Values) -> bool:
    counts = np.bincount(feature.encode_values(values), minlength=feature.size)
    # So few leads that differ tell nothing.
    return bool(len(values) - counts.max() < 10)


def _measure_share(pattern: re.Pattern[str], texts: list[str]) -> float:
    some = texts[:: max(len(texts) // 2000, 1)]
    return sum(1 for text in some if pattern.fullmatch(text)) / len(some) if some else 0.0


def _parse_numbers(filled: Values) -> tuple[bool, list[float]]:
    """Parse the values as numbers, with the decimal mark that fits more of them; return whether it is the comma."""
    read = {
        comma: [number for value in filled if (number := parse_number(value, comma=comma)) is not None]
        for comma in (False, True)
    }
    comma = len(read[True]) > len(read[False])
    return comma, read[comma]


def _explain_id(column: LeadColumn, numbers: list[float]) -> str | None:
    distinct = {*numbers}
    if len(numbers) < MANY or len(distinct) < WHOLE_UNIQUE * len(numbers):
        return (
            "a number that identifies" if is_number_name(column.field) and len(distinct) > 0.5 * len(numbers) else None
        )
    if any(number != int(number) for number in distinct) or column.field in FIELDS:
        return None
    lengths = {len(str(int(abs(number)))) for number in distinct}
    serial = max(distinct) - min(distinct) < 20 * len(numbers)
    if is_number_name(column.field) or len(lengths) == 1 or serial:
        return "nearly every lead has a number of its own"
    return None


def _explain_unfit_text(column: LeadColumn, texts: list[str], distinct: Collection[str | None]) -> str | None:
    if is_person_name(column.field):
        return "names"
    if _measure_share(PHONE, texts) > 0.8 and len(distinct) > MANY:
        return "phone numbers"
    if len(distinct) > MANY and sum(len(text.split()) for text in texts) / len(texts) > FREE_TEXT_WORDS:
        return "free text"
    if len(distinct) > max(NEAR_UNIQUE * len(texts), 10):
        return "nearly every lead has a value of its own"
    return None

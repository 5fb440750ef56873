"""Choosing the columns that a model may learn from, and saying why the others are left out.

A column leaks if it holds what became known only with the outcome. Its content decides; its name only raises suspicion.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.column_names import (
    explain_leaking_name,
    explain_questioned_name,
    is_id_name,
    is_person_name,
)
from storage.scores.columns.features import (
    FIRST,
    Feature,
    bin_categories,
    bin_numbers,
    normalise_category,
    parse_number,
)
from storage.scores.columns.lead_columns import FIELDS, LeadColumn, LeadTable, Values
from storage.scores.columns.outcomes import hash_to_unit
from storage.scores.model.measures import NORMAL_95, compute_auc

# Areas under the curve: a column that alone reaches the first knew the outcome; one whose mere presence reaches the
# second may have been filled in because of it.
TOO_GOOD = 0.9
PRESENCE = 0.65
FILLED_AT_THE_END = 0.5
# If so many leads of one outcome should by chance have a value and none has, the outcome decided about it.
EXPECTED = 20

# Times the odds of the other leads. Nothing that is known before the outcome tells so much.
BEYOND_BELIEF = 100
FEW_OPEN = 100
NEAR_UNIQUE = 0.5
WHOLE_UNIQUE = 0.95
MANY = 50
FREE_TEXT_WORDS = 6
MOSTLY = 0.95
FOLDS = 5
# So many leads of the average rate are added to each value's own: a rare value else seems to tell the outcome.
SMOOTHING = 10
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?"
    r"|\d{1,2}\.?[ -][^\W\d_]{3,9}\.?[ -]\d{2,4}( .*)?|[^\W\d_]{3,9}\.? \d{1,2},? \d{4}( .*)?"
    r"|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
WEB = re.compile(r"(https?://|www\.)\S+")
PHONE = re.compile(r"(\+|00|\()?[\d\s()./-]{7,}( ?x\d+)?")


@dataclass
class ColumnChoice:
    """The columns to learn from, as features, and the reason why each other column is not used."""

    features: list[Feature] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def choose_columns(
    sheet: LeadTable,
    converted: NDArray[np.int8],
    *,
    keep: Collection[LeadColumn],
    leave_out: Collection[LeadColumn],
    open_shares: Mapping[LeadColumn, float] | None,
) -> ColumnChoice:
    """Choose the columns to learn from. `open_shares`: the share of open leads with a column (None: too few leads)."""
    choice = ColumnChoice()
    folds = (hash_to_unit(np.array(sheet.ids)) * FOLDS).astype(int)
    for column, values in sheet.columns.items():
        filled = [value for value in values if normalise_category(value) is not None]
        if not filled:
            if sheet.late[column] or column.origin != "standard":
                choice.left_out[column.name] = _explain_late(sheet, column, filled) or "empty"
            continue
        if column in leave_out:
            choice.left_out[column.name] = "left out as asked"
            continue
        feature, reason = _bin_column(column, values, filled)
        # A person has decided: only what cannot be binned at all is still left out.
        if column in keep:
            if feature is None and reason != "the same for every lead":
                feature, reason = bin_categories(column, values), None
        else:
            reason = _explain_late(sheet, column, filled) or explain_leaking_name(column.field) or reason
            if feature is not None and reason is None:
                codes = feature.encode_values(values)
                reason = _explain_leak(column, values, filled, converted, codes, folds, open_shares)
                reason = reason or _explain_extreme_odds(feature, codes, converted)
        if reason is not None or feature is None:
            choice.left_out[column.name] = reason or "nothing in it"
        else:
            choice.features.append(feature)
    return choice


def _explain_late(sheet: LeadTable, column: LeadColumn, filled: Values) -> str | None:
    late = sheet.late[column]
    if late and late / (late + len(filled)) >= FILLED_AT_THE_END:
        return f"filled at or after the outcome for {late:,} of {late + len(filled):,} leads"
    return None


def _bin_column(column: LeadColumn, values: Values, filled: Values) -> tuple[Feature | None, str | None]:
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
        return "a number that identifies" if is_id_name(column.field) and len(distinct) > 0.5 * len(numbers) else None
    if any(number != int(number) for number in distinct) or column.field in FIELDS:
        return None
    lengths = {len(str(int(abs(number)))) for number in distinct}
    serial = max(distinct) - min(distinct) < 20 * len(numbers)
    if is_id_name(column.field) or len(lengths) == 1 or serial:
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


def _explain_leak(
    column: LeadColumn,
    values: Values,
    filled: Values,
    converted: NDArray[np.int8],
    codes: NDArray[np.uint8],
    folds: NDArray[Any],
    open_shares: Mapping[LeadColumn, float] | None,
) -> str | None:
    alone = _compute_own_auc(codes, converted, folds)
    if alone > TOO_GOOD:
        return f"alone it separates the outcomes (AUC {alone:.2f}): it must have been filled with the outcome known"
    if reason := explain_questioned_name(column.field):
        return reason
    if column.origin == "engagement":
        return None
    present = np.array([normalise_category(value) is not None for value in values])
    shares = [float(present[converted == outcome].mean()) for outcome in (1, 0)]
    presence = 0.5 + abs(shares[0] - shares[1]) / 2
    if presence > PRESENCE:
        return (
            f"questioned: merely being filled separates the outcomes "
            f"({shares[0]:.0%} of converted leads have it, {shares[1]:.0%} of the others)"
        )
    expected = present.mean() * np.bincount(converted, minlength=2)
    for outcome, who, others in ((1, "converted lead", shares[1]), (0, "lead that did not convert", shares[0])):
        if expected[outcome] >= EXPECTED and not present[converted == outcome].any():
            return (
                f"questioned: filled for no {who}, where about {expected[outcome]:,.0f} were to be expected,"
                f" but in {others:.0%} of the others"
            )
    if open_shares is not None and len(filled) / len(values) - open_shares.get(column, 0.0) > FILLED_AT_THE_END:
        return (
            f"questioned: filled in {len(filled) / len(values):.0%} of finished leads, "
            f"but in {open_shares.get(column, 0.0):.0%} of open ones"
        )
    return None


def _explain_extreme_odds(feature: Feature, codes: NDArray[np.uint8], converted: NDArray[np.int8]) -> str | None:
    """Name a value whose leads convert, or do not, as if the outcome had been known; None where there is none."""
    counts = np.bincount(codes, minlength=feature.size)
    rates = np.bincount(codes, converted, minlength=feature.size)
    for code in range(FIRST, feature.size):
        count, came = int(counts[code]), int(rates[code])
        others, rest = len(codes) - count, int(converted.sum()) - came
        if not count or not 0 < rest < others:
            continue
        odds = rest / (others - rest)
        # The cautious end of the interval: a few leads that all converted are no proof.
        low, high = _wilson_interval(came, count)
        if low / (1 - low) > BEYOND_BELIEF * odds or high / (1 - high) * BEYOND_BELIEF < odds:
            return (
                f"questioned: {came / count:.0%} of the {count:,} leads with “{feature.words[code - FIRST]}” converted,"
                f" {rest / others:.1%} of the others: more than is known before the outcome"
            )
    return None


def _wilson_interval(came: int, count: int) -> tuple[float, float]:
    """Compute the 95 % interval of a rate (Wilson's), strictly between 0 and 1."""
    rate, square = came / count, NORMAL_95**2
    middle = (rate + square / (2 * count)) / (1 + square / count)
    width = NORMAL_95 * np.sqrt(rate * (1 - rate) / count + square / (4 * count**2)) / (1 + square / count)
    return max(middle - width, 1e-9), min(middle + width, 1 - 1e-9)


def _compute_own_auc(codes: NDArray[np.uint8], converted: NDArray[np.int8], folds: NDArray[Any]) -> float:
    """Compute the AUC that a column reaches alone, by the rates of its values in the other folds."""
    scores = np.empty(len(codes))
    for fold in range(FOLDS):
        here = folds == fold
        counts = np.bincount(codes[~here], minlength=256)
        sums = np.bincount(codes[~here], converted[~here], minlength=256)
        overall = converted[~here].mean()
        scores[here] = ((sums + SMOOTHING * overall) / (counts + SMOOTHING))[codes[here]]
    return compute_auc(converted, scores).value

"""Reading numbers and amounts of any country: 1,234.56  1.234,56  12,34,567.00  1 234,5  1'234.50  (300)  45k  €20."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from storage.imports.values.amount_units import AmountUnit, read_unit
from storage.imports.values.import_errors import Unreadable
from storage.tables.column_types import MOST_MONEY

# No three decimals here: `1.234` may be a thousand and more.
PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,2}|\.\d{4,6})?", re.ASCII)
FIGURES = re.compile(r"\d[\d.,]*")
SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{2,3}(?!\d))")
AMOUNT = re.compile(
    r"(?P<before>[^\d.,]*(?:(?<=[^\W\d_])\.\s*)?)(?P<figures>[.,]?\d[\d.,]*(?:[eE][+-]?\d+)?)\s*(?P<after>[^\d]*)"
)
NUMBER_LENGTH = 60
# Spreadsheets write long numbers so: whoever it was, the digits are lost.
LOST_DIGITS = re.compile(r"\d[.,]\d+[eE]\+?\d{1,2}|\d[eE]\+\d{1,2}", re.ASCII)


class ParsedAmount(NamedTuple):
    """A number, and the currency written with it. A sign that countries share (`$`, `kr`) stands in `sign` instead."""

    value: Decimal
    currency: str | None = None
    percent: bool = False
    sign: str | None = None


def weigh_decimal_comma(text: str) -> int:
    """Return +1 if a comma must mark the decimals here, -1 if a point must, 0 if either may.

    `1,234` may be read either way, `1,23` and `1.234,5` may not.
    """
    found = FIGURES.search(SPACES.sub("", text))
    if found is None:
        return 0
    figures = found[0].rstrip(".,")
    comma, point = figures.count(","), figures.count(".")
    if comma and point:
        return 1 if figures.rfind(",") > figures.rfind(".") else -1
    if comma > 1 or point > 1:
        return -1 if comma else 1
    for count, mark, meaning in ((comma, ",", 1), (point, ".", -1)):
        if count:
            whole, decimals = figures.split(mark)
            if len(decimals) != 3 or len(whole) > 3 or whole in {"", "0"}:
                return meaning
    return 0


def uses_comma(values: Iterable[str], *, otherwise: bool) -> bool:
    """Say whether the values of a column write decimals with a comma; `otherwise` where they do not tell."""
    weight = ungrouped = commas = points = 0
    for text in values:
        weight += weigh_decimal_comma(text)
        commas += "," in text
        points += "." in text
        ungrouped += text.isdigit() and len(text) > 3
    if weight:
        return weight > 0
    # All have three digits behind the mark: it separates thousands, unless larger numbers go without any.
    if commas and not points:
        return ungrouped > 0
    if points and not commas:
        return ungrouped == 0
    return otherwise


def read_number(text: str, *, comma: bool) -> ParsedAmount:
    """Read the number in a cell. Raise Unreadable if there is none or if it is too large to keep."""
    if PLAIN.fullmatch(text) and not (comma and "." in text):
        return ParsedAmount(Decimal(text))
    if len(text) > NUMBER_LENGTH:
        raise Unreadable(f"“{text[:40]}…” is not a number")
    return _parse_number(text, comma)


@lru_cache(maxsize=4096)
def _parse_number(text: str, comma: bool) -> ParsedAmount:
    said = SPACES.sub("", text.replace("\u2212", "-").replace("–", "-")).strip()
    # Accountants write (300) for -300.
    negative = said.startswith("(") and said.endswith(")")
    if negative:
        said = said[1:-1].strip()
    found = AMOUNT.fullmatch(said)
    if found is None:
        raise Unreadable(f"“{text}” is not a number")
    before, after = found["before"].strip(), found["after"].strip()
    if before.endswith("-") or before.startswith("-") or after == "-" or after.endswith(("-",)):
        negative = True
        before, after = before.strip("- "), after.strip("- ")
    after = after.removeprefix(",").removeprefix(".").strip()
    value = _parse_decimal(found["figures"], comma, text)
    percent = "%" in after or "%" in before
    words = [word for word in (*before.strip("+ ").split(), *after.replace("%", " ").split()) if word]
    unit = AmountUnit()
    for word in words:
        if word in {",", "-", ".-"}:
            continue
        found_unit = read_unit(word)
        if found_unit is None:
            raise Unreadable(f"“{text}” is not a number")
        unit = unit.add(found_unit)
    value = value.scaleb(unit.zeros)
    return ParsedAmount(-value if negative else value, unit.currency, percent, unit.sign)


def _parse_decimal(figures: str, comma: bool, text: str) -> Decimal:
    figures = figures.rstrip(".,")
    weight = weigh_decimal_comma(figures)
    decimal_comma = weight > 0 if weight else comma
    if decimal_comma:
        figures = figures.replace(".", "").replace(",", ".") if figures.count(",") <= 1 else figures.replace(",", "")
    else:
        figures = figures.replace(",", "")
        if figures.count(".") > 1:
            figures = figures.replace(".", "")
    try:
        value = Decimal(figures)
    except InvalidOperation:
        raise Unreadable(f"“{text}” is not a number") from None
    if not value.is_finite() or abs(value) > MOST_MONEY:
        raise Unreadable(f"“{text}” is larger than any amount that can be kept")
    return value


def read_whole_number(text: str, *, comma: bool) -> int:
    """Read a count, such as employees; of a range (`51-200`) the lower end. Raise Unreadable if there is none."""
    found = re.fullmatch(r"([\d.,]+)\s*(?:-|–|to|\+)\s*([\d.,]+)?", text)
    value = read_number(found[1] if found else text, comma=comma).value
    # The column is a 32-bit integer.
    if value < 0 or value != value.to_integral_value() or value >= 2**31:
        raise Unreadable(f"“{text}” is not a whole number")
    return int(value)

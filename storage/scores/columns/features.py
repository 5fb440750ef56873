"""Putting a column's values into a few bins: ranges of numbers, categories, one for missing, one for rare values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.lead_columns import LeadColumn, Values

# Codes: no value; a value too rare to say anything, or never seen before; the first proper bin.
MISSING, RARE, FIRST = 0, 1, 2

# Codes have to fit a byte, and a bin of fewer leads than this would be learned by heart.
MOST_CATEGORIES = 60
MOST_RANGES = 32
IN_A_RANGE = 40
IN_A_CATEGORY = 10
PLACEHOLDERS = frozenset({"", "-", "–", "n/a", "na", "none", "null", "nan", "unknown", "select", "?"})
NUMBER = re.compile(r"[-+]?(\d{1,3}([,' \u00a0\u202f]\d{3})+|\d+)(\.\d+)?|[-+]?\.\d+|[-+]?\d+(\.\d+)?[eE][-+]?\d+")
CODES = "USD|EUR|GBP|CHF|CAD|AUD|INR|JPY|CNY|SEK|NOK|DKK|PLN|BRL|MXN|ZAR|SGD|AED"
CURRENCY = re.compile(rf"^([-+]?)\s*+(?:[$€£¥₹]|{CODES})\s*+|(?<!\s)\s*+(?:[$€£¥₹]|{CODES})$")
COMMA_NUMBER = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
MOST_REMEMBERED = 200_000
FEWEST_DIGITS, MOST_DIGITS = 2, 8


@dataclass
class Feature:
    """One column in bins: `edges` are where ranges of numbers begin, `keys` are categories in the form compared."""

    column: LeadColumn
    kind: Literal["number", "category"]
    words: list[str]
    edges: list[float] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    comma: bool = False

    @property
    def size(self) -> int:
        """Return how many codes there are."""
        return FIRST + len(self.words)

    def encode_values(self, values: Sequence[Any]) -> NDArray[np.uint8]:
        """Encode each value."""
        codes = self._codes
        if len(codes) > MOST_REMEMBERED:
            codes.clear()
        return np.fromiter((codes[value] for value in values), dtype=np.uint8, count=len(values))

    def __post_init__(self) -> None:
        self._codes = _Codes(self)
        self._places = {key: FIRST + place for place, key in enumerate(self.keys)}

    def encode_value(self, value: Any) -> int:
        """Encode one value."""
        if self.kind == "category":
            key = normalise_category(value)
            return MISSING if key is None else self._places.get(key, RARE)
        number = parse_number(value, comma=self.comma)
        if number is None:
            return MISSING if normalise_category(value) is None else RARE
        return FIRST + int(np.searchsorted(self.edges, number, side="right"))

    def to_json(self) -> dict[str, Any]:
        """Return the feature as plain data."""
        kept: dict[str, Any] = {
            "column": self.column.name,
            "origin": self.column.origin,
            "field": self.column.field,
            "kind": self.kind,
            "words": self.words,
        }
        return kept | ({"edges": self.edges, "comma": self.comma} if self.kind == "number" else {"keys": self.keys})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Feature:
        column = LeadColumn(kept["column"], kept["origin"], kept["field"])
        return cls(
            column, kept["kind"], kept["words"], kept.get("edges", []), kept.get("keys", []), kept.get("comma", False)
        )


class _Codes(dict[Any, int]):
    """Remembers the codes of values met before, since most values come again and again."""

    def __init__(self, feature: Feature) -> None:
        self._feature = feature

    def __missing__(self, value: Any) -> int:
        code = self[value] = self._feature.encode_value(value)
        return code


def normalise_category(value: Any) -> str | None:
    """Normalise a category for comparison: folded, with single spaces; None for a placeholder."""
    if value is None:
        return None
    key = " ".join(str(value).split()).casefold()
    return None if key in PLACEHOLDERS else key


def parse_number(value: Any, *, comma: bool) -> float | None:
    """Parse a number; None where it is no number. With `comma`, decimals follow a comma."""
    if value is None or isinstance(value, bool):
        return None if value is None else float(value)
    if isinstance(value, int | float):
        return float(value) if np.isfinite(value) else None
    text = CURRENCY.sub(r"\1", str(value).strip().rstrip("%").strip())
    if comma:
        if not COMMA_NUMBER.fullmatch(text):
            return None
        text = text.replace(".", "").replace(",", ".")
    elif not NUMBER.fullmatch(text):
        return None
    return float(re.sub(r"[,' \u00a0\u202f]", "", text))


def bin_numbers(column: LeadColumn, values: Values, *, comma: bool) -> Feature:
    """Bin numbers in ranges of about equally many leads."""
    numbers = np.array([number for value in values if (number := parse_number(value, comma=comma)) is not None])
    most = int(np.clip(len(numbers) // IN_A_RANGE, 3, MOST_RANGES))
    distinct = np.unique(numbers)
    if len(distinct) <= most:
        edges = distinct[1:]
    else:
        # A value that many leads share falls on several quantiles, which become one edge: it has a range of its own.
        edges = np.unique(np.quantile(numbers, np.arange(1, most) / most, method="higher"))
        edges = edges[edges > numbers.min()]
    places = np.searchsorted(edges, numbers, side="right")
    words = _describe_ranges([numbers[places == place] for place in range(len(edges) + 1)])
    return Feature(column, "number", words, edges=[float(edge) for edge in edges], comma=comma)


def _describe_ranges(ranges: Sequence[NDArray[np.float64]]) -> list[str]:
    """Describe ascending ranges, with as many digits as tell them apart."""
    words: list[str] = []
    for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        words = [_describe_range(each, place, len(ranges) - 1, digits) for place, each in enumerate(ranges)]
        if len({*words}) == len(words) and not any(
            low == high for low, _, high in (w.partition(" to ") for w in words)
        ):
            break
    return words


def _describe_range(numbers: NDArray[np.float64], place: int, last: int, digits: int) -> str:
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return format_number(low, digits)
    if place == last:
        return f"{format_number(low, digits)} or more"
    return (
        f"{format_number(low, digits)} to {format_number(high, digits)}"
        if place
        else f"up to {format_number(high, digits)}"
    )


def format_number(number: float, digits: int = 2) -> str:
    """Format a number as `1,023` or `2.5`, with so many digits behind the point, more where it is small."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    if abs(number) >= 0.01:
        return f"{number:,.{digits}f}".rstrip("0").rstrip(".")
    return f"{number:.{digits}g}"


def bin_categories(column: LeadColumn, values: Values) -> Feature:
    """Give each frequent value a bin of its own, most frequent first; the others share the one for rare values."""
    spellings: Counter[str] = Counter(str(value).strip() for value in values if normalise_category(value) is not None)
    counts: Counter[str] = Counter()
    said: dict[str, str] = {}
    for spelling, count in spellings.most_common():
        key = normalise_category(spelling) or ""
        counts[key] += count
        said.setdefault(key, spelling)
    least = max(IN_A_CATEGORY, len(values) // 2000)
    keys = [key for key, count in counts.most_common(MOST_CATEGORIES) if count >= least]
    return Feature(column, "category", [said[key] for key in keys], keys=keys)

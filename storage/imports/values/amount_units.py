"""The unit of an amount, as a cell, a column's name or a column beside it says: currency and thousands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from storage.imports.values.cell_vocabulary import (
    CURRENCIES,
    CURRENCY_NAMES,
    CURRENCY_SIGNS,
    MULTIPLES,
    NOISE_IN_AMOUNT_NAMES,
    SHARED_SIGNS,
    SIGNS_BY_ZONE,
)
from storage.names.normalise import normalise_name

SIGNS = {sign.casefold(): code for sign, code in CURRENCY_SIGNS.items()}
CODE = re.compile(r"\b[A-Z]{3}\b")
BETWEEN_WORDS = re.compile(r"[\s_()\[\]{}/,.:;\-]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class AmountUnit:
    """A currency, or the sign of one that countries share (`$`, `kr`), and how many zeros the number lacks."""

    currency: str | None = None
    sign: str | None = None
    zeros: int = 0

    def add(self, other: AmountUnit) -> AmountUnit:
        """Return both together; what is said last about the currency holds."""
        own = other if other.currency or other.sign else self
        return AmountUnit(own.currency, own.sign, self.zeros + other.zeros)

    def complete(self, cell: str) -> str:
        """Write the unit into a cell, before what the cell says itself: `1000` in `Amount (k€)` becomes `EUR 1000k`."""
        words = next((word for word, zeros in MULTIPLES.items() if zeros == self.zeros), "")
        said = "" if any(map(str.isalpha, cell)) else words
        return " ".join(part for part in (self.currency or self.sign, f"{cell}{said}") if part)


def read_unit(word: str) -> AmountUnit | None:
    """Read a word beside a number: `€`, `EUR`, `k`, `k€`, `HK$`, `kr.`; None where it is no unit."""
    plain = word.rstrip(".")
    for each in (word, plain):
        if (found := _read_currency_word(each)) is not None:
            return found
    if (zeros := MULTIPLES.get(plain.lower())) is not None:
        return AmountUnit(zeros=zeros)
    # `k€`, `T€`, `mUSD` and `€k` are written without a space.
    for cut in range(1, len(plain)):
        for number, money in ((plain[:cut], plain[cut:]), (plain[cut:], plain[:cut])):
            zeros = MULTIPLES.get(number.lower())
            if zeros is not None and (found := _read_currency_word(money)) is not None:
                return found.add(AmountUnit(zeros=zeros))
    return None


def _read_currency_word(word: str) -> AmountUnit | None:
    if word.upper() in CURRENCIES:
        return AmountUnit(word.upper())
    if word.strip("$") == "" and word:
        return AmountUnit(sign="$")
    if word.lower() in SHARED_SIGNS:
        return AmountUnit(sign=word.lower())
    code = CURRENCY_SIGNS.get(word) or SIGNS.get(word.casefold())
    return AmountUnit(code) if code else None


def find_currency(words: str) -> str | None:
    """Find the currency in the cell of a currency column: its code, or a sign that countries share."""
    named = CURRENCY_NAMES.get(normalise_name(words))
    if named:
        return named
    found = read_unit(words.strip())
    if found is None:
        # `EUR - Euro`, `Euro (EUR)`
        found = next((AmountUnit(code) for code in CODE.findall(words.upper()) if code in CURRENCIES), None)
    return (found.currency or found.sign) if found else None


def settle_sign(sign: str, *, own: str, zone: str) -> str:
    """Decide which currency a shared sign means: the workspace's own if it is one of them, else that of its zone."""
    options = SHARED_SIGNS[sign]
    near = SIGNS_BY_ZONE.get(zone, "")
    return own if own in options else near if near in options else options[0]


@lru_cache(maxsize=10_000)
def split_unit(name: str) -> tuple[str, AmountUnit]:
    """Split a column's name into what it names and the unit it says: `Deal Value (k€)` is `Deal Value` in k€."""
    unit = AmountUnit()
    kept: list[str] = []
    for word in BETWEEN_WORDS.split(CAMEL.sub(" ", name)):
        found = read_unit(word) if word else None
        # A column `K` or `M` alone is no thousand.
        if found is not None and (kept or found.currency or found.sign):
            unit = unit.add(found)
        elif word and word.lower() not in NOISE_IN_AMOUNT_NAMES:
            kept.append(word)
    return " ".join(kept), unit

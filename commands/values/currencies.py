"""Reads currencies as people write them beside an amount: `EUR`, `€`, `euros`, `HK$`, `kr`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_name("currencies.toml").read_text(encoding="utf-8"))
CODES = frozenset(_DATA["codes"].split())
WRITTEN: dict[str, tuple[str, ...]] = {said: tuple(codes.split()) for said, codes in _DATA["written"].items()}
"""What may stand for a currency besides its code, in lower case, with the currencies that it may mean."""
IN_CAPITALS, EVERYDAY = (frozenset(_DATA[name].split()) for name in ("in_capitals", "everyday"))
"""What is a currency within a sentence in capitals only, and what is an ordinary word there."""
_ANY = "|".join(re.escape(each) for each in sorted({*WRITTEN, *map(str.lower, CODES)}, key=len, reverse=True))
# A word needs an end: `cad` in “cadence” is no currency. A sign may touch the number on either side.
BEFORE = re.compile(rf"^\s*(?P<currency>{_ANY})\.?(?:(?<=\W)|(?=[\s\d.]))\s*(?=\S)", re.I)
BEHIND = re.compile(rf"(?<=\S)(?:\s+|(?<=\d)|(?=[^\w\s]))(?P<currency>{_ANY})\.?\s*$", re.I)


def list_meanings(said: str) -> tuple[str, ...]:
    """List the codes of the currencies that these words may mean, the likeliest first; empty for none."""
    words = " ".join(said.lower().split())
    bare = words.rstrip(".")
    return WRITTEN.get(words) or WRITTEN.get(bare) or ((bare.upper(),) if bare.upper() in CODES else ())


def read_currency(said: str, own: str) -> str | None:
    """Read the code of a currency; of several that the words may mean `own` if it is one. None for no currency."""
    found = list_meanings(said)
    if own in found or said.strip().upper() == own:
        return own
    return found[0] if found else None


def split_currency(amount: str) -> tuple[str, str]:
    """Split an amount into the number and the currency beside it, empty for none: `40k EUR` -> `40k`, `EUR`."""
    for pattern in (BEHIND, BEFORE):
        found = pattern.search(amount)
        if found:
            rest = (amount[: found.start()] + amount[found.end() :]).strip()
            return (rest, found["currency"]) if rest else (amount, "")
    return amount, ""

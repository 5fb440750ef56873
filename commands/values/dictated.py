"""Reads addresses and phone numbers as they are dictated: `elena at black sea dot example`, `five five five oh one`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from commands.values.number_words import UNITS

_DATA = tomllib.loads(Path(__file__).with_name("dictated.toml").read_text(encoding="utf-8"))
SIGNS: dict[str, str] = _DATA["signs"]
DIGITS = {word: str(number) for word, number in UNITS.items() if number < 10} | _DATA["digits"]
REPEATS: dict[str, int] = _DATA["repeats"]
MOST_DOMAIN_WORDS = 3
"""How many words before its first dot a domain is said with at most."""
FEWEST_DIGITS = 5
"""How many digits a number that is dictated has at least."""
LAST_DIGITS, AREA_DIGITS = 4, 3
"""How a number of the usual length is written: `617 555 0901`."""


def find_dictated_emails(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Find addresses among words in small letters: the first and the last word of each, and the address."""
    for at in range(1, len(words) - 2):
        if SIGNS.get(words[at]) != "@":
            continue
        first, name = at - 1, words[at - 1]
        while first >= 2 and SIGNS.get(words[first - 1], "@") != "@":
            first, name = first - 2, words[first - 2] + SIGNS[words[first - 1]] + name
        dot = next((place for place in range(at + 2, at + 2 + MOST_DOMAIN_WORDS) if _is_dot(words, place)), None)
        if dot is None:
            continue
        domain, last = "".join(SIGNS.get(word, word) for word in words[at + 1 : dot]), dot - 1
        while _is_dot(words, last + 1):
            domain, last = f"{domain}.{words[last + 2]}", last + 2
        address = f"{name}@{domain}"
        if address.isascii() and " " not in address:
            yield first, last, address


def _is_dot(words: Sequence[str], at: int) -> bool:
    return at + 1 < len(words) and SIGNS.get(words[at]) == "." and words[at + 1].isalnum()


def find_dictated_numbers(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Find numbers said digit by digit: the first and the last word of each, and the number as it is written."""
    at = 0
    while at < len(words):
        first, digits, times = at, "", 1
        while at < len(words) and (words[at] in DIGITS or words[at] in REPEATS):
            if words[at] in REPEATS:
                times = REPEATS[words[at]]
            else:
                digits, times = digits + times * DIGITS[words[at]], 1
            at += 1
        if len(digits) >= FEWEST_DIGITS:
            yield first, at - 1, _write_number(digits)
        at = max(at, first + 1)


def _write_number(digits: str) -> str:
    """Write digits in the usual groups: `555 0901`, `617 555 0901`; any others as they are."""
    if len(digits) not in (LAST_DIGITS + AREA_DIGITS, LAST_DIGITS + 2 * AREA_DIGITS):
        return digits
    groups = [digits[at : at + AREA_DIGITS] for at in range(0, len(digits) - LAST_DIGITS, AREA_DIGITS)]
    return " ".join((*groups, digits[-LAST_DIGITS:]))

"""Reads addresses and phone numbers as they are dictated: `elena at black sea dot example`, `five five five oh one`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from commands.values.number_words import UNITS

_DATA = tomllib.loads(Path(__file__).with_name("dictated.toml").read_text(encoding="utf-8"))
SIGNS: dict[str, str] = _DATA["signs"]
ADDRESS = re.compile(r"[a-z0-9._-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
DIGITS = {word: str(number) for word, number in UNITS.items() if number < 10} | _DATA["digits"]
REPEATS: dict[str, int] = _DATA["repeats"]
MOST_DOMAIN_WORDS = 2
"""How many words before its first dot a domain is said with at most: “at seven on the dot” is no address."""
FEWEST_DIGITS = 5
"""How many digits a number that is dictated has at least."""
LAST_DIGITS, AREA_DIGITS = 4, 3
"""How a number of the usual length is written: `617 555 0901`."""


def find_dictated_emails(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Find addresses among words in small letters, one stretch without punctuation.

    Return the first and the last word of each, and the address.
    """
    for at in range(1, len(words) - 2):
        if SIGNS.get(words[at]) != "@":
            continue
        first, name = at - 1, words[at - 1]
        while first >= 2 and SIGNS.get(words[first - 1], "@") != "@":
            first, name = first - 2, words[first - 2] + SIGNS[words[first - 1]] + name
        dot = at + 2
        while dot < len(words) and SIGNS.get(words[dot]) != ".":
            dot += 1
        said = words[at + 1 : dot]
        if sum(word not in SIGNS for word in said) > MOST_DOMAIN_WORDS or not _is_dot(words, dot):
            continue
        domain, last = "".join(SIGNS.get(word, word) for word in said), dot - 1
        while _is_dot(words, last + 1):
            domain, last = f"{domain}.{words[last + 2]}", last + 2
        if ADDRESS.fullmatch(f"{name}@{domain}"):
            yield first, last, f"{name}@{domain}"


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

"""What gives a person away in a text: the full name, the addresses and the numbers, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, false, func, or_, true

from storage.names.normalise import normalise_name

# A number with fewer digits is no phone number, and would be found in others.
FEWEST_DIGITS = 6
# So many last digits are the same number, with or without the code of a country. A shorter one is compared whole.
LAST_DIGITS = 8
BETWEEN_DIGITS = r"[\s().\-/]{0,3}"
BETWEEN_WORDS = r"[\s_.\-]{1,3}"
# What Slack would make a link of is posted with another dot (docs/slack.md).
DOT = "[.․]"
APOSTROPHES = "['’ʼ`]"


def compile_marks(names: Sequence[str], emails: Sequence[str], phones: Sequence[str]) -> re.Pattern[str]:
    """Compile what finds a person in a text; with no marks it finds nothing."""
    marks = [*map(_spell_email, emails), *(_spell_phone(each) for each in phones if _is_phone(each))]
    marks += [spelt for name in names for spelt in _spell_name(name.split())]
    return re.compile("|".join(marks) or r"(?!)", re.IGNORECASE)


def may_hold_marks(
    column: Any, names: Sequence[str], emails: Sequence[str], phones: Sequence[str]
) -> ColumnElement[bool]:
    """Make the condition that picks the cells worth a closer look, so that a large database is not read whole."""
    pieces = {_find_longest_plain(each) for each in (*names, *emails)}
    if "" in pieces:
        # In another script there are no letters that are written alike in a text, in JSON and in capitals.
        return true()
    said = func.lower(cast(column, Text))
    return or_(
        false(),
        *(said.contains(piece, autoescape=True) for piece in sorted(pieces)),
        *(match_digits(said, each) for each in phones if _is_phone(each)),
    )


def match_digits(column: Any, phone: str) -> ColumnElement[bool]:
    """Match what has the last digits of a number in their order, whatever stands between them."""
    found: ColumnElement[bool] = column.like(f"%{'%'.join(_list_digits(phone)[-LAST_DIGITS:])}%")
    return found


def is_same_phone(one: str, other: str) -> bool:
    """Tell whether two phone numbers are the same, with or without the code of a country."""
    first, second = _list_digits(one), _list_digits(other)
    if min(len(first), len(second)) < LAST_DIGITS:
        return first == second
    return first[-LAST_DIGITS:] == second[-LAST_DIGITS:]


def _is_phone(phone: str) -> bool:
    return len(_list_digits(phone)) >= FEWEST_DIGITS


def _list_digits(text: str) -> list[str]:
    return re.findall(r"[0-9]", text)


def _spell_email(email: str) -> str:
    spelt = DOT.join(map(re.escape, email.split(".")))
    return rf"(?<![\w.․+-]){spelt}(?![\w-]|{DOT}\w)"


def _spell_phone(phone: str) -> str:
    digits = _list_digits(phone)
    last = BETWEEN_DIGITS.join(digits[-LAST_DIGITS:])
    if len(digits) < LAST_DIGITS:
        # As a whole only: it is no part of a longer number, whose other digits stand up to three signs before it.
        alone = "".join(rf"(?<!\d[\s().\-/]{{{signs}}})" for signs in range(4))
        return rf"{alone}{last}(?!\d|-\d)"
    # The code of a country, with `00` before it or not, or a zero instead.
    code = len(digits) - LAST_DIGITS + 2
    return rf"(?<!\d)\+?\(?(?:\d{BETWEEN_DIGITS}){{0,{code}}}{last}(?!\d)"


def _spell_name(words: Sequence[str]) -> Iterable[str]:
    spelt = [_spell_word(each) for each in words]
    yield rf"(?<!\w){BETWEEN_WORDS.join(spelt)}(?!\w)"
    yield rf"(?<!\w){BETWEEN_WORDS.join([f'{spelt[-1]},', *spelt[:-1]])}(?!\w)"


def _spell_word(word: str) -> str:
    """Spell a word of a name as it is and in plain letters: of `José Núñez` people write either without its marks."""
    folded = BETWEEN_WORDS.join(normalise_name(word).split())
    written = re.sub(APOSTROPHES, APOSTROPHES, re.escape(word))
    return f"(?:{written}|{folded})" if folded else written


def _find_longest_plain(words: str) -> str:
    """Find the longest run of plain letters: other letters stand as escapes in JSON, and have no lower case there."""
    return max(re.findall(r"[a-z0-9]+", words.lower()), key=len, default="")

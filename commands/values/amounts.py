"""Reads numbers and amounts as reps write them: `45k`, `$1.2m`, `seven and a half thousand`, `2 lakh`, `42.500 $`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from commands.values import number_words
from commands.values.currencies import CODES, IN_CAPITALS, WRITTEN
from commands.values.number_words import UNITS
from commands.values.text import Token, tokenize_text

TENS = number_words.TENS | {"fourty": 40, "ninty": 90}
SCALES = {
    word: int(scale)
    for scale, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["scales"].items()
    for word in words.split()
}
EITHER_SCALE, FEWEST_THOUSANDS = "mil", 10
"""Of millions there are few, “1.5 mil”; in Spanish and Portuguese “80 mil” are thousands, and where there are many."""
FACTORS = {"dozen": 12, "hundred": 100}
COUNTED_BY_A = {*FACTORS, "thousand", "million"}
FRACTIONS = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
PLAIN = re.compile(r"\d+(?:[.,]\d+)?$")
GROUPED = re.compile(r"\d{1,3}(?:([ ,.'’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?$|\d{1,2}(?:,\d{2})+,\d{3}$")
"""Groups of three digits; or as in India, of two before the last three: `1,62,000`."""
SIGN_BEFORE = re.compile(r"^[^\d\s]+")
# Above this nobody means an amount; it is a number of something else, or of nothing.
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class AmountMention:
    """A number in a sentence, from word `first` to word `last`.

    `money` says that a scale or a currency marks it as an amount; without one it may be a count.
    """

    first: int
    last: int
    value: Decimal
    money: bool
    currency: str = ""
    """The sign, code or word of a currency beside the number, empty for none."""


def read_amount(words: str) -> Decimal | None:
    """Read the amount that these words name; None where they name none, or one below zero."""
    # Splitting into words drops the minus, so it is looked for before: -500 must not become 500.
    if re.search(r"(?<!\d)-\s*[^\w\s]?\s*\d", words) or len(words) > 60:
        return None
    tokens = tokenize_text(words).tokens
    found = read_amount_at(tokens, 0) if tokens else None
    return found.value if found is not None and found.last == len(tokens) - 1 and not tokens[0].gap else None


def read_amount_at(tokens: Sequence[Token], first: int) -> AmountMention | None:
    """Read the number that begins at this word, None where none does."""
    at = first
    currency = ""
    if at + 1 < len(tokens) and _is_currency(tokens[at]):
        currency, at = tokens[at].norm, at + 1
    # A minus, unless it joins two words: “2026-11” or “Q1-4” hold no negative number.
    if (
        at > 0
        and tokens[at].gap.endswith("-")
        and tokens[at].kind == "number"
        and not tokens[at - 1].raw[-1:].isalnum()
    ):
        return None
    read = _read_digits(tokens, at) or _read_number_words(tokens, at) or _read_fraction(tokens, at)
    if read is None:
        return None
    value, last, scaled, marked = read
    if marked:
        currency = marked
    for length in (2, 1):
        behind = tokens[last + 1 : last + 1 + length]
        if len(behind) == length and not any(each.gap for each in behind) and _is_currency(*behind):
            currency, last = " ".join(each.norm for each in behind), last + length
            break
    return AmountMention(first, last, value, scaled or bool(currency), currency) if value <= LARGEST else None


def _is_currency(*words: Token) -> bool:
    """Tell whether words beside a number are a currency: `Swiss francs`, `yen`, `SEK`."""
    said = " ".join(each.norm for each in words)
    if said in IN_CAPITALS:
        return words[0].raw.isupper()
    return said in WRITTEN or said.upper() in CODES


def parse_number(text: str) -> Decimal | None:
    """Parse digits with whatever separates thousands and hundredths: `12,500`, `12.500`, `45 000`, `52,000.00`."""
    digits = SIGN_BEFORE.sub("", text.strip()).strip()
    # Groups of three are thousands whatever stands between them; after the last other mark come hundredths. So
    # `12.500` is twelve and a half thousand, as in German, and never 12.5 with a zero too many.
    if GROUPED.match(digits):
        mark = re.search(r"[^\d]", digits)
        assert mark is not None
        whole, end = digits, ""
        tail = re.search(r"[.,](\d{1,2})$", digits)
        if tail and tail.group()[0] != mark.group():
            whole, end = digits[: tail.start()], tail.group(1)
        return Decimal(re.sub(r"\D", "", whole) + (f".{end}" if end else ""))
    if PLAIN.match(digits) and len(digits) < 20:
        return Decimal(digits.replace(",", "."))
    return None


ReadNumber = tuple[Decimal, int, bool, str]
"""A value, its last word, whether a scale marks it as an amount, and the sign of a currency that touches it."""


def _read_digits(tokens: Sequence[Token], at: int) -> ReadNumber | None:
    """Read digits with a scale."""
    token = tokens[at]
    if token.kind != "number":
        return None
    value = parse_number(token.norm)
    if value is None:
        return None
    sign = SIGN_BEFORE.match(token.raw)
    marked = sign.group().lower() if sign else ""
    half = _read_half(tokens, at + 1)
    if half is not None:
        return (value + Decimal("0.5")) * SCALES[tokens[half].norm], half, True, marked
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following and not following.gap and following.norm in SCALES:
        # A letter by itself is a scale only where it touches the number, but for k and m: “5 b” may be anything.
        glued = following.start == token.end
        if len(following.norm) > 1 or glued or following.norm in ("k", "m"):
            return value * get_scale(following.norm, value), at + 1, True, marked
    return value, at, False, marked


def get_scale(word: str, value: Decimal | int) -> int:
    """Get what a word multiplies the number before it by."""
    return SCALES["thousand"] if word == EITHER_SCALE and value >= FEWEST_THOUSANDS else SCALES[word]


def _read_half(tokens: Sequence[Token], at: int) -> int | None:
    """Find the last word of `and a half thousand` behind a number."""
    words = [each.norm for each in tokens[at : at + 4]]
    scaled = words[:3] == ["and", "a", "half"] and words[3:] and words[3] in SCALES and words[3] not in ("b", "g")
    return at + 3 if scaled else None


def _read_number_words(tokens: Sequence[Token], at: int) -> ReadNumber | None:
    """Read a number in words: `thirty five thousand`, `fourteen thousand five hundred`, `twelve grand`."""
    total, current, last, seen, scaled = 0, 0, at - 1, False, False
    position = at
    if tokens[at].norm == "a" and at + 1 < len(tokens) and tokens[at + 1].norm in COUNTED_BY_A:
        current, seen, position = 1, True, at + 1
    elif tokens[at].norm == "dozen" or (
        # “From hundred thousand upward” leaves “a” out.
        tokens[at].norm == "hundred" and at + 1 < len(tokens) and tokens[at + 1].norm in SCALES
    ):
        current, seen = 1, True
    while position < len(tokens):
        word = tokens[position].norm
        if position > at and tokens[position].gap not in ("", "-"):
            break
        half = _read_half(tokens, position) if seen and current and not total else None
        if half is not None:
            return (current + Decimal("0.5")) * SCALES[tokens[half].norm], half, True, ""
        # Only what still fits: “five three” are two numbers, “twenty three” is one.
        if word in UNITS and current % 10 == 0 and (current % 100 != 10 or not current):
            current += UNITS[word]
        elif word in TENS and current % 100 == 0:
            current += TENS[word]
        elif word in FACTORS and seen:
            current *= FACTORS[word]
        elif word in SCALES and len(word) > 1 and seen and current:
            total, current, scaled = total + current * get_scale(word, current), 0, True
        # “A hundred and five” is one number; “five and seven” are two.
        elif word == "and" and seen and position + 1 < len(tokens) and (current % 100 == 0) and (total or current):
            following = tokens[position + 1].norm
            if following not in UNITS and following not in TENS:
                break
            position += 1
            continue
        else:
            break
        seen, last = True, position
        position += 1
    if not seen or last < at:
        return None
    return Decimal(total + current), last, scaled, ""


def _read_fraction(tokens: Sequence[Token], at: int) -> ReadNumber | None:
    """Read a part of a large scale, or of a dozen: `half a million`, `a quarter million`, `half a dozen`."""
    # Else of large scales only: “half a thousand” nobody says, and “half” and “quarter” mean much else.
    position = at
    if tokens[position].norm == "a" and position + 1 < len(tokens):
        position += 1
    part = FRACTIONS.get(tokens[position].norm)
    if part is None:
        return None
    position += 1
    while position < len(tokens) and tokens[position].norm in ("a", "of"):
        position += 1
    if position < len(tokens) and tokens[position].norm == "dozen":
        return part * FACTORS["dozen"], position, False, ""
    if position < len(tokens) and SCALES.get(tokens[position].norm, 0) >= LARGE and len(tokens[position].norm) > 1:
        return part * SCALES[tokens[position].norm], position, True, ""
    return None


LARGE = 100_000
"""From which scale on parts of it are said: `half a lakh`, `a quarter of a million`."""

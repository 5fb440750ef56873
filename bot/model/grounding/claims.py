"""The figures and times that a sentence claims, read as those of a rep are."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

from commands.values.amounts import AmountMention, parse_number, read_amount_at
from commands.values.dates import find_times
from commands.values.moment import Moment, Period
from commands.values.text import Token
from commands.values.time_words import WEEKDAYS

with Path(__file__).with_name("claim_words.toml").open("rb") as opened:
    DATA = tomllib.load(opened)
WORDS = {name: frozenset(words.split()) for name, words in DATA["words"].items()}
LABELS = {word: label for label, words in DATA["labels"].items() for word in words.split()}
CURRENCIES = {word: frozenset(codes.split()) for codes, words in DATA["currencies"].items() for word in words.split()}
SLACK = {"week": 3, "weeks": 3, "month": 15, "months": 15, "year": 90, "years": 90}
"""How many days a span that is told in these may be off."""
PER_MONTH = 30


class Unit(StrEnum):
    """What a figure measures; a bare number may measure anything."""

    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"
    NUMBER = "number"


CALLED = {Unit.MONEY: frozenset(LABELS.values()) - {"score"}, Unit.NUMBER: frozenset({"score"})}


@dataclass(frozen=True)
class Place:
    """Words of a sentence, from word `first` to word `last`."""

    first: int
    last: int


@dataclass(frozen=True)
class FigureClaim(Place):
    """A figure. `within` is how far one that is rounded may be from the true one."""

    value: Decimal
    unit: Unit
    within: Decimal = Decimal()
    currencies: frozenset[str] = frozenset()
    label: str = ""
    """What it is called: weighted, in commit."""
    turn: int = 0
    """1 for what something rose by, -1 for what it fell by."""
    bound: int = 0
    """1 where the true figure must be more, -1 where it must be less."""


@dataclass(frozen=True)
class TimeClaim(Place):
    """A day or a period, which may be one of several; a weekday; or how long ago something was."""

    periods: tuple[Period, ...]
    weekday: int | None
    ago: bool
    within: timedelta

    def holds(self, day: date) -> bool:
        """Whether this day lies in the time that is claimed; of an open period its one end must be met."""
        if self.weekday is not None:
            return day.weekday() == self.weekday
        ends = [(each.start or each.end or day, each.end or each.start or day) for each in self.periods]
        return any(start - self.within <= day <= end + self.within for start, end in ends)


def looks_named(token: Token) -> bool:
    """Whether a word looks like a name: an id, a capital letter, or a script without any."""
    letters = [letter for letter in token.raw if letter.isalpha()]
    return token.kind == "id" or any(each.isupper() or each.lower() == each.upper() for each in letters)


def cover(places: Iterable[Place]) -> set[int]:
    """Which words these are."""
    return {at for each in places for at in range(each.first, each.last + 1)}


def read_claims(tokens: Sequence[Token], names: Set[int], moment: Moment) -> tuple[list[FigureClaim], list[TimeClaim]]:
    """The figures and times outside of the words that belong to names."""
    figures: list[FigureClaim] = []
    times: list[TimeClaim] = []
    for found in find_times(tokens, moment):
        words = [token.norm for token in tokens[found.first : found.last + 1]]
        slack = max(SLACK.get(word, 0) for word in words)
        weekday = WEEKDAYS.get(words[-1]) if len(words) <= 2 else None
        # “Monday Labs” is no Monday.
        following = tokens[found.last + 1 : found.last + 2] if found.last + 1 not in names else ()
        named = weekday is not None and any(looks_named(each) and not each.gap for each in following)
        if found.grain == "clock" or named or not names.isdisjoint(range(found.first, found.last + 1)):
            continue
        if found.bound == "for":
            days = Decimal((found.days or 0) + PER_MONTH * (found.months or 0))
            figures.append(FigureClaim(found.first, found.last, days, Unit.DAYS, Decimal(slack)))
        else:
            ago = "ago" in words
            within = timedelta(days=slack if ago else 0)
            times.append(TimeClaim(found.first, found.last, (found.past, found.future), weekday, ago, within))
    numbers = list(_find_numbers(tokens, names | cover(figures) | cover(times)))
    bounds = [-1, *(each.last for each in numbers)], [*(each.first for each in numbers[1:]), len(tokens)]
    figures += [_read_figure(tokens, *each) for each in zip(numbers, *bounds, strict=False)]
    return figures, times


def _find_numbers(tokens: Sequence[Token], taken: Set[int]) -> Iterator[AmountMention]:
    free = -1
    for at, token in enumerate(tokens):
        if at <= free or at in taken:
            continue
        found = read_amount_at(tokens, at)
        counting = any(each.norm in WORDS["counted"] for each in tokens[at + 1 : at + 4])
        if token.norm == "none" or (token.norm == "no" and counting):
            found = AmountMention(at, at, Decimal(), money=False)
        # “The one to call” points at somebody.
        if found and (counting or token.norm != "one" or found.last > at) and found.last not in taken:
            yield found
            free = found.last


def _read_figure(tokens: Sequence[Token], found: AmountMention, before: int, after: int) -> FigureClaim:
    """Read a number with what is said of it between the numbers `before` and `after` it."""
    lead = [token.norm for token in tokens[before + 1 : found.first]]
    behind = tokens[found.last + 1 : min(after, found.last + 4)]
    trail = [each.norm for each in takewhile(_goes_on, behind)]
    currencies = _find_currencies(tokens, found)
    percent = WORDS["percent"].intersection(trail[:1]) or trail[:2] == ["per", "cent"]
    unit = Unit.PERCENT if percent else Unit.MONEY if currencies or found.money else Unit.NUMBER
    digits = next((token.norm for token in tokens[found.first : found.last + 1] if token.kind == "number"), "")
    shown = parse_number(digits) if digits else None
    step = Decimal(1).scaleb(int(shown.as_tuple().exponent)) * found.value / shown if shown else Decimal(1)
    # What money is compared with stands behind “against”, what it is called on either side.
    calling = [word for word in (*trail, *reversed(lead)) if LABELS.get(word, "") in CALLED.get(unit, ())]
    called = next((LABELS[word] for word in calling if LABELS[word] != "previous" or word in lead), "")
    turns = WORDS["up"] | WORDS["down"]
    said = (*reversed(lead), *(word for word in trail[:2] if word in WORDS["behind"]))
    turn = next((word for word in said if word in turns), "") if lead[-1:] != ["to"] else ""
    return FigureClaim(
        found.first,
        found.last,
        found.value,
        unit,
        step / 2 if step != 1 or percent else Decimal(),
        currencies,
        called,
        -1 if turn in WORDS["down"] or tokens[found.first].gap == "(-" else int(turn in WORDS["up"]),
        next((sign for name, sign in (("more", 1), ("less", -1)) if WORDS[name].intersection(lead[-2:])), 0),
    )


def _goes_on(token: Token) -> bool:
    return not token.gap.strip("()'\"") and token.norm not in WORDS["breaks"]


def _find_currencies(tokens: Sequence[Token], found: AmountMention) -> frozenset[str]:
    """The currencies that the sign, the code or the word beside a number may mean."""
    signs = [sign for sign in tokens[found.first].gap + tokens[found.first].raw if unicodedata.category(sign) == "Sc"]
    near = [token.norm for token in tokens[max(0, found.first - 1) : found.last + 2]]
    said = [word for word in (*signs, *near) if word in CURRENCIES or word in signs]
    return CURRENCIES.get(said[0], frozenset(said[:1])) if said else frozenset()

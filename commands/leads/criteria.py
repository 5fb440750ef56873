"""The three criteria of qualification (DOMAIN.md section 1): how strong each is under the workspace's guidelines."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from commands.contract.context import Context
from commands.values.amounts import amount_at, read_amount
from commands.values.dates import read_period
from commands.values.moment import Moment
from commands.values.phrases import money
from commands.values.text import read_text
from storage.tables import Lead
from storage.workspaces.workspace_vocabulary import Vocabulary

CRITERIA = ("product_interest", "budget", "timeframe")
UNKNOWN_WORDS = frozenset(["unknown", "?", "n/a", "na", "tbd", "not known", "dont know", "don't know", "unclear", ""])
NEGATIVE = re.compile(
    r"\b(none|no|not|never|nothing|zero|without|maybe|perhaps|unsure|low|little|someday|later)\b", re.I
)
SOON = re.compile(r"\b(asap|now|immediately|right away|at once|urgent(ly)?|yesterday|today)\b", re.I)
PREPOSITION = re.compile(r"^(by|before|until|till|in|within|during|around|about)\s+(the\s+)?", re.I)
SPAN = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?\b", re.I)
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
ASKS = {
    "product_interest": "What are they interested in?",
    "budget": "What is the budget?",
    "timeframe": "When do they want it?",
}


@dataclass(frozen=True)
class Criterion:
    """One criterion of a lead: unknown, weak or strong, on which evidence, known since when, and why so."""

    name: str
    level: str
    value: str | None
    since: date | None
    why: str
    note: str | None = None

    @property
    def spoken(self) -> str:
        return self.name.replace("_", " ")

    @property
    def line(self) -> str:
        """`Budget: strong, $40,000 (18 Nov 2026)`"""
        since = f" ({self.since.day} {self.since:%b %Y})" if self.since else ""
        evidence = f", {self.value}{since}" if self.value else ""
        return f"{self.spoken.capitalize()}: {self.level}{evidence}{f' – {self.why}' if self.why else ''}"


def criteria(context: Context, lead: Lead) -> tuple[Criterion, ...]:
    """What is known of a lead's three criteria, judged by the guidelines of today."""
    return tuple(_criterion(context, lead, name) for name in CRITERIA)


def missing(found: tuple[Criterion, ...]) -> str:
    """What is not strong, in words: `budget unknown, timeframe weak`; nothing where all are strong."""
    return ", ".join(f"{each.spoken} {each.level}" for each in found if each.level != "strong")


def strong(found: tuple[Criterion, ...]) -> bool:
    return all(each.level == "strong" for each in found)


def _shown(name: str, value: str, vocabulary: Vocabulary) -> str:
    """A budget that is a number as an amount, anything else as it was said."""
    try:
        return money(Decimal(value), vocabulary.currency) if name == "budget" else value
    except ArithmeticError:
        return value


def guideline(name: str, vocabulary: Vocabulary) -> str:
    """What the workspace takes for strong, in words."""
    match name:
        case "budget":
            return f"at least {money(_budget_at_least(vocabulary), vocabulary.currency)}"
        case "timeframe":
            return f"within {_months(vocabulary)} months"
        case _:
            return "a product or service they named"


def _criterion(context: Context, lead: Lead, name: str) -> Criterion:
    value: str | None = getattr(lead, name)
    kept: dict[str, Any] = (lead.evidence or {}).get(name) or {}
    since = date.fromisoformat(kept["on"]) if kept.get("on") else None
    if value is None or value.strip().lower() in UNKNOWN_WORDS:
        return Criterion(name, "unknown", None, since, "")
    weak = _weakness(context, name, value, since or context.local_day(lead.created_at))
    said = _shown(name, value, context.vocabulary)
    return Criterion(name, "weak" if weak else "strong", said, since, weak or "", kept.get("note"))


def _weakness(context: Context, name: str, value: str, known_on: date) -> str | None:
    """Why the value does not meet the guideline; None where it does. A period is read as of the day it was said."""
    wanted = guideline(name, context.vocabulary)
    match name:
        case "budget":
            amount = _amount_in(value)
            if amount is None:
                return f"no amount; the guideline is {wanted}"
            return None if amount >= _budget_at_least(context.vocabulary) else f"the guideline is {wanted}"
        case "timeframe":
            if SOON.search(value):
                return None
            end = _end_of(context.moment, value, known_on)
            if end is None:
                return f"no date; the guideline is {wanted}"
            if end < context.today:
                return f"that has passed; the guideline is {wanted}"
            latest = _months_after(context.today, _months(context.vocabulary))
            return None if end <= latest else f"the guideline is {wanted}"
        case _:
            return "no product named" if NEGATIVE.search(value) else None


def _amount_in(value: str) -> Decimal | None:
    amount = read_amount(value)
    if amount is not None:
        return amount
    tokens = read_text(value).tokens
    found = [each for at in range(len(tokens)) if (each := amount_at(tokens, at)) is not None]
    best = next((each for each in found if each.money), found[0] if found else None)
    return best.value if best and not (NEGATIVE.search(value) and best.value == 0) else None


def _end_of(moment: Moment, value: str, known_on: date) -> date | None:
    """The last day of a timeframe, read as it was meant on the day it was said."""
    then = replace(moment, now=moment.start_of(known_on))
    for said in (value, PREPOSITION.sub("", value.strip())):
        period = read_period(said, then, lean="future")
        if period is not None:
            return period.end or period.start
    span = SPAN.search(value)
    if span:
        days = int(span.group(1)) * DAYS[span.group(2).lower()]
        return date.fromordinal(min(known_on.toordinal() + days, date.max.toordinal()))
    return None


def _months_after(day: date, months: int) -> date:
    month = day.month - 1 + months
    year = day.year + month // 12
    return date(year, month % 12 + 1, min(day.day, calendar.monthrange(year, month % 12 + 1)[1]))


def _budget_at_least(vocabulary: Vocabulary) -> Decimal:
    return Decimal(str(vocabulary.guidelines["budget_at_least"]))


def _months(vocabulary: Vocabulary) -> int:
    return int(vocabulary.guidelines["timeframe_months"])

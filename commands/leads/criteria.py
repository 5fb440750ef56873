"""Judges the three criteria of qualification under the workspace's guidelines (docs/domain.md, "Qualification")."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from commands.contract.context import Context
from commands.values.amounts import read_amount, read_amount_at
from commands.values.currencies import read_currency, split_currency
from commands.values.dates import read_period
from commands.values.moment import Moment
from commands.values.phrases import format_money
from commands.values.text import tokenize_text
from storage.tables import Lead
from storage.workspaces.workspace_vocabulary import Vocabulary

CRITERIA = ("product_interest", "budget", "timeframe")
UNKNOWN_WORDS = frozenset(["unknown", "?", "n/a", "na", "tbd", "not known", "dont know", "don't know", "unclear", ""])
MERE_NUMBER = re.compile(r"\d[\d.,'\s]*[km]?", re.I)
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
    """One criterion of a lead: `level` is unknown, weak or strong, `value` the evidence, `why` what makes it weak."""

    name: str
    level: str
    value: str | None
    since: date | None
    why: str
    note: str | None = None

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    @property
    def summary(self) -> str:
        """Write it in one line: `Budget: strong, $40,000 (18 Nov 2026)`."""
        since = f" ({self.since.day} {self.since:%b %Y})" if self.since else ""
        evidence = f", {self.value}{since}" if self.value else ""
        return f"{self.label.capitalize()}: {self.level}{evidence}{f' – {self.why}' if self.why else ''}"


@dataclass(frozen=True)
class BudgetAmount:
    """A budget as an amount and the code of its currency."""

    amount: Decimal
    currency: str


def assess_criteria(context: Context, lead: Lead) -> tuple[Criterion, ...]:
    """Judge a lead's three criteria by the workspace's present guidelines."""
    return tuple(_assess_criterion(context, lead, name) for name in CRITERIA)


def describe_gaps(found: tuple[Criterion, ...]) -> str:
    """Describe what is not strong: `budget unknown, timeframe weak`; empty where all are strong."""
    return ", ".join(f"{each.label} {each.level}" for each in found if each.level != "strong")


# Judged anew each time and not stored: guidelines change, and a timeframe that was near passes.
def are_all_strong(found: tuple[Criterion, ...]) -> bool:
    return all(each.level == "strong" for each in found)


def format_budget(value: str, vocabulary: Vocabulary) -> str:
    """Format a budget that is a mere amount in its currency, anything else as it was said."""
    budget = read_plain_budget(value, vocabulary)
    return value if budget is None else format_money(budget.amount, budget.currency)


def read_plain_budget(value: str | None, vocabulary: Vocabulary) -> BudgetAmount | None:
    """Read a budget that is a mere amount; without a currency it is in the workspace's. None for any other words."""
    number, said = split_currency((value or "").strip())
    amount = read_amount(number) if MERE_NUMBER.fullmatch(number) else None
    own = vocabulary.currency
    return None if amount is None else BudgetAmount(amount, read_currency(said, own) or own)


def describe_guideline(name: str, vocabulary: Vocabulary) -> str:
    """Describe what the workspace takes for strong."""
    match name:
        case "budget":
            return f"at least {format_money(_get_minimum_budget(vocabulary), vocabulary.currency)}"
        case "timeframe":
            return f"within {_get_timeframe_months(vocabulary)} months"
        case _:
            return "a product or service they named"


def _assess_criterion(context: Context, lead: Lead, name: str) -> Criterion:
    value: str | None = getattr(lead, name)
    kept: dict[str, Any] = (lead.evidence or {}).get(name) or {}
    since = date.fromisoformat(kept["on"]) if kept.get("on") else None
    if value is None or value.strip().lower() in UNKNOWN_WORDS:
        return Criterion(name, "unknown", None, since, "")
    weak = _explain_weakness(context, name, value, since or context.to_local_day(lead.created_at))
    said = format_budget(value, context.vocabulary) if name == "budget" else value
    return Criterion(name, "weak" if weak else "strong", said, since, weak or "", kept.get("note"))


def _explain_weakness(context: Context, name: str, value: str, known_on: date) -> str | None:
    """Explain why the value does not meet the guideline; None where it does. `known_on` is the day it was said."""
    wanted = describe_guideline(name, context.vocabulary)
    match name:
        case "budget":
            budget = _find_amount(value, context.vocabulary)
            if budget is None:
                return f"no amount; the guideline is {wanted}"
            # Nothing here knows a rate of exchange: whether it is enough, a person has to say.
            if budget.currency != context.vocabulary.currency:
                return f"in {budget.currency}; the guideline is {wanted}"
            return None if budget.amount >= _get_minimum_budget(context.vocabulary) else f"the guideline is {wanted}"
        case "timeframe":
            if SOON.search(value):
                return None
            end = _read_timeframe_end(context.moment, value, known_on)
            if end is None:
                return f"no date; the guideline is {wanted}"
            if end < context.today:
                return f"that has passed; the guideline is {wanted}"
            latest = _add_months(context.today, _get_timeframe_months(context.vocabulary))
            return None if end <= latest else f"the guideline is {wanted}"
        case _:
            return "no product named" if NEGATIVE.search(value) else None


def _find_amount(value: str, vocabulary: Vocabulary) -> BudgetAmount | None:
    """Find the amount in a budget's words: `about 40k for 12 seats` -> 40000."""
    plain = read_plain_budget(value, vocabulary)
    if plain is not None:
        return plain
    tokens = tokenize_text(value).tokens
    found = [each for at in range(len(tokens)) if (each := read_amount_at(tokens, at)) is not None]
    # Only a currency or a scale tells an amount from a count of seats or months.
    best = next((each for each in found if each.money), found[0] if found else None)
    if best is None or (NEGATIVE.search(value) and best.value == 0):
        return None
    own = vocabulary.currency
    return BudgetAmount(best.value, read_currency(best.currency, own) or own)


def _read_timeframe_end(moment: Moment, value: str, known_on: date) -> date | None:
    """Read the last day of a timeframe."""
    # “Next quarter” is the one after the quarter it was said in, however much later it is judged.
    then = replace(moment, now=moment.get_day_start(known_on))
    for said in (value, PREPOSITION.sub("", value.strip())):
        period = read_period(said, then, lean="future")
        if period is not None:
            return period.end or period.start
    span = SPAN.search(value)
    if span:
        days = int(span.group(1)) * DAYS[span.group(2).lower()]
        return date.fromordinal(min(known_on.toordinal() + days, date.max.toordinal()))
    return None


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    year = day.year + month // 12
    return date(year, month % 12 + 1, min(day.day, calendar.monthrange(year, month % 12 + 1)[1]))


def _get_minimum_budget(vocabulary: Vocabulary) -> Decimal:
    return Decimal(str(vocabulary.guidelines["budget_at_least"]))


def _get_timeframe_months(vocabulary: Vocabulary) -> int:
    return int(vocabulary.guidelines["timeframe_months"])

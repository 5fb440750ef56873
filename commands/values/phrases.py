"""Formats counts, amounts, periods and days, one way everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from commands.values.moment import Period

OWN = "your own"
"""Whose records a receipt names where they are the asker's."""

# Days. Nearer than this a date without a year cannot be taken for the one of another year.
HALF_A_YEAR = 182
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def format_count(count: int, noun: str, plural: str | None = None) -> str:
    """Format a count with its noun: `1 lead`, `12 leads`, `3 opportunities`."""
    return f"1 {noun}" if count == 1 else f"{count:,} {plural or make_plural(noun)}"


def make_plural(noun: str) -> str:
    """Make the plural of a regular noun: `leads`, `opportunities`, `touches`."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith("ch") else "s")


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence lists them: `3 leads, 2 contacts and 1 account`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def join_alternatives(words: Sequence[str]) -> str:
    """Join words of which one is meant: `hot, warm or cold`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def end_sentence(words: str) -> str:
    """End a sentence with a full stop, unless its last name ends with one: `Account: new, Acme Inc.`"""
    return words if words.endswith(".") else f"{words}."


def cut_to_line(text: str, longest: int) -> str:
    """Write a text as one line of at most `longest` characters, ending in an ellipsis where some are missing."""
    return cut_text(" ".join(text.split()), longest)


def cut_text(text: str, longest: int) -> str:
    """Cut a text to `longest` characters, ending in an ellipsis where some are missing."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def format_money(amount: Decimal, currency: str) -> str:
    """Format an amount: `$45,000`, `€1,250.50`, `45,000 SEK`."""
    digits = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"


def format_day(day: date, today: date | None = None) -> str:
    """Format a day: `Fri 27 Nov 2026`; within half a year of `today`, `Fri 27 Nov`."""
    near = today is not None and abs((day - today).days) <= HALF_A_YEAR
    return f"{day:%a} {day.day} {day:%b}" + ("" if near else f" {day.year}")


def format_moment(at: datetime, today: date) -> str:
    """Format a local moment: `18 Nov 09:30`, with the year where it is more than half a year from `today`."""
    near = abs((at.date() - today).days) <= HALF_A_YEAR
    return f"{at.day} {at:%b}{'' if near else f' {at.year}'} {at:%H:%M}"


def format_period(period: Period) -> str:
    """Format a period: `from 1 Oct to 31 Dec 2026`, `on Fri 27 Nov 2026`, `until 31 Dec 2026`."""
    start, end = period.start, period.end
    if start and start == end:
        return f"on {format_day(start)}"
    parts = []
    if start:
        parts.append(f"from {start.day} {start:%b}" + ("" if end and end.year == start.year else f" {start.year}"))
    if end:
        parts.append(f"{'to' if parts else 'until'} {end.day} {end:%b} {end.year}")
    return " ".join(parts)


def add_article(noun: str) -> str:
    """Add the article: `a phone`, `an email`."""
    return f"{'an' if noun[:1] in tuple('aeiou') else 'a'} {noun}"

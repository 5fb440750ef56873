"""Small things in words: counts, amounts, periods, days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commands.reading.moment import Period

OWN = "your own"
"""Whose records a receipt names where they are the asker's."""

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 lead`, `12 leads`, `3 opportunities`."""
    if count == 1:
        return f"1 {noun}"
    regular = noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"
    return f"{count:,} {plural or regular}"


def money(amount: Decimal, currency: str) -> str:
    """`$45,000`, `€1,250.50`, `45,000 SEK`."""
    digits = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"


def day_words(day: date) -> str:
    """`Fri 27 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def period_words(period: Period) -> str:
    """`from 1 Oct 2026 to 31 Dec 2026`, `on Fri 27 Nov 2026`, `until 31 Dec 2026`."""
    if period.start and period.start == period.end:
        return f"on {day_words(period.start)}"
    parts = []
    if period.start:
        parts.append(f"from {period.start.day} {period.start:%b %Y}")
    if period.end:
        parts.append(f"{'to' if parts else 'until'} {period.end.day} {period.end:%b %Y}")
    return " ".join(parts)

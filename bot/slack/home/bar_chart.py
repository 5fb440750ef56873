"""Draws amounts as bars of block characters, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from bot.slack.render.blocks import Json
from bot.slack.render.escaping import one_line
from commands.values.phrases import SYMBOLS, cut_text

# Characters of a line for the name and for the bar; with the amount a line is about 30 long.
NAME = 14
BAR = 9
EIGHTHS = " ▏▎▍▌▋▊▉█"
UNITS = ((Decimal(1_000_000_000), "b"), (Decimal(1_000_000), "m"), (Decimal(1_000), "k"))


def bar_chart(rows: Sequence[tuple[str, Decimal]], currency: str) -> Json:
    """Draw a line with name, bar and amount for each row. The largest amount has the longest bar."""
    largest = max((amount for _, amount in rows), default=Decimal(0))
    amounts = [short_amount(amount, currency) for _, amount in rows]
    width = max(map(len, amounts), default=0)
    text = "\n".join(
        f"{_fit_name(name)} {draw_bar(amount, largest)} {shown:>{width}}"
        for (name, amount), shown in zip(rows, amounts, strict=True)
    )
    leaf = {"type": "text", "text": text}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [leaf]}]}


def draw_bar(amount: Decimal, largest: Decimal) -> str:
    """Draw a bar in steps of an eighth of a character, padded with spaces. An amount above 0 shows at least one."""
    if amount <= 0 or largest <= 0:
        return " " * BAR
    eighths = max(1, round(amount / largest * BAR * 8))
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (EIGHTHS[part] if part else "")).ljust(BAR)


def short_amount(amount: Decimal, currency: str) -> str:
    """Write an amount short: `$950`, `$45k`, `€1.2m`, `3.4b SEK`."""
    digits = f"{amount:,.0f}"
    for at, (unit, letter) in enumerate(UNITS):
        if amount >= unit:
            shown = _short_number(amount / unit)
            # Rounding turns 999,999 into 1000k, which is written as 1m.
            digits = f"1{UNITS[at - 1][1]}" if shown == "1000" and at else f"{shown}{letter}"
            break
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"


def _short_number(number: Decimal) -> str:
    # Half goes up, as people round: format() would make 24 of 24.5, and 26 of 25.5.
    places = Decimal("0.1") if number < 10 else Decimal(1)
    return f"{number.quantize(places, ROUND_HALF_UP)}".removesuffix(".0")


def _fit_name(name: str) -> str:
    return cut_text(one_line(name), NAME).ljust(NAME)

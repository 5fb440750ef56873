"""Amounts as bars: as long as they should be, and never wider than a phone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.slack.home.bar_chart import BAR, bar_chart, draw_bar, short_amount


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0"),
        ("950", "$950"),
        ("1500", "$1.5k"),
        ("45000", "$45k"),
        ("999999", "$1m"),
        ("24500", "$25k"),
        ("1250000", "$1.3m"),
        ("3400000000", "$3.4b"),
    ],
)
def test_an_amount_in_a_few_letters(amount: str, shown: str) -> None:
    assert short_amount(Decimal(amount), "USD") == shown


def test_other_currencies_are_named() -> None:
    assert short_amount(Decimal(45000), "SEK") == "45k SEK"
    assert short_amount(Decimal(45000), "EUR") == "€45k"


def test_bars_are_as_long_as_their_share() -> None:
    assert draw_bar(Decimal(10), Decimal(10)) == "█" * BAR
    assert draw_bar(Decimal(0), Decimal(10)).strip() == ""
    assert draw_bar(Decimal(0), Decimal(0)).strip() == ""
    assert draw_bar(Decimal(1), Decimal(1_000_000)).strip() == "▏"
    assert {len(draw_bar(Decimal(each), Decimal(97))) for each in range(98)} == {BAR}


def test_a_picture_fits_a_phone() -> None:
    block = bar_chart([("A stage with a very long name", Decimal("123456789")), ("B", Decimal(1))], "SEK")
    lines = block["elements"][0]["elements"][0]["text"].split("\n")

    assert len(lines) == 2
    assert all(len(line) <= 34 for line in lines)
    assert len(set(map(len, lines))) == 1

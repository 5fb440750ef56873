"""Currencies as people write them beside an amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commands.values.amounts import read_amount
from commands.values.currencies import CODES, WRITTEN, read_currency, split_currency


@pytest.mark.parametrize(
    ("said", "amount", "code"),
    [
        ("37k EUR", 37000, "EUR"),
        ("gbp 1.5m", 1500000, "GBP"),
        ("€8,200", 8200, "EUR"),
        ("9k€", 9000, "EUR"),
        ("HK$14,300", 14300, "HKD"),
        ("US$ 6k", 6000, "USD"),
        ("17 250 kr", 17250, "SEK"),
        ("kr 17 250", 17250, "SEK"),
        ("Rs. 9,500", 9500, "INR"),
        ("seventy thousand euros", 70000, "EUR"),
        ("CHF11'750", 11750, "CHF"),
        ("$310", 310, "USD"),
    ],
)
def test_an_amount_is_read_with_its_currency(said: str, amount: int, code: str) -> None:
    number, currency = split_currency(said)

    assert (read_amount(number), read_currency(currency, "USD")) == (Decimal(amount), code)


@pytest.mark.parametrize(("said", "own", "code"), [("$", "AUD", "AUD"), ("kr", "NOK", "NOK"), ("$", "EUR", "USD")])
def test_a_sign_of_several_countries_is_the_workspaces_own_where_it_can_be(said: str, own: str, code: str) -> None:
    assert read_currency(said, own) == code


@pytest.mark.parametrize("said", ["a lot", "5000", "50k per month", "cadence", "EUR", ""])
def test_what_holds_no_number_with_a_currency_stays_whole(said: str) -> None:
    assert split_currency(said) == (said, "")


def test_every_word_means_currencies_that_there_are() -> None:
    assert {code for codes in WRITTEN.values() for code in codes} <= CODES
    assert read_currency("XXQ", "USD") is None

"""Amounts as reps say them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.values.amounts import read_amount


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("45k", 45000),
        ("$1.2m", 1200000),
        ("30 thousand", 30000),
        ("1.5 mio", 1500000),
        ("12,500", 12500),
        ("45 000", 45000),
        ("42.500 $", 42500),
        ("$52,000.00", 52000),
        ("€ 30", 30),
        ("12 grand", 12000),
        ("80 mil", 80000),
        ("thirty five mil", 35000),
        ("1.5 mil", 1500000),
        ("half a million", 500000),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("a dozen", 12),
        ("dozen", 12),
        ("a quarter million", 250000),
        ("thirty five thousand", 35000),
        ("fourteen thousand five hundred", 14500),
        ("two hundred and fifty thousand", 250000),
        ("47.5k", 47500),
        ("seven and a half thousand", 7500),
        ("97 and a half k", 97500),
        ("2 lakhs", 200000),
        ("half a lakh", 50000),
        ("1.1 crore", 11000000),
        ("1,62,000", 162000),
        ("hundred thousand", 100000),
        ("60 thousand Swiss francs", 60000),
        ("¥1,200,000", 1200000),
        ("C$ 9,900", 9900),
        ("50000 kr", 50000),
    ],
)
def test_an_amount_is_read(words: str, amount: int) -> None:
    assert read_amount(words) == Decimal(amount)


@pytest.mark.parametrize("words", ["-5k", "nan", "inf", "1e400", "", "lots", "1.2.3", "$-5", "9" * 40])
def test_what_is_no_amount_is_none(words: str) -> None:
    assert read_amount(words) is None


@given(st.text(max_size=80))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    found = read_amount(text)
    assert found is None or (found.is_finite() and found >= 0)

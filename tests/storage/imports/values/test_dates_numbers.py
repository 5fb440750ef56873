"""Dates and numbers as countries write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.imports.values.dates import read_date, read_moment
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.numbers import read_number, read_whole_number, uses_comma, weigh_decimal_comma


@pytest.mark.parametrize(
    ("text", "comma", "value", "currency"),
    [
        ("1,234.56", False, "1234.56", None),
        ("1.234,56", False, "1234.56", None),
        ("12,34,567.00", False, "1234567.00", None),
        ("1 234 567,8", True, "1234567.8", None),
        ("1'234.50", False, "1234.50", None),
        ("€ 1.234", True, "1234", "EUR"),
        ("1.234", False, "1.234", None),
        ("USD 45k", False, "45000", "USD"),
        ("$1.2m", False, "1200000", None),
        ("(300)", False, "-300", None),
        ("300-", False, "-300", None),
        ("₹ 5,00,000", False, "500000", "INR"),
    ],
)
def test_amounts(text: str, comma: bool, value: str, currency: str | None) -> None:
    amount = read_number(text, comma=comma)

    assert (amount.value, amount.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["1e400", "NaN", "inf", "abc", "12 apples", "--", "1" * 70, "99999999999999999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_number(text, comma=False)


def test_a_column_tells_what_its_commas_mean() -> None:
    assert weigh_decimal_comma("1,23") > 0 > weigh_decimal_comma("1,234.5")
    assert not uses_comma(["1,234", "22,000"], otherwise=False)
    assert uses_comma(["1.234", "22.000"], otherwise=False)
    assert not uses_comma(["1.234", "22000"], otherwise=False)


def test_a_range_of_employees_counts_from_its_lower_end() -> None:
    assert [read_whole_number(each, comma=False) for each in ("51-200", "10,001+", "42")] == [51, 10001, 42]


@pytest.mark.parametrize(
    ("text", "day_first", "found"),
    [
        ("2024-02-29", False, date(2024, 2, 29)),
        ("03/04/2024", False, date(2024, 3, 4)),
        ("03/04/2024", True, date(2024, 4, 3)),
        ("23/04/24", False, date(2024, 4, 23)),
        ("31.12.2023", True, date(2023, 12, 31)),
        ("3 March 2024", False, date(2024, 3, 3)),
        ("12. März 2024", False, date(2024, 3, 12)),
        ("Mar 3, 2024 5:04 PM", False, date(2024, 3, 3)),
        ("3 janv. 2024", False, date(2024, 1, 3)),
        ("20240305", False, date(2024, 3, 5)),
        ("45356", False, date(2024, 3, 5)),
    ],
)
def test_dates(text: str, day_first: bool, found: date) -> None:
    assert read_date(text, day_first=day_first) == found


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "soon", "0001-01-01", "99/99/99", "2024-02-30", "1/1"])
def test_impossible_dates_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_date(text, day_first=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-03-05T10:00:00Z", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("2024-03-05T10:00:00.000+0200", datetime(2024, 3, 5, 8, tzinfo=UTC)),
        ("02/23/26 02:18 AM", datetime(2026, 2, 23, 2, 18, tzinfo=UTC)),
        ("3/5/2024 10:00 PM EST", datetime(2024, 3, 6, 3, tzinfo=UTC)),
        ("1709632800000", datetime(2024, 3, 5, 10, tzinfo=UTC)),
    ],
)
def test_moments(text: str, found: datetime) -> None:
    assert read_moment(text, day_first=False, zone=UTC) == found


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_read_or_refused(text: str, flag: bool) -> None:
    for read in (
        lambda: read_number(text, comma=flag),
        lambda: read_moment(text, day_first=flag, zone=UTC),
        lambda: read_whole_number(text, comma=flag),
    ):
        try:
            read()
        except Unreadable:
            continue


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), st.booleans())
def test_a_date_written_out_is_read_back(day: date, day_first: bool) -> None:
    written = day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y")

    assert read_date(written, day_first=day_first) == day


@given(st.decimals(min_value=0, max_value=10**12, places=2), st.booleans())
def test_an_amount_written_out_is_read_back(value: Decimal, comma: bool) -> None:
    written = f"{value:,.2f}"
    if comma:
        written = written.replace(",", "_").replace(".", ",").replace("_", ".")

    assert read_number(written, comma=comma).value == value

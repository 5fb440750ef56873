"""Easter falls on the days that almanacs give."""

from __future__ import annotations

from datetime import date

from commands.values.feasts import find_easter


def test_easter_is_found_at_both_ends_of_its_weeks_and_in_between() -> None:
    days = ["1818-03-22", "1943-04-25", "1954-04-18", "2000-04-23", "2024-03-31", "2027-03-28", "2038-04-25"]

    assert [find_easter(int(each[:4])) for each in days] == [date.fromisoformat(each) for each in days]

"""Feasts and days with a name, by which people say when: `until after Easter`, `before Christmas`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

FEASTS: Mapping[str, tuple[int, int]] = {
    "new year eve": (12, 31), "new years eve": (12, 31), "new year": (1, 1), "new years": (1, 1),
    "first of the year": (1, 1), "valentine": (2, 14), "valentines": (2, 14), "may day": (5, 1), "halloween": (10, 31),
    "epiphany": (1, 6), "australia day": (1, 26), "st patrick": (3, 17), "st patricks": (3, 17), "paddys day": (3, 17),
    "anzac day": (4, 25), "canada day": (7, 1), "independence day": (7, 4), "bastille day": (7, 14),
    "bonfire night": (11, 5), "veterans day": (11, 11), "st stephen": (12, 26), "st stephens": (12, 26),
    "christmas eve": (12, 24), "xmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26),
}  # fmt: skip
"""Month and day of those that stay."""


def find_easter(year: int) -> date:
    """Find Easter Sunday, as Western churches keep it (Meeus, Astronomical Algorithms, chapter 8)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - moved + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def find_thanksgiving(year: int) -> date:
    """Find the fourth Thursday of November, as the United States keep it."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _days_from(find: Callable[[int], date], days: int) -> Callable[[int], date]:
    return lambda year: find(year) + timedelta(days=days)


MOVABLE_FEASTS: Mapping[str, Callable[[int], date]] = {
    "thanksgiving": find_thanksgiving,
    "black friday": _days_from(find_thanksgiving, 1),
    "cyber monday": _days_from(find_thanksgiving, 4),
    "good friday": _days_from(find_easter, -2),
    "easter": find_easter,
    "easter sunday": find_easter,
    "easter monday": _days_from(find_easter, 1),
    "ascension day": _days_from(find_easter, 39),
    "ash wednesday": _days_from(find_easter, -46),
    "palm sunday": _days_from(find_easter, -7),
    "maundy thursday": _days_from(find_easter, -3),
    "whitsun": _days_from(find_easter, 49),
    "pentecost": _days_from(find_easter, 49),
    "whit monday": _days_from(find_easter, 50),
}
"""How to find those that move, in a year."""

"""Periods of the calendar: weeks from Monday, quarters of the fiscal year, months moved and joined."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from commands.values.moment import Moment, Period
from commands.values.time_words import LENGTHS


def get_calendar_period(moment: Moment, grain: str, step: int, today: date | None = None) -> Period:
    """Return the day, week, month, quarter, half or year that lies `step` after today's.

    Quarters and halves follow the workspace's fiscal year, years the calendar.
    """
    today = today or moment.today
    if grain == "day":
        return one_day(today + timedelta(days=step))
    if grain == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Period(start=start, end=start + timedelta(days=6))
    months = LENGTHS[grain][1]
    first = 1 if grain == "year" else moment.vocabulary.fiscal_start_month
    return months_from(add_to_day(today.replace(day=1), months=months * step - (today.month - first) % months), months)


def add_to_day(day: date, *, days: int = 0, months: int = 0) -> date:
    """Move a day by days or calendar months; a month after 31 January is the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days=days)


def one_day(day: date) -> Period:
    """Make the period of one day."""
    return Period(start=day, end=day)


def months_from(start: date, months: int) -> Period:
    """Make the period of so many calendar months from a day on."""
    return Period(start=start, end=add_to_day(start, months=months) - timedelta(days=1))


def find_nearest(periods: Sequence[Period], today: date) -> tuple[Period, Period]:
    """Find the present period, else the last one behind and the next one ahead."""
    gone = [each for each in periods if each.start and each.start <= today]
    coming = [each for each in periods if each.end and each.end >= today]
    if not gone or not coming:
        raise ValueError("no such day")
    return gone[-1], coming[0]


def join_periods(one: Period, other: Period) -> Period:
    """Join two periods into the one that reaches from the start of the first to the end of the second."""
    start, end = one.start, other.end
    # Each was read as the nearest by itself. “Nov to Feb” crosses the new year, “1 to 5 March” does not.
    if start and end and 0 < (start - end).days < 7:
        start -= timedelta(weeks=1)
    if start and end and start > end:
        year = end.year if (start.month, start.day) <= (end.month, end.day) else end.year - 1
        start = add_to_day(start, months=12 * (year - start.year))
    return Period(start=start, end=end)

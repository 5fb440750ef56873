"""Makes days of what the patterns of time_patterns.py matched: dates, weekdays, feasts, days of a month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from commands.values.calendar_periods import add_to_day, find_nearest, get_calendar_period, one_day
from commands.values.feasts import FEASTS, MOVABLE_FEASTS
from commands.values.moment import Period
from commands.values.number_words import ORDINALS, TENS, UNITS
from commands.values.time_line import SaidTime, TimeLine, TimeMention
from commands.values.time_words import (
    COUNTS,
    DAYS_AWAY,
    GRAINS,
    LENGTHS,
    MONTHS,
    STEPS,
    WEEKDAYS,
)


def make_day(line: TimeLine, said: SaidTime, day: date, gone: date | None = None) -> TimeMention:
    """Make the mention of one day; `gone` is another that is meant where the time lies behind."""
    return line.make(said, one_day(gone or day), one_day(day), "day")


def _make_date(year: int, month: int, day: int) -> date | None:
    """Make a date; None where the calendar has no such day."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _choose_day(line: TimeLine, said: SaidTime, days: Sequence[date | None]) -> TimeMention:
    """Choose among days in order: the next one ahead and the last one behind."""
    gone, coming = find_nearest([one_day(day) for day in days if day], line.today)
    return line.make(said, gone, coming, "day")


def _choose_year(line: TimeLine, said: SaidTime, month: int, day: int, year: int | None = None) -> TimeMention:
    """Make a day of a month; where no year was said, the next one ahead and the last one behind."""
    if year is not None:
        return make_day(line, said, date(year, month, day))
    # Four years either way, for 29 February.
    return _choose_day(line, said, [_make_date(line.today.year + step, month, day) for step in range(-4, 5)])


def make_written_date(line: TimeLine, said: SaidTime) -> TimeMention:
    """`2026-12-05`, `12/5`, `12/05/2026`, `5.12.`, `18.12.2026`."""
    parts = [int(part) for part in re.findall(r"\d+", said["date"])]
    if len(parts) == 3 and parts[0] > 31:
        return make_day(line, said, date(*parts))
    # With points the day comes first everywhere. With slashes Americans put the month first, and a workspace in
    # dollars is taken for American; where there is no such month, it was the other way round.
    dotted = "." in said["date"]
    american = line.moment.vocabulary.currency == "USD" and not dotted
    month, day = (parts[0], parts[1]) if american else (parts[1], parts[0])
    if month > 12 and not dotted:
        month, day = day, month
    return _choose_year(line, said, month, day, parts[2] + 2000 * (parts[2] < 100) if len(parts) == 3 else None)


def make_named_day(line: TimeLine, said: SaidTime) -> TimeMention:
    return make_day(line, said, line.today + timedelta(days=DAYS_AWAY[said["named"]]))


def make_feast(line: TimeLine, said: SaidTime) -> TimeMention:
    if said["feast"] in MOVABLE_FEASTS:
        years = range(line.today.year - 1, line.today.year + 2)
        return _choose_day(line, said, [MOVABLE_FEASTS[said["feast"]](year) for year in years])
    return _choose_year(line, said, *FEASTS[said["feast"]])


def make_moved_day(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`two days before christmas`, `the week after dec 4`, `the monday after thanksgiving`."""
    base = line.read_first(("date", "named", "month day", "weekday"), said.end)
    if base is None or base.grain != "day":
        return None
    sign = 1 if said["side"] in ("after", "following") else -1
    number = sign * (count_units(said) if said["count"] else 1)
    days, months = (number * each for each in LENGTHS[GRAINS[said["grain"] or "day"]])

    def move(period: Period) -> Period:
        assert period.start is not None
        if said["weekday"]:
            away = (sign * (WEEKDAYS[said["weekday"]] - period.start.weekday()) - 1) % 7 + 1
            return one_day(period.start + timedelta(days=sign * away))
        return one_day(add_to_day(period.start, days=days, months=months))

    first = line.place(said.start, said.end)[0]
    return TimeMention(first, base.last, move(base.past), move(base.future), "day")


def make_weekday_of(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the first monday in december`, `the last friday of the month`."""
    whole = line.read_first(("unit", "quarter", "month"), said.end)
    number, weekday = ORDINALS.get(said["place"], 1), WEEKDAYS[said["weekday"]]
    if whole is None or number > 4:
        return None

    def pick(period: Period) -> Period:
        assert period.start is not None
        assert period.end is not None
        if said["place"] == "last":
            return one_day(period.end - timedelta(days=(period.end.weekday() - weekday) % 7))
        return one_day(period.start + timedelta(days=(weekday - period.start.weekday()) % 7 + 7 * (number - 1)))

    first = line.place(said.start, said.end)[0]
    return TimeMention(first, whole.last, pick(whole.past), pick(whole.future), "day")


def read_year(line: TimeLine, said: SaidTime) -> int | None:
    """Read the year that follows a month, quarter or day."""
    if said["year"] or said["short_year"]:
        return int(said["year"] or f"20{said['short_year']}")
    return line.today.year + STEPS.get(said["year_step"], 0) if said["year_step"] else None


def _read_day_number(word: str) -> int:
    """Read the number of a day: `5`, `fifth`, `twenty seventh`."""
    if word.isdigit():
        return int(word)
    ten, _, one = word.rpartition(" ")
    return TENS.get(ten, 0) + ORDINALS[one]


def make_month_day(line: TimeLine, said: SaidTime) -> TimeMention:
    """`5 Dec`, `Dec 5th, 2026`, `4th of december`."""
    return _choose_year(
        line, said, MONTHS[said["month"]], _read_day_number(said["day"] or said["day_bare"]), read_year(line, said)
    )


def make_days(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`1 to 15 december`, `dec 5-9`; with “and” only behind “between”."""
    if "and" in said["joint"] and "between" not in line.text[: said.start].split()[-1:]:
        return None
    first, last = (_read_day_number(said[each]) for each in ("day", "other"))
    if first >= last:
        return None
    month, year = MONTHS[said["month"]], read_year(line, said)
    one, other = (_choose_year(line, said, month, day, year) for day in (first, last))
    return replace(line.join(one, other), first=one.first)


def make_weekday(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`friday`, `next monday`, `last thursday`, `friday next week`, `monday morning`, `friday week`."""
    number, today = WEEKDAYS[said["weekday"]], line.today
    if said["day"]:
        return make_day_of_month(line, said)
    coming = today + timedelta(days=(number - today.weekday()) % 7)
    gone = today - timedelta(days=(today.weekday() - number) % 7)
    step = STEPS.get(said["step"])
    if said["weeks_on"]:
        weeks = {"a": 1, "one": 1, "two": 2, "three": 3}[said["weeks_on"]]
        return make_day(line, said, coming + timedelta(weeks=weeks))
    if said["later"]:
        return make_day(line, said, coming + timedelta(weeks=1))
    if said["past"] or (step == -1):
        return make_day(line, said, gone if gone < today else gone - timedelta(weeks=1))
    in_week = STEPS.get(said["of_week"])
    # “Next monday” is the one of next week, also where this week's is still to come; “the next monday” is that one.
    if in_week is None and (step == 0 or (said["step"] == "next" and not said["the"])):
        in_week = step
    if in_week is not None:
        week = get_calendar_period(line.moment, "week", in_week)
        assert week.start is not None
        return make_day(line, said, week.start + timedelta(days=number))
    return make_day(line, said, coming) if step is not None else make_day(line, said, coming, gone)


def make_dated_weekday(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`Friday 20 November`, `Fri, Nov 20`: one day, where it is one."""
    day = line.read_first(("date", "month day"), said.end)
    if day is None or day.future.start is None or day.future.start.weekday() != WEEKDAYS[said["weekday"]]:
        return None
    return replace(day, first=line.place(said.start, said.end)[0])


def make_day_of_month(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the 30th`, `30th`, `the thirtieth`: the next and the last day of this number; `the 5th of next month`."""
    day, start = _read_day_number(said["day"]), line.today.replace(day=1)
    # “The first one”, “the second lead”: the low ordinals count a list, not the days of a month.
    bounded = line.text[: said.start].split(" ")[-2:-1] in LONE_BEFORE and line.text[said.end :][:1] in ("", ",", ";")
    if day > 31 or (not said["day"].isdigit() and day < 4 and not (bounded or said["of_month"])):
        return None
    step = STEPS.get(said["of_month"])
    if step is not None:
        month = add_to_day(start, months=step)
        meant = _make_date(month.year, month.month, day)
        return make_day(line, said, meant) if meant else None
    months = [add_to_day(start, months=each) for each in range(-13, 14)]
    return _choose_day(line, said, [_make_date(each.year, each.month, day) for each in months])


LONE_BEFORE = [[word] for word in "since until by before after from".split()]
"""Behind these “the first” alone is a day."""


def count_units(said: SaidTime) -> int:
    """Read how many of a unit were said: `14`, `two`, `twenty one`, `a couple of`."""
    word = said["count"]
    if word.isdigit():
        return int(word)
    parts = word.split()
    if parts[0] in COUNTS:
        return COUNTS[next((part for part in reversed(parts) if part in COUNTS), "a")]
    return sum(TENS.get(part, 0) + UNITS.get(part, 0) for part in parts)

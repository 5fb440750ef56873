"""Makes times of what the patterns of time_patterns.py matched."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta

from commands.values.calendar_periods import add_to_day, find_nearest, get_calendar_period, months_from, one_day
from commands.values.feasts import FEASTS, MOVABLE_FEASTS
from commands.values.moment import Period
from commands.values.number_words import ORDINALS, TENS, UNITS
from commands.values.time_line import ON, SaidTime, TimeLine, TimeMention
from commands.values.time_words import (
    COUNTS,
    DAYS_AWAY,
    GRAINS,
    LENGTHS,
    MONTHS,
    SHORT,
    STEPS,
    WEEKDAYS,
)

# Beside these “may” is a verb and no month.
VERBAL = frozenset("i we you he she they it be have not well @".split())


def _make_day(line: TimeLine, said: SaidTime, day: date, gone: date | None = None) -> TimeMention:
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
        return _make_day(line, said, date(year, month, day))
    # Four years either way, for 29 February.
    return _choose_day(line, said, [_make_date(line.today.year + step, month, day) for step in range(-4, 5)])


def make_written_date(line: TimeLine, said: SaidTime) -> TimeMention:
    """`2026-12-05`, `12/5`, `12/05/2026`, `5.12.`, `18.12.2026`."""
    parts = [int(part) for part in re.findall(r"\d+", said["date"])]
    if len(parts) == 3 and parts[0] > 31:
        return _make_day(line, said, date(*parts))
    # With points the day comes first everywhere. With slashes Americans put the month first, and a workspace in
    # dollars is taken for American; where there is no such month, it was the other way round.
    dotted = "." in said["date"]
    american = line.moment.vocabulary.currency == "USD" and not dotted
    month, day = (parts[0], parts[1]) if american else (parts[1], parts[0])
    if month > 12 and not dotted:
        month, day = day, month
    return _choose_year(line, said, month, day, parts[2] + 2000 * (parts[2] < 100) if len(parts) == 3 else None)


def make_named_day(line: TimeLine, said: SaidTime) -> TimeMention:
    return _make_day(line, said, line.today + timedelta(days=DAYS_AWAY[said["named"]]))


def make_feast(line: TimeLine, said: SaidTime) -> TimeMention:
    if said["feast"] in MOVABLE_FEASTS:
        years = range(line.today.year - 1, line.today.year + 2)
        return _choose_day(line, said, [MOVABLE_FEASTS[said["feast"]](year) for year in years])
    return _choose_year(line, said, *FEASTS[said["feast"]])


def make_weekend(line: TimeLine, said: SaidTime) -> TimeMention:
    weeks = [get_calendar_period(line.moment, "week", step) for step in range(-2, 3)]
    weekends = [Period(start=week.end - timedelta(days=1), end=week.end) for week in weeks if week.end]
    if said["step"]:
        chosen = weekends[2 + STEPS[said["step"]]]
        return line.make(said, chosen, chosen, "days")
    return line.make(said, *find_nearest(weekends, line.today), "days")


def make_period_to_date(line: TimeLine, said: SaidTime) -> TimeMention:
    """`ytd`, `year to date`, `so far this year`, `this year so far`: up to today; `the rest of the year` from today."""
    whole = get_calendar_period(line.moment, SHORT.get(said["short"]) or GRAINS[said["grain"]], 0)
    period = Period(start=line.today, end=whole.end) if said["rest"] else Period(start=whole.start, end=line.today)
    return line.make(said, period, period, "range")


def make_part(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the first week of january`, `the last two weeks of march`, `the first half of december`, `first fortnight of …`.

    Weeks are counted in sevens from the first or the last day; half a month ends with its fifteenth.
    """
    whole = line.read_first(("unit", "quarter", "month", "year"), said.end)
    from_end = said["place"] in ("last", "final", "second", "back") and bool(said["half"] or said["place"] != "second")
    days = _count(said) * 7 if said["count"] else 14 if said["fortnight"] else 7
    number = ORDINALS.get(said["place"], 1)
    if whole is None or whole.grain == "week" or (number > 4 and not from_end):
        return None

    def cut(period: Period) -> Period:
        assert period.start is not None
        assert period.end is not None
        if said["half"]:
            months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
            middle = add_to_day(period.start, months=months // 2) if months > 1 else period.start.replace(day=16)
            return (
                Period(start=middle, end=period.end)
                if from_end
                else Period(start=period.start, end=middle - timedelta(days=1))
            )
        if from_end:
            return Period(start=period.end - timedelta(days=days - 1), end=period.end)
        start = period.start + timedelta(days=days * (number - 1))
        return Period(start=start, end=start + timedelta(days=days - 1))

    first = line.place(said.start, said.end)[0]
    return TimeMention(first, whole.last, cut(whole.past), cut(whole.future), "range")


def make_week_number(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`week 48`, `CW 2`: a week of ISO 8601, the present one or the nearest; also a day of it: `friday in week 49`."""
    weeks = []
    for year in range(line.today.year - 1, line.today.year + 2):
        # Some years have no week 53.
        with suppress(ValueError):
            start = date.fromisocalendar(year, int(said["number"]), 1)
            weeks.append(Period(start=start, end=start + timedelta(days=6)))
    past, future = find_nearest(weeks, line.today)
    if not said["weekday"]:
        return line.make(said, past, future, "week")
    assert past.start is not None
    assert future.start is not None
    step = timedelta(days=WEEKDAYS[said["weekday"]])
    return _make_day(line, said, future.start + step, past.start + step)


def make_moved_day(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`two days before christmas`, `the week after dec 4`, `the monday after thanksgiving`."""
    base = line.read_first(("date", "named", "month day", "weekday"), said.end)
    if base is None or base.grain != "day":
        return None
    sign = 1 if said["side"] in ("after", "following") else -1
    number = sign * (_count(said) if said["count"] else 1)
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


def make_hours(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`thirty minutes ago`, `2 hours ago`, `in 48 hours`; a day or more away no time of day is meant."""
    ahead = line.text[: said.start].endswith("in ")
    if not said["away"] and not ahead:
        return None
    minutes = _count(said) * (60 if said["unit"].startswith("h") else 1)
    then = line.moment.local + timedelta(minutes=minutes * (1 if ahead or said["away"] == "from now" else -1))
    found = _make_day(line, said, then.date())
    return found if minutes >= DAY_MINUTES else replace(found, clock=then.time().replace(second=0, microsecond=0))


DAY_MINUTES = 24 * 60


def make_edge(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`EOM`, `end of march`, `the end of next quarter`, `beginning of january`, `month end`."""
    edge = said["edge"] or "end"
    first, last = line.place(said.start, said.end)
    grain = SHORT.get(said["short"]) or GRAINS.get(said["grain"], "")
    whole: TimeMention | None
    if line.text[said.end - 1] in " -":
        whole = line.read_first(("unit", "quarter", "month", "year"), said.end)
    else:
        period = get_calendar_period(line.moment, grain, 0)
        whole = TimeMention(first, last, period, period, grain)
    if whole is None:
        return None

    at_week = whole.grain == "week"

    def pick(period: Period) -> Period:
        assert period.start is not None
        assert period.end is not None
        if edge in ("mid", "middle"):
            return one_day(period.start + (period.end - period.start - timedelta(days=1)) // 2)
        if edge in ("start", "beginning", "early"):
            return one_day(period.start)
        # The end of a week is its Friday.
        return one_day(period.end - timedelta(days=2) if at_week else period.end)

    at_end = edge in ("end", "late", "close of")
    return TimeMention(first, whole.last, pick(whole.past), pick(whole.future), "end" if at_end else "day")


def make_counted_period(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`last 30 days`, `the past two weeks`, `next 10 days`: today included."""
    span = line.read_as("span", said.end)
    if span is None:
        return None
    if GRAINS.get(line.tokens[span.last].norm) == "quarter" and span.months:
        # As reports count quarters: whole ones, this one left out.
        step = STEPS[said["step"]] or -1
        ends = [get_calendar_period(line.moment, "quarter", each) for each in (step, step * span.months // 3)]
        whole = Period(start=ends[step < 0].start, end=ends[step > 0].end)
        return TimeMention(line.place(said.start, said.end)[0], span.last, whole, whole, "range")
    days, months = span.days or 0, span.months or 0
    if STEPS[said["step"]] < 0:
        start = add_to_day(line.today, months=-months) - timedelta(days=days) + timedelta(days=1)
        period = Period(start=start, end=line.today)
    else:
        end = add_to_day(line.today, months=months) + timedelta(days=days) - timedelta(days=1)
        period = Period(start=line.today, end=end)
    return TimeMention(line.place(said.start, said.end)[0], span.last, period, period, "range")


def make_unit(line: TimeLine, said: SaidTime) -> TimeMention:
    """`this quarter`, `last week`, `the current month`, `week after next`, `next week friday`."""
    steps = {"after next": 2, "before last": -2, "past": -1, "before": -1, "after this": 1, "before this": -1}
    step = steps[said["beyond"].removesuffix(" one")] if said["beyond"] else STEPS[said["step"] or "this"]
    grain = GRAINS[said["grain"] or "week"]
    period = get_calendar_period(line.moment, grain, step)
    if said["weekday"]:
        assert period.start is not None
        return _make_day(line, said, period.start + timedelta(days=WEEKDAYS[said["weekday"]]))
    return line.make(said, period, period, grain)


def _read_year(line: TimeLine, said: SaidTime) -> int | None:
    """Read the year that follows a month, quarter or day."""
    if said["year"] or said["short_year"]:
        return int(said["year"] or f"20{said['short_year']}")
    return line.today.year + STEPS.get(said["year_step"], 0) if said["year_step"] else None


def make_quarter(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`Q1`, `q3 2025`, `first quarter of 2027`, `H1`."""
    place = said["number"] or said["place"]
    number = 4 if place in ("last", "final") else ORDINALS.get(place) or UNITS.get(place) or int(place[0])
    grain = GRAINS[said["grain"]] if said["grain"] else "half" if said["letter"] == "h" else "quarter"
    months = LENGTHS[grain][1]
    if number * months > 12:
        return None

    def make_period(year: int) -> Period:
        start = date(year, line.moment.vocabulary.fiscal_start_month, 1)
        return months_from(add_to_day(start, months=months * (number - 1)), months)

    return _choose_period(line, said, make_period, grain)


def _choose_period(line: TimeLine, said: SaidTime, make_period: Callable[[int], Period], grain: str) -> TimeMention:
    """Make a period of the year that was said, else the present or nearest ones."""
    year = _read_year(line, said)
    if year is not None:
        return line.make(said, make_period(year), make_period(year), grain)
    around = [make_period(line.today.year + step) for step in range(-2, 3)]
    return line.make(said, *find_nearest(around, line.today), grain)


def make_month(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`May`, `last march`, `october 2025`."""
    number, today = MONTHS[said["month"]], line.today
    step = STEPS.get(said["step"])
    if said["month"] == "may" and step is None and _is_verb(line, said):
        return None
    if step is not None:
        year = today.year + (step > 0 and number <= today.month) - (step < 0 and number >= today.month)
        period = months_from(date(year, number, 1), 1)
        return line.make(said, period, period, "month")
    return _choose_period(line, said, lambda year: months_from(date(year, number, 1), 1), "month")


def _is_verb(line: TimeLine, said: SaidTime) -> bool:
    """Tell whether “may” is a verb, going by the words beside it."""
    before, after = line.text[: said.start].split(" ")[-2:-1], line.text[said.end :].split(" ")[1:2]
    follows = line.text[said.end : said.end + 1] == " "
    return any(word in VERBAL for word in (*before, *(after if follows else ())))


def _read_day_number(word: str) -> int:
    """Read the number of a day: `5`, `fifth`, `twenty seventh`."""
    if word.isdigit():
        return int(word)
    ten, _, one = word.rpartition(" ")
    return TENS.get(ten, 0) + ORDINALS[one]


def make_month_day(line: TimeLine, said: SaidTime) -> TimeMention:
    """`5 Dec`, `Dec 5th, 2026`, `4th of december`."""
    return _choose_year(
        line, said, MONTHS[said["month"]], _read_day_number(said["day"] or said["day_bare"]), _read_year(line, said)
    )


def make_days(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`1 to 15 december`, `dec 5-9`; with “and” only behind “between”."""
    if "and" in said["joint"] and "between" not in line.text[: said.start].split()[-1:]:
        return None
    first, last = (_read_day_number(said[each]) for each in ("day", "other"))
    if first >= last:
        return None
    month, year = MONTHS[said["month"]], _read_year(line, said)
    one, other = (_choose_year(line, said, month, day, year) for day in (first, last))
    return replace(line.join(one, other), first=one.first)


def make_week_of_day(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the week of 7 December`, `the week beginning on the 14th`."""
    day = line.read_first(("date", "month day", "weekday", "day"), said.end)
    if day is None or day.grain != "day":
        return None
    past, future = (get_calendar_period(line.moment, "week", 0, period.start) for period in (day.past, day.future))
    return TimeMention(line.place(said.start, said.end)[0], day.last, past, future, "week")


def make_year(line: TimeLine, said: SaidTime) -> TimeMention:
    """`2025`, `twenty twenty five`; a fiscal year, `FY26`, is named after the year it begins in, as quarters are."""
    year = 2020 + UNITS[said["spoken"]] if said["spoken"] else int(said["year"]) % 100 + 2000
    start = date(year, line.moment.vocabulary.fiscal_start_month if said["fiscal"] else 1, 1)
    return line.make(said, months_from(start, 12), months_from(start, 12), "year")


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
        return _make_day(line, said, coming + timedelta(weeks=weeks))
    if said["later"]:
        return _make_day(line, said, coming + timedelta(weeks=1))
    if said["past"] or (step == -1):
        return _make_day(line, said, gone if gone < today else gone - timedelta(weeks=1))
    in_week = STEPS.get(said["of_week"])
    # “Next monday” is the one of next week, also where this week's is still to come; “the next monday” is that one.
    if in_week is None and (step == 0 or (said["step"] == "next" and not said["the"])):
        in_week = step
    if in_week is not None:
        week = get_calendar_period(line.moment, "week", in_week)
        assert week.start is not None
        return _make_day(line, said, week.start + timedelta(days=number))
    return _make_day(line, said, coming) if step is not None else _make_day(line, said, coming, gone)


def make_day_of_month(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the 30th`, `30th`, `the thirtieth`: the next and the last day of this number."""
    day, start = _read_day_number(said["day"]), line.today.replace(day=1)
    # “The first one”, “the second lead”: the low ordinals count a list, not the days of a month.
    bounded = line.text[: said.start].split(" ")[-2:-1] in LONE_BEFORE and line.text[said.end :][:1] in ("", ",", ";")
    if day > 31 or (not said["day"].isdigit() and day < 4 and not (bounded or said["of_month"])):
        return None
    months = [add_to_day(start, months=step) for step in range(-13, 14)]
    return _choose_day(line, said, [_make_date(each.year, each.month, day) for each in months])


LONE_BEFORE = [[word] for word in "since until by before after from".split()]
"""Behind these “the first” alone is a day."""


def _count(said: SaidTime) -> int:
    """Read how many of a unit were said: `14`, `two`, `twenty one`, `a couple of`."""
    word = said["count"]
    if word.isdigit():
        return int(word)
    parts = word.split()
    if parts[0] in COUNTS:
        return COUNTS[next((part for part in reversed(parts) if part in COUNTS), "a")]
    return sum(TENS.get(part, 0) + UNITS.get(part, 0) for part in parts)


def make_span(line: TimeLine, said: SaidTime) -> TimeMention:
    """`two weeks`, `14+ days`, `a month`, `a couple of weeks`, `half a year`; behind or ahead: `ago`, `from now`."""
    if said["fortnight"]:
        days, months = 14 * (2 if said["fortnight"].startswith("two") else 1), 0
    elif said["half"]:
        days, months = 0, 6
    else:
        number = _count(said)
        days, months = (number * each for each in LENGTHS[GRAINS[said["grain"]]])
    first, last = line.place(said.start, said.end)
    if said["away"]:
        sign = -1 if said["away"] in ("ago", "back", "before") else 1
        return _make_day(line, said, add_to_day(line.today, days=sign * days, months=sign * months))
    return TimeMention(
        first, last, Period(), Period(), "span", "for", days=days if days or not months else None, months=months or None
    )


def make_clock(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`7:30`, `5pm`, `half past seven`, `noon`; with `at` before it also a bare hour."""
    hour, minute = _read_time(said)
    if not 0 <= hour <= 23 or not 0 <= minute <= 59:
        return None
    today = one_day(line.today)
    found = replace(line.make(said, today, today, "clock"), clock=time(hour, minute))
    joint = line.match(ON, line.end_of(found))
    day = line.read_first(("named", "weekday"), joint.end()) if joint else None
    return replace(day, first=found.first, clock=time(hour, minute)) if day is not None else found


def _read_time(said: SaidTime) -> tuple[int, int]:
    """Read the hour and minute of a clock time."""
    part = said["part"] or said["later_part"] or said["half_day"]
    minute, spoken = 0, True
    exact = re.match(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s?([ap]?)", said["clock"] or said["exact"])
    if said["noon"]:
        return (0 if said["noon"] == "midnight" else 12), 0
    if exact:
        hour, minute, part = int(exact[1]), int(exact[2] or 0), exact[3] or part
        spoken = not exact[1].startswith("0") and exact[2] is not None and hour < SIX
    elif said["side"]:
        fraction = said["fraction"].removesuffix(" minutes")
        hour, minute = _read_hour(said["of_hour"]), MINUTES.get(fraction) or _read_hour(fraction)
        hour, minute = (hour - 1, 60 - minute) if said["side"] == "to" else (hour, minute)
    elif said["half_hour"]:
        hour, minute = _read_hour(said["half_hour"]), 30
    else:
        hour, minute = (
            _read_hour(said["hour"]),
            sum(TENS.get(each, UNITS.get(each, 0)) for each in said["minutes"].split()),
        )
    # Nobody works at three at night.
    if part[:1] in ("p", "e", "n") or part in ("afternoon", "arvo") or (not part and spoken and 1 <= hour <= SIX):
        return hour + 12 * (hour < 12), minute
    return hour % 12 if part else hour, minute


SIX = 6
MINUTES = {"half": 30, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty five": 25}


def _read_hour(word: str) -> int:
    return int(word) if word.isdigit() else UNITS[word]

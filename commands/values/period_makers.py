"""Makes periods and lengths of time of what the patterns of time_patterns.py matched."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from commands.values.calendar_periods import add_to_day, find_nearest, get_calendar_period, months_from, one_day
from commands.values.day_makers import count_units, make_day, read_year
from commands.values.moment import Period
from commands.values.number_words import ORDINALS, UNITS
from commands.values.time_line import SaidTime, TimeLine, TimeMention
from commands.values.time_words import (
    GRAINS,
    LENGTHS,
    MONTHS,
    SHORT,
    STEPS,
    WEEKDAYS,
)

# Beside these “may” is a verb and no month.
VERBAL = frozenset("i we you he she they it be have not well @".split())


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
    days = count_units(said) * 7 if said["count"] else 14 if said["fortnight"] else 7
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
    return make_day(line, said, future.start + step, past.start + step)


def make_edge(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`EOM`, `end of march`, `the end of next quarter`, `month end`, `the last working day of the month`."""
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
        if said["working"]:
            return one_day(_step_to_work(period.end, -1) if edge == "last" else _step_to_work(period.start, 1))
        if edge in ("start", "beginning", "early", "first"):
            return one_day(period.start)
        # The end of a week is its Friday.
        return one_day(period.end - timedelta(days=2) if at_week else period.end)

    at_end = edge in ("end", "late", "close of", "last")
    return TimeMention(first, whole.last, pick(whole.past), pick(whole.future), "end" if at_end else "day")


def _step_to_work(day: date, step: int) -> date:
    """Step on (1) or back (-1) from a day of a weekend to the nearest working day."""
    while day.weekday() >= WEEKDAYS["saturday"]:
        day += timedelta(days=step)
    return day


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
        return make_day(line, said, period.start + timedelta(days=WEEKDAYS[said["weekday"]]))
    return line.make(said, period, period, grain)


def make_two_units(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`this quarter or next`, `this and next month`: both together."""
    steps = [STEPS[said["step"]], STEPS[said["other"] or said["coming"]]]
    if steps[0] == steps[1]:
        return None
    one, other = (get_calendar_period(line.moment, GRAINS[said["grain"]], step) for step in sorted(steps))
    both = Period(start=one.start, end=other.end)
    return line.make(said, both, both, "range")


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
    year = read_year(line, said)
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


def _halve(said: SaidTime) -> tuple[int, int]:
    """Count the days and months of a length that may have a half in it. Half a month has 15 days, half a week four."""
    whole = int(said["decimal"][:-2]) if said["decimal"] else count_units(said) if said["count"] else 0
    halves = 2 * whole + any(said[name] for name in ("half", "more", "decimal"))
    days, months = (halves * each for each in LENGTHS[GRAINS[said["grain"]]])
    return (days + 1) // 2 + 15 * (months % 2), months // 2


def make_span(line: TimeLine, said: SaidTime) -> TimeMention:
    """`two weeks`, `14+ days`, `a couple of weeks`, `half a year`, `1.5 months`; behind or ahead: `ago`, `from now`."""
    if said["fortnight"]:
        days, months = 14 * (2 if said["fortnight"].startswith("two") else 1), 0
    else:
        days, months = _halve(said)
    first, last = line.place(said.start, said.end)
    if said["away"]:
        sign = -1 if said["away"] in ("ago", "back", "before") else 1
        return make_day(line, said, add_to_day(line.today, days=sign * days, months=sign * months))
    return TimeMention(
        first, last, Period(), Period(), "span", "for", days=days if days or not months else None, months=months or None
    )

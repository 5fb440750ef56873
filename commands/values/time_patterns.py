"""How times are said: a table of patterns, each with the function that makes a time of what it matched."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from commands.values.calendar_periods import add_to_day, find_nearest, get_calendar_period, months_from, one_day
from commands.values.moment import Period
from commands.values.number_words import ORDINALS, TENS, UNITS
from commands.values.time_line import FIGURES, ON, WRITTEN, Maker, SaidTime, TimeLine, TimeMention, TimePatterns
from commands.values.time_words import (
    BOUND_OF,
    COUNTS,
    DAYS_AWAY,
    FEASTS,
    GRAINS,
    LENGTHS,
    MONTHS,
    SHORT,
    STEPS,
    WEEKDAYS,
    alternate,
    compile_pattern,
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
    return _choose_year(line, said, *FEASTS[said["feast"]])


def make_weekend(line: TimeLine, said: SaidTime) -> TimeMention:
    week = get_calendar_period(line.moment, "week", STEPS.get(said["step"], 0))
    assert week.end is not None
    period = Period(start=week.end - timedelta(days=1), end=week.end)
    return line.make(said, period, period, "days")


def make_period_to_date(line: TimeLine, said: SaidTime) -> TimeMention:
    """`ytd`, `year to date`, `so far this year`, `this year so far`: up to today; `the rest of the year` from today."""
    whole = get_calendar_period(line.moment, SHORT.get(said["short"]) or GRAINS[said["grain"]], 0)
    period = Period(start=line.today, end=whole.end) if said["rest"] else Period(start=whole.start, end=line.today)
    return line.make(said, period, period, "range")


def make_week_of_month(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`the first week of january` is its first seven days, `the last week of march` its last seven."""
    month = line.read_as("month", said.end)
    number = ORDINALS.get(said["place"])
    if month is None or (number or 1) > 4:
        return None

    def make_week(whole: Period) -> Period:
        assert whole.start is not None
        assert whole.end is not None
        start = whole.start + timedelta(days=7 * (number - 1)) if number else whole.end - timedelta(days=6)
        return Period(start=start, end=start + timedelta(days=6))

    first = line.place(said.start, said.end)[0]
    return TimeMention(first, month.last, make_week(month.past), make_week(month.future), "range")


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
    steps = {"after next": 2, "before last": -2, "past": -1, "before": -1}
    step = steps[said["beyond"]] if said["beyond"] else STEPS[said["step"] or "this"]
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
    year = int(said["year"])
    period = Period(start=date(year, 1, 1), end=date(year, 12, 31))
    return line.make(said, period, period, "year")


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
    if day > 31 or (not said["day"].isdigit() and day < 4):
        return None
    months = [add_to_day(start, months=step) for step in range(-13, 14)]
    return _choose_day(line, said, [_make_date(each.year, each.month, day) for each in months])


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
    minute = 0
    exact = re.match(r"(\d{1,2})(?:[:.h](\d{2}))?\s?([ap]?)", said["clock"] or said["exact"])
    if said["noon"]:
        return (0 if said["noon"] == "midnight" else 12), 0
    if exact:
        hour, minute, part = int(exact[1]), int(exact[2] or 0), exact[3] or part
    elif said["side"]:
        hour, minute = _read_hour(said["of_hour"]), MINUTES.get(said["fraction"]) or UNITS[said["fraction"]]
        hour, minute = (hour - 1, 60 - minute) if said["side"] == "to" else (hour, minute)
    elif said["half_hour"]:
        hour, minute = _read_hour(said["half_hour"]), 30
    else:
        hour, minute = (
            _read_hour(said["hour"]),
            sum(TENS.get(each, UNITS.get(each, 0)) for each in said["minutes"].split()),
        )
    # Nobody works at three at night.
    if part[:1] in ("p", "e", "n") or part in ("afternoon", "arvo") or (not part and not exact and 1 <= hour <= 6):
        return hour + 12 * (hour < 12), minute
    return hour % 12 if part else hour, minute


MINUTES = {"half": 30, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty five": 25}


def _read_hour(word: str) -> int:
    return int(word) if word.isdigit() else UNITS[word]


# The patterns. A name in capitals stands for one of PARTS; a blank for what may stand between two words of one time, a


CLOCK_WORDS = (
    "(?:c=(?P<clock>[0-9]{1,2}(?:[:.h][0-9]{2})?(?: ?[ap][.]?m[.]?)?)|(?P<noon>noon|midday|midnight)"
    "|(?P<fraction>half|a quarter|quarter|five|ten|twenty|twenty five) (?P<side>past|to|after) (?P<of_hour>HOUR)"
)
DAY_PART = (
    "(?: (?P<half_day>am|pm))?(?: in the (?P<part>morning|afternoon|evening))?"
    f"(?:(?= (?:this|tomorrow|yesterday|{alternate(WEEKDAYS)}) (?P<later_part>afternoon|evening|arvo|night)))?"
)
CLOCK = f"{CLOCK_WORDS}|(?P<hour>HOUR)(?: |~)(?:o'?clock|o clock|uhr|(?=am|pm|in the PART)))" + DAY_PART.replace(
    "(?: (?P<half", "(?:(?: |~)?(?P<half"
)
CLOCK_MARKED = (
    f"{CLOCK_WORDS}|(?P<exact>[0-9]{{1,2}}[.][0-9]{{2}})|half (?P<half_hour>HOUR)"
    "|(?P<hour>HOUR)(?: (?P<minutes>fifteen|(?:twenty|thirty|forty|fifty)(?: (?:UNITS))?)|(?: |~)o'?clock| o clock)?)"
    + DAY_PART
    + f"(?! (?:{alternate(GRAINS)}|k|thousand|grand|million|%|leads|deals|m|percent|[0-9]+)\\b)"
)
PATTERNS: dict[str, Sequence[tuple[str, Maker]]] = {
    "date": [(r"(?:the )?d=(?P<date>[^;,~\s]+)", make_written_date)],
    "named": [
        (f"(?:the )?(?P<named>{alternate(DAYS_AWAY)})(?: PART)?", make_named_day),
        (f"(?:the )?(?P<feast>{alternate(FEASTS)})(?: day)?", make_feast),
        ("(?:the )?(?:STEP )?weekend", make_weekend),
    ],
    "to date": [
        ("(?P<short>[yqm])td", make_period_to_date),
        ("GRAIN to date", make_period_to_date),
        ("so far (?:in )?(?:this|the) GRAIN", make_period_to_date),
        ("(?:this|the) GRAIN (?:so far|to date|up to now|until now)", make_period_to_date),
        ("(?:the )?(?P<rest>rest|remainder) of (?:the|this) GRAIN", make_period_to_date),
    ],
    "week": [
        (f"(?:the )?(?P<place>{alternate(ORDINALS)}|last) week (?:of|in) ", make_week_of_month),
        ("(?:the )?week (?:of|commencing|beginning|starting) ", make_week_of_day),
    ],
    "edge": [
        (f"(?:the )?eo(?P<short>[dwmqy])(?: of)?(?= (?:{alternate((*STEPS, *MONTHS))})) ", make_edge),
        ("(?:the )?eo(?P<short>[dwmqy])", make_edge),
        ("(?:the )?(?!half)GRAIN end", make_edge),
        ("(?:the )?(?P<edge>end|start|beginning|mid|middle|early|late|close of)(?: of)? GRAIN", make_edge),
        ("(?:the )?(?P<edge>end|start|beginning|mid|middle|early|late|close of)(?: of)? ", make_edge),
    ],
    "counted": [("(?:the )?STEP(?! an? ) ", make_counted_period)],
    "unit": [
        (
            "(?:the |of )?(?:the )?STEP (?:fiscal |calendar |business |full |whole |entire |sales )?GRAIN"
            "(?:(?<=week) WEEKDAY)?",
            make_unit,
        ),
        ("(?:the )?GRAIN (?P<beyond>after next|before last|(?:past|before)$)", make_unit),
        ("(?:the )?(?:whole|full|entire) (?!half)GRAIN", make_unit),
        ("the (?!half)GRAIN(?! of)", make_unit),
    ],
    "quarter": [
        ("(?:the )?(?P<letter>[qh])~(?P<number>[1-4])YEAR", make_quarter),
        ("(?:the )?quarter (?P<number>[1-4]|one|two|three|four)YEAR", make_quarter),
        ("(?:the )?(?P<number>[1-4])(?:~(?:st|nd|rd|th) GRAIN|~q(?P<letter>))YEAR", make_quarter),
        (
            "(?:the )?(?P<place>first|second|third|fourth|last|final) (?P<grain>quarter|trimester|half)YEAR",
            make_quarter,
        ),
    ],
    "month days": [
        ("(?:the )?DAY(?:(?P<joint> to | until | through | and )|-)(?:the )?OTHER (?:of )?MONTHYEAR", make_days),
        ("MONTH (?:the )?DAY(?:(?P<joint> to | until | through | and )|-)(?:the )?OTHERYEAR", make_days),
    ],
    "month day": [
        ("(?:the )?MONTH,? (?:the )?DAYYEAR", make_month_day),
        ("(?:the )?DAY MONTHYEAR", make_month_day),
        ("(?:(?:the )?ORDINAL|(?:the )?(?P<day_bare>[0-9]{1,2})(?!~)) (?:of|in) MONTHYEAR", make_month_day),
    ],
    "month": [("(?:the )?(?:STEP )?MONTHYEAR", make_month)],
    "year": [("(?P<year>20[0-4][0-9])(?! (?:k|usd|dollars|leads|deals))", make_year)],
    "weekday": [
        ("(?P<weeks_on>a|one|two|three) weeks? (?:on|from|this|coming|next) WEEKDAY", make_weekday),
        (
            "(?P<the>the )?(?:STEP )?WEEKDAY(?: PART)?(?:(?P<past> past)"
            "|(?:, | )(?:of )?(?P<of_week>next|this|last) week|(?P<later> week| after next)|,? the ORDINAL)?",
            make_weekday,
        ),
    ],
    "day": [
        ("the (?P<day>WRITTEN)(?! (?:one|lead|deal|time|of|opp|opportunity|quarter|half))", make_day_of_month),
        (
            "(?:the )?(?P<day>[0-9]{1,2})~(?:st|nd|rd|th)(?! (?:one|lead|deal|time|opp|opportunity|quarter|half))",
            make_day_of_month,
        ),
    ],
    "span": [
        ("(?P<fortnight>(?:a |one |two )?fortnights?)AWAY", make_span),
        ("(?P<half>half a year|a half year)AWAY", make_span),
        (
            "COUNT(?:~\\+| \\+| or more)? (?:more |full |business |working |calendar |whole |straight |odd |further "
            "|good |solid )?UNIT(?:~\\+| \\+| plus| or more| or longer| and more)?AWAY",
            make_span,
        ),
        ("(?P<count>[0-9]{1,4})~(?P<grain>d|w|wks?|mths?|mos?|yrs?)AWAY", make_span),
    ],
    "clock": [(CLOCK, make_clock)],
    "clock marked": [(CLOCK_MARKED, make_clock)],
}
"""How times are said; what stands first is tried first."""
BEGINNINGS: dict[str, Iterable[str]] = {
    "date": (WRITTEN, "the"),
    "named": ("the", "first", "weekend", *STEPS, *(each.split()[0] for each in (*DAYS_AWAY, *FEASTS))),
    "to date": "ytd qtd mtd week month quarter year half so this the rest remainder".split(),
    "week": ("the", "last", "week", *ORDINALS),
    "edge": "the eod eow eom eoq eoy end start beginning mid middle early late close week month quarter year".split(),
    "counted": ("the", *STEPS),
    "unit": ("the", "of", "whole", "full", "entire", "week", "month", "quarter", "year", *STEPS),
    "quarter": ("the", "q", "h", "quarter", FIGURES, "first", "second", "third", "fourth", "last", "final"),
    "month days": ("the", FIGURES, *MONTHS, *ORDINALS, *TENS),
    "month day": ("the", FIGURES, *MONTHS, *ORDINALS, *TENS),
    "month": ("the", *STEPS, *MONTHS),
    "year": (FIGURES,),
    "weekday": ("the", "a", "one", "two", "three", *STEPS, *WEEKDAYS),
    "day": ("the", FIGURES),
    "span": (FIGURES, "a", "an", "another", "couple", "few", "several", "fortnight", *UNITS, *TENS),
    "clock": ("c=", FIGURES, "noon", "midday", "midnight", "half", "quarter", "a", *UNITS, "twenty"),
}
"""The words with which each of these begins: trying all at every word would take long."""
NAMES_BY_WORD = {
    word: tuple(name for name, words in BEGINNINGS.items() if word in set(words))
    for words in list(BEGINNINGS.values())
    for word in words
}
STARTERS = (
    frozenset(NAMES_BY_WORD)
    | {word.split()[0] for word in BOUND_OF}
    | frozenset("between from on at around in during for within over all".split())
) - {FIGURES, WRITTEN, "c=", "of"}
"""The words with which a time can begin."""
TIME_PATTERNS = TimePatterns(
    {name: [(compile_pattern(each), make) for each, make in patterns] for name, patterns in PATTERNS.items()},
    NAMES_BY_WORD,
)

"""Finds what could be a period, a day, a clock time or a length of days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from commands.contract.arguments import Past
from commands.contract.command import Command
from commands.language.candidates import conditions
from commands.language.candidates.argument_candidate import ArgumentCandidate
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.language.sentences.subjects import left_unsaid, named, pointed
from commands.values.calendar_periods import add_to_day, get_calendar_period
from commands.values.clock import read_days, read_zone
from commands.values.dates import pick_day
from commands.values.moment import Lean, Period
from commands.values.number_words import UNITS
from commands.values.time_line import TimeMention
from commands.values.time_words import LENGTHS, WEEKDAYS, WHOLE
from storage.names import mentions as stored


def find_periods(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    leans: tuple[Lean, ...] = ("past",) if argument in kind.marked_fields(Past) else ("future",)
    if argument == "closing":
        leans = ("past", "future")
    yield from _find_moved_period(s, argument, kind)
    yield from _find_year_before(s, argument, kind)
    for number, when in enumerate(s.whens):
        place = f"{number} of {len(s.whens)}"
        # Where two times are said, each is compared with the other.
        alone = sum(other.grain == when.grain for other in s.whens) == 1
        if "compare_period" in kind.model_fields and when.grain in COMPARED and when.past.start and alone:
            # “Ahead of last year” compares this year with it; “this year against the year before” names but one, too.
            step, sort = (-1, "before") if argument == "compare_period" else (1, "after")
            other_one = get_calendar_period(s.context.moment, when.grain, step, when.past.start)
            sort = f"against {sort} {when.grain} {place}"
            yield ArgumentCandidate(argument, conditions.iso(other_one), when.first, when.last, sort)
        if (age := _find_age(s, when)) is not None and argument == "created":
            yield ArgumentCandidate(argument, conditions.iso(age), when.first, when.last, f"age {age.start is None}")
        if argument in HALVES_OF and when.grain == "range":
            for half in _halve_period(when.period(leans[0]), HALVES_OF[argument]):
                sort = f"half {HALVES_OF[argument]} {place}"
                yield ArgumentCandidate(argument, conditions.iso(half), when.first, when.last, sort)
        if "compare_period" in kind.model_fields and (earlier := _find_year_earlier(s, when)) is not None:
            sort = f"year earlier {argument} {place}"
            yield ArgumentCandidate(argument, conditions.iso(earlier), when.first, when.last, sort)
        for lean in leans:
            period = when.period(lean)
            # “Forecast to the end of the year” is no question about its last day.
            reaches = when.grain == "end" and s.norms[max(0, when.first - 1)] in WORDS["reaching"]
            if (when.bound == "to" or reaches) and period.end and period.end > s.context.today:
                ahead = Period(start=s.context.today, end=period.end)
                sort = f"from today {when.grain} {place}"
                yield ArgumentCandidate(argument, conditions.iso(ahead), when.first, when.last, sort)
            if (period.start or period.end) and not (lean == "future" and len(leans) == 2 and period == when.past):
                # Which year is meant goes by whether it is this one, in whatever month that is asked.
                year = ""
                if len(leans) > 1 and when.past != when.future and (start := period.start or period.end):
                    year = f"{'this' if start.year == s.context.today.year else 'other'} year "
                grain = "month" if when.grain == "quarter" and year else when.grain
                sort = f"{lean} {year}{grain} {when.bound} {place}"
                yield ArgumentCandidate(argument, conditions.iso(period), when.first, when.last, sort)
    for first, when in enumerate(s.whens):
        joined, last = when.period(leans[-1]), when
        for other in s.whens[first + 1 :]:
            if other.first - last.last > MOST_BETWEEN or (both := _join(joined, other.period(leans[-1]))) is None:
                break
            joined, last = both, other
            sort = f"joined {when.grain} {other.grain} of {len(s.whens)}"
            yield ArgumentCandidate(argument, conditions.iso(joined), when.first, other.last, sort)


def _find_age(s: Sentence, when: TimeMention) -> Period | None:
    """Find when that was created of which the age is said: `older than 30 days`, `newer than a week`."""
    before = [each.concept for each in s.in_section("ages") if each.last == when.first - 1]
    if not before or not (when.days or when.months):
        return None
    day = add_to_day(s.context.today, days=-(when.days or 0), months=-(when.months or 0))
    return Period(start=None, end=day) if before[0] == "ages.older" else Period(start=day, end=s.context.today)


COMPARED = frozenset({*conditions.LENGTHS, "year"})
"""What is compared with the one before it."""
MOST_BETWEEN = 3
"""How far apart two times stand that are said as one: `in 2025 and in 2026`."""


def _join(one: Period, other: Period) -> Period | None:
    """Join two periods of which one begins when the other has ended; None where they are not such."""
    first, second = sorted((one, other), key=lambda each: each.start or date.min)
    if first.end is None or second.start is None or add_to_day(first.end, days=1) != second.start:
        return None
    return Period(start=first.start, end=second.end)


HALVES_OF = {"compare_period": 0, "period": 1}
"""A change “from Q1 to Q2” compares the second with the first."""


def _find_year_earlier(s: Sentence, when: TimeMention) -> Period | None:
    """Find the month a year before one that was said twice: `this October against last October`."""
    period = when.past
    twice = when.grain == "month" and any(other is not when and other.past == period for other in s.whens)
    if not twice or period.start is None or period.end is None:
        return None
    return Period(start=add_to_day(period.start, months=-12), end=add_to_day(period.end, months=-12))


def _halve_period(period: Period, half: int) -> Iterator[Period]:
    """Take the first or second half of a period that is an even number of calendar months."""
    if period.start is None or period.end is None or period.start.day != 1:
        return
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    if months % 2 == 0 and add_to_day(period.start, months=months, days=-1) == period.end:
        start = add_to_day(period.start, months=half * months // 2)
        yield Period(start=start, end=add_to_day(start, months=months // 2, days=-1))


def _find_moved_period(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the period before or after the one that the thread is about: `and the quarter before?`."""
    kept = s.focus.arguments.get(argument) if s.focus.kind is kind else None
    if not isinstance(kept, dict) or not kept.get("from") or not kept.get("to"):
        return
    start, end = date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"])
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    for step, concept in ((-1, "moves.back"), (1, "moves.on")):
        for each in s.all(concept):
            first = add_to_day(
                start, **({"months": step * months} if whole else {"days": step * ((end - start).days + 1)})
            )
            last = add_to_day(first, **({"months": months, "days": -1} if whole else {"days": (end - start).days}))
            moved = conditions.iso(Period(start=first, end=last))
            yield ArgumentCandidate(argument, moved, each.first, each.last, f"moved {step} {len(s.whens)}")


def _find_year_before(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the same time of the year before: `same quarter last year`, `year on year`, `same period a year ago`."""
    if "compare_period" not in kind.model_fields:
        return
    for each in s.in_section("year_before"):
        grain = each.concept.partition(".")[2]
        bases = [when.past for when in s.whens if when.grain in WHOLE and not each.first <= when.first <= each.last]
        kept = s.focus.arguments.get("period") if s.focus.kind is kind else None
        if isinstance(kept, dict) and kept.get("from") and kept.get("to"):
            bases.append(Period(start=date.fromisoformat(kept["from"]), end=date.fromisoformat(kept["to"])))
        usual = get_calendar_period(s.context.moment, grain if grain in LENGTHS else "year", 0)
        base = next((one for one in bases if one.start and one.end), usual)
        if base.start is None or base.end is None:
            continue
        before = Period(
            start=add_to_day(base.start, months=-12), end=add_to_day(add_to_day(base.end, days=1), months=-12, days=-1)
        )
        meant = before if argument == "compare_period" else base
        sort = f"year before {argument} {len(bases) > 0}"
        yield ArgumentCandidate(argument, conditions.iso(meant), each.first, each.last, sort)


def find_due(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the days and periods by which something is due; what is behind counts from today."""
    for each in find_periods(s, argument, kind):
        if each.value.get("to") is None or date.fromisoformat(each.value["to"]) >= s.context.today:
            yield each


WITHOUT_HOUR = " without its time"
"""The end of the sort of a day that was said with a time of day."""


def find_days(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    standing = _find_standing_day(s) if argument == "close_date" and s.whens else None
    for when in s.whens:
        seen = set()
        for lean in LEANS:
            for end in (False, True):
                day = pick_day(when, lean, end=end)
                if day == s.context.today and argument in AHEAD and _names_weekday(s, when):
                    # On a Monday “until Monday” and “remind me on Monday” mean the next one: today is “today”.
                    day = add_to_day(day, days=7)
                if day is None or day in seen or (argument in AHEAD and day < s.context.today):
                    continue
                seen.add(day)
                sort = f"{lean} {'end' if end else 'start'} {when.grain} {when.bound}"
                if when.clock is not None and argument in ("at", "since"):
                    yield ArgumentCandidate(
                        argument, f"{day}T{when.clock:%H:%M}", when.first, when.last, f"{sort} clock"
                    )
                without = WITHOUT_HOUR if when.clock is not None else ""
                yield ArgumentCandidate(argument, day.isoformat(), when.first, when.last, sort + without)
        yield from _find_day_of_month_said(s, argument, when, standing)
        if argument == "until" and when.bound == "to" and when.future.end and when.grain in WHOLE:
            # “Until July” is over when July begins.
            start = _find_start(s, when)
            if start is not None:
                yield ArgumentCandidate(argument, start.isoformat(), when.first, when.last, f"begins {when.grain}")
        if argument == "until" and when.bound == "to" and "before" in s.norms[when.first : when.last + 1]:
            after = add_to_day(when.future.end or s.context.today, days=1).isoformat()
            yield ArgumentCandidate(argument, after, when.first, when.last, f"before {when.grain}")
        if argument in ("until", "due", "close_date") and (when.days or when.months):
            after = add_to_day(s.context.today, days=when.days or 0, months=when.months or 0).isoformat()
            yield ArgumentCandidate(argument, after, when.first, when.last, f"after {when.grain} {when.bound}")
            yield from _find_moved_days(s, argument, when, standing)


def _names_weekday(s: Sentence, when: TimeMention) -> bool:
    """Tell whether a time is said by a day of the week alone: `Monday`, but not `this Monday` or `Monday the 3rd`."""
    said = s.norms[when.first : when.last + 1]
    return not WEEKDAYS.keys().isdisjoint(said) and not any(word == "this" or word.isdecimal() for word in said)


def _find_start(s: Sentence, when: TimeMention) -> date | None:
    """Find the day on which a period begins whose end was read: `until july`."""
    end = when.future.end
    if end is None or when.grain not in LENGTHS:
        return None
    start = get_calendar_period(s.context.moment, when.grain, 0, end).start
    return start if start is not None and start > s.context.today else None


def _find_moved_days(
    s: Sentence, argument: str, when: TimeMention, standing: date | None
) -> Iterator[ArgumentCandidate]:
    """Find the day that stands, of the deal or of the call before, moved by a length of time: `slips by a week`."""
    days = {"moved": standing} if standing else {}
    if isinstance(kept := s.focus.arguments.get(argument), str) and ISO_DAY.match(kept):
        days["said"] = date.fromisoformat(kept[:10])
    for sort, day in days.items():
        for step in (1, -1):
            moved = add_to_day(day, days=step * (when.days or 0), months=step * (when.months or 0)).isoformat()
            yield ArgumentCandidate(argument, moved, when.first, when.last, f"{sort} {step} {when.bound}")


def _find_standing_day(s: Sentence) -> date | None:
    """Find the close date, as it stands, of the deal that a sentence is about."""
    deal = named(s, ("opportunity",)) or pointed(s, ("opportunity",)) or left_unsaid(s, ("opportunity",))
    if deal is None or deal.one is None or deal.one.kind != "opportunity":
        return None
    found: date | None = stored.find_close_date(s.context.scope, deal.one.id)
    return found


def _find_day_of_month_said(
    s: Sentence, argument: str, when: TimeMention, standing: date | None
) -> Iterator[ArgumentCandidate]:
    """Find a day that goes by a month said elsewhere: `in January, say the 6th`, `18 December, no, the 30th`."""
    number = BARE_DAY.search(s.cut(when.first, when.last))
    if number is None:
        return
    kept = s.focus.arguments.get(argument)
    others = [other.future.start for other in s.whens if other is not when and other.bound != "for"]
    if isinstance(kept, str) and ISO_DAY.match(kept):
        others.append(date.fromisoformat(kept[:10]))
    for other in others:
        if other and 0 < int(number[1]) <= _count_days(other):
            day = other.replace(day=int(number[1])).isoformat()
            yield ArgumentCandidate(argument, day, when.first, when.last, "month said")
    # Who pushes a deal to the 29th means the next one after its close date.
    if standing is not None and 0 < int(number[1]) <= LONGEST_MONTH:
        months = (add_to_day(standing.replace(day=1), months=step) for step in range(MOST_MONTHS))
        named_days = (month.replace(day=int(number[1])) for month in months if int(number[1]) <= _count_days(month))
        ahead = next(each for each in named_days if each > standing)
        yield ArgumentCandidate(argument, ahead.isoformat(), when.first, when.last, "month after")


def _count_days(month: date) -> int:
    return monthrange(month.year, month.month)[1]


LONGEST_MONTH = 31
MOST_MONTHS = 4
"""In how many months a day of the month is looked for: one of them has it beyond any day of the first."""


BARE_DAY = re.compile(r"^(?:(?:on|by|until|till|to)\s)?(?:[a-z]+day,?\s)?(?:the\s)?(\d{1,2})(?:st|nd|rd|th)$", re.I)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LEANS: tuple[Lean, ...] = ("past", "future")
AHEAD = frozenset({"due", "until"})
"""Arguments that take no day of the past."""


def count_days(s: Sentence, when: TimeMention) -> Iterator[tuple[str, int]]:
    """Count the days of a time: its length, how long ago it began, what a week or month usually has."""
    if when.days or when.months:
        yield "length", (when.days or 0) + 30 * (when.months or 0)
    start = when.past.start
    if start is not None and start < s.context.today:
        yield "ago", (s.context.today - start).days
    if start is not None and start <= s.context.today:
        yield "with today", (s.context.today - start).days + 1
    if when.grain in conditions.LENGTHS:
        yield "usual", conditions.LENGTHS[when.grain]


def find_times(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for when in s.whens:
        if when.clock is not None:
            yield ArgumentCandidate(argument, f"{when.clock:%H:%M}", when.first, when.last, "clock")
            # “At six” is in the afternoon for a call, and in the morning for a digest.
            if when.clock.hour > NOON and not AFTERNOON.search(s.cut(when.first, when.last)):
                early = when.clock.replace(hour=when.clock.hour - NOON)
                yield ArgumentCandidate(argument, f"{early:%H:%M}", when.first, when.last, "clock early")

    # “Digest at 8”, “make it seven”, “0715”, “7.45”: what stands alone is an hour of the morning.
    taken = {at for when in s.whens if when.clock is not None for at in range(when.first, when.last + 1)}
    for at, unit in enumerate(s.units):
        said = BARE_HOUR.fullmatch(unit.norm)
        hour = int(said[1]) if said else UNITS.get(unit.norm, -1)
        half = at > 0 and s.norms[at - 1] == "half"
        minute = int(said[2] or 0) if said else 0
        if at not in taken and EARLIEST <= hour <= LATEST and minute < HOUR_MINUTES:
            sort = f"hour {bool(said and said[2])} {hour <= NOON} {half}"
            minute = HOUR_MINUTES // 2 if half else minute
            yield ArgumentCandidate(argument, f"{hour:02}:{minute:02}", at - half, at, sort)


BARE_HOUR = re.compile(r"(\d{1,2})(?:[.]?(\d{2}))?")
EARLIEST, LATEST, HOUR_MINUTES = 4, 20, 60
NOON = 12
AFTERNOON = re.compile(r"p\.?m|noon|evening|night|\b(?:1[3-9]|2\d)\b", re.I)


def find_weekdays(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    adds = not WORDS["adding"].isdisjoint(s.norms)
    for first in range(len(s.units)):
        for last in range(first, min(first + 8, len(s.units))):
            words = s.cut(first, last)
            days = read_days(words) if any(mark in words.lower() for mark in WORDS["weekday_marks"]) else None
            if days:
                usual = list(WORKDAYS or ())
                others = [each for each in usual if each not in days]
                # “Weekends too”.
                joined = list(dict.fromkeys((*usual, *days))) if adds else []
                for sort, found in (("days", list(days)), ("days but", others), ("days and", joined)):
                    if found:
                        yield ArgumentCandidate(
                            argument, found, first, last, f"{sort} {min(7, len(days))}", (",".join(found),)
                        )


WORKDAYS = read_days("weekdays")
"""What is left of the days of a digest where some are taken off: `none on Fridays`."""


def find_zones(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for first in range(len(s.units)):
        for last in range(first, min(first + 3, len(s.units))):
            zone = read_zone(s.cut(first, last).strip(" .,!?"))
            if zone:
                yield ArgumentCandidate(argument, zone, first, last, "zone", (zone,))

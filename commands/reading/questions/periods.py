"""The periods of a question in a thread: ordinals that leave out the quarter, and years said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from commands.reading.sentence import Sentence
from commands.values.dates import LAST, MONTHS, NEXT, THIS, TimeMention, find_times
from commands.values.moment import Period
from commands.values.number_words import ORDINALS

FIELDS = ("period", "closing", "converted_in", "created")
YEARLESS = frozenset("quarter half month range".split())
RELATIVE = THIS | LAST | NEXT | {"year", "ago", "since", "today", "week", "before", "until"}


def said_periods(s: Sentence) -> list[TimeMention]:
    """Every time that was said: `the third quarter` with `the second`, in the year that the thread is about."""
    found = sorted([*s.whens, *_left_out(s)], key=lambda when: when.first)
    year = thread_year(s)
    return [_in_year(s, when, year) for when in found] if year is not None else found


def in_thread(s: Sentence, when: TimeMention) -> TimeMention:
    """A time that was said without its year, in the year that the thread is about."""
    year = thread_year(s)
    return _in_year(s, when, year) if year is not None else when


def thread_year(s: Sentence) -> int | None:
    """The bygone year of the period that the thread is about."""
    for name in FIELDS:
        kept: Any = s.focus.arguments.get(name)
        if isinstance(kept, dict) and kept.get("from") and kept.get("to"):
            first, last = date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"])
            return first.year if first.year == last.year < s.context.today.year else None
    return None


def _left_out(s: Sentence) -> list[TimeMention]:
    """`the second` beside `the third quarter`."""
    quarter = next((each for each in s.whens if each.grain == "quarter" and _ordinal(s, each)), None)
    if quarter is None or not s.has("stats.compare"):
        return []
    taken = {at for when in s.whens for at in range(when.first, when.last + 1)}
    word = next(at for at in range(quarter.first, quarter.last + 1) if s.norms[at] in ("quarter", "quarters"))
    for at, norm in enumerate(s.norms):
        if at in taken or ORDINALS.get(norm, 9) > 4 or s.norms[at - 1 : at] != ["the"]:
            continue
        behind = s.units[word + 1 : quarter.last + 1]
        read = find_times([s.units[at], replace(s.units[word], gap=""), *behind], s.context.moment)
        if len(read) == 1:
            return [replace(read[0], first=at, last=at)]
    return []


def _ordinal(s: Sentence, when: TimeMention) -> bool:
    return any(ORDINALS.get(norm, 9) <= 4 for norm in s.norms[when.first : when.last + 1])


def _in_year(s: Sentence, when: TimeMention, year: int) -> TimeMention:
    said = s.norms[when.first : when.last + 1]
    if when.grain not in YEARLESS or RELATIVE & set(said) or any(len(norm) == 4 and norm.isdigit() for norm in said):
        return when
    if when.bound != "in" or not (set(said) & (MONTHS.keys() | ORDINALS.keys() | {"q", "h"})):
        return when
    past = when.past
    if past.start is None or past.end is None or any(unit.gap == "'" for unit in s.units[when.first : when.last + 1]):
        return when
    moved = Period(start=_moved(past.start, year - past.start.year), end=_end(past.end, year - past.start.year))
    return replace(when, past=moved, future=moved)


def _moved(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _end(day: date, years: int) -> date:
    return _moved(day + timedelta(days=1), years) - timedelta(days=1)

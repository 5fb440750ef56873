"""Reads dates, periods, spans of time and clock times as reps write them.

How they are said stands in the table of time_patterns.py. Weeks begin on Monday, quarters follow the workspace's fiscal
year, a period without a year is the nearest that makes sense for its lean (docs/domain.md, "Periods").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from commands.values.moment import Lean, Moment, Period
from commands.values.text import Token, tokenize_text
from commands.values.time_line import TimeLine, TimeMention
from commands.values.time_patterns import STARTERS, TIME_PATTERNS
from commands.values.time_words import MONTHS, alternate, compile_pattern

IMPOSSIBLE = compile_pattern(
    f"(?:2[89]|[3-9][0-9]) (?:{alternate(MONTHS)})|(?:{alternate(MONTHS)}) (?:2[89]|[3-9][0-9])"
)
"""A day that no month has, like `31 February`, where it was not read as a time."""


def read_date(words: str, moment: Moment, *, lean: Lean = "future") -> date | None:
    """Read the day that these words name, None where they name none.

    Of a longer period it is the first day, of `until …` the last.
    """
    found = _read_all(words, moment)
    return pick_day(found, lean) if found else None


def read_period(words: str, moment: Moment, *, lean: Lean = "past") -> Period | None:
    """Read the period that these words name, None where they name none.

    Two ISO days may be written `2026-01-01..2026-03-31`; one of them may be left out.
    """
    bounds = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})?\s*(?:\.\.|/|,)\s*(\d{4}-\d{2}-\d{2})?\s*", words)
    if bounds:
        start, end = (_parse_iso_day(part) for part in bounds.groups())
        return Period(start=start, end=end) if start or end else None
    found = _read_all(words, moment)
    return found.period(lean) if found else None


def _read_all(words: str, moment: Moment) -> TimeMention | None:
    """Read words that are nothing but a time."""
    tokens = tokenize_text(words).tokens
    # What is longer is a sentence that happens to begin with a day.
    if not tokens or len(words) > 80:
        return None
    found = TimeLine(tokens, moment, TIME_PATTERNS).read_at(0)
    return found if found and found.last == len(tokens) - 1 and found.bound != "for" else None


def pick_day(found: TimeMention, lean: Lean, *, end: bool = False) -> date | None:
    """Pick the one day that is meant: the bound said, else the first day of the period (the last with `end`)."""
    period = found.period(lean)
    if found.bound == "to":
        return period.end
    return (period.end or period.start) if end else (period.start or period.end)


def has_impossible_day(tokens: Sequence[Token], times: Sequence[TimeMention], moment: Moment) -> bool:
    """Tell whether a day was said that no month has, like `30 February`, besides these times."""
    line = TimeLine(tokens, moment, TIME_PATTERNS)
    read = {at for when in times for at in range(when.first, when.last + 1)}
    return any(IMPOSSIBLE.match(line.text, start) for at, start in enumerate(line.starts) if at not in read)


def find_times(tokens: Sequence[Token], moment: Moment) -> list[TimeMention]:
    """Find all times in a sentence, in order, none overlapping."""
    line: TimeLine | None = None
    found: list[TimeMention] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind in ("date", "clock", "number") or tokens[at].norm in STARTERS:
            line = line or TimeLine(tokens, moment, TIME_PATTERNS)
            one = line.read_at(at)
            if one is not None:
                found.append(one)
                at = one.last
            # Skipped as a whole: read on its own, the “February” of “31 February” would be taken for the month.
            elif IMPOSSIBLE.match(line.text, line.starts[at]):
                at += 1
        at += 1
    return found


def _parse_iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

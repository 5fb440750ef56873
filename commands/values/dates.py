"""Reads dates, periods, spans of time and clock times as reps write them.

How they are said stands in the table of time_patterns.py. Weeks begin on Monday, quarters follow the workspace's fiscal
year, a period without a year is the nearest that makes sense for its lean (docs/domain.md, "Periods").
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commands.values.moment import Lean, Moment, Period
from commands.values.text import Token, tokenize_text
from commands.values.time_line import TimeLine, TimeMention
from commands.values.time_patterns import STARTERS, TIME_PATTERNS
from commands.values.time_words import MONTHS, TH, compile_pattern

LATE = f"(?P<day>29|[3-9][0-9])(?:{TH})?"
IMPOSSIBLE = (
    compile_pattern(f"{LATE}(?: of)? MONTH"),
    compile_pattern(f"MONTH (?:the )?{LATE}"),
    compile_pattern("d=(?P<date>[0-9./-]+)"),
)
"""A day that no month has, like `31 February` or `31/11`, where it was not read as a time."""


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
    bounds = re.fullmatch(r"\s*+(\d{4}-\d{2}-\d{2})?\s*+(?:\.\.|/|,)\s*+(\d{4}-\d{2}-\d{2})?\s*", words)
    if bounds:
        start, end = (_parse_iso_day(part) for part in bounds.groups())
        return Period(start=start, end=end) if start or end else None
    found = _read_all(words, moment)
    return found.period(lean) if found else None


def explain_unread_day(words: str, moment: Moment) -> str:
    """Explain why words name no day, and what does."""
    never = find_impossible_day(tokenize_text(words).tokens, (), moment)
    return never.explanation if never else f"“{words}” is no day I know. {SAY_A_DAY}"


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


@dataclass(frozen=True, slots=True)
class ImpossibleDay:
    """A day that no month has, as it is named, and the words from `first` to `last` that say so."""

    first: int
    last: int
    name: str

    @property
    def explanation(self) -> str:
        """Say that there is no such day, and how to say one."""
        return f"There is no {self.name}. {SAY_A_DAY}"


def find_impossible_day(tokens: Sequence[Token], times: Sequence[TimeMention], moment: Moment) -> ImpossibleDay | None:
    """Find a day that was said and that no month has, like `30 February`, besides these times."""
    line = TimeLine(tokens, moment, TIME_PATTERNS)
    read = {at for when in times for at in range(when.first, when.last + 1)}
    found = (_read_impossible_day(line, at) for at in range(len(tokens)) if at not in read)
    return next((each for each in found if each is not None), None)


def _read_impossible_day(line: TimeLine, at: int) -> ImpossibleDay | None:
    said = next((match for each in IMPOSSIBLE if (match := each.match(line.text, line.starts[at]))), None)
    if said is None:
        return None
    parts = said.groupdict()
    day, month, year = (
        _split_written_date(parts["date"]) if parts.get("date") else (int(parts["day"]), MONTHS[parts["month"]], 0)
    )
    if not 1 <= month <= len(month_name) - 1:
        return None
    return ImpossibleDay(*line.place(said.start(), said.end()), f"{day} {month_name[month]} {year or ''}".strip())


def _split_written_date(text: str) -> tuple[int, int, int]:
    """Split a date in figures that no calendar has into day, month and year; 0 for what it does not say."""
    parts = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(parts) == 3 and parts[0] > 31:
        parts.reverse()
    # Of two numbers the one beyond twelve is the day.
    day, month = (parts[1], parts[0]) if parts[1] > 12 else (parts[0], parts[1])
    return (day, month, parts[2] if len(parts) == 3 else 0) if day <= LAST_DAY else (0, 0, 0)


LAST_DAY = 31
SAY_A_DAY = "Say a day like 30 November, tomorrow or Friday."


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
            elif (never := _read_impossible_day(line, at)) is not None:
                at = never.last
        at += 1
    return found


def _parse_iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

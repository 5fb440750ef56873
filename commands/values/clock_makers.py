"""Makes clock times of what the patterns of time_patterns.py matched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

from commands.values.calendar_periods import one_day
from commands.values.day_makers import count_units, make_day
from commands.values.number_words import TENS, UNITS
from commands.values.time_line import ON, SaidTime, TimeLine, TimeMention


def make_hours(line: TimeLine, said: SaidTime) -> TimeMention | None:
    """`thirty minutes ago`, `2 hours ago`, `in 48 hours`; a day or more away no time of day is meant."""
    ahead = line.text[: said.start].endswith("in ")
    if not said["away"] and not ahead:
        return None
    minutes = count_units(said) * (60 if said["unit"].startswith("h") else 1)
    then = line.moment.local + timedelta(minutes=minutes * (1 if ahead or said["away"] == "from now" else -1))
    found = make_day(line, said, then.date())
    return found if minutes >= DAY_MINUTES else replace(found, clock=then.time().replace(second=0, microsecond=0))


DAY_MINUTES = 24 * 60


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

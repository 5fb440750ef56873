"""Reads times of day, days of the week and time zones as reps write them when they set up their digest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from commands.values.number_words import UNITS
from storage.names.normalise import normalise_name

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NUMBERS = {word: number for word, number in UNITS.items() if 1 <= number <= 12}
FRACTIONS = {"half past": 30, "quarter past": 15, "a quarter past": 15, "quarter to": -15, "a quarter to": -15}
DIGITS = re.compile(r"^(\d{1,2})(?:[:.h](\d{2})(?::\d{2})?)?\s*(am|pm|a\.m\.|p\.m\.|a|p|h|o'?clock|uhr)?$")
PART_OF_DAY = re.compile(r"^(.*?)\s*(in the morning|in the afternoon|in the evening|am|pm|a\.m\.|p\.m\.|o[’']?clock)$")
SPAN = re.compile(r"\s*(?:-|–|\b(?:to|through|thru|till|until)\b)\s*")
GROUPS = {
    "weekday": DAYS[:5],
    "weekdays": DAYS[:5],
    "wkday": DAYS[:5],
    "wkdays": DAYS[:5],
    "workday": DAYS[:5],
    "workdays": DAYS[:5],
    "working days": DAYS[:5],
    "daily": DAYS,
    "every day": DAYS,
    "everyday": DAYS,
    "all": DAYS,
    "all days": DAYS,
    "weekend": DAYS[5:],
    "weekends": DAYS[5:],
}


def read_clock(words: str) -> time | None:
    """Read a time of day: `7:30`, `8am`, `half past 7`, `quarter to nine`, `noon`; None for anything else."""
    said = re.sub(r"\s+", " ", words.strip().lower().replace("’", "'")).removeprefix("at ")
    if said in ("noon", "midday", "12 noon"):
        return time(12)
    if said == "midnight":
        return time(0)
    for fraction, minutes in FRACTIONS.items():
        if said.startswith(fraction + " "):
            return _add_minutes(read_clock(said.removeprefix(fraction + " ")), minutes)
    digits = DIGITS.match(said)
    if digits:
        hour, minute, part = digits.groups()
        return _make_time(int(hour), int(minute or 0), part or "")
    spoken = PART_OF_DAY.match(said)
    if spoken and spoken.group(1) and spoken.group(1) != said:
        found = read_clock(spoken.group(1))
        part = spoken.group(2)
        afternoon = part.startswith("p") or part.endswith(("afternoon", "evening"))
        return _make_time(found.hour, found.minute, "pm" if afternoon and found.hour < 12 else "") if found else None
    return time(NUMBERS[said]) if said in NUMBERS else None


def read_days(said: str | Iterable[str]) -> tuple[str, ...] | None:
    """Read days of the week, in order from `mon` to `sun`: names, `mon-fri`, `weekdays`; None where a word is none."""
    if isinstance(said, str) and normalise_name(said) in GROUPS:
        return GROUPS[normalise_name(said)]
    if isinstance(said, str):
        said = re.split(r"\s*(?:,|;|&|/|\band\b|\s)\s*", SPAN.sub("-", " ".join(said.lower().split())))
    found: set[str] = set()
    for word in filter(None, (str(each).strip().lower() for each in said)):
        ends = [_find_weekday(part) for part in word.split("-")]
        if word in GROUPS:
            found |= set(GROUPS[word])
        elif len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            # Modulo the week: “fri-mon” goes over the weekend.
            span = (ends[1] - ends[0]) % 7
            found |= {DAYS[(ends[0] + step) % 7] for step in range(span + 1)}
        elif len(ends) == 1 and ends[0] is not None:
            found.add(DAYS[ends[0]])
        else:
            return None
    return tuple(day for day in DAYS if day in found) or None


def read_zone(words: str) -> str | None:
    """Read the IANA name of a time zone: itself whatever its case, or that of a city (`Berlin`); None where unclear."""
    said = re.sub(r"\s+(?:time(?:\s*zone)?)$", "", " ".join(words.split()), flags=re.I)
    found = _index_zones().get(normalise_name(said))
    if found is None:
        return None
    # A name may be listed on this machine and its file be missing or broken: better refused now than at each digest.
    try:
        ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return found


def _make_time(hour: int, minute: int, part: str) -> time | None:
    if part.startswith(("a", "p")):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _add_minutes(found: time | None, minutes: int) -> time | None:
    # “Half past 7:30” is no time.
    if found is None or found.minute:
        return None
    total = (found.hour * 60 + minutes) % (24 * 60)
    return time(total // 60, total % 60)


def _find_weekday(word: str) -> int | None:
    """Find the day whose name begins so, Monday is 0: `mon`, `Mondays`, `tues`; None where it is none or several."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    word = word.rstrip(".")
    # “T” and “s” may be two days each; “m/w/f” is clear.
    hits = [number for number, name in enumerate(names) if word and (name + "s").startswith(word)]
    return hits[0] if len(hits) == 1 else None


@cache
def _index_zones() -> dict[str, str | None]:
    """Index the time zones by their whole name and by their city; None where several have a city of that name."""
    # Kept once made: reading some six hundred names takes long beside a command.
    found: dict[str, str | None] = {}
    for name in sorted(available_timezones()):
        found[normalise_name(name)] = name
    cities: dict[str, set[str]] = {}
    for name in available_timezones():
        area, _, city = name.rpartition("/")
        if area and area.split("/")[0] not in ("Etc", "SystemV", "posix", "right"):
            cities.setdefault(normalise_name(city), set()).add(name)
    for city, names in cities.items():
        # A country's own name for its zones (Chile/Continental) gives way to the continent's.
        found.setdefault(city, next(iter(names)) if len(names) == 1 else None)
    return found

"""Reading dates and moments as people and programs write them, in any order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from storage.database.whole_days import to_whole_day
from storage.imports.values.cell_vocabulary import MONTHS
from storage.imports.values.import_errors import Unreadable
from storage.names.normalise import fold_text

ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)
NUMERIC = re.compile(r"(\d{1,4})\s?([./\-])\s?(\d{1,2})\s?[./\-]\s?(\d{2,4})(?!\d)\.?(?:[T,\s]+(.+))?", re.ASCII)
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:\.\d+)?(Z)?)?", re.ASCII)
# Excel counts days; five digits from 20000 to 79999 are the years 1954 to 2119.
SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?", re.ASCII)
# Seconds or milliseconds since 1970.
EPOCH = re.compile(r"\d{10}|\d{13}", re.ASCII)
CLOCK = re.compile(
    r"(\d{1,2})[:.h](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?\s*([ap]\.?\s?m\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?|[A-Z]{3,4})?(?:\s*\(.*\))?",
    re.IGNORECASE,
)
HOUR = re.compile(r"(\d{1,2})\s*([ap])\.?m\.?", re.IGNORECASE)
WORDY = re.compile(r"[^\W\d_]+")
DAY_NUMBER = re.compile(r"\d+")
# Day 0 of Excel's count: it takes 1900 for a leap year, so the count begins a day early.
SERIAL_START = date(1899, 12, 30)
# Hours from UTC. Some abbreviations mean several zones: IST is taken for India's, CST and EST for America's.
OFFSETS: dict[str, float] = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
}
OFFSETS |= {"BST": 1, "WET": 0, "EET": 2, "EEST": 3, "IST": 5.5, "JST": 9, "AEST": 10, "AEDT": 11}
# Weekday, month and the two or three of a time and its zone.
MOST_DATE_WORDS = 5
LONGEST_DATE = 80
FIRST_YEAR, LAST_YEAR = 1900, 2200


def weigh_day_order(text: str) -> int:
    """Return +1 if the day must come first in this date, -1 if the month must, 0 if either may or it is no date."""
    found = NUMERIC.match(text)
    if found is None or len(found[1]) > 2:
        return 0
    first, second = int(found[1]), int(found[3])
    if first > 12 >= second:
        return 1
    return -1 if second > 12 >= first else 0


def looks_day_first(text: str) -> bool:
    """Say whether the first part goes without a zero that the second has (`5/03/26`), as only days before months do."""
    found = NUMERIC.match(text)
    return found is not None and len(found[1]) == 1 and len(found[3]) == 2 and found[3][0] == "0"


def is_ambiguous(text: str) -> bool:
    """Say whether a date has day and month in figures, so that their order matters."""
    found = NUMERIC.match(text)
    return found is not None and len(found[1]) <= 2


def uses_points(values: Iterable[str]) -> bool:
    """Say whether dates are written with points, as only countries do that put the day first."""
    return any(found[2] == "." for found in map(NUMERIC.match, values) if found)


def is_written_date(text: str) -> bool:
    """Say whether this is written as a date and as nothing else: a day with its year, no bare number, no sentence."""
    if len(text) > LONGEST_DATE or text.isdigit():
        return False
    if not (ISO.fullmatch(text) or NUMERIC.fullmatch(text) or len(DAY_NUMBER.findall(text)) > 1):
        return False
    try:
        read_date(text, day_first=False)
    except Unreadable:
        return False
    return len(WORDY.findall(text)) <= MOST_DATE_WORDS


def read_date(text: str, *, day_first: bool) -> date:
    """Read the date in a cell; of a moment the date as written. Raise Unreadable if there is none."""
    if len(text) == 10 and ISO.fullmatch(text):
        return _make_date(int(text[:4]), int(text[5:7]), int(text[8:]), text)
    found = _parse_parts(text, day_first)
    return found[0]


def read_moment(text: str, *, day_first: bool, zone: tzinfo) -> datetime:
    """Read the moment in a cell as UTC, without a zone in `zone`. Without a time of day it stands for the whole day."""
    if ISO.fullmatch(text) and len(text) > 10:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            _check_year(moment.year, text)
            if moment.tzinfo is None and moment.time() == time():
                return to_whole_day(moment.date())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=zone).astimezone(UTC)
    day, at, given = _parse_parts(text, day_first)
    # Programs write a day without a time as its midnight, in no zone.
    if at == time() and given is None:
        return to_whole_day(day)
    try:
        return datetime.combine(day, at, given or zone).astimezone(UTC)
    except OverflowError:
        raise Unreadable(f"“{text}” is not a date") from None


def _parse_parts(text: str, day_first: bool) -> tuple[date, time, tzinfo | None]:
    if len(text) > LONGEST_DATE:
        raise Unreadable(f"“{text[:40]}…” is not a date")
    if ISO.fullmatch(text):
        day = _make_date(int(text[:4]), int(text[5:7]), int(text[8:10]), text)
        return (day, *_parse_clock(text[10:], text))
    found = NUMERIC.fullmatch(text)
    if found:
        return (_order_parts(found, text, day_first), *_parse_clock(found[5] or "", text))
    compact = COMPACT.fullmatch(text)
    if compact and "1900" <= compact[1] <= "2199":
        day = _make_date(int(compact[1]), int(compact[2]), int(compact[3]), text)
        clock = ":".join(part for part in compact.groups()[3:6] if part)
        return (day, *_parse_clock(clock + (compact[7] or ""), text))
    if SERIAL.fullmatch(text):
        days = float(text.replace(",", "."))
        seconds = round((days - int(days)) * 86400)
        return (
            SERIAL_START + timedelta(days=int(days)),
            (datetime.min.replace(tzinfo=UTC) + timedelta(seconds=min(seconds, 86399))).time(),
            None,
        )
    if EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return moment.date(), moment.time(), UTC
    month = YEAR_MONTH.fullmatch(text)
    if month:
        return _make_date(int(month[1]), int(month[2]), 1, text), time(), None
    return _parse_words(text)


def _order_parts(found: re.Match[str], text: str, day_first: bool) -> date:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) > 2:
        return _make_date(first, second, third, text)
    year = third if len(found[4]) > 2 else _expand_year(third)
    # One date of another order in a column (12/31 among 31/12) is read as it must be.
    if first > 12 or second > 12:
        day_first = first > 12
    return _make_date(year, second, first, text) if day_first else _make_date(year, first, second, text)


def _expand_year(year: int) -> int:
    # Two digits mean 1970 to 2069.
    return 2000 + year if year < 70 else 1900 + year


def _make_date(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unreadable(f"“{text}” is not a day of the calendar") from None
    _check_year(year, text)
    return found


def _check_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(f"“{text}” is outside the years {FIRST_YEAR} to {LAST_YEAR}")


def _parse_clock(text: str, whole: str) -> tuple[time, tzinfo | None]:
    said = text.lstrip(" T,").rstrip(" ,")
    if not said:
        return time(), None
    found = CLOCK.fullmatch(said)
    if found is None:
        raise Unreadable(f"“{whole}” is not a date and time")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise Unreadable(f"“{whole}” has no such hour")
        hour = hour % 12 + (12 if found[4].lower().startswith("p") else 0)
    try:
        return time(hour, minute, second), _parse_zone(found[5], whole)
    except ValueError:
        raise Unreadable(f"“{whole}” has no such time of day") from None


def _parse_zone(said: str | None, whole: str) -> tzinfo | None:
    if said is None:
        return None
    said = said.upper()
    if said in {"Z", "UTC", "GMT"}:
        return UTC
    if said in OFFSETS:
        return timezone(timedelta(hours=OFFSETS[said]))
    if said[0] in "+-":
        figures = said[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(figures[:2]), minutes=int(figures[2:]))
        if offset < timedelta(hours=24):
            return timezone(-offset if said[0] == "-" else offset)
    raise Unreadable(f"“{whole}” has an unknown time zone")


def _parse_words(text: str) -> tuple[date, time, tzinfo | None]:
    """Parse `3 March 2024`, `Mar 3, 2024 5:04 PM`, `12. März 2024`, `lundi 3 janv. 2024`, `Jan 2024`."""
    said = text
    at: time = time()
    zone: tzinfo | None = None
    clock = CLOCK.search(text) if ":" in text else None
    if clock and clock[0].strip():
        at, zone = _parse_clock(clock[0].strip(), text)
        said = text[: clock.start()] + " " + text[clock.end() :]
    months = [MONTHS[word] for word in (each.lower() for each in WORDY.findall(said)) if word in MONTHS]
    if not months:
        months = [MONTHS[word] for word in (fold_text(each) for each in WORDY.findall(said)) if word in MONTHS]
    numbers = DAY_NUMBER.findall(said)
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        raise Unreadable(f"“{text}” is not a date")
    if len(numbers) == 1:
        if len(numbers[0]) != 4:
            raise Unreadable(f"“{text}” is a date without a year")
        return _make_date(int(numbers[0]), months[0], 1, text), at, zone
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    if len(year) not in {2, 4} or len(day) > 2:
        raise Unreadable(f"“{text}” is not a date")
    return _make_date(int(year) if len(year) == 4 else _expand_year(int(year)), months[0], int(day), text), at, zone

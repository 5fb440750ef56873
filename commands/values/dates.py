"""Reading dates, periods, spans of time and clock times as reps say them.

Weeks begin on Monday, quarters follow the workspace's fiscal year, a period without a year is the nearest
that makes sense for its lean (docs/domain.md, "Periods").
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from commands.values.amounts import TENS
from commands.values.moment import Lean, Moment, Period
from commands.values.number_words import ORDINAL_ENDINGS, ORDINALS, UNITS
from commands.values.text import Token, tokenize_text

WEEKDAYS: dict[str, int] = {}
for _number, _names in enumerate(
    ("monday mon mondays", "tuesday tue tues tuesdays", "wednesday wed weds wednesdays",
     "thursday thu thur thurs thursdays", "friday fri fridays", "saturday sat saturdays", "sunday sun sundays")
):  # fmt: skip
    WEEKDAYS |= dict.fromkeys(_names.split(), _number)
MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
     "september sep sept", "october oct", "november nov", "december dec"), 1
):  # fmt: skip
    MONTHS |= dict.fromkeys(_names.split(), _number)
GRAINS = {
    word: grain
    for grain, words in {
        "day": "day days", "week": "week weeks", "month": "month months",
        "quarter": "quarter quarters", "year": "year years",
    }.items()
    for word in words.split()
}  # fmt: skip
THIS = frozenset("this current present".split())
NEXT = frozenset("next coming following upcoming".split())
LAST = frozenset("last past previous preceding prior".split())
ENDS = {"eod": "day", "eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}
COUNTS = {"couple": 2, "few": 3, "several": 3, "fortnight": 2}
STARTERS = (
    frozenset(WEEKDAYS) | frozenset(MONTHS) | frozenset(ORDINALS) | THIS | NEXT | LAST | frozenset(ENDS)
    | frozenset(UNITS) | frozenset(TENS) | frozenset(COUNTS)
    | frozenset(
        "today tomorrow yesterday tonight now the day end start beginning mid middle early late q h in within "
        "ytd mtd qtd year so xmas christmas new between from since before by until after on at through a an "
        "fortnight half all noon midnight week weekend month quarter over during for up as thanksgiving".split()
    )
)  # fmt: skip
FUNNELS = {
    "since": "from", "after": "after", "before": "before", "by": "to", "until": "to", "through": "to",
}  # fmt: skip
ONWARDS = frozenset("on onwards onward".split())
WHOLE = frozenset("week month quarter half year range".split())
VERBAL = frozenset("i we you he she they it be have not well @".split())
"""Beside these, `may` is a verb."""


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time that was said: the words from `first` to `last`, and what they mean under either lean."""

    first: int
    last: int
    past: Period
    future: Period
    grain: str
    bound: str = "in"
    """`in` the period, up `to` its end, `from` its start; `for` a mere length of time."""
    clock: time | None = None
    days: int | None = None
    months: int | None = None

    def period(self, lean: Lean) -> Period:
        return self.past if lean == "past" else self.future


def read_date(words: str, moment: Moment, *, lean: Lean = "future") -> date | None:
    """The day these words name, None where they name none; of a longer period its first day, of an end its last."""
    tokens = tokenize_text(words).tokens
    if not tokens or len(words) > 80:
        return None
    found = read_time_at(tokens, 0, moment)
    if found is None or found.last != len(tokens) - 1 or found.bound == "for":
        return None
    return pick_day(found, lean)


def read_period(words: str, moment: Moment, *, lean: Lean = "past") -> Period | None:
    """The period these words name, None where they name none. ISO bounds may be written `2026-01-01..2026-03-31`."""
    bounds = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})?\s*(?:\.\.|/|,)\s*(\d{4}-\d{2}-\d{2})?\s*", words)
    if bounds:
        start, end = (_iso(part) for part in bounds.groups())
        return Period(start=start, end=end) if start or end else None
    tokens = tokenize_text(words).tokens
    if not tokens or len(words) > 80:
        return None
    found = read_time_at(tokens, 0, moment)
    if found is None or found.last != len(tokens) - 1 or found.bound == "for":
        return None
    return found.period(lean)


def pick_day(found: TimeMention, lean: Lean, *, end: bool = False) -> date | None:
    """Pick the one day that is meant: the bound said, else the first day of the period (the last with `end`)."""
    period = found.period(lean)
    if found.bound == "to":
        return period.end
    return (period.end or period.start) if end else (period.start or period.end)


def find_times(tokens: Sequence[Token], moment: Moment) -> list[TimeMention]:
    """Find all times in a sentence, in order, none overlapping."""
    found: list[TimeMention] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        one = None
        if token.kind in ("date", "clock", "number") or token.norm in STARTERS:
            one = read_time_at(tokens, at, moment)
        if one is not None:
            found.append(one)
            at = one.last + 1
        elif _no_such_day(tokens, at):
            at += 2
        else:
            at += 1
    return found


def _no_such_day(tokens: Sequence[Token], at: int) -> bool:
    """`31 February`, `february 30`: neither a day nor the month."""
    pair = tokens[at : at + 2]
    return (
        len(pair) == 2
        and {each.kind for each in pair} == {"number", "word"}
        and any(each.norm in MONTHS for each in pair)
        and any(each.norm.isdigit() and 28 < int(each.norm) < 100 for each in pair)
    )


def read_time_at(tokens: Sequence[Token], first: int, moment: Moment) -> TimeMention | None:
    """Read the time whose words begin here, with its preposition; None where none do."""
    try:
        return _bounded(_Reading(tokens, moment), first)
    except (ValueError, OverflowError):
        return None


class _Reading:
    """The words of one sentence and the moment it is said at."""

    def __init__(self, tokens: Sequence[Token], moment: Moment) -> None:
        self.tokens = tokens
        self.moment = moment
        self.today = moment.today

    def word(self, at: int, gaps: bool = True) -> str:
        if not 0 <= at < len(self.tokens):
            return ""
        token = self.tokens[at]
        return token.norm if gaps or token.gap in ("", "-") else ""

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""


def _bounded(said: _Reading, first: int) -> TimeMention | None:
    word = said.word(first)
    if word == "between" or (word == "from" and not _after_from(said, first + 1)):
        two = _two(said, first + 1, first, {"and"} if word == "between" else {"to", "until", "through", "-"})
        if two:
            return two
    if word == "from":
        whole = _plain(said, first + 1)
        if whole is not None and whole.grain in WHOLE and said.word(whole.last + 1, False) not in ONWARDS:
            return _moved(whole, first, "in")
        return _moved(whole, first, "from")
    if word == "up" and said.word(first + 1) in ("to", "until"):
        return _moved(_plain(said, first + 2), first, "to")
    if word == "as" and said.word(first + 1) == "of":
        return _moved(_plain(said, first + 2), first, "from")
    if word in FUNNELS:
        step = 2 if said.word(first + 1) in ("the", "around", "about") and said.word(first + 2) not in GRAINS else 1
        found = _plain(said, first + 1) or (_plain(said, first + step) if step > 1 else None)
        found = found or _clock(said, first + 1, first)
        return _moved(found, first, FUNNELS[word])
    if word in ("on", "at", "in", "during", "for", "within", "over", "all", "through"):
        skip = first + 1
        if word == "all" and said.word(skip) == "of":
            skip += 1
        if word == "at":
            return _clock(said, skip, first, marked=True) or _moved(_plain(said, skip), first, "in")
        if word in ("in", "within"):
            span = _span(said, skip)
            if span and said.tokens[skip].kind in ("number", "word"):
                return _ahead(said, span, first, within=word == "within")
        if word == "over" and _span(said, skip):
            return None
        found = _plain(said, skip)
        if found and word == "within" and found.bound == "in":
            return replace(found, first=first)
        if word == "for" and found is None:
            span = _span(said, skip)
            return replace(span, first=first) if span else None
        return _moved(found, first, "in")
    if word in {"a", "an"}:
        return _ago(said, _span(said, first)) or _span(said, first)
    return _plain(said, first)


def _after_from(said: _Reading, at: int) -> bool:
    return said.word(at) == "now"


def _moved(found: TimeMention | None, first: int, bound: str) -> TimeMention | None:
    if found is None:
        return None
    if bound == "in" or found.bound in ("for",):
        return replace(found, first=first) if bound == "in" else None
    if found.bound == "to" and bound in ("to", "before"):
        return replace(found, first=first, bound="to", past=_until(found.past), future=_until(found.future))
    if bound == "to":
        return replace(found, first=first, bound="to", past=_until(found.past), future=_until(found.future))
    if bound == "before":
        ends = found.grain == "end"
        return replace(
            found,
            first=first,
            bound="to",
            past=_until(found.past) if ends else _ahead_of(found.past),
            future=_until(found.future) if ends else _ahead_of(found.future),
        )
    if bound == "after":
        return replace(found, first=first, bound="from", past=_beyond(found.past), future=_beyond(found.future))
    return replace(
        found,
        first=first,
        bound="from",
        past=Period(start=found.past.start),
        future=Period(start=found.future.start),
    )


def _until(period: Period) -> Period:
    return Period(end=period.end)


def _ahead_of(period: Period) -> Period:
    return Period(end=(period.start or period.end or date.max) - timedelta(days=1))


def _beyond(period: Period) -> Period:
    return Period(start=(period.end or period.start or date.min) + timedelta(days=1))


def _two(said: _Reading, at: int, first: int, joints: set[str]) -> TimeMention | None:
    """`between A and B`, `from A to B`: the first without a year takes that of the second."""
    one = _plain(said, at)
    if one is not None and one.grain == "range" and said.word(first) == "from":
        return replace(one, first=first)
    if one is None or said.word(one.last + 1) not in joints:
        return None
    other = _plain(said, one.last + 2)
    if other is None:
        return None
    return TimeMention(first, other.last, _joined(one.past, other.past), _joined(one.future, other.future), "range")


def _joined(one: Period, other: Period) -> Period:
    start, end = one.start, other.end
    if start and end and start > end:
        start = _same_day(end.year if (start.month, start.day) <= (end.month, end.day) else end.year - 1, start)
    return Period(start=start, end=end)


def _same_day(year: int, day: date) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _plain(said: _Reading, first: int) -> TimeMention | None:
    """A time without preposition."""
    if first >= len(said.tokens):
        return None
    for reader in (
        _written,
        _named_day,
        _to_date,
        _week_of,
        _edge,
        _counted,
        _unit,
        _quarter,
        _monthly,
        _weekday,
        _day_alone,
    ):
        found = reader(said, first)
        if found is not None:
            return _with_clock(said, _with_range(said, found))
    return _ago(said, _span(said, first)) or _clock(said, first, first) or _span(said, first)


def _with_range(said: _Reading, found: TimeMention) -> TimeMention:
    """`1 to 15 march`, `march to may`, `5 Dec - 9 Dec`."""
    joint = said.word(found.last + 1)
    at = found.last + 2
    if joint not in ("to", "through"):
        following = said.tokens[found.last + 1] if found.last + 1 < len(said.tokens) else None
        if following is None or following.gap != "-":
            return found
        at = found.last + 1
    if found.grain not in ("day", "month", "quarter"):
        return found
    for reader in (_written, _monthly, _quarter):
        other = reader(said, at) if at < len(said.tokens) else None
        if other is not None and other.grain == found.grain:
            return TimeMention(
                found.first, other.last, _joined(found.past, other.past), _joined(found.future, other.future), "range"
            )
    return found


def _one_day(first: int, last: int, day: date, other: date | None = None) -> TimeMention:
    future = Period(start=day, end=day)
    return TimeMention(first, last, Period(start=other, end=other) if other else future, future, "day")


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _written(said: _Reading, first: int) -> TimeMention | None:
    """`2026-12-05`, `12/5`, `12/05/2026`, `5.12.`, `18.12.2026`."""
    if said.kind(first) != "date":
        return None
    parts = [int(part) for part in re.split(r"[./-]", said.word(first).strip(".")) if part]
    if len(parts) == 3 and parts[0] > 31:
        return _one_day(first, first, date(parts[0], parts[1], parts[2]))
    dotted = "." in said.word(first)
    american = said.moment.vocabulary.currency == "USD" and not dotted
    month, day = (parts[0], parts[1]) if american else (parts[1], parts[0])
    if month > 12 and not dotted:
        month, day = day, month
    if len(parts) == 3:
        year = parts[2] + (2000 if parts[2] < 100 else 0)
        return _one_day(first, first, date(year, month, day))
    return _of_year(said, first, first, month, day)


def _of_year(said: _Reading, first: int, last: int, month: int, day: int, year: int | None = None) -> TimeMention:
    if year is not None:
        return _one_day(first, last, date(year, month, day))
    today = said.today
    days = [_maybe(each, month, day) for each in range(today.year - 4, today.year + 5)]
    coming = [each for each in days if each and each >= today]
    gone = [each for each in days if each and each <= today]
    if not coming or not gone:
        raise ValueError("no such day")
    return _one_day(first, last, coming[0], gone[-1])


def _maybe(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] else None


def _named_day(said: _Reading, first: int) -> TimeMention | None:
    today = said.today
    at = first + 1 if said.word(first) == "the" else first
    words = [said.word(at), said.word(at + 1, False), said.word(at + 2, False)]
    if words == ["day", "after", "tomorrow"]:
        return _one_day(first, at + 2, today + timedelta(days=2))
    if words == ["day", "before", "yesterday"]:
        return _one_day(first, at + 2, today - timedelta(days=2))
    match words[0]:
        case "today" | "tonight":
            return _one_day(first, at, today)
        case "tomorrow":
            return _one_day(first, at, today + timedelta(days=1))
        case "yesterday":
            return _one_day(first, at, today - timedelta(days=1))
        case "this" if words[1] in ("morning", "afternoon", "evening", "day"):
            return _one_day(first, at + 1, today)
        case "last" if words[1] in ("night", "evening"):
            return _one_day(first, at + 1, today - timedelta(days=1))
        case "xmas" | "christmas":
            return _of_year(said, first, at, 12, 25)
        case "new" if words[1] in ("year", "years"):
            return _of_year(said, first, at + 1, 1, 1)
        case "weekend":
            sunday = today + timedelta(days=6 - today.weekday())
            period = Period(start=sunday - timedelta(days=1), end=sunday)
            return TimeMention(first, at, period, period, "days")
    return None


def _to_date(said: _Reading, first: int) -> TimeMention | None:
    """`ytd`, `year to date`, `so far this year`, `this year so far`."""
    today = said.today
    word = said.word(first)
    short = {"ytd": "year", "qtd": "quarter", "mtd": "month"}.get(word)
    last = first
    if (
        short is None
        and word in ("year", "quarter", "month")
        and (said.word(first + 1), said.word(first + 2)) == ("to", "date")
    ):
        short, last = word, first + 2
    if short is None and (word, said.word(first + 1)) == ("so", "far"):
        at = first + 2
        if said.word(at) == "in":
            at += 1
        if said.word(at) in ("this", "the") and said.word(at + 1) in ("year", "quarter", "month", "week"):
            short, last = said.word(at + 1), at + 1
    if short is None and word in ("this", "the") and said.word(first + 1) in ("year", "quarter", "month", "week"):
        after = (said.word(first + 2), said.word(first + 3), said.word(first + 4))
        if after[:2] == ("so", "far") or after[:2] == ("to", "date"):
            short, last = said.word(first + 1), first + 3
        elif after in (("up", "to", "now"), ("until", "now", "")):
            short, last = said.word(first + 1), first + 4
    if short is None:
        return None
    start = get_calendar_period(said.moment, short, 0).start
    period = Period(start=start, end=today)
    return TimeMention(first, last, period, period, "range")


def get_calendar_period(moment: Moment, grain: str, step: int, today: date | None = None) -> Period:
    """Return the week, month, quarter or year `step` after the one of today; quarters follow the fiscal year."""
    today = today or moment.today
    match grain:
        case "day":
            start = today + timedelta(days=step)
            return Period(start=start, end=start)
        case "week":
            start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return Period(start=start, end=start + timedelta(days=6))
        case "month":
            start = _months_on(today.replace(day=1), step)
            return Period(start=start, end=_months_on(start, 1) - timedelta(days=1))
        case "quarter":
            back = (today.month - moment.vocabulary.fiscal_start_month) % 3
            start = _months_on(today.replace(day=1), 3 * step - back)
            return Period(start=start, end=_months_on(start, 3) - timedelta(days=1))
        case "half":
            back = (today.month - moment.vocabulary.fiscal_start_month) % 6
            start = _months_on(today.replace(day=1), 6 * step - back)
            return Period(start=start, end=_months_on(start, 6) - timedelta(days=1))
        case _:
            return Period(start=date(today.year + step, 1, 1), end=date(today.year + step, 12, 31))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_to_day(day: date, *, days: int = 0, months: int = 0) -> date:
    """Move a day by days or calendar months."""
    return _months_on(day, months) + timedelta(days=days)


def _edge(said: _Reading, first: int) -> TimeMention | None:
    """`EOM`, `EOW next week`, `end of march`, `the end of next quarter`, `beginning of january`, `mid december`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    if word in ENDS:
        grain = ENDS[word]
        step, last = 0, at
        at += 1
        if said.word(at) == "of":
            at += 1
        if said.word(at, False) in NEXT and said.word(at + 1) in ("week", "month", "quarter", "year"):
            step, last, grain = 1, at + 1, said.word(at + 1)
        elif said.word(at, False) in THIS and said.word(at + 1) in GRAINS:
            last = at + 1
        elif said.word(at, False) in MONTHS and grain == "month":
            month = _monthly(said, at)
            return replace(_last_day(month), first=first) if month else None
        return _end_of(get_calendar_period(said.moment, grain, step), grain, first, last)
    if word == "year" and said.word(at + 1) == "end":
        return _end_of(get_calendar_period(said.moment, "year", 0), "year", first, at + 1)
    if word in ("month", "quarter") and said.word(at + 1) == "end":
        return _end_of(get_calendar_period(said.moment, word, 0), word, first, at + 1)
    if word not in ("end", "start", "beginning", "mid", "middle", "early", "late", "close"):
        return None
    following = at + 1
    if said.word(following) == "of":
        following += 1
    elif word == "close":
        return None
    if said.word(following) in ("day", "business") and word in ("end", "close"):
        return _one_day(first, following, said.today)
    whole = None
    if (
        said.word(following) in ("the", "this", "current")
        or said.word(following) in NEXT
        or said.word(following) in LAST
    ):
        whole = _unit(said, following)
    if whole is None and said.word(following) in ("week", "month", "quarter", "year"):
        period = get_calendar_period(said.moment, said.word(following), 0)
        whole = TimeMention(following, following, period, period, said.word(following))
    whole = whole or _quarter(said, following) or _monthly(said, following) or _year(said, following)
    if whole is None:
        return None
    if word in ("end", "late", "close"):
        if whole.grain == "week":
            return _end_of(whole.future, "week", first, whole.last)
        return replace(_last_day(whole), first=first)
    if word in ("mid", "middle"):
        return _one_day(first, whole.last, _middle(whole.future), _middle(whole.past))
    start, before = whole.future.start, whole.past.start
    return _one_day(first, whole.last, start, before) if start else None


def _week_of(said: _Reading, first: int) -> TimeMention | None:
    """`the first week of january`: seven days counted from the first; `the last week of march` its last seven."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    number = ORDINALS.get(word)
    if (number is None and word != "last") or said.word(at + 1) != "week" or said.word(at + 2) not in ("of", "in"):
        return None
    whole = _monthly(said, at + 3)
    if whole is None or whole.grain != "month" or (number or 1) > 4:
        return None

    def week(month: Period) -> Period:
        assert month.start is not None
        assert month.end is not None
        start = month.start + timedelta(days=7 * (number - 1)) if number else month.end - timedelta(days=6)
        return Period(start=start, end=start + timedelta(days=6))

    return TimeMention(first, whole.last, week(whole.past), week(whole.future), "range")


def _middle(period: Period) -> date:
    assert period.start is not None
    assert period.end is not None
    return period.start + (period.end - period.start - timedelta(days=1)) // 2


def _last_day(whole: TimeMention) -> TimeMention:
    return replace(
        whole,
        past=Period(start=whole.past.end, end=whole.past.end),
        future=Period(start=whole.future.end, end=whole.future.end),
        grain="end",
    )


def _end_of(period: Period, grain: str, first: int, last: int) -> TimeMention:
    assert period.end is not None
    day = period.end - timedelta(days=2) if grain == "week" else period.end
    one = Period(start=day, end=day)
    return TimeMention(first, last, one, one, "end")


def _unit(said: _Reading, first: int) -> TimeMention | None:
    """`this quarter`, `last week`, `the current month`, `the quarter`, `friday next week`, `week after next`."""
    at = first + 1 if said.word(first) in ("the", "of") else first
    word, following = said.word(at), said.word(at + 1, False)
    if word == "the":
        at, word, following = at + 1, said.word(at + 1), said.word(at + 2, False)
    if following in ("fiscal", "calendar", "business", "full", "whole", "entire", "sales"):
        following, shift = said.word(at + 2), 1
    else:
        shift = 0
    step = 0 if word in THIS else 1 if word in NEXT else -1 if word in LAST else None
    if step is not None and following in ("week", "month", "quarter", "year", "half"):
        last = at + 1 + shift
        period = get_calendar_period(said.moment, following, step)
        day = WEEKDAYS.get(said.word(last + 1, False)) if following == "week" else None
        if day is not None and period.start:
            return _one_day(first, last + 1, period.start + timedelta(days=day))
        if following == "quarter" and said.word(last + 1) == "of":
            pass
        return TimeMention(first, last, period, period, following)
    if word in ("week", "month", "quarter", "year"):
        after = (said.word(at + 1), said.word(at + 2))
        if after == ("after", "next"):
            period = get_calendar_period(said.moment, word, 2)
            return TimeMention(first, at + 2, period, period, word)
        if after == ("before", "last"):
            period = get_calendar_period(said.moment, word, -2)
            return TimeMention(first, at + 2, period, period, word)
        if said.word(at + 1) in ("past", "before") and not said.word(at + 2):
            period = get_calendar_period(said.moment, word, -1)
            return TimeMention(first, at + 1, period, period, word)
        if at > first and said.word(at + 1) != "of":
            period = get_calendar_period(said.moment, word, 0)
            return TimeMention(first, at, period, period, word)
    return None


def _counted(said: _Reading, first: int) -> TimeMention | None:
    """`last 30 days`, `the past two weeks`, `next 10 days`, `previous 3 months`, `last couple of weeks`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    if word not in LAST and word not in NEXT:
        return None
    span = _span(said, at + 1)
    if span is None or said.word(at + 1) in ("a", "an"):
        return None
    today = said.today
    if word in LAST:
        start = add_to_day(today, months=-(span.months or 0)) - timedelta(days=span.days or 0) + timedelta(days=1)
        period = Period(start=start, end=today)
    else:
        end = add_to_day(today, months=span.months or 0) + timedelta(days=span.days or 0) - timedelta(days=1)
        period = Period(start=today, end=end)
    return TimeMention(first, span.last, period, period, "range")


def _quarter(said: _Reading, first: int) -> TimeMention | None:
    """`Q1`, `q3 2025`, `first quarter of 2027`, `the second quarter`, `H1`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    number: int | None = None
    grain, last = "quarter", at
    following = said.tokens[at + 1] if at + 1 < len(said.tokens) else None
    if (
        word in ("q", "h")
        and following
        and following.start == said.tokens[at].end
        and following.norm in ("1", "2", "3", "4")
    ):
        number, last, grain = int(following.norm), at + 1, "quarter" if word == "q" else "half"
    elif word in ORDINALS and ORDINALS[word] <= 4 and said.word(at + 1, False) in ("quarter", "half"):
        number, last, grain = ORDINALS[word], at + 1, said.word(at + 1)
    elif word in ("last", "final") and said.word(at + 1) == "quarter" and said.word(at + 2) == "of":
        number, last = 4, at + 1
    elif re.fullmatch(r"[1-4](?:st|nd|rd|th)", word + said.word(at + 1)) and said.word(at + 2) in ("quarter", "half"):
        number, last, grain = int(word), at + 2, said.word(at + 2)
    elif word == "quarter" and said.word(at + 1) in ("1", "2", "3", "4", "one", "two", "three", "four"):
        number, last = int(UNITS.get(said.word(at + 1), 0) or said.word(at + 1)), at + 1
    if number is None or (grain == "half" and number > 2):
        return None
    year, end = _year_behind(said, last + 1)
    moment = said.moment
    months = 3 if grain == "quarter" else 6

    def of(of_year: int) -> Period:
        start = _months_on(date(of_year, moment.vocabulary.fiscal_start_month, 1), months * (number - 1))
        return Period(start=start, end=_months_on(start, months) - timedelta(days=1))

    if year is not None:
        return TimeMention(first, end, of(year), of(year), grain)
    periods = [of(each) for each in range(said.today.year - 2, said.today.year + 3)]
    return TimeMention(
        first, last, _nearest(periods, said.today, "past"), _nearest(periods, said.today, "future"), grain
    )


def _nearest(periods: list[Period], today: date, lean: Lean) -> Period:
    if lean == "past":
        return [each for each in periods if each.start and each.start <= today][-1]
    return next(each for each in periods if each.end and each.end >= today)


def _year_behind(said: _Reading, at: int) -> tuple[int | None, int]:
    """The year that follows a month, quarter or day, with the last of its words."""
    if said.word(at) in ("of", "in"):
        at += 1
    token = said.tokens[at] if at < len(said.tokens) else None
    if token is None:
        return None, at
    if token.kind == "number" and re.fullmatch(r"20\d\d", token.norm) and token.gap in ("", ","):
        return int(token.norm), at
    if said.word(at) in THIS and said.word(at + 1) == "year":
        return said.today.year, at + 1
    if said.word(at) in LAST and said.word(at + 1) == "year":
        return said.today.year - 1, at + 1
    if said.word(at) in NEXT and said.word(at + 1) == "year":
        return said.today.year + 1, at + 1
    if token.gap == "'" and token.kind == "number" and len(token.norm) == 2:
        return 2000 + int(token.norm), at
    return None, at


def _year(said: _Reading, first: int) -> TimeMention | None:
    token = said.tokens[first] if first < len(said.tokens) else None
    if token is None or token.kind != "number" or not re.fullmatch(r"20[0-4]\d", token.norm):
        return None
    following = said.word(first + 1, False)
    if following in ("k", "usd", "dollars", "leads", "deals"):
        return None
    period = Period(start=date(int(token.norm), 1, 1), end=date(int(token.norm), 12, 31))
    return TimeMention(first, first, period, period, "year")


def _monthly(said: _Reading, first: int) -> TimeMention | None:
    """A month, or a day of one: `May`, `last march`, `5 Dec`, `Dec 5th, 2026`, `4th of december`, `the 25 november`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    step = 1 if word in NEXT else -1 if word in LAST else 0 if word in THIS else None
    if step is not None and said.word(at + 1, False) in MONTHS:
        return _stepped_month(said, first, at + 1, step)
    if word in MONTHS:
        day, last = _day_number(said, at + 1, bare=True)
        if day is not None:
            year, end = _year_behind(said, last + 1)
            return _of_year(said, first, end if year else last, MONTHS[word], day, year)
        return _month(said, first, at)
    day, last = _day_number(said, at, bare=True)
    if day is not None:
        after = last + 1
        if said.word(after) in ("of", "in"):
            after += 1
        if said.word(after, False) in MONTHS and not (
            said.tokens[after].kind == "word" and said.word(after) == "may" and after != last + 1
        ):
            year, end = _year_behind(said, after + 1)
            return _of_year(said, first, end if year else after, MONTHS[said.word(after)], day, year)
    return _year(said, first)


def _month(said: _Reading, first: int, at: int) -> TimeMention | None:
    if said.word(at) == "may" and (said.word(at + 1, False) in VERBAL or said.word(at - 1) in VERBAL):
        return None
    number = MONTHS[said.word(at)]
    year, end = _year_behind(said, at + 1)
    if year is not None:
        period = _month_of(year, number)
        return TimeMention(first, end, period, period, "month")
    periods = [_month_of(each, number) for each in range(said.today.year - 2, said.today.year + 3)]
    return TimeMention(
        first, at, _nearest(periods, said.today, "past"), _nearest(periods, said.today, "future"), "month"
    )


def _stepped_month(said: _Reading, first: int, at: int, step: int) -> TimeMention:
    number, today = MONTHS[said.word(at)], said.today
    year = today.year
    if step > 0 and number <= today.month:
        year += 1
    if step < 0 and number >= today.month:
        year -= 1
    period = _month_of(year, number)
    return TimeMention(first, at, period, period, "month")


def _month_of(year: int, month: int) -> Period:
    return Period(start=date(year, month, 1), end=date(year, month, calendar.monthrange(year, month)[1]))


def _day_number(said: _Reading, at: int, *, bare: bool) -> tuple[int | None, int]:
    """`5`, `5th`, `fifth`, `twenty seventh`; the last of its words."""
    token = said.tokens[at] if at < len(said.tokens) else None
    if token is None or (token.gap not in ("", "-", ",") and bare):
        return None, at
    word = token.norm
    if token.kind == "number" and word.isdigit() and 1 <= int(word) <= 99:
        following = said.tokens[at + 1] if at + 1 < len(said.tokens) else None
        if following and following.start == token.end and following.norm in ORDINAL_ENDINGS:
            return int(word), at + 1
        if following and following.start == token.end and following.kind == "word":
            return None, at
        return (int(word), at) if bare else (None, at)
    if word in ORDINALS:
        return ORDINALS[word], at
    if word in TENS and said.word(at + 1, False) in ORDINALS and ORDINALS[said.word(at + 1)] < 10:
        return TENS[word] + ORDINALS[said.word(at + 1)], at + 1
    return None, at


def _weekday(said: _Reading, first: int) -> TimeMention | None:
    """`friday`, `next monday`, `last thursday`, `the friday past`, `friday next week`, `monday morning`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    step = 1 if word in NEXT else -1 if word in LAST else 0 if word in THIS else None
    if step is not None:
        at += 1
    number = WEEKDAYS.get(said.word(at, step is None))
    if number is None or (said.tokens[at].norm in ("sun", "sat", "wed", "mon", "fri") and said.tokens[at].gap == "'"):
        return None
    today = said.today
    coming = today + timedelta(days=(number - today.weekday()) % 7)
    gone = today - timedelta(days=(today.weekday() - number) % 7)
    last = at
    following = (said.word(at + 1, False), said.word(at + 2, False))
    if following[0] == "past" or following == ("last", "week"):
        step, last = -1, at + (1 if following[0] == "past" else 2)
    elif following in (("next", "week"), ("this", "week")):
        week = get_calendar_period(said.moment, "week", 1 if following[0] == "next" else 0)
        assert week.start is not None
        return _one_day(first, at + 2, week.start + timedelta(days=number))
    if following[0] in ("morning", "afternoon", "evening", "night"):
        last = at + 1
    if step == -1:
        gone = gone if gone < today else gone - timedelta(days=7)
        if last == at + 2:
            week = get_calendar_period(said.moment, "week", -1)
            assert week.start is not None
            gone = week.start + timedelta(days=number)
        return _one_day(first, last, gone)
    if step == 1 and said.word(first) != "the" and said.word(at - 1) == "next":
        week = get_calendar_period(said.moment, "week", 1)
        assert week.start is not None
        return _one_day(first, last, week.start + timedelta(days=number))
    if step == 0:
        week = get_calendar_period(said.moment, "week", 0)
        assert week.start is not None
        return _one_day(first, last, week.start + timedelta(days=number))
    found = _one_day(first, last, coming, gone)
    if following[0] == "the" or said.tokens[last].gap:
        day, end = _day_number(said, last + 2 if following[0] == "the" else last + 1, bare=False)
        if day is not None and following[0] == "the":
            return _dated(said, first, end, day)
    return found


def _day_alone(said: _Reading, first: int) -> TimeMention | None:
    """`the 30th`, `30th`, `the thirtieth`."""
    at = first + 1 if said.word(first) == "the" else first
    day, last = _day_number(said, at, bare=False)
    if day is None or (at == first and said.tokens[at].kind != "number"):
        return None
    if said.tokens[at].kind == "word" and (day < 4 or said.word(last + 1) in ("one", "lead", "deal", "time", "of")):
        return None
    if said.word(last + 1, False) in ("one", "lead", "deal", "time", "opp", "opportunity", "quarter", "half"):
        return None
    return _dated(said, first, last, day)


def _dated(said: _Reading, first: int, last: int, day: int) -> TimeMention:
    today = said.today
    if day > 31:
        raise ValueError("no such day")
    start = today.replace(day=1)
    months = [_months_on(start, step) for step in range(-13, 14)]
    days = [_maybe(each.year, each.month, day) for each in months]
    coming = next(each for each in days if each and each >= today)
    gone = [each for each in days if each and each <= today][-1]
    return _one_day(first, last, coming, gone)


def _span(said: _Reading, first: int) -> TimeMention | None:
    """A mere length of time: `two weeks`, `14+ days`, `a month`, `a couple of weeks`, `a week or more`."""
    if first >= len(said.tokens):
        return None
    at = first
    number: int | None = None
    word, token = said.word(at), said.tokens[at]
    if word in ("a", "an", "one", "another"):
        number, at = 1, at + 1
        if said.word(at) in COUNTS:
            number, at = COUNTS[said.word(at)], at + 1
            at += said.word(at) == "of"
        elif said.word(at) in ("whole", "full", "further", "good", "solid", "more"):
            at += 1
        elif said.word(at) == "half" and said.word(at + 1) == "year":
            zero = Period()
            return TimeMention(first, at + 1, zero, zero, "span", "for", months=6)
        elif said.word(at) == "fortnight":
            zero = Period()
            return TimeMention(first, at, zero, zero, "span", "for", days=14)
    elif word in COUNTS:
        number, at = COUNTS[word], at + 1
        if word == "fortnight":
            zero = Period()
            return TimeMention(first, at - 1, zero, zero, "span", "for", days=14)
        at += said.word(at) == "of"
    elif token.kind == "number" and token.norm.isdigit() and int(token.norm) < 10000:
        number, at = int(token.norm), at + 1
    elif word in UNITS:
        number, at = UNITS[word], at + 1
    elif word in TENS:
        number, at = TENS[word], at + 1
        if said.word(at, False) in UNITS and 0 < UNITS[said.word(at)] < 10:
            number, at = number + UNITS[said.word(at)], at + 1
    if number is None:
        return None
    if said.word(at) == "+" or (said.word(at) == "or" and said.word(at + 1) == "more"):
        at += 1 if said.word(at) == "+" else 2
    if said.word(at) in ("more", "full", "business", "working", "calendar", "whole", "straight", "odd"):
        at += 1
    grain = GRAINS.get(said.word(at)) or {"d": "day", "h": "", "w": "week", "with": "week"}.get(said.word(at), "")
    if said.word(at) in ("d", "with") and said.tokens[at].start != said.tokens[at - 1].end:
        return None
    if not grain:
        return None
    zero = Period()
    days = {"day": number, "week": 7 * number}.get(grain)
    months = {"month": number, "quarter": 3 * number, "year": 12 * number}.get(grain)
    last = at
    if said.word(at + 1) in ("plus",) or said.word(at + 1) == "+":
        last = at + 1
    elif (said.word(at + 1), said.word(at + 2)) in (("or", "more"), ("or", "longer"), ("and", "more")):
        last = at + 2
    return TimeMention(first, last, zero, zero, "span", "for", days=days, months=months)


def _ahead(said: _Reading, span: TimeMention, first: int, *, within: bool) -> TimeMention | None:
    """`in two weeks` is a day, `within two weeks` a period from today."""
    if said.word(span.last + 1) in ("ago",):
        return None
    day = add_to_day(said.today, days=span.days or 0, months=span.months or 0)
    last = span.last + (said.word(span.last + 1) == "time")
    if within:
        period = Period(start=said.today, end=day)
        return TimeMention(first, last, period, period, "range")
    return replace(_one_day(first, last, day), days=span.days, months=span.months)


def _ago(said: _Reading, span: TimeMention | None) -> TimeMention | None:
    """`two weeks ago`, `ten days from now`, `a week from today`."""
    if span is None:
        return None
    after = (said.word(span.last + 1, False), said.word(span.last + 2, False))
    if after[0] in ("ago", "back"):
        day = add_to_day(said.today, days=-(span.days or 0), months=-(span.months or 0))
        return _one_day(span.first, span.last + 1, day)
    if after in (("from", "now"), ("from", "today")):
        day = add_to_day(said.today, days=span.days or 0, months=span.months or 0)
        return _one_day(span.first, span.last + 2, day)
    return None


def _with_clock(said: _Reading, found: TimeMention) -> TimeMention:
    """`tomorrow at 9`, `yesterday 5pm`, `monday morning at 10:30`."""
    at = found.last + 1
    if found.grain != "day" or at >= len(said.tokens):
        return found
    clock = _clock(said, at + 1, at, marked=True) if said.word(at) in ("at", "around") else _clock(said, at, at)
    return replace(found, last=clock.last, clock=clock.clock) if clock else found


def _clock(said: _Reading, at: int, first: int, *, marked: bool = False) -> TimeMention | None:  # noqa: PLR0915
    """`7:30`, `5pm`, `half past seven`, `quarter to nine`, `noon`; with a mark (`at`) also a bare hour."""
    if at >= len(said.tokens):
        return None
    token, word = said.tokens[at], said.word(at)
    hour: int | None = None
    minute, last = 0, at
    if token.kind == "clock":
        parts = re.match(r"(\d{1,2})(?:[:.h](\d{2}))?\s?([ap])?", word)
        assert parts is not None
        hour, minute = int(parts.group(1)), int(parts.group(2) or 0)
        if parts.group(3) and hour <= 12:
            hour = hour % 12 + (12 if parts.group(3) == "p" else 0)
    elif word in ("half", "quarter") or (word == "a" and said.word(at + 1) == "quarter"):
        at += word == "a"
        side = said.word(at + 1)
        number = _hour(said, at + 2)
        if side in ("past", "to", "after") and number is not None:
            minutes = 30 if word == "half" else 15
            hour, minute = (number - 1, 60 - minutes) if side == "to" else (number, minutes)
            last = at + 2
    elif word == "noon":
        hour = 12
    elif token.kind == "number" and re.fullmatch(r"\d{1,2}\.\d{2}", word) and marked:
        hour, minute = (int(part) for part in word.split("."))
    else:
        number = _hour(said, at)
        following = (said.word(at + 1, False), said.word(at + 2, False))
        if number is not None and following[0] in ("oclock", "o'clock", "am", "pm", "uhr"):
            hour, last = number, at + 1
            if following[0] == "pm" and number < 12:
                hour += 12
        elif number is not None and following == ("o", "clock"):
            hour, last = number, at + 2
        elif number is not None and marked and not _counts_something(said, at + 1):
            hour = number
            if said.word(at + 1, False) in ("thirty", "fifteen") or said.word(at + 1, False) == "fortyfive":
                minute, last = {"thirty": 30, "fifteen": 15}.get(said.word(at + 1), 45), at + 1
    if hour is None or not 0 <= hour <= 23 or not 0 <= minute <= 59:
        return None
    if said.word(last + 1, False) in ("am", "pm"):
        hour = hour % 12 + (12 if said.word(last + 1) == "pm" else 0)
        last += 1
    if (said.word(last + 1, False), said.word(last + 2, False)) in (("in", "the"), ("this", "morning")):
        part = said.word(last + 3) if said.word(last + 1) == "in" else "this"
        if part in ("morning", "afternoon", "evening"):
            hour += 12 if part != "morning" and hour < 12 else 0
            last += 3
        elif part == "this":
            last += 2
    today = Period(start=said.today, end=said.today)
    found = TimeMention(first, last, today, today, "clock", clock=time(hour, minute))
    day = _named_day(said, last + 1) or _weekday(said, last + 1)
    if day is not None and day.grain == "day":
        return replace(day, first=first, clock=time(hour, minute))
    return found


def _hour(said: _Reading, at: int) -> int | None:
    token = said.tokens[at] if at < len(said.tokens) else None
    if token is None:
        return None
    number = int(token.norm) if token.kind == "number" and token.norm.isdigit() else UNITS.get(token.norm)
    return number if number is not None and number <= 23 else None


def _counts_something(said: _Reading, at: int) -> bool:
    token = said.tokens[at] if at < len(said.tokens) else None
    if token is None or token.gap:
        return False
    return token.norm in GRAINS or token.norm in (
        "k",
        "thousand",
        "grand",
        "million",
        "%",
        "leads",
        "deals",
        "m",
        "percent",
    )

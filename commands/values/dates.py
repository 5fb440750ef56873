"""Reads dates, periods, spans of time and clock times as reps write them.

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
# The words with which a time can begin. Trying to read one at every word of a sentence would cost far more.
STARTERS = (
    frozenset(WEEKDAYS) | frozenset(MONTHS) | frozenset(ORDINALS) | THIS | NEXT | LAST | frozenset(ENDS)
    | frozenset(UNITS) | frozenset(TENS) | frozenset(COUNTS)
    | frozenset(
        "today tomorrow yesterday tonight now the day end start beginning mid middle early late q h in within "
        "ytd mtd qtd year so xmas christmas new between from since before by until after on at through a an "
        "fortnight half all noon midnight week weekend month quarter over during for up as thanksgiving".split()
    )
)  # fmt: skip
# How each preposition bounds the time behind it.
BOUND_OF = {
    "since": "from", "after": "after", "before": "before", "by": "to", "until": "to", "through": "to",
}  # fmt: skip
ONWARDS = frozenset("on onwards onward".split())
WHOLE = frozenset("week month quarter half year range".split())
# Beside these “may” is a verb and no month.
VERBAL = frozenset("i we you he she they it be have not well @".split())


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time in a sentence: the words from `first` to `last`, and the period they mean under either lean.

    `clock` is a time of day beside a day; `days` and `months` are the length of a mere span.
    """

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
    """Read the day that these words name, None where they name none.

    Of a longer period it is the first day, of `until …` the last.
    """
    tokens = tokenize_text(words).tokens
    # What is longer is a sentence that happens to begin with a day.
    if not tokens or len(words) > 80:
        return None
    found = read_time_at(tokens, 0, moment)
    if found is None or found.last != len(tokens) - 1 or found.bound == "for":
        return None
    return pick_day(found, lean)


def read_period(words: str, moment: Moment, *, lean: Lean = "past") -> Period | None:
    """Read the period that these words name, None where they name none.

    Two ISO days may be written `2026-01-01..2026-03-31`; one of them may be left out.
    """
    bounds = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})?\s*(?:\.\.|/|,)\s*(\d{4}-\d{2}-\d{2})?\s*", words)
    if bounds:
        start, end = (_parse_iso_day(part) for part in bounds.groups())
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
        elif _is_impossible_day(tokens, at):
            at += 2
        else:
            at += 1
    return found


def _is_impossible_day(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a day stands here that no month has, like `31 February`."""
    # Skipped as a whole: read on its own, “February” would be taken for the month.
    pair = tokens[at : at + 2]
    return (
        len(pair) == 2
        and {each.kind for each in pair} == {"number", "word"}
        and any(each.norm in MONTHS for each in pair)
        and any(each.norm.isdigit() and 28 < int(each.norm) < 100 for each in pair)
    )


def read_time_at(tokens: Sequence[Token], first: int, moment: Moment) -> TimeMention | None:
    """Read the time whose words begin here, with its preposition; None where none do."""
    # Days that do not exist and years beyond the calendar fail in `date` itself, anywhere below: no time, then.
    try:
        return _read_with_preposition(_SaidTokens(tokens, moment), first)
    except (ValueError, OverflowError):
        return None


class _SaidTokens:
    """The words of one sentence and the moment it is said at."""

    def __init__(self, tokens: Sequence[Token], moment: Moment) -> None:
        self.tokens = tokens
        self.moment = moment
        self.today = moment.today

    def word(self, at: int, gaps: bool = True) -> str:
        """Return a word, "" beyond the ends; without `gaps`, "" too where a comma or the like stands before it."""
        if not 0 <= at < len(self.tokens):
            return ""
        token = self.tokens[at]
        return token.norm if gaps or token.gap in ("", "-") else ""

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""


def _read_with_preposition(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a time with the preposition that bounds it: `by friday`, `since may`, `between 1 and 5 march`."""
    word = said.word(first)
    if word == "between" or (word == "from" and said.word(first + 1) != "now"):
        two = _read_between(said, first + 1, first, {"and"} if word == "between" else {"to", "until", "through", "-"})
        if two:
            return two
    if word == "from":
        # “Leads from May” came in May; “from May onwards” or “from 3 May” is a start without an end.
        whole = _read_bare_time(said, first + 1)
        if whole is not None and whole.grain in WHOLE and said.word(whole.last + 1, False) not in ONWARDS:
            return _apply_bound(whole, first, "in")
        return _apply_bound(whole, first, "from")
    if word == "up" and said.word(first + 1) in ("to", "until"):
        return _apply_bound(_read_bare_time(said, first + 2), first, "to")
    if word == "as" and said.word(first + 1) == "of":
        return _apply_bound(_read_bare_time(said, first + 2), first, "from")
    if word in BOUND_OF:
        step = 2 if said.word(first + 1) in ("the", "around", "about") and said.word(first + 2) not in GRAINS else 1
        found = _read_bare_time(said, first + 1) or (_read_bare_time(said, first + step) if step > 1 else None)
        found = found or _read_clock(said, first + 1, first)
        return _apply_bound(found, first, BOUND_OF[word])
    if word in ("on", "at", "in", "during", "for", "within", "over", "all", "through"):
        skip = first + 1
        if word == "all" and said.word(skip) == "of":
            skip += 1
        if word == "at":
            return _read_clock(said, skip, first, marked=True) or _apply_bound(_read_bare_time(said, skip), first, "in")
        if word in ("in", "within"):
            span = _read_span(said, skip)
            if span and said.tokens[skip].kind in ("number", "word"):
                return _read_ahead(said, span, first, within=word == "within")
        # “Over 30 days” is a minimum, as in “untouched for over 30 days”, and no period.
        if word == "over" and _read_span(said, skip):
            return None
        found = _read_bare_time(said, skip)
        if found and word == "within" and found.bound == "in":
            return replace(found, first=first)
        if word == "for" and found is None:
            span = _read_span(said, skip)
            return replace(span, first=first) if span else None
        return _apply_bound(found, first, "in")
    if word in {"a", "an"}:
        return _read_ago(said, _read_span(said, first)) or _read_span(said, first)
    return _read_bare_time(said, first)


def _apply_bound(found: TimeMention | None, first: int, bound: str) -> TimeMention | None:
    """Bound a time as its preposition says, which is the word `first`: up to its end, from its start, before, after."""
    if found is None:
        return None
    if bound == "in" or found.bound in ("for",):
        return replace(found, first=first) if bound == "in" else None
    if bound == "to" or (bound == "before" and found.bound == "to"):
        return replace(found, first=first, bound="to", past=_keep_end(found.past), future=_keep_end(found.future))
    if bound == "before":
        # “Before the end of March” still means all of March.
        ends = found.grain == "end"
        return replace(
            found,
            first=first,
            bound="to",
            past=_keep_end(found.past) if ends else _end_before(found.past),
            future=_keep_end(found.future) if ends else _end_before(found.future),
        )
    if bound == "after":
        return replace(
            found, first=first, bound="from", past=_start_after(found.past), future=_start_after(found.future)
        )
    return replace(
        found,
        first=first,
        bound="from",
        past=Period(start=found.past.start),
        future=Period(start=found.future.start),
    )


def _keep_end(period: Period) -> Period:
    return Period(end=period.end)


def _end_before(period: Period) -> Period:
    return Period(end=(period.start or period.end or date.max) - timedelta(days=1))


def _start_after(period: Period) -> Period:
    return Period(start=(period.end or period.start or date.min) + timedelta(days=1))


def _read_between(said: _SaidTokens, at: int, first: int, joints: set[str]) -> TimeMention | None:
    """Read `between A and B` and `from A to B`."""
    one = _read_bare_time(said, at)
    if one is not None and one.grain == "range" and said.word(first) == "from":
        return replace(one, first=first)
    if one is None or said.word(one.last + 1) not in joints:
        return None
    other = _read_bare_time(said, one.last + 2)
    if other is None:
        return None
    return TimeMention(
        first, other.last, _join_periods(one.past, other.past), _join_periods(one.future, other.future), "range"
    )


def _join_periods(one: Period, other: Period) -> Period:
    """Join two periods into the one that reaches from the start of the first to the end of the second."""
    start, end = one.start, other.end
    # Each was read as the nearest by itself. “Nov to Feb” crosses the new year, “1 to 5 March” does not.
    if start and end and start > end:
        start = _move_to_year(end.year if (start.month, start.day) <= (end.month, end.day) else end.year - 1, start)
    return Period(start=start, end=end)


def _move_to_year(year: int, day: date) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _read_bare_time(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a time without a preposition."""
    if first >= len(said.tokens):
        return None
    # The order decides where several could begin here: what needs more words to be recognised comes first.
    for reader in (
        _read_written_date,
        _read_named_day,
        _read_period_to_date,
        _read_week_of_month,
        _read_edge,
        _read_counted_period,
        _read_calendar_unit,
        _read_quarter,
        _read_month_or_day,
        _read_weekday,
        _read_day_alone,
    ):
        found = reader(said, first)
        if found is not None:
            return _add_clock(said, _extend_to_range(said, found))
    return _read_ago(said, _read_span(said, first)) or _read_clock(said, first, first) or _read_span(said, first)


def _extend_to_range(said: _SaidTokens, found: TimeMention) -> TimeMention:
    """Extend a time to the range that begins with it: `1 to 15 march`, `march to may`, `5 Dec - 9 Dec`."""
    joint = said.word(found.last + 1)
    at = found.last + 2
    if joint not in ("to", "through"):
        following = said.tokens[found.last + 1] if found.last + 1 < len(said.tokens) else None
        if following is None or following.gap != "-":
            return found
        at = found.last + 1
    if found.grain not in ("day", "month", "quarter"):
        return found
    for reader in (_read_written_date, _read_month_or_day, _read_quarter):
        other = reader(said, at) if at < len(said.tokens) else None
        if other is not None and other.grain == found.grain:
            return TimeMention(
                found.first,
                other.last,
                _join_periods(found.past, other.past),
                _join_periods(found.future, other.future),
                "range",
            )
    return found


def _make_day(first: int, last: int, day: date, other: date | None = None) -> TimeMention:
    future = Period(start=day, end=day)
    return TimeMention(first, last, Period(start=other, end=other) if other else future, future, "day")


def _parse_iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read_written_date(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a date in digits: `2026-12-05`, `12/5`, `12/05/2026`, `5.12.`, `18.12.2026`."""
    if said.kind(first) != "date":
        return None
    parts = [int(part) for part in re.split(r"[./-]", said.word(first).strip(".")) if part]
    if len(parts) == 3 and parts[0] > 31:
        return _make_day(first, first, date(parts[0], parts[1], parts[2]))
    # With points the day comes first everywhere. With slashes Americans put the month first, and a workspace in
    # dollars is taken for American; where there is no such month, it was the other way round.
    dotted = "." in said.word(first)
    american = said.moment.vocabulary.currency == "USD" and not dotted
    month, day = (parts[0], parts[1]) if american else (parts[1], parts[0])
    if month > 12 and not dotted:
        month, day = day, month
    if len(parts) == 3:
        year = parts[2] + (2000 if parts[2] < 100 else 0)
        return _make_day(first, first, date(year, month, day))
    return _choose_year(said, first, first, month, day)


def _choose_year(
    said: _SaidTokens, first: int, last: int, month: int, day: int, year: int | None = None
) -> TimeMention:
    """Make a day of a month; where no year was said, the next one ahead and the last one behind."""
    if year is not None:
        return _make_day(first, last, date(year, month, day))
    today = said.today
    # Four years either way, for 29 February.
    days = [_make_date(each, month, day) for each in range(today.year - 4, today.year + 5)]
    coming = [each for each in days if each and each >= today]
    gone = [each for each in days if each and each <= today]
    if not coming or not gone:
        raise ValueError("no such day")
    return _make_day(first, last, coming[0], gone[-1])


def _make_date(year: int, month: int, day: int) -> date | None:
    """Make a date; None where the calendar has no such day."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] else None


def _read_named_day(said: _SaidTokens, first: int) -> TimeMention | None:
    today = said.today
    at = first + 1 if said.word(first) == "the" else first
    words = [said.word(at), said.word(at + 1, False), said.word(at + 2, False)]
    if words == ["day", "after", "tomorrow"]:
        return _make_day(first, at + 2, today + timedelta(days=2))
    if words == ["day", "before", "yesterday"]:
        return _make_day(first, at + 2, today - timedelta(days=2))
    match words[0]:
        case "today" | "tonight":
            return _make_day(first, at, today)
        case "tomorrow":
            return _make_day(first, at, today + timedelta(days=1))
        case "yesterday":
            return _make_day(first, at, today - timedelta(days=1))
        case "this" if words[1] in ("morning", "afternoon", "evening", "day"):
            return _make_day(first, at + 1, today)
        case "last" if words[1] in ("night", "evening"):
            return _make_day(first, at + 1, today - timedelta(days=1))
        case "xmas" | "christmas":
            return _choose_year(said, first, at, 12, 25)
        case "new" if words[1] in ("year", "years"):
            return _choose_year(said, first, at + 1, 1, 1)
        case "weekend":
            sunday = today + timedelta(days=6 - today.weekday())
            period = Period(start=sunday - timedelta(days=1), end=sunday)
            return TimeMention(first, at, period, period, "days")
    return None


def _read_period_to_date(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a period up to today: `ytd`, `year to date`, `so far this year`, `this year so far`."""
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
    """Return the day, week, month, quarter, half or year that lies `step` after today's.

    Quarters and halves follow the workspace's fiscal year, years the calendar.
    """
    today = today or moment.today
    match grain:
        case "day":
            start = today + timedelta(days=step)
            return Period(start=start, end=start)
        case "week":
            start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return Period(start=start, end=start + timedelta(days=6))
        case "month":
            start = _add_months(today.replace(day=1), step)
            return Period(start=start, end=_add_months(start, 1) - timedelta(days=1))
        case "quarter":
            back = (today.month - moment.vocabulary.fiscal_start_month) % 3
            start = _add_months(today.replace(day=1), 3 * step - back)
            return Period(start=start, end=_add_months(start, 3) - timedelta(days=1))
        case "half":
            back = (today.month - moment.vocabulary.fiscal_start_month) % 6
            start = _add_months(today.replace(day=1), 6 * step - back)
            return Period(start=start, end=_add_months(start, 6) - timedelta(days=1))
        case _:
            return Period(start=date(today.year + step, 1, 1), end=date(today.year + step, 12, 31))


def _add_months(day: date, months: int) -> date:
    # A month after 31 January is the last of February.
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_to_day(day: date, *, days: int = 0, months: int = 0) -> date:
    """Move a day by days or calendar months."""
    return _add_months(day, months) + timedelta(days=days)


def _read_edge(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read an edge of a period: `EOM`, `end of march`, `the end of next quarter`, `beginning of january`."""
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
            month = _read_month_or_day(said, at)
            return replace(_take_last_day(month), first=first) if month else None
        return _make_end(get_calendar_period(said.moment, grain, step), grain, first, last)
    if word == "year" and said.word(at + 1) == "end":
        return _make_end(get_calendar_period(said.moment, "year", 0), "year", first, at + 1)
    if word in ("month", "quarter") and said.word(at + 1) == "end":
        return _make_end(get_calendar_period(said.moment, word, 0), word, first, at + 1)
    if word not in ("end", "start", "beginning", "mid", "middle", "early", "late", "close"):
        return None
    following = at + 1
    if said.word(following) == "of":
        following += 1
    elif word == "close":
        return None
    if said.word(following) in ("day", "business") and word in ("end", "close"):
        return _make_day(first, following, said.today)
    whole = None
    if (
        said.word(following) in ("the", "this", "current")
        or said.word(following) in NEXT
        or said.word(following) in LAST
    ):
        whole = _read_calendar_unit(said, following)
    if whole is None and said.word(following) in ("week", "month", "quarter", "year"):
        period = get_calendar_period(said.moment, said.word(following), 0)
        whole = TimeMention(following, following, period, period, said.word(following))
    whole = (
        whole or _read_quarter(said, following) or _read_month_or_day(said, following) or _read_year(said, following)
    )
    if whole is None:
        return None
    if word in ("end", "late", "close"):
        if whole.grain == "week":
            return _make_end(whole.future, "week", first, whole.last)
        return replace(_take_last_day(whole), first=first)
    if word in ("mid", "middle"):
        return _make_day(first, whole.last, _find_middle(whole.future), _find_middle(whole.past))
    start, before = whole.future.start, whole.past.start
    return _make_day(first, whole.last, start, before) if start else None


def _read_week_of_month(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read `the first week of january`, its first seven days; `the last week of march` is its last seven."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    number = ORDINALS.get(word)
    if (number is None and word != "last") or said.word(at + 1) != "week" or said.word(at + 2) not in ("of", "in"):
        return None
    whole = _read_month_or_day(said, at + 3)
    if whole is None or whole.grain != "month" or (number or 1) > 4:
        return None

    def make_week(month: Period) -> Period:
        assert month.start is not None
        assert month.end is not None
        start = month.start + timedelta(days=7 * (number - 1)) if number else month.end - timedelta(days=6)
        return Period(start=start, end=start + timedelta(days=6))

    return TimeMention(first, whole.last, make_week(whole.past), make_week(whole.future), "range")


def _find_middle(period: Period) -> date:
    assert period.start is not None
    assert period.end is not None
    return period.start + (period.end - period.start - timedelta(days=1)) // 2


def _take_last_day(whole: TimeMention) -> TimeMention:
    return replace(
        whole,
        past=Period(start=whole.past.end, end=whole.past.end),
        future=Period(start=whole.future.end, end=whole.future.end),
        grain="end",
    )


def _make_end(period: Period, grain: str, first: int, last: int) -> TimeMention:
    assert period.end is not None
    # The end of a week is its Friday.
    day = period.end - timedelta(days=2) if grain == "week" else period.end
    one = Period(start=day, end=day)
    return TimeMention(first, last, one, one, "end")


def _read_calendar_unit(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a unit of the calendar: `this quarter`, `last week`, `the current month`, `week after next`."""
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
            return _make_day(first, last + 1, period.start + timedelta(days=day))
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


def _read_counted_period(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a counted period, today included: `last 30 days`, `the past two weeks`, `next 10 days`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    if word not in LAST and word not in NEXT:
        return None
    span = _read_span(said, at + 1)
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


def _read_quarter(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a quarter or half by its number: `Q1`, `q3 2025`, `first quarter of 2027`, `H1`."""
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
    year, end = _read_year_after(said, last + 1)
    moment = said.moment
    months = 3 if grain == "quarter" else 6

    def make_period(of_year: int) -> Period:
        start = _add_months(date(of_year, moment.vocabulary.fiscal_start_month, 1), months * (number - 1))
        return Period(start=start, end=_add_months(start, months) - timedelta(days=1))

    if year is not None:
        return TimeMention(first, end, make_period(year), make_period(year), grain)
    periods = [make_period(each) for each in range(said.today.year - 2, said.today.year + 3)]
    return TimeMention(
        first, last, _find_nearest(periods, said.today, "past"), _find_nearest(periods, said.today, "future"), grain
    )


def _find_nearest(periods: list[Period], today: date, lean: Lean) -> Period:
    """Find the present period, else the next one ahead or the last one behind."""
    if lean == "past":
        return [each for each in periods if each.start and each.start <= today][-1]
    return next(each for each in periods if each.end and each.end >= today)


def _read_year_after(said: _SaidTokens, at: int) -> tuple[int | None, int]:
    """Read the year that follows a month, quarter or day; return it with the last of its words."""
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


def _read_year(said: _SaidTokens, first: int) -> TimeMention | None:
    token = said.tokens[first] if first < len(said.tokens) else None
    if token is None or token.kind != "number" or not re.fullmatch(r"20[0-4]\d", token.norm):
        return None
    # “2026 leads” and “2026 dollars” count something.
    following = said.word(first + 1, False)
    if following in ("k", "usd", "dollars", "leads", "deals"):
        return None
    period = Period(start=date(int(token.norm), 1, 1), end=date(int(token.norm), 12, 31))
    return TimeMention(first, first, period, period, "year")


def _read_month_or_day(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a month or a day of one: `May`, `last march`, `5 Dec`, `Dec 5th, 2026`, `4th of december`."""
    at = first + 1 if said.word(first) == "the" else first
    word = said.word(at)
    step = 1 if word in NEXT else -1 if word in LAST else 0 if word in THIS else None
    if step is not None and said.word(at + 1, False) in MONTHS:
        return _read_stepped_month(said, first, at + 1, step)
    if word in MONTHS:
        day, last = _read_day_number(said, at + 1, bare=True)
        if day is not None:
            year, end = _read_year_after(said, last + 1)
            return _choose_year(said, first, end if year else last, MONTHS[word], day, year)
        return _read_month(said, first, at)
    day, last = _read_day_number(said, at, bare=True)
    if day is not None:
        after = last + 1
        if said.word(after) in ("of", "in"):
            after += 1
        if said.word(after, False) in MONTHS and not (
            said.tokens[after].kind == "word" and said.word(after) == "may" and after != last + 1
        ):
            year, end = _read_year_after(said, after + 1)
            return _choose_year(said, first, end if year else after, MONTHS[said.word(after)], day, year)
    return _read_year(said, first)


def _read_month(said: _SaidTokens, first: int, at: int) -> TimeMention | None:
    if said.word(at) == "may" and (said.word(at + 1, False) in VERBAL or said.word(at - 1) in VERBAL):
        return None
    number = MONTHS[said.word(at)]
    year, end = _read_year_after(said, at + 1)
    if year is not None:
        period = _make_month(year, number)
        return TimeMention(first, end, period, period, "month")
    periods = [_make_month(each, number) for each in range(said.today.year - 2, said.today.year + 3)]
    return TimeMention(
        first, at, _find_nearest(periods, said.today, "past"), _find_nearest(periods, said.today, "future"), "month"
    )


def _read_stepped_month(said: _SaidTokens, first: int, at: int, step: int) -> TimeMention:
    number, today = MONTHS[said.word(at)], said.today
    year = today.year
    if step > 0 and number <= today.month:
        year += 1
    if step < 0 and number >= today.month:
        year -= 1
    period = _make_month(year, number)
    return TimeMention(first, at, period, period, "month")


def _make_month(year: int, month: int) -> Period:
    return Period(start=date(year, month, 1), end=date(year, month, calendar.monthrange(year, month)[1]))


def _read_day_number(said: _SaidTokens, at: int, *, bare: bool) -> tuple[int | None, int]:
    """Read the number of a day and the last of its words: `5th`, `fifth`, `twenty seventh`; if `bare`, also `5`."""
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


def _read_weekday(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a day of the week: `friday`, `next monday`, `last thursday`, `friday next week`, `monday morning`."""
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
        return _make_day(first, at + 2, week.start + timedelta(days=number))
    if following[0] in ("morning", "afternoon", "evening", "night"):
        last = at + 1
    if step == -1:
        gone = gone if gone < today else gone - timedelta(days=7)
        if last == at + 2:
            week = get_calendar_period(said.moment, "week", -1)
            assert week.start is not None
            gone = week.start + timedelta(days=number)
        return _make_day(first, last, gone)
    # “Next monday” is the one of next week, also where this week's is still to come.
    if step == 1 and said.word(first) != "the" and said.word(at - 1) == "next":
        week = get_calendar_period(said.moment, "week", 1)
        assert week.start is not None
        return _make_day(first, last, week.start + timedelta(days=number))
    if step == 0:
        week = get_calendar_period(said.moment, "week", 0)
        assert week.start is not None
        return _make_day(first, last, week.start + timedelta(days=number))
    found = _make_day(first, last, coming, gone)
    if following[0] == "the" or said.tokens[last].gap:
        day, end = _read_day_number(said, last + 2 if following[0] == "the" else last + 1, bare=False)
        if day is not None and following[0] == "the":
            return _choose_month(said, first, end, day)
    return found


def _read_day_alone(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a day of the month by itself: `the 30th`, `30th`, `the thirtieth`."""
    at = first + 1 if said.word(first) == "the" else first
    day, last = _read_day_number(said, at, bare=False)
    if day is None or (at == first and said.tokens[at].kind != "number"):
        return None
    # “The first one”, “the second lead”: the low ordinals count a list, not the days of a month.
    if said.tokens[at].kind == "word" and (day < 4 or said.word(last + 1) in ("one", "lead", "deal", "time", "of")):
        return None
    if said.word(last + 1, False) in ("one", "lead", "deal", "time", "opp", "opportunity", "quarter", "half"):
        return None
    return _choose_month(said, first, last, day)


def _choose_month(said: _SaidTokens, first: int, last: int, day: int) -> TimeMention:
    """Make the next and the last day of this number: `the 30th`. ValueError where no month has one."""
    today = said.today
    if day > 31:
        raise ValueError("no such day")
    start = today.replace(day=1)
    months = [_add_months(start, step) for step in range(-13, 14)]
    days = [_make_date(each.year, each.month, day) for each in months]
    coming = next(each for each in days if each and each >= today)
    gone = [each for each in days if each and each <= today][-1]
    return _make_day(first, last, coming, gone)


def _read_span(said: _SaidTokens, first: int) -> TimeMention | None:
    """Read a mere length of time: `two weeks`, `14+ days`, `a month`, `a couple of weeks`, `a week or more`."""
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


def _read_ahead(said: _SaidTokens, span: TimeMention, first: int, *, within: bool) -> TimeMention | None:
    """Read a span ahead: `in two weeks` is a day, `within two weeks` a period from today."""
    if said.word(span.last + 1) in ("ago",):
        return None
    day = add_to_day(said.today, days=span.days or 0, months=span.months or 0)
    last = span.last + (said.word(span.last + 1) == "time")
    if within:
        period = Period(start=said.today, end=day)
        return TimeMention(first, last, period, period, "range")
    return replace(_make_day(first, last, day), days=span.days, months=span.months)


def _read_ago(said: _SaidTokens, span: TimeMention | None) -> TimeMention | None:
    """Read a span behind or ahead of today: `two weeks ago`, `ten days from now`, `a week from today`."""
    if span is None:
        return None
    after = (said.word(span.last + 1, False), said.word(span.last + 2, False))
    if after[0] in ("ago", "back"):
        day = add_to_day(said.today, days=-(span.days or 0), months=-(span.months or 0))
        return _make_day(span.first, span.last + 1, day)
    if after in (("from", "now"), ("from", "today")):
        day = add_to_day(said.today, days=span.days or 0, months=span.months or 0)
        return _make_day(span.first, span.last + 2, day)
    return None


def _add_clock(said: _SaidTokens, found: TimeMention) -> TimeMention:
    """Add the time of day that follows a day: `tomorrow at 9`, `yesterday 5pm`, `monday morning at 10:30`."""
    at = found.last + 1
    if found.grain != "day" or at >= len(said.tokens):
        return found
    clock = (
        _read_clock(said, at + 1, at, marked=True) if said.word(at) in ("at", "around") else _read_clock(said, at, at)
    )
    return replace(found, last=clock.last, clock=clock.clock) if clock else found


def _read_clock(said: _SaidTokens, at: int, first: int, *, marked: bool = False) -> TimeMention | None:  # noqa: PLR0915
    """Read a time of day: `7:30`, `5pm`, `half past seven`, `noon`; `marked` by `at` also a bare hour."""
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
        number = _read_hour(said, at + 2)
        if side in ("past", "to", "after") and number is not None:
            minutes = 30 if word == "half" else 15
            hour, minute = (number - 1, 60 - minutes) if side == "to" else (number, minutes)
            last = at + 2
    elif word == "noon":
        hour = 12
    elif token.kind == "number" and re.fullmatch(r"\d{1,2}\.\d{2}", word) and marked:
        hour, minute = (int(part) for part in word.split("."))
    else:
        number = _read_hour(said, at)
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
    day = _read_named_day(said, last + 1) or _read_weekday(said, last + 1)
    if day is not None and day.grain == "day":
        return replace(day, first=first, clock=time(hour, minute))
    return found


def _read_hour(said: _SaidTokens, at: int) -> int | None:
    token = said.tokens[at] if at < len(said.tokens) else None
    if token is None:
        return None
    number = int(token.norm) if token.kind == "number" and token.norm.isdigit() else UNITS.get(token.norm)
    return number if number is not None and number <= 23 else None


def _counts_something(said: _SaidTokens, at: int) -> bool:
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

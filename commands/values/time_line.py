"""A sentence as one line in which times are read by patterns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from commands.values.calendar_periods import add_to_day, join_periods, one_day
from commands.values.moment import Lean, Moment, Period
from commands.values.text import Token
from commands.values.time_words import BOUND_OF, MONTHS, WHOLE, alternate, compile_pattern

FIGURES, WRITTEN = "0", "d="
"""Stand for any number, and for a date written in figures, among the words a time begins with."""
BEGINS_OF = {"number": FIGURES, "date": WRITTEN, "clock": "c="}
BETWEEN = {"": " ", "-": "-", ",": ", ", "'": " '"}
PREPOSITION = compile_pattern(
    f"(?P<word>between|from(?! now)|{alternate(BOUND_OF)}|on|at|around|in|during|for|within|over|all)(?: of)?(?: |~)",
    goes_on=True,
)
ROUNDED = compile_pattern("(?:the|around|about) (?!UNIT)")
ONWARDS = compile_pattern(
    "(?: or|,)? (?:onwards?|beyond|later|after)| and (?:onwards?|beyond|later|after)(?=$|[,;])| on(?=$|[,;])"
)
EARLIER = compile_pattern("(?:,? (?:or|and) (?:earlier|before|older|sooner))")
AND, TO = compile_pattern(" and "), compile_pattern("(?: (?:to|until|through) |-)", goes_on=True)
NOW = compile_pattern("(?:right )?now|date|today")
UNTIL_NOW = compile_pattern(" (?:up )?(?:to|until|till) (?:(?:right )?now|date|today)")
RANGE = compile_pattern("(?: (?:to|through) |-)", goes_on=True)
AT, NEXT_WORD, ON = (
    compile_pattern(",? (?:at|around|about) "),
    compile_pattern(",? "),
    compile_pattern(" (?:on |of )?", goes_on=True),
)
S_TIME = compile_pattern(" '?time")
NOON = 12
PART_OF_DAY = re.compile(r"(?:morning|evening|afternoon|arvo|night|tonight)$")
EVENING = re.compile(r"(?:evening|tonight|night|afternoon|arvo)$")


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


class SaidTime:
    """The words that a pattern matched: its named parts by name, "" where one is not there."""

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end, self.parts = match.start(), match.end(), match.groupdict()

    def __getitem__(self, name: str) -> str:
        return (self.parts.get(name) or "").replace("-", " ")


@dataclass(frozen=True)
class TimePatterns:
    """How times are said: patterns by name, each with the function that makes a time of it.

    `names_by_word` lists, in order, which of them may begin with a word: trying all at every word would take long.
    """

    written: Mapping[str, Sequence[tuple[str, Maker]]]
    names_by_word: Mapping[str, Sequence[str]]
    compiled: dict[str, Sequence[tuple[re.Pattern[str], Maker]]] = field(default_factory=dict)

    def compile_named(self, name: str) -> Sequence[tuple[re.Pattern[str], Maker]]:
        """Compile the patterns of a name when a sentence first needs them: all of them take a while."""
        if name not in self.compiled:
            self.compiled[name] = [(compile_pattern(each), make) for each, make in self.written[name]]
        return self.compiled[name]


class TimeLine:
    """The words of a sentence as one text for the patterns to match, and the moment it is said at.

    A blank stands between words, `~` where one touches the next (`5~th`), `-` for a hyphen, `, ` for a comma and
    `; ` for any other sign; a word that is a date or a clock time as a whole is marked `d=` or `c=`.
    """

    def __init__(self, tokens: Sequence[Token], moment: Moment, patterns: TimePatterns) -> None:
        self.tokens, self.moment, self.today, self.patterns = tokens, moment, moment.today, patterns
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.begins: dict[int, str] = {}
        text = ""
        for at, token in enumerate(tokens):
            if at:
                touches = token.start == tokens[at - 1].end
                # The point of an abbreviation or of an ordinal ends nothing: `yest. 4pm`, `18. December`.
                before = tokens[at - 1]
                ordinal = before.norm.isdigit() and len(before.norm) <= 2 and token.norm in MONTHS
                shortened = token.gap == "." and (ordinal or before.norm != before.raw.lower())
                text += "~" if touches else " " if shortened else BETWEEN.get(token.gap, "; ")
            self.starts.append(len(text))
            self.begins[len(text)] = BEGINS_OF.get(token.kind, token.norm)
            text += {"date": "d=", "clock": "c="}.get(token.kind, "") + token.norm
            self.ends.append(len(text))
        self.text = text

    def read_at(self, first: int) -> TimeMention | None:
        """Read the time whose words begin here, with its preposition; None where none do."""
        # Days that do not exist and years beyond the calendar fail in `date` itself, anywhere below: no time, then.
        try:
            return self._read_bounded(self.starts[first])
        except (ValueError, OverflowError):
            return None

    def match(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        """Match a pattern at a place of the text."""
        return pattern.match(self.text, at)

    def make(self, said: SaidTime, past: Period, future: Period, grain: str) -> TimeMention:
        """Make a time of all that a pattern matched."""
        return TimeMention(*self.place(said.start, said.end), past, future, grain)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Tell which words a stretch of the text is."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end) - 1

    def end_of(self, found: TimeMention) -> int:
        """Where the text goes on behind a time."""
        return self.ends[found.last]

    def _read_bounded(self, at: int) -> TimeMention | None:
        """Read a time with the preposition that bounds it: `by friday`, `since may`, `between 1 and 5 march`."""
        said = self.match(PREPOSITION, at)
        if said is None:
            bare = self.read_bare(at)
            return (self._read_open_end(bare, bare.first) if bare and bare.bound == "in" else None) or bare
        word, behind = said["word"], said.end()
        first = self.place(at, behind)[0]
        if word in ("between", "from") and (two := self._read_between(word, behind)):
            return replace(two, first=first)
        if word == "between":
            return None
        if word == "from":
            whole = self.read_bare(behind)
            # “Leads from May” came in May; “from May onwards” or “from 3 May” is a start without an end.
            bound = "in" if whole and whole.grain in WHOLE else "from"
            return whole and (self._read_open_end(whole, first) or apply_bound(whole, first, bound))
        if word in BOUND_OF:
            rounded = self.match(ROUNDED, behind)
            whole = self.read_bare(behind) or (self.read_bare(rounded.end()) if rounded else None)
            return whole and apply_bound(whole, first, BOUND_OF[word])
        if word in ("at", "around"):
            # “At 11 December” goes on behind the hour.
            read = [self.read_as("clock marked", behind), self.read_bare(behind)]
            longest = max((one for one in read if one), key=lambda one: one.last, default=None)
            return longest and apply_bound(longest, first, "in")
        found = self.read_bare(behind)
        if found is None:
            return None
        if found.bound != "for":
            return self._read_open_end(found, first) or replace(found, first=first)
        if word in ("in", "within"):
            return self._reach_ahead(replace(found, first=first), within=word == "within")
        # “Over 30 days” is a minimum, as in “untouched for over 30 days”, and no period.
        return replace(found, first=first) if word in ("for", "during") else None

    def _read_between(self, word: str, at: int) -> TimeMention | None:
        """Read `between A and B` and `from A to B`."""
        one = self._read_now(at) or self.read_bare(at)
        if one is None or (one.grain == "range" and word == "from"):
            return one
        joint = self.match(AND if word == "between" else TO, self.end_of(one))
        other = (self._read_now(joint.end()) or self.read_bare(joint.end())) if joint else None
        return self.join(one, other) if other else None

    def _read_now(self, at: int) -> TimeMention | None:
        """Read the `now` that a range begins or ends with; elsewhere it says no time: `now call Jane`."""
        said = self.match(NOW, at)
        return self.make(SaidTime(said), one_day(self.today), one_day(self.today), "day") if said else None

    def _read_open_end(self, found: TimeMention, first: int) -> TimeMention | None:
        """Read what goes on behind a time: `october or earlier`, `1 august onwards`; None where nothing does."""
        for pattern, bound in ((EARLIER, "to"), (ONWARDS, "from")):
            said = self.match(pattern, self.end_of(found))
            if said is not None:
                return replace(apply_bound(found, first, bound) or found, last=self.place(said.start(), said.end())[1])
        return None

    def join(self, one: TimeMention, other: TimeMention) -> TimeMention:
        """Join two times into the range from one to the other."""
        past, future = join_periods(one.past, other.past), join_periods(one.future, other.future)
        return TimeMention(one.first, other.last, past, future, "range")

    def _reach_ahead(self, span: TimeMention, *, within: bool) -> TimeMention:
        """Make of a span one ahead: `in two weeks` is a day, `within two weeks` a period from today."""
        day = add_to_day(self.today, days=span.days or 0, months=span.months or 0)
        last = span.last + bool(self.match(S_TIME, self.end_of(span)))
        period = Period(start=self.today, end=day) if within else one_day(day)
        found = replace(span, last=last, past=period, future=period, grain="range" if within else "day", bound="in")
        return replace(found, days=None, months=None) if within else found

    def read_bare(self, at: int) -> TimeMention | None:
        """Read a time without a preposition, with the clock time or the other end that follows it."""
        for name in self.patterns.names_by_word.get(self.begins.get(at, ""), ()):
            found = self.read_as(name, at)
            if found is not None:
                return self._add_clock(self._extend(found))
        return None

    def read_as(self, name: str, at: int) -> TimeMention | None:
        """Read a time by one of the patterns."""
        for pattern, make in self.patterns.compile_named(name):
            said = self.match(pattern, at)
            found = make(self, SaidTime(said)) if said else None
            if found is not None:
                return found
        return None

    def read_first(self, names: Sequence[str], at: int) -> TimeMention | None:
        """Read a time by the first of these patterns that fits."""
        return next((found for name in names if (found := self.read_as(name, at))), None)

    def _extend(self, found: TimeMention) -> TimeMention:
        """Extend a time to the range that begins with it: `1 to 15 march`, `march to may`, `5 Dec - 9 Dec`."""
        until = self.match(UNTIL_NOW, self.end_of(found))
        if until is not None and found.past.start and found.past.start < self.today:
            period = Period(start=found.past.start, end=self.today)
            return TimeMention(found.first, self.place(until.start(), until.end())[1], period, period, "range")
        joint = self.match(RANGE, self.end_of(found)) if found.grain in ("day", "month", "quarter") else None
        other = self.read_first(("date", "month day", "month", "quarter"), joint.end()) if joint else None
        return self.join(found, other) if other is not None and other.grain == found.grain else found

    def _add_clock(self, found: TimeMention) -> TimeMention:
        """Add the time of day that follows a day: `tomorrow at 9`, `yesterday 5pm`, `monday morning at 10:30`."""
        if found.grain != "day" or found.clock is not None:
            return found
        end = self.end_of(found)
        joint = self.match(AT, end)
        following = self.match(NEXT_WORD, end)
        at = joint.end() if joint else following.end() if following else None
        names = ("clock marked",) if joint else ("clock", "clock behind")
        if not joint and PART_OF_DAY.search(self.text[:end]):
            names = ("clock alone",)
        clock = self.read_first(names, at) if at is not None else None
        if clock is None or clock.clock is None:
            return found
        # “Monday evening at 8” says with the day which half of it is meant.
        late = clock.clock.hour < NOON and EVENING.search(self.text[:end])
        said = clock.clock.replace(hour=clock.clock.hour + NOON) if late else clock.clock
        return replace(found, last=clock.last, clock=said)


Maker = Callable[[TimeLine, SaidTime], TimeMention | None]


def apply_bound(found: TimeMention, first: int, bound: str) -> TimeMention | None:
    """Bound a time as its preposition says, the word `first`: up to its end, from its start, before, after."""
    if found.bound == "for" and bound != "in":
        return None
    # “Since the weekend” begins when it is over, and a time of day lies within its day.
    if bound == "from" and found.grain == "days":
        bound = "after"
    if found.clock is not None:
        bound = {"after": "from", "before": "to"}.get(bound, bound)
    # “Before the end of March” still means all of March.
    if bound == "before" and (found.bound == "to" or found.grain == "end"):
        bound = "to"

    def limit(period: Period) -> Period:
        match bound:
            case "to":
                return Period(end=period.end)
            case "before":
                return Period(end=(period.start or period.end or date.max) - timedelta(days=1))
            case "after":
                return Period(start=(period.end or period.start or date.min) + timedelta(days=1))
            case "from":
                return Period(start=period.start)
            case _:
                return period

    kept = {"in": found.bound, "before": "to", "after": "from"}.get(bound, bound)
    return replace(found, first=first, bound=kept, past=limit(found.past), future=limit(found.future))

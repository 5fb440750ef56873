"""The words of time, and the notation in which patterns of them are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from commands.values.number_words import ORDINALS, TENS, UNITS


def _number_names(*names: str, start: int = 0) -> dict[str, int]:
    """Give each of several names the number of its line."""
    return {name: number for number, line in enumerate(names, start) for name in line.split()}


WEEKDAYS = _number_names(
    "monday mon mondays", "tuesday tue tues tuesdays", "wednesday wed weds wednesdays",
    "thursday thu thur thurs thursdays", "friday fri fridays", "saturday sat saturdays", "sunday sun sundays",
)  # fmt: skip
MONTHS = _number_names(
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sep sept", "october oct", "november nov", "december dec", start=1,
)  # fmt: skip
STEPS = (
    dict.fromkeys("this current present".split(), 0)
    | dict.fromkeys("next coming following upcoming".split(), 1)
    | dict.fromkeys("last past previous preceding prior".split(), -1)
)
GRAINS = {
    word: grain
    for grain, words in {
        "day": "day days d", "week": "week weeks w wk wks", "month": "month months mo mos mth mths", "half": "half",
        "quarter": "quarter quarters trimester trimesters q", "year": "year years yr yrs",
    }.items()
    for word in words.split()
}  # fmt: skip
COUNTS = {"a": 1, "an": 1, "another": 1, "couple": 2, "few": 3, "several": 3}
SHORT = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
LENGTHS = {"day": (1, 0), "week": (7, 0), "month": (0, 1), "quarter": (0, 3), "half": (0, 6), "year": (0, 12)}
"""The length of each grain in days and months."""
DAYS_AWAY = {
    "day after tomorrow": 2, "day before yesterday": -2, "tomorrow": 1, "yesterday": -1, "last night": -1,
    "last evening": -1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this arvo": 0,
    "this evening": 0, "overnight": -1, "all morning": 0, "all afternoon": 0, "this day week": 7, "today week": 7,
    "tomorrow week": 8, "this day": 0, "end of day": 0, "end of business": 0, "close of business": 0,
}  # fmt: skip
WHOLE = frozenset("week month quarter half year range".split())
BOUND_OF = {
    "since": "from", "as of": "from", "after": "after", "before": "before", "by": "to", "until": "to", "through": "to",
    "through to": "to", "up to": "to", "up until": "to", "not before": "from", "not earlier than": "from",
    "no earlier than": "from", "not later than": "to", "no later than": "to", "up to and including": "to",
    "beyond": "after", "older than": "before", "earlier than": "before", "later than": "after", "starting": "from",
    "starting from": "from", "starting in": "from", "starting on": "from", "on or after": "from", "on or before": "to",
}  # fmt: skip
"""How each preposition bounds the time behind it."""


# In a pattern a name in capitals stands for one of PARTS, a blank for what may stand between two words of one time: a
# blank or a hyphen. A pattern that ends in a blank is read on by its function.


def alternate(words: Iterable[str]) -> str:
    """Write a pattern for any of these words."""
    return "|".join(sorted(words, key=len, reverse=True))


TH = "~(?:st|nd|rd|th)"
WRITTEN_ORDINAL = f"(?:(?:{alternate(TENS)}) )?(?:{alternate(ORDINALS)})"
PARTS = {
    "STEP": f"(?P<step>{alternate(STEPS)})",
    "MONTH": f"(?P<month>{alternate(MONTHS)})",
    "WEEKDAY": f"(?P<weekday>{alternate(WEEKDAYS)})",
    "GRAIN": "(?P<grain>week|month|quarter|trimester|year|half|q(?!~| [1-4]))",
    "WRITTEN": WRITTEN_ORDINAL,
    "COUNT": f"(?P<count>[0-9]{{1,4}}|(?:{alternate(TENS)}) (?:{alternate(UNITS)})|{alternate((*TENS, *UNITS))}"
    "|(?:a |another )?(?:couple|few)(?: of)?|several|an?|another)",
    "UNIT": f"(?P<grain>{alternate(word for word in GRAINS if len(word) > 2 and word != 'half')})",
    "ORDINAL": f"(?P<day>{WRITTEN_ORDINAL}|[0-9]{{1,2}}(?={TH}))(?:{TH})?",
    "DAY": f"(?P<day>{WRITTEN_ORDINAL}|[0-9]{{1,2}})(?:{TH})?(?!~)",
    "OTHER": f"(?P<other>{WRITTEN_ORDINAL}|[0-9]{{1,2}})(?:{TH})?(?!~)",
    "YEAR": "(?:,? (?:of |in )?(?P<year>20[0-9]{2})| '(?P<short_year>[0-9]{2})"
    f"| (?:of |in )?(?:the )?(?P<year_step>the|{alternate(STEPS)}) year)?",
    "AWAY": "(?: (?P<away>ago|back|from now|from today))?",
    "UNITS": alternate(list(UNITS)[1:10]),
    "HOUR": f"(?:[0-9]{{1,2}}|{alternate(list(UNITS)[1:13])})",
    "PART": "(?:morning|afternoon|evening|night|arvo|lunchtime)",
}
NAMES = re.compile("|".join(sorted(PARTS, key=len, reverse=True)))


def compile_pattern(pattern: str, *, goes_on: bool = False) -> re.Pattern[str]:
    """Compile a pattern. It ends with a word, unless it `goes_on` or ends in a blank."""
    pattern = NAMES.sub(lambda name: PARTS[name.group()], pattern)
    ended = pattern if goes_on or pattern.endswith(" ") else pattern + r"(?![\w~]|[.,]\d)"
    return re.compile(ended.replace(" ", "[ -]"))

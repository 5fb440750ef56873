"""What orders have in common: free words, the day meant, the lead meant."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from commands.reading.sentence import Sentence
from commands.reading.subjects import Subject, subject
from commands.values.dates import TimeMention, add_to_day, pick_day

WORK = ("lead", "opportunity", "contact", "account")


LEAD = ("lead",)


DEAL = ("opportunity",)


LEADING = re.compile(
    r"^(?:[\s,.;:!?()'\"=>-]|(?:and|but|so|that|as|because|since|reason|due to|with reason|cause|"
    r"the reason is|please|now)\b(?=\W))+",
    re.I,
)


TRAILING = re.compile(
    r"(?:[\s,.;:!?'\"(-]|\b(?:please|thanks|thank you|thx|pls|plz|cheers|so please log that call|"
    r"please log (?:that|this|it)(?: call)?|"
    r"log (?:that|this|it)(?: call)?|(?:can|could) you|note that|kindly note(?: down)?|smh|lol|ok|and|"
    r"would you|will you|asap)\b)+$",
    re.I,
)


def free_text(text: str) -> str | None:
    """Free words without the joints before and the politeness behind them."""
    text = LEADING.sub("", text.strip())
    text = TRAILING.sub("", text).strip()
    return text or None


def free_from(s: Sentence, at: int) -> int | None:
    """The unit at which free words begin, behind a colon or a quote, or a comma behind the cue."""
    for place in range(at + 1, len(s.units)):
        if re.search(r"[,:;\"(-]|\.", s.units[place].gap) or s.norms[place] in ("because", "reason", "since", "cause"):
            return place
    return None


def lead(s: Sentence, *, unsaid: bool = False, skip: tuple[int, ...] = ()) -> Subject | None:
    return subject(s, LEAD, unsaid=unsaid, skip=skip)


def excepting(s: Sentence) -> bool:
    return s.phrase("but not", "other than", "apart from") or s.said("except", "excluding", "without")


def coming_day(s: Sentence, *, at_start: bool = False, ends: bool = False, after: int = 0) -> str | None:
    """The day a sentence points to, in the future: a date, the start of a period, or a length of time from today."""
    whens = list(reversed(s.whens)) if corrected(s) else list(s.whens)
    for when in [*(each for each in whens if each.first >= after), *(each for each in whens if each.first < after)]:
        if when.grain == "clock":
            continue
        if when.bound == "for":
            return add_to_day(s.context.today, days=when.days or 0, months=when.months or 0).isoformat()
        period = when.future
        if (
            when.bound == "to"
            and period.end is not None
            and at_start
            and when.grain in ("month", "week", "quarter", "year")
        ):
            start = _start_of(when, s)
            return start.isoformat() if start else None
        found = pick_day(
            when, "future", end=ends and when.grain in ("month", "week", "quarter", "year", "range", "half")
        )
        if found is not None:
            if when.grain == "week" and found < s.context.today:
                found = s.context.today
            return found.isoformat()
    return None


def corrected(s: Sentence) -> bool:
    return s.phrase("no sorry", "sorry no", "i mean", "no wait", "i meant", "no make", "or rather", "correction")


def _start_of(when: TimeMention, s: Sentence) -> Any:
    """`until May` is the first of May: the period's own start, which a bound has cut off."""
    end = when.future.end
    if end is None:
        return None
    match when.grain:
        case "month":
            return end.replace(day=1)
        case "week":
            return end - timedelta(days=6)
        case "quarter":
            return add_to_day(end + timedelta(days=1), months=-3)
        case _:
            return add_to_day(end + timedelta(days=1), months=-12)

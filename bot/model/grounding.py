"""Whether a sentence of the model stands on what the tools returned: every figure, date, name and quote of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from bot.model.claims import Claim, Kind, claims, ordinary, unified
from bot.model.ground import WORD, Fact, Ground
from bot.model.quoting import flat

FIGURES = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.RATE, Kind.SCORE, Kind.NUMBER})
"""What free words of a record can never be the ground for, unless they are quoted."""
LONGEST_QUOTE = 160
FEWEST_OWN_WORDS = 2
LEADS_ON = re.compile(
    r"^\W*(?:for|by|of|from|at|with|to|on|is|was|goes to|belongs to)\W+(?:the |a |an )?(?:\w+ ){0,2}$"
)
BANDS = re.compile(r"\b(hot|warm|cold)\b", re.I)


def is_grounded(sentence: str, ground: Ground) -> bool:
    """Whether everything that a sentence claims stands in the ground."""
    return not ungrounded(sentence, ground)


def ungrounded(sentence: str, ground: Ground) -> list[Claim]:
    """The claims of a sentence that stand nowhere, or belong to something else than what they are said of."""
    text = unified(sentence)
    found = claims(sentence)
    named = [(claim, about) for claim in found if claim.kind is Kind.NAME and (about := _about(claim, ground))]
    wrong = [claim for claim in found if not _holds(claim, found, named, text, ground)]
    return wrong + [claim for claim in _bands(text) if not _fits_names(claim, named, text, ground)]


def _holds(claim: Claim, all_: list[Claim], named: list[tuple[Claim, set[str]]], text: str, ground: Ground) -> bool:
    match claim.kind:
        case Kind.NAME:
            return _is_known(claim, ground) and _fits_names(claim, named, text, ground)
        case Kind.QUOTE:
            return len(claim.text) <= LONGEST_QUOTE and _words_beside(all_, text) and ground.quotes(claim.text)
        case Kind.DATE:
            about = _subject(claim, named, text)
            return any(_same_day(claim, day) and _of(owner, about) for day, owner in ground.days)
        case Kind.WEEKDAY:
            return ground.says(claim.text) or any(day.weekday() == claim.value for day, _ in ground.days)
        case Kind.MONTH:
            return ground.says(claim.text) or any(
                day.month == claim.value and claim.year in (None, day.year) for day, _ in ground.days
            )
        case Kind.WORDS:
            return ground.says(claim.text) or _is_near_day(claim, ground) or _is_near_period(claim, ground)
        case _:
            return (
                claim.value in ground.asked
                or _figure_holds(claim, _subject(claim, named, text), ground)
                or _is_of_a_name(claim, text, ground)
            )


def _words_beside(all_: list[Claim], text: str) -> bool:
    """Whether a sentence says something itself, and is not a quote alone."""
    for claim in all_:
        if claim.kind is Kind.QUOTE:
            text = text[: claim.start] + " " * (claim.end - claim.start) + text[claim.end :]
    return len(WORD.findall(text)) >= FEWEST_OWN_WORDS


def _is_of_a_name(claim: Claim, text: str, ground: Ground) -> bool:
    """Whether a number belongs to a name: `Pier 39`, `Opportunity 2026`."""
    digits = re.search(r"\d[\d,.]*", text[claim.start : claim.end])
    if claim.kind not in (Kind.NUMBER, Kind.COUNT) or digits is None:
        return False
    before = re.search(r"([^\W\d_]\S*)[\s-]+$", text[: claim.start + digits.start()])
    if before is None or not before[1][0].isupper():
        return False
    wanted = " ".join(WORD.findall(flat(f"{before[1]} {digits.group().rstrip('.,')}")))
    return any(f" {wanted} " in name for name in ground.names)


def _figure_holds(claim: Claim, about: set[str], ground: Ground) -> bool:
    fitting = [fact for fact in ground.facts if _kinds_fit(claim, fact) and _near(claim, fact)]
    if claim.kind in FIGURES:
        fitting = [fact for fact in fitting if fact.sure]
    if claim.kind is Kind.NUMBER and not fitting:
        year = int(claim.value) if claim.value == int(claim.value) else 0
        return 1900 < year < 2200 and any(day.year == year for day, _ in ground.days)
    if claim.kind is Kind.COUNT and not about:
        # How many there are of nothing in particular is a figure over all, not that of some row.
        return any(fact.about is None for fact in fitting)
    return any(_of(fact.about, about) for fact in fitting)


def _kinds_fit(claim: Claim, fact: Fact) -> bool:
    if claim.kind is Kind.NUMBER:
        return True
    if claim.kind is Kind.RATE and fact.kind is Kind.NUMBER:
        return not fact.sure
    # A figure that our own words give without a unit may be any; one with a unit is that.
    return claim.kind is fact.kind or (fact.kind is Kind.NUMBER and fact.about is None and claim.kind is not Kind.AMOUNT
                                       and claim.kind is not Kind.COUNT)  # fmt: skip


def _near(claim: Claim, fact: Fact) -> bool:
    return abs(claim.value - fact.value) <= claim.within


def _of(owner: str | None, about: set[str]) -> bool:
    """Whether a figure of this record (None: over all) may be said of these."""
    return owner is None or not about or owner in about


def _about(claim: Claim, ground: Ground) -> set[str]:
    """The records or rows that a name names: those that have all its words, else any of them."""
    words = [word for word in WORD.findall(flat(claim.text)) if word in ground.abouts]
    if not words:
        return set()
    common = set.intersection(*(ground.abouts[word] for word in words))
    return common or set.union(*(ground.abouts[word] for word in words))


def _subject(claim: Claim, named: list[tuple[Claim, set[str]]], text: str) -> set[str]:
    """Of whom a figure is said: the name that follows right behind it, else the last one before it, else the next."""
    before = [each for each in named if each[0].end <= claim.start]
    after = [each for each in named if each[0].start >= claim.end]
    if after and LEADS_ON.match(text[claim.end : after[0][0].start].lower()):
        return after[0][1] | (before[-1][1] if before and not _apart(text[before[-1][0].end : claim.start]) else set())
    if before:
        joined = set(before[-1][1])
        for earlier, later in zip(reversed(before[:-1]), reversed(before), strict=False):
            # “Jane Doe of Initech has 87”: what stands between two names of one thing is not a sentence.
            if _apart(text[earlier[0].end : later[0].start]):
                break
            joined |= earlier[1]
        return joined
    return after[0][1] if after else set()


def _apart(between: str) -> bool:
    """Whether what stands between two names begins something new; names in a row belong together."""
    if re.fullmatch(r"\W*(?:and|or|,)?\W*", between):
        return False
    return len(between) > 25 or re.search(r"\d|[;.]|\b(?:and|while|but|whereas|versus|vs)\b", between) is not None


def _same_day(claim: Claim, day: object) -> bool:
    return any(
        (each.month, each.day) == (getattr(day, "month", 0), getattr(day, "day", 0))
        and claim.year in (None, getattr(day, "year", 0))
        for each in claim.days
    )


def _is_near_day(claim: Claim, ground: Ground) -> bool:
    away = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}.get(claim.text)
    if away is None or ground.today is None:
        return False
    return any(day == ground.today + timedelta(days=away) for day, _ in ground.days)


def _is_near_period(claim: Claim, ground: Ground) -> bool:
    """Whether `this month`, `last quarter` and so on hold a day that stands in the ground."""
    found = re.fullmatch(r"(this|last|past|previous|next|coming) (week|month|quarter|year)", claim.text)
    if found is None or ground.today is None:
        return False
    step = {"this": 0, "next": 1, "coming": 1}.get(found[1], -1)
    wanted = _place(ground.today, found[2]) + step
    return any(_place(day, found[2]) == wanted for day, _ in ground.days)


def _place(day: date, unit: str) -> int:
    """The number of a day's week, month, quarter or year, counted through."""
    match unit:
        case "week":
            return (day.toordinal() - 1) // 7
        case "month":
            return day.year * 12 + day.month
        case "quarter":
            return day.year * 4 + (day.month - 1) // 3
        case _:
            return day.year


def _is_known(claim: Claim, ground: Ground) -> bool:
    """Whether a run of words with capital letters is no name, or one that stands in the ground."""
    words = [word for word in re.split(r"[\s]+", claim.text) if word]
    if ground.says(claim.text):
        return True
    if not claim.first:
        return False
    # The first word of a sentence has a capital letter in any case.
    opener = re.sub(r"'\w+$", "", words[0].lower())
    if opener not in ordinary() and not opener.endswith(("ly", "ing")):
        return False
    return len(words) == 1 or ground.says(" ".join(words[1:]))


def _fits_names(claim: Claim, named: list[tuple[Claim, set[str]]], text: str, ground: Ground) -> bool:
    """Whether a status, stage or band is that of the record it is said of."""
    owners = ground.values.get(" ".join(WORD.findall(flat(claim.text))))
    if owners is None:
        return claim.kind is not Kind.WORDS or not ground.values.keys() & {"hot", "warm", "cold"} or not named
    others = [each for each in named if each[0] is not claim]
    about = {each for each in _subject(claim, others, text) if not each.startswith(("row ", "group "))}
    return not about or bool(about & owners)


def _bands(text: str) -> list[Claim]:
    return [Claim(Kind.WORDS, *found.span(), Decimal(), found.group().lower()) for found in BANDS.finditer(text)]

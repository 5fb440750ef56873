"""Whether a sentence of the model stands on what the tools returned: every figure, date, name and quote of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from bot.model.grounding.claims import Claim, ClaimKind, claims, ordinary, unified
from bot.model.grounding.ground import WORD, GroundFact, TurnEvidence
from bot.model.grounding.quotation import flat
from commands.values.calendar_periods import add_to_day

FIGURES = frozenset({ClaimKind.COUNT, ClaimKind.AMOUNT, ClaimKind.RATE, ClaimKind.SCORE, ClaimKind.NUMBER})
"""What free words of a record can never be the ground for, unless they are quoted."""
LONGEST_QUOTE = 160
FEWEST_OWN_WORDS = 2
LEADS_ON = re.compile(
    r"^\W*(?:for|by|of|from|at|with|to|on|is|was|goes to|belongs to)\W+(?:the |a |an )?(?:\w+ ){0,2}$"
)
NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer)\s+"
    r"(?:(?:yet|at|a|an|the|in|being|really|quite|exactly|currently|still|now|been|so|all)\s+){0,3}[$€£¥₹]?$",
    re.I,
)
"""That what follows is not so."""
STATED = re.compile(
    r"\b(?:have|has|had|there(?:'s| is| are| were)|you've|hold|own|found|total(?:s|ling)?|comes? to|worth|is|are|at)\s+"
    r"(?:(?:only|exactly|now|currently|just|indeed|about|a|an|the|all|in|of|total)\s+){0,3}[$€£¥₹]?$",
    re.I,
)
"""That what follows is so: what the rep asked is no ground for that."""
HOLDS = re.compile(
    r"^(?:'s)?\s*(?:alone|now|currently|also|already|still)?\s*"
    r"(?:has|have|had|holds?|owns?|brings?|brought|got|counts?|contributes?|contributed|converted|made|accounts? for"
    r"|(?:is|are|was) worth)\s+"
    r"(?:(?:only|exactly|about|around|some|a|an|the|over|nearly|almost|in|total|of)\s+){0,3}[$€£¥₹]?$",
    re.I,
)
"""That what precedes has what follows."""
OF_WHICH = re.compile(
    r"^(?:'s)?\s*(?:has|have|had|holds?|brings?|brought|got)\b[^.;:]* of (?:which|whom|those)\s+$", re.I
)
LISTED = re.compile(r"^\w*\s*:\s")
JOINS = re.compile(
    r"^(?:'s|,? \(?(?:of|at|from)|,? (?:works?|working|is|sits) (?:at|for|with|from))\s+(?:the )?$", re.I
)
"""What makes two names one."""
EVERY = re.compile(r"\b(?:all|every|each|both|everyone|everybody)\b", re.I)
HEAT = frozenset({"hot", "warm", "cold"})
STATES = frozenset({"open", "won", "lost"})
ENDED = re.compile(r"(?:(?<=\bis )|(?<=\bare )|(?<=\bwas )|(?<=\bwere )|(?<=\bbeen ))(?:won|lost)\b")
BANDS = re.compile(r"\b(hot|warm|cold)\b", re.I)


def is_grounded(sentence: str, ground: TurnEvidence) -> bool:
    """Whether everything that a sentence claims stands in the ground."""
    return not ungrounded(sentence, ground)


def ungrounded(sentence: str, ground: TurnEvidence) -> list[Claim]:
    """The claims of a sentence that stand nowhere, or belong to something else than what they are said of."""
    text = unified(sentence)
    found = claims(sentence)
    names = [claim for claim in found if claim.kind is ClaimKind.NAME]
    whole = _whole(text, ground)
    apart = [each for each in names if not any(each.start < one.end and one.start < each.end for one in whole)]
    named = [(claim, about) for claim in (*apart, *whole) if (about := _about(claim, ground))]
    named.sort(key=lambda each: each[0].start)
    wrong = [claim for claim in found if not _holds(claim, found, named, text, ground)]
    wrong += [claim for claim in _bands(text) if not _fits_names(claim, named, text, ground)]
    return wrong + [later[0] for one, later in pairwise(named) if not _belong(one, later, text)]


def _holds(
    claim: Claim, all_: list[Claim], named: list[tuple[Claim, set[str]]], text: str, ground: TurnEvidence
) -> bool:
    match claim.kind:
        case ClaimKind.NAME:
            others = [each for each in named if each[0] is not claim]
            about = set[str]() if _about(claim, ground) else _subject(claim, others, text)
            return _is_known(claim, about, ground) and _fits_names(claim, named, text, ground)
        case ClaimKind.QUOTE:
            return len(claim.text) <= LONGEST_QUOTE and _words_beside(all_, text) and ground.quotes(claim.text)
        case ClaimKind.DATE | ClaimKind.WEEKDAY | ClaimKind.MONTH | ClaimKind.WORDS:
            if _is_part(claim, _subject(claim, named, text), ground):
                return True
            return all(_is_day_of(claim, about, ground) for about in _each(claim, named, text))
        case _:
            if _is_negated(claim, text):
                return False
            return (
                (claim.value in ground.asked and not STATED.search(_before(claim, text)))
                or _figure_holds(claim, _subject(claim, named, text), ground, _holder(claim, named, text, ground))
                or _is_of_a_name(claim, text, ground)
            )


def _is_part(claim: Claim, about: set[str], ground: TurnEvidence) -> bool:
    """Whether a part, as `half` or `a third`, is a rate said of these, or their count of all that there are."""
    said = PART.fullmatch(claim.text)
    if said is None:
        return False
    whole = Decimal(WHOLES[said["whole"]])
    part = Decimal(COUNTS_OF.get(said["count"] or "a", 1)) / whole
    rates = [fact.value / 100 for fact in ground.facts if fact.kind is ClaimKind.RATE and _of(fact.about, about)]
    counts = [fact for fact in ground.facts if fact.kind is ClaimKind.COUNT and fact.sure]
    of_these = [fact.value for fact in counts if fact.about is not None and fact.about in about]
    of_all = [fact.value for fact in counts if fact.about is None and fact.value]
    shares = [one / every for one in of_these for every in of_all]
    return any(abs(each - part) <= NEAR_PART for each in (*rates, *shares))


PART = re.compile(r"(?:(?P<count>one|two|three|four|a)[ -])?(?P<whole>half|third|quarter|fifth|tenth)s?", re.I)
WHOLES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
COUNTS_OF = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
NEAR_PART = Decimal("0.04")
"""How far a part may be from the true share."""


def _is_day_of(claim: Claim, about: set[str], ground: TurnEvidence) -> bool:
    """Whether a day, a month or a span of time may be said of these."""
    days = _days(ground, about)
    match claim.kind:
        case ClaimKind.DATE:
            return any(_same_day(claim, day) for day in days)
        case ClaimKind.WEEKDAY:
            stands = any(day.weekday() == claim.value for day in days)
        case ClaimKind.MONTH:
            stands = any(day.month == claim.value and claim.year in (None, day.year) for day in days)
        case _:
            stands = (
                _is_near_day(claim, days, ground.today)
                or _is_near_period(claim, days, ground.today)
                or _is_quarter(claim, days)
            )
    return stands or ground.says(claim.text, about)


def _before(claim: Claim, text: str) -> str:
    """What stands before a claim, with one blank at its end."""
    return f"{text[: claim.start].rstrip()} "


def _is_negated(claim: Claim, text: str) -> bool:
    return NEGATED.search(_before(claim, text)) is not None


def _words_beside(all_: list[Claim], text: str) -> bool:
    """Whether a sentence says something itself, and is not a quote alone."""
    for claim in all_:
        if claim.kind is ClaimKind.QUOTE:
            text = text[: claim.start] + " " * (claim.end - claim.start) + text[claim.end :]
    return len(WORD.findall(text)) >= FEWEST_OWN_WORDS


def _is_of_a_name(claim: Claim, text: str, ground: TurnEvidence) -> bool:
    """Whether a number belongs to a name: `Pier 39`, `Opportunity 2026`."""
    digits = re.search(r"\d[\d,.]*", text[claim.start : claim.end])
    if claim.kind not in (ClaimKind.NUMBER, ClaimKind.COUNT) or digits is None:
        return False
    before = re.search(r"([^\W\d_]\S*)[\s-]+$", text[: claim.start + digits.start()])
    if before is None or not before[1][0].isupper():
        return False
    wanted = " ".join(WORD.findall(flat(f"{before[1]} {digits.group().rstrip('.,')}")))
    return any(f" {wanted} " in name for name in ground.names)


def _holder(claim: Claim, named: list[tuple[Claim, set[str]]], text: str, ground: TurnEvidence) -> set[str]:
    """The records or rows that a sentence says to have this figure; none where the whole answer is about that name."""
    for each, about in named:
        between = _before(claim, text)[each.end :]
        held = HOLDS.match(between) or OF_WHICH.match(between)
        if each.end <= claim.start and held and not ground.is_over(each.text):
            return about
    return set()


def _figure_holds(claim: Claim, about: set[str], ground: TurnEvidence, holder: set[str]) -> bool:
    fitting = [fact for fact in ground.facts if _kinds_fit(claim, fact) and _near(claim, fact)]
    if claim.kind in FIGURES:
        fitting = [fact for fact in fitting if fact.sure]
    labels = claim.label & {fact.label for fact in ground.facts}
    if labels:
        fitting = [fact for fact in fitting if fact.label in labels]
    if holder and claim.kind in (ClaimKind.COUNT, ClaimKind.AMOUNT, ClaimKind.NUMBER):
        # A figure over all is not that of one record or row.
        return any(fact.about in holder for fact in fitting)
    if claim.kind is ClaimKind.NUMBER and not fitting:
        year = int(claim.value) if claim.value == int(claim.value) else 0
        return 1900 < year < 2200 and any(day.year == year for day, _ in ground.days)
    if claim.kind in (ClaimKind.COUNT, ClaimKind.RATE) and not about:
        # How many there are of nothing in particular is a figure over all, not that of some row.
        return any(fact.about is None for fact in fitting)
    return any(_of(fact.about, about) for fact in fitting)


def _kinds_fit(claim: Claim, fact: GroundFact) -> bool:
    if claim.currencies and fact.currencies and not claim.currencies & fact.currencies:
        return False
    if claim.noun and fact.kinds and claim.noun not in fact.kinds:
        return False
    if claim.turn and fact.turn and claim.turn != fact.turn:
        return False
    if claim.kind is ClaimKind.NUMBER:
        return True
    if claim.kind is ClaimKind.RATE and fact.kind is ClaimKind.NUMBER:
        return not fact.sure
    # A figure that our own words give without a unit may be any; one with a unit is that.
    bare = fact.kind is ClaimKind.NUMBER and fact.about is None
    return claim.kind is fact.kind or (bare and claim.kind not in (ClaimKind.AMOUNT, ClaimKind.COUNT))


def _near(claim: Claim, fact: GroundFact) -> bool:
    more = abs(fact.value) - claim.value
    return abs(claim.value - fact.value) <= claim.within and (not claim.bound or more * claim.bound > 0)


def _of(owner: str | None, about: set[str]) -> bool:
    """Whether a figure of this record (None: over all) may be said of these."""
    return owner is None or not about or owner in about


def _whole(text: str, ground: TurnEvidence) -> list[Claim]:
    """The names of several words that stand whole in a sentence, in any letters; the longest where they overlap."""
    found: list[Claim] = []
    said = f" {' '.join(WORD.findall(flat(text)))} "
    names = {each for each in ground.names if each in said and each.count(" ") > 2}
    for name in sorted(names, key=len, reverse=True):
        for place in re.finditer(r"\b" + r"\W+".join(map(re.escape, name.split())) + r"\b", text, re.I):
            if not any(each.start < place.end() and place.start() < each.end for each in found):
                found.append(Claim(ClaimKind.NAME, *place.span(), text=place.group()))
    return found


def _about(claim: Claim, ground: TurnEvidence) -> set[str]:
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
            joined = joined & earlier[1] or joined | earlier[1]
        return joined
    return after[0][1] if after else set()


def _each(claim: Claim, named: list[tuple[Claim, set[str]]], text: str) -> list[set[str]]:
    """Of whom a claim is said, one by one: “May Lin and Jane Doe are due today” says it of both."""
    before = [each for each in named if each[0].end <= claim.start]
    found = [set(before[-1][1])] if before else []
    for earlier, later in zip(reversed(before[:-1]), reversed(before), strict=False):
        if both := found[-1] & earlier[1]:
            found[-1] = both
        elif re.fullmatch(r",?\s*(?:and|,)\s*", text[earlier[0].end : later[0].start]):
            found.append(set(earlier[1]))
        else:
            break
    return found if len(found) > 1 else [_subject(claim, named, text)]


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


def _days(ground: TurnEvidence, about: set[str]) -> list[date]:
    """The days that may be said of these."""
    return [day for day, owner in ground.days if _of(owner, about)]


def _is_near_day(claim: Claim, days: list[date], today: date | None) -> bool:
    away = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}.get(claim.text)
    return away is not None and today is not None and today + timedelta(days=away) in days


def _is_near_period(claim: Claim, days: list[date], today: date | None) -> bool:
    """Whether `this month`, `last quarter` and so on hold a day that stands in the ground."""
    found = re.fullmatch(r"(this|last|past|previous|next|coming) (week|month|quarter|year)", claim.text)
    if found is None or today is None:
        return False
    step = {"this": 0, "next": 1, "coming": 1}.get(found[1], -1)
    wanted = _place(today, found[2]) + step
    return any(_place(day, found[2]) == wanted for day in days)


def _is_quarter(claim: Claim, days: list[date]) -> bool:
    """Whether `Q1 2026` is a quarter that the tools were asked for, from its first day to its last."""
    found = re.fullmatch(r"q([1-4])(?: (\d{4}))?", claim.text)
    if found is None:
        return False
    first = {day for day in days if (day.day, day.month) == (1, 3 * int(found[1]) - 2)}
    return any(found[2] in (None, str(day.year)) and add_to_day(day, days=-1, months=3) in days for day in first)


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


def _is_known(claim: Claim, about: set[str], ground: TurnEvidence) -> bool:
    """Whether a run of words with capital letters is no name, or one that stands in the ground of these."""
    words = [word for word in re.split(r"[\s]+", claim.text) if word]
    if ground.says(claim.text, about):
        return True
    if not claim.first:
        return False
    # The first word of a sentence has a capital letter in any case.
    opener = re.sub(r"'\w+$", "", words[0].lower())
    if len(words) > 1 and opener in ground.abouts:
        return False
    if opener not in ordinary():
        return False
    return len(words) == 1 or ground.says(" ".join(words[1:]))


def _fits_names(claim: Claim, named: list[tuple[Claim, set[str]]], text: str, ground: TurnEvidence) -> bool:
    """Whether a status, stage or band is that of the record it is said of."""
    owners = ground.values.get(" ".join(WORD.findall(flat(claim.text))))
    others = [each for each in named if each[0] is not claim]
    about = _records(_subject(claim, others, text))
    negated = _is_negated(claim, text)
    if claim.text in STATES and ground.says(claim.text, about):
        return not negated
    if owners is None:
        known = claim.kind is ClaimKind.WORDS and ground.values.keys() & (STATES if claim.text in STATES else HEAT)
        return not known or negated or (not named and (claim.text in STATES or ground.says(claim.text)))
    if LISTED.match(text[claim.end :]):
        # “Two are in Negotiation: Initech and Globex” says it of each.
        listed = [_records(each) for name, each in others if name.start >= claim.end]
        if any(each and not each & owners for each in listed):
            return negated
    if about:
        each = [records for found in _each(claim, others, text) if (records := _records(found))]
        return all(bool(records & owners) != negated for records in each)
    if EVERY.search(text[: claim.start]):
        return owners >= set.union(*ground.values.values())
    return not negated


def _records(about: set[str]) -> set[str]:
    """Those that are records, without rows and groups."""
    return {each for each in about if not each.startswith(("row ", "group "))}


def _bands(text: str) -> list[Claim]:
    return [
        Claim(ClaimKind.WORDS, *found.span(), Decimal(), found.group().lower())
        for found in (*BANDS.finditer(text), *ENDED.finditer(text))
    ]


def _belong(one: tuple[Claim, set[str]], later: tuple[Claim, set[str]], text: str) -> bool:
    """Whether two names may be said in one breath: “Jane Doe of Initech” are names of one record."""
    between = text[one[0].end : later[0].start]
    if not JOINS.match(f"'s{between}" if text[: one[0].end].endswith("'s") else between):
        return True
    records, others = _records(one[1]), _records(later[1])
    return not records or not others or bool(records & others)

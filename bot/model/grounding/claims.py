"""What a sentence claims: figures, amounts, percentages, counts, days and dates, names, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from unicodedata import normalize

from commands.language.lexicon import lexicon
from commands.values.number_words import TENS, UNITS
from commands.values.time_words import MONTHS, WEEKDAYS


class ClaimKind(StrEnum):
    """What a figure counts or measures."""

    COUNT = "count"
    AMOUNT = "amount"
    RATE = "rate"
    SCORE = "score"
    DAYS = "days"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    WEEKDAY = "weekday"
    WORDS = "words"
    NAME = "name"
    QUOTE = "quote"


@dataclass(frozen=True)
class Claim:
    """Something that must be true. `start` and `end` are its place in the sentence.

    `value` is a number (a rate in percent, a span in days), a month or weekday number, or 0 for what is text.
    `within` is how far a rounded figure may be from the true one.
    """

    kind: ClaimKind
    start: int
    end: int
    value: Decimal = Decimal()
    text: str = ""
    within: Decimal = Decimal()
    days: tuple[date, ...] = ()
    """The days that a written date may mean."""
    year: int | None = None
    currencies: frozenset[str] = frozenset()
    """The currencies that an amount may be of, by their codes; none where it does not say."""
    turn: int = 0
    """1 for a figure that something rose by, -1 for one that it fell by."""
    bound: int = 0
    """1 where the true figure must be more, -1 where it must be less."""
    noun: str = ""
    """The kind of record that a count is of."""
    label: frozenset[str] = frozenset()
    """What an amount is called: weighted, in commit."""
    first: bool = False
    """Whether a name stands where any word has a capital letter."""


LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
ODD = {"dozen": 12, "couple": 2, "both": 2, "none": 0, "pair": 2}
SUFFIXES = {
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "bn": 1_000_000_000,
    "b": 1_000_000_000,
    **LARGE,
}
COUNTED = (
    r"(?:(?:leads?|deals?|opportunit(?:y|ies)|opps?|contacts?|accounts?|records?|follow-?ups?|tasks?|reminders?|customers?"
    r"|prospects?|compan(?:y|ies)|people|persons?|calls?|emails?|meetings?|notes?|activit(?:y|ies)|touches|wins?"
    r"|losses|reps?|colleagues?|rows?|results?|matches|conversions?|others?|more)\b"
    r"|(?:out )?of(?: (?:them|these|those|your|the|which|all)\b|[ \x00]*[\d\x00])"
    r"|are\b|were\b|have\b)"
)
NOUN_AHEAD = re.compile(rf"^\s*(?:[\w'’/-]+\s+){{0,3}}?{COUNTED}", re.I)
NOUNS = {
    "lead": re.compile(r"^\s*(?:[\w'’/-]+\s+){0,2}?leads?\b", re.I),
    "opportunity": re.compile(r"^\s*(?:[\w'’/-]+\s+){0,2}?(?:deals?|opportunit(?:y|ies)|opps?)\b", re.I),
    "contact": re.compile(r"^\s*(?:[\w'’/-]+\s+){0,2}?contacts?\b", re.I),
    "account": re.compile(r"^\s*(?:[\w'’/-]+\s+){0,2}?accounts?\b", re.I),
}
LABELS = {
    "weighted": r"weighted",
    "average": r"average|on average|mean",
    "commit": r"commit(?:ted)?",
    "best_case": r"best[ -]case",
    "omitted": r"omitted",
    "closed": r"closed",
    "pipeline": r"pipeline",
    "previous": r"against|compared (?:with|to)|versus|vs\.?|(?:up|down) from",
}
LABEL_BEFORE = {
    name: re.compile(rf"\b(?:{said})\b[^\d\x00.;]*$", re.I) for name, said in LABELS.items() if name != "previous"
} | {"previous": re.compile(rf"\b(?:{LABELS['previous']})\s*[$€£¥₹]?$", re.I)}
LABEL_AFTER = {
    name: re.compile(rf"^\s*(?:in|of|as|is|being)?\s*(?:the )?(?:{said})\b", re.I)
    for name, said in LABELS.items()
    if name != "previous"
}
DAYS_AHEAD = re.compile(r"^[\s-]*(?:\w+\s+)?(day|week|month|year|hour|minute)s?\b", re.I)
SCORE_AHEAD = re.compile(r"^\s*(?:points?|hot|warm|cold)\b", re.I)
SCORE_BEHIND = re.compile(r"\b(?:scor(?:e|es|ed|ing)|points?)\b(?:\s+(?!\d)[\w'’]+){0,3}\s*[:(]?\s*$", re.I)
ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|some|over|under|ca\.?|more than|less than|just)"
    r"\s*[$€£¥₹]?$",
    re.I,
)
MORE = re.compile(r"\b(?:over|more than|above|exceeding|beyond)\s*[$€£¥₹]?$", re.I)
LESS = re.compile(r"\b(?:under|less than|fewer than|below|nearly|almost)\s*[$€£¥₹]?$", re.I)
BY = r"(?:\s+(?:by|about|around|roughly|nearly|almost|just|over|another|some|a|of))*\s*[$€£¥₹]?$"
ROSE = re.compile(
    rf"\b(?:up|rose|risen|rises?|rising|gain(?:ed|s|ing)?|grew|grown|grows?|climb(?:ed|s)?|increased?s?|jump(?:ed|s)?){BY}",
    re.I,
)
FELL = re.compile(
    rf"\b(?:down|fell|fallen|falls?|falling|dropp?(?:ed|s)?|slipp?(?:ed|s)?|declined?s?|decreased?s?|shr[aiu]nk|sank|lost|los(?:es?|ing)){BY}",
    re.I,
)
HIGHER = re.compile(r"^\s*(?:points?\s*)?(?:up|higher|more|better)\b", re.I)
LOWER = re.compile(r"^\s*(?:points?\s*)?(?:down|lower|less|fewer|worse)\b", re.I)
SPANS = {"day": 1, "week": 7, "month": 30, "year": 365}
CURRENCY = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|INR|dollars?|euros?|pounds?|francs?|yen|rupees?)"
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
CURRENCIES = {
    "$": DOLLARS,
    "dollar": DOLLARS,
    **dict.fromkeys(("€", "euro"), frozenset({"EUR"})),
    **dict.fromkeys(("£", "pound"), frozenset({"GBP"})),
    **dict.fromkeys(("¥", "yen"), frozenset({"JPY", "CNY"})),
    **dict.fromkeys(("₹", "rupee"), frozenset({"INR"})),
    "franc": frozenset({"CHF"}),
}
NUMBER = r"\d{1,3}(?:[,\u00a0\u202f' ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
FIGURE = re.compile(
    rf"(?P<sign>[-+▲▼]?)(?P<money>[$€£¥₹]|{CURRENCY}\s)?\s?(?<![^\W\d_])(?P<number>{NUMBER})\s?(?P<suffix>(?:k|m|mn|mio|bn|b)\b|\b(?:thousand|million|billion)\b)?"
    rf"\s?(?P<after>%|percent\b|per cent\b|pct\b|percentage points?\b|{CURRENCY}\b|[$€£¥₹])?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.I,
)
MONTH = "|".join(sorted((re.escape(each) for each in MONTHS), key=len, reverse=True))
DATES = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<m1>{MONTH})\b\.?(?:,?\s+(?P<y1>\d{{4}}))?"
    rf"|\b(?P<m2>{MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|\b(?P<n1>\d{{1,2}})[/.](?P<n2>\d{{1,2}})[/.](?P<y3>\d{{4}}|\d\d)\b",
    re.I,
)
MONTH_ALONE = re.compile(rf"\b(?P<month>{MONTH})\b\.?(?:\s+(?P<year>\d{{4}}))?", re.I)
WEEKDAY = re.compile(
    rf"\b(?P<day>{'|'.join(sorted((re.escape(each) for each in WEEKDAYS), key=len, reverse=True))})s?\b", re.I
)
AS_TEXT = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|(?:this|last|next|past|coming|previous) (?:week|month|quarter|year|weekend)"
    r"|q[1-4](?: \d{4})?|\d{1,2}:\d\d(?: ?[ap]m)?|\d{1,2} ?[ap]m|half|twice|thrice|double[ds]?|triple[ds]?"
    r"|quadruple[ds]?|every (?:other|second|third|fourth|fifth|tenth)"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|many|\d+)[ -]?fold|\d+(?:\.\d+)?[x×]"
    r"|(?:one|two|three|four|a)[ -](?:third|quarter|fifth|tenth)s?(?= of)"
    r"|(?:two|three|four)[ -](?:third|quarter|fifth|tenth)s"
    r"|dozens|hundreds|thousands|millions|billions|tens of|scores of(?= [a-z])"
    r"|majority)\b",
    re.I,
)
QUOTES = re.compile(r"“([^”]*)”|\"([^\"]*)\"|„([^“”]*)[“”]|«([^»]*)»")
FEWEST_QUOTED = 3
ON_THE = re.compile(r"\b(?:on|by|until|since|from|before|after) the\s*$", re.I)
CAPITAL = re.compile(r"[^\W\d_][\w'’&.-]*")
OPENERS = frozenset(
    "overall currently unfortunately sadly luckily meanwhile however also additionally furthermore moreover besides "
    "here there these those this that they it she he you your yours we our i my me if so and but or yet for nor both "
    "either neither each every all any some most many much few several none no not now then next first second third "
    "last finally lastly among amongst of in on at by to from with without within during since until before after "
    "above below over under between across per as based according looking judging given considering compared while "
    "although though because when where who whom whose which what why how is are was were be been has have had do does "
    "did can could may might must shall should will would let please yes okay ok sure great good nice hi hello thanks "
    "only just even still already nothing nobody everything everyone something someone anyone anything another other "
    "others same such one two three four five six seven eight nine ten a an the its their his her him them us ours "
    "best worst top highest lowest largest smallest biggest newest oldest latest earliest more less least hot warm "
    "cold open won lost stage status lead leads deal deals opportunity opportunities contact contacts account accounts "
    "follow pipeline forecast score scores together combined apart otherwise instead rather perhaps maybe likely "
    "probably possibly certainly clearly indeed note worth keep consider start try call focus prioritise prioritize "
    "expect none summary total half recently right ranked sorted ordered by out up down off about despite except "
    "regarding concerning unless whether once twice "
    "accordingly actually altogether apparently approximately basically collectively consequently definitely directly "
    "early especially essentially evidently exactly finally firstly fortunately generally happily hopefully "
    "immediately importantly interestingly lastly mainly merely mostly namely nearly newly notably normally obviously "
    "only overly particularly partly presumably previously primarily quickly really recently remarkably respectively "
    "roughly sadly secondly similarly simply slightly specifically surprisingly thirdly thankfully typically usually "
    "weekly monthly adding averaging beginning being checking closing combining comparing counting coming during "
    "ending excluding following going grouping growing having including keeping knowing lagging leading leaving "
    "lacking measuring missing moving pending ranking rating reading remaining reviewing rising falling seeing "
    "showing sitting slipping sorting standing starting summing taking topping totalling totaling touching trailing "
    "waiting winning working".split()
)
ORDINARY = frozenset("i i'm i've i'd i'll crm slack leadlight ok am pm mr mrs ms dr".split())


def claims(sentence: str) -> list[Claim]:
    """Everything in a sentence that must be true."""
    text = unified(sentence)
    found: list[Claim] = []
    rest = text

    def take(claim: Claim | None, start: int, end: int) -> None:
        nonlocal rest
        if claim is not None:
            found.append(claim)
        rest = rest[:start] + "\x00" * (end - start) + rest[end:]

    for quote in QUOTES.finditer(text):
        said = next(part for part in quote.groups() if part is not None)
        if len(said.split()) < FEWEST_QUOTED:
            # A word or two in quotation marks is a way of saying them: they must hold like any others.
            found.append(Claim(ClaimKind.QUOTE, *quote.span(), text=said))
            continue
        take(Claim(ClaimKind.QUOTE, *quote.span(), text=said), *quote.span())
    for match in DATES.finditer(rest):
        take(_date(match), *match.span())
    for match in AS_TEXT.finditer(rest):
        take(Claim(ClaimKind.WORDS, *match.span(), text=match.group().lower()), *match.span())
    for match in WEEKDAY.finditer(rest):
        if match.group()[0].isupper():
            number = WEEKDAYS[match["day"].lower()]
            take(Claim(ClaimKind.WEEKDAY, *match.span(), Decimal(number), match.group()), *match.span())
    for match in MONTH_ALONE.finditer(rest):
        if match.group()[0].isupper() and not (match["month"] == "May" and not _after_in(rest, match.start())):
            year = int(match["year"]) if match["year"] else None
            month = Decimal(MONTHS[match["month"].lower()])
            take(Claim(ClaimKind.MONTH, *match.span(), month, match.group(), year=year), *match.span())
    for match in FIGURE.finditer(rest):
        take(_figure(match, rest), *match.span())
    for claim in _number_words(rest):
        take(claim, claim.start, claim.end)
    found += _names(rest)
    return sorted(found, key=lambda claim: claim.start)


def unified(text: str) -> str:
    """Compatibility forms joined: full-width digits are digits, one kind of apostrophe."""
    return normalize("NFKC", text).replace("’", "'").replace("‘", "'").replace("\u2212", "-")


def _after_in(text: str, at: int) -> bool:
    return re.search(r"\b(?:in|of|by|since|until|from|to|for|and|this|last|next)\s$", text[:at], re.I) is not None


def _date(match: re.Match[str]) -> Claim:
    parts = match.groupdict()
    days: list[date] = []
    year = parts["y1"] or parts["y2"] or parts["y3"]
    number = int(year) + (2000 if len(year) == 2 else 0) if year else None
    if parts["iso"]:
        days += _days(*(int(part) for part in parts["iso"].split("-")))
        number = int(parts["iso"][:4])
    elif parts["n1"]:
        one, other = int(parts["n1"]), int(parts["n2"])
        days += [*_days(number or 2000, one, other), *_days(number or 2000, other, one)]
    else:
        month = MONTHS[(parts["m1"] or parts["m2"]).lower()]
        days += _days(number or 2000, month, int(parts["d1"] or parts["d2"]))
    return Claim(ClaimKind.DATE, *match.span(), text=match.group(), days=tuple(days), year=number)


def _days(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def _figure(match: re.Match[str], text: str) -> Claim | None:
    digits = re.sub(r"[,\u00a0\u202f' ]", "", match["number"])
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    step = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    factor = SUFFIXES[match["suffix"].lower()] if match["suffix"] else 1
    before, after = text[: match.start()], text[match.end() :]
    rough = ROUGHLY.search(before.rstrip() + " " if before else "") or ROUGHLY.search(before)
    within = step * factor / 2 if match["suffix"] or "." in digits else Decimal()
    if rough and not match["suffix"]:
        within = max(within, Decimal(1).scaleb(len(digits.rstrip("0.")) and len(digits) - len(digits.rstrip("0"))) / 2)
    kind = _kind(match, before, after)
    if match["ordinal"] and 1 <= value <= 31 and ON_THE.search(before):
        return Claim(ClaimKind.DATE, *match.span(), text=match.group(), days=_each_month(int(value)))
    value *= factor
    if kind is ClaimKind.RATE:
        within = step / 2
    elif kind is not ClaimKind.AMOUNT and not match["suffix"]:
        within = Decimal() if "." not in digits else step / 2
    if kind is ClaimKind.DAYS:
        return _span(match.span(), value, after)
    return Claim(
        kind,
        *match.span(),
        value,
        match.group().strip(),
        within,
        currencies=_currencies(match["money"] or match["after"] or "") if kind is ClaimKind.AMOUNT else frozenset(),
        turn=_turn(match["sign"], before, after),
        noun=_noun(after) if kind is ClaimKind.COUNT else "",
        label=_labels(before, after) if kind is ClaimKind.AMOUNT else frozenset(),
        bound=1 if MORE.search(before) else -1 if LESS.search(before) else 0,
    )


def _noun(after: str) -> str:
    """What is counted, where that is a kind of record: the nearest of them."""
    found = {name: match.end() for name, noun in NOUNS.items() if (match := noun.match(after))}
    return min(found, key=lambda name: found[name], default="")


def _labels(before: str, after: str) -> frozenset[str]:
    own = {name for name, said in LABEL_AFTER.items() if said.match(after)}
    return frozenset(own or {name for name, said in LABEL_BEFORE.items() if said.search(before)})


def _each_month(day: int) -> tuple[date, ...]:
    return tuple(each for month in range(1, 13) for each in _days(2000, month, day))


def _currencies(said: str) -> frozenset[str]:
    """The currencies that a sign, a code or a word may mean."""
    said = said.strip()
    found = CURRENCIES.get(said) or CURRENCIES.get(said.lower().removesuffix("s"))
    return found or (frozenset({said.upper()}) if said else frozenset())


def _turn(sign: str, before: str, after: str) -> int:
    """Which way a figure went, 0 where it does not say."""
    if sign in ("+", "-") and re.search(r"(?:^|[\s(])$", before):
        return 1 if sign == "+" else -1
    if sign == "▲" or ROSE.search(before) or HIGHER.match(after):
        return 1
    return -1 if sign == "▼" or FELL.search(before) or LOWER.match(after) else 0


def _kind(match: re.Match[str], before: str, after: str) -> ClaimKind:
    unit = (match["after"] or "").lower()
    if unit.startswith(("%", "per", "pct")):
        return ClaimKind.RATE
    if match["money"] or unit or match["suffix"]:
        return ClaimKind.AMOUNT
    if match["ordinal"]:
        return ClaimKind.NUMBER
    if DAYS_AHEAD.match(after):
        return ClaimKind.DAYS
    if SCORE_AHEAD.match(after) or SCORE_BEHIND.search(before):
        return ClaimKind.COUNT if NOUN_AHEAD.match(after) and not SCORE_BEHIND.search(before) else ClaimKind.SCORE
    return ClaimKind.COUNT if NOUN_AHEAD.match(after) else ClaimKind.NUMBER


def _span(place: tuple[int, int], value: Decimal, after: str) -> Claim | None:
    unit = DAYS_AHEAD.match(after)
    word = unit.group(1).lower() if unit else "day"
    if word not in SPANS:
        return Claim(ClaimKind.NUMBER, *place, value, f"{value} {word}")
    # “Two weeks” is said of 11 to 17 days, as “three months” is of 75 to 105.
    within = Decimal(0 if word == "day" else SPANS[word] // 2)
    return Claim(ClaimKind.DAYS, *place, value * SPANS[word], f"{value} {word}", within)


POINTS = re.compile(r"\b(?:the|this|that|which|each|every|first|last|only|best|her|his|their|its)\s+$", re.I)
WORD = re.compile(r"[a-z]+(?:-[a-z]+)?", re.I)


def _number_words(text: str) -> Iterator[Claim]:
    """`three`, `twenty-five`, `two hundred`, `a dozen`, `no leads`."""
    words = list(WORD.finditer(text))
    at = 0
    while at < len(words):
        end, value = _spelled(words, at, text)
        if end == at:
            at += 1
            continue
        start, stop = words[at].start(), words[end - 1].end()
        after, before = text[stop:], text[:start]
        said = text[start:stop].lower()
        at = end
        counted = NOUN_AHEAD.match(after)
        if said in ("one", "no", "none", "both") and not _counts(said, before, after):
            continue
        if DAYS_AHEAD.match(after):
            span = _span((start, stop), Decimal(value), after)
            if span is not None:
                yield span
        elif SCORE_BEHIND.search(before):
            yield Claim(ClaimKind.SCORE, start, stop, Decimal(value), said)
        elif re.match(r"\s*(?:%|percent|per cent)", after):
            yield Claim(ClaimKind.RATE, start, stop, Decimal(value), said, Decimal("0.5"))
        elif re.match(rf"\s*{CURRENCY}\b", after):
            unit = re.match(rf"\s*({CURRENCY})\b", after)
            yield Claim(
                ClaimKind.AMOUNT, start, stop, Decimal(value), said, currencies=_currencies(unit[1] if unit else "")
            )
        else:
            kind = ClaimKind.COUNT if counted else ClaimKind.NUMBER
            yield Claim(kind, start, stop, Decimal(value), said, noun=_noun(after) if counted else "")


def _counts(said: str, before: str, after: str) -> bool:
    """Whether a word that is often no number counts something here."""
    if said == "one":
        # “The one to call”, “the first one”, “her one follow-up” point at something.
        if POINTS.search(before) or re.match(r"\s+(?:of|are|were|have|more|to|that|who|which)\b", after, re.I):
            return False
        return re.match(rf"\s+(?:\w+\s+){{0,2}}?{COUNTED}", after, re.I) is not None
    if said == "none":
        return re.match(r"\s+of\b|\s+(?:are|were|have|is)\b", after, re.I) is not None
    return re.match(rf"\s+(?:\w+\s+){{0,2}}?{COUNTED}", after, re.I) is not None


def _spelled(words: list[re.Match[str]], at: int, text: str) -> tuple[int, int]:
    """Where a spelled number ends and what it is; the same place where there is none."""
    total, part, here, any_ = 0, 0, at, False
    while here < len(words):
        if any_ and text[words[here - 1].end() : words[here].start()].strip(" -"):
            break
        pieces = words[here].group().lower().split("-")
        values = [_value(piece) for piece in pieces]
        if any(value is None for value in values):
            if any_ and pieces == ["and"] and here + 1 < len(words) and _value(words[here + 1].group().lower()):
                here += 1
                if part >= 100 or total:
                    continue
                here -= 1
            break
        for value in values:
            assert value is not None
            if value in (100, 1_000, 1_000_000, 1_000_000_000) and any_:
                part *= value
                total, part = (total + part, 0) if value > 100 else (total, part)
            else:
                part += value
            any_ = True
        here += 1
    if not any_ and at < len(words) and words[at].group().lower() in (*ODD, "no"):
        return at + 1, ODD.get(words[at].group().lower(), 0)
    return (here, total + part) if any_ else (at, 0)


def _value(word: str) -> int | None:
    return UNITS.get(word, TENS.get(word, LARGE.get(word)))


def _names(text: str) -> Iterator[Claim]:
    """Runs of words with capital letters, and words in scripts that have none."""
    run: list[tuple[int, int, str, bool]] = []
    before = 0
    for match in CAPITAL.finditer(text):
        word = match.group().rstrip(".")
        bare = re.sub(r"'s?$", "", word)
        gap = text[before : match.start()]
        opens = not before or re.search(r"[.!?:;…\x00\n]\s*$|^[\s\x00]*$", text[: match.start()]) is not None
        joined = bool(run) and gap.strip(" ") == "" and not run[-1][2].endswith(("'s", "'"))
        if run and not (joined and _capital(bare)):
            yield _run(run)
            run = []
        if _capital(bare) and bare.lower() not in ORDINARY:
            run.append((match.start(), match.start() + len(word), word, opens))
        before = match.end()
    if run:
        yield _run(run)


def _run(run: list[tuple[int, int, str, bool]]) -> Claim:
    words = " ".join(re.sub(r"'s?$", "", word) for _, _, word, _ in run)
    return Claim(ClaimKind.NAME, run[0][0], run[-1][1], text=words, first=run[0][3])


def _capital(word: str) -> bool:
    """Whether a word looks like a name: a capital letter, or a script without any."""
    return any(letter.isupper() for letter in word) or any(
        letter.isalpha() and letter.lower() == letter.upper() for letter in word
    )


@cache
def ordinary() -> frozenset[str]:
    """Words that may stand at the beginning of a sentence without being a name."""
    return OPENERS | frozenset(lexicon().ordinary)

"""The conditions of a list: status, source, band, owner, periods, amounts, order, how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from commands.contract.arguments import MOST_LISTED
from commands.reading.sentence import Sentence
from commands.reading.subjects import named, person
from commands.values.dates import TimeMention, add_to_day
from commands.values.moment import Lean, Period
from storage.names.normalise import normalise_name, split_words
from storage.workspaces.workspace_vocabulary import STATUSES

CLASSES = ("open", "working", "qualified", "closed")
ONLY_I = frozenset("my mine myself".split())
LIMITERS = frozenset(
    "top first best last next show list limit only just biggest largest newest latest hottest oldest "
    "worst see give me the"
    " these size to".split()
)
COUNTED = frozenset(
    "leads lead deals deal opps opportunities of biggest largest best hottest newest latest top records results ones "
    "accounts reps smallest oldest hot warm cold names people prospects items new".split()
)


def iso(period: Period) -> dict[str, str]:
    """A period as an argument."""
    return {key: day.isoformat() for key, day in (("from", period.start), ("to", period.end)) if day is not None}


def canonical_in(names: Sequence[str], wanted: str) -> str | None:
    return next((name for name in names if normalise_name(name) == normalise_name(wanted)), None)


def workspace_words(s: Sentence, names: Sequence[str], taken: Sequence[str] = ()) -> list[tuple[int, int, str]]:
    """Where the workspace's own names were said: first unit, last unit, name."""
    found = []
    for name in names:
        words = split_words(name)
        for at in range(len(s.norms) - len(words) + 1):
            if words and s.norms[at : at + len(words)] == words and not (at and s.norms[at - 1] == "not"):
                found.append((at, at + len(words) - 1, name))
    return found


def _longest(spots: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for spot in sorted(spots, key=lambda each: (each[0] - each[1], each[0])):
        if not any(other[0] <= spot[1] and spot[0] <= other[1] for other in kept):
            kept.append(spot)
    return sorted(kept)


def statuses(s: Sentence) -> list[tuple[int, int, str]]:
    """Lead statuses that were said, by the workspace's names or by what reps call their classes."""
    vocabulary = s.context.vocabulary
    spots = workspace_words(s, [each.name for each in vocabulary.statuses if not each.retired])
    for status_class in CLASSES:
        named_so = vocabulary.list_statuses(status_class)
        if named_so:
            spots += [(each.first, each.last, named_so[0].name) for each in s.all(f"statuses.{status_class}")]
    return _longest(spots)


def stages(s: Sentence) -> list[tuple[int, int, str]]:
    """Opportunity stages that were said."""
    names = [each.name for each in s.context.vocabulary.stages if not each.retired]
    spots = workspace_words(s, names)
    for each in s.in_section("stages"):
        name = canonical_in(names, each.concept.partition(".")[2])
        if name:
            spots.append((each.first, each.last, name))
    found = _longest(spots)
    if found and (
        s.said("except", "excluding")
        or s.phrase("any stage but", "all stages but", "all but", "stage but", "other than", "but not")
    ):
        denied = {spot[2] for spot in found}
        open_ones = [each.name for each in s.context.vocabulary.list_stages("open")]
        return [(found[0][0], found[0][1], name) for name in open_ones if name not in denied]
    return found


def sources(s: Sentence) -> list[str]:
    """Lead sources that were said."""
    names = s.context.vocabulary.sources
    spots = [spot for spot in workspace_words(s, names) if normalise_name(spot[2]) != "other"]
    for each in s.in_section("sources"):
        for part in each.concept.partition(".")[2].split("|"):
            name = canonical_in(names, part)
            if name:
                spots.append((each.first, each.last, name))
    best = sorted(spots, key=lambda each: (each[0] - each[1], each[0]))
    kept: list[tuple[int, int, str]] = []
    for spot in best:
        if not any(
            other[0] <= spot[1] and spot[0] <= other[1] and (other[0], other[1]) != (spot[0], spot[1]) for other in kept
        ):
            kept.append(spot)
    return list(dict.fromkeys(spot[2] for spot in sorted(kept)))


def owner(s: Sentence, *, skip: Sequence[int] = ()) -> str | None:
    """Whose records: me, team, everyone, a colleague; None where it was not said."""
    colleague = person(s, skip=skip)
    if colleague is not None and not _is_asker_name(s, colleague[1]):
        return colleague[0]
    if s.has("owners.everyone") or any(unit.possessive and unit.norm in ("everyone", "everybody") for unit in s.units):
        return "everyone"
    spot = s.first("owners.team")
    if spot is not None and not (s.has("groups.team") and s.norms[spot.first] == "team"):
        return "team"
    return "me" if mine(s) else None


def colleagues(s: Sentence) -> list[int]:
    """Where a colleague was named by words that name no account: whose records, not whose company."""
    return [
        at
        for at, mention in s.mentions.items()
        if mention.people
        and not any(
            record.kind == "account" and mention.words <= set(split_words(record.name)) for record in mention.records
        )
    ]


def _is_asker_name(s: Sentence, at: int) -> bool:
    before = s.norms[at - 1] if at else ""
    return before in ("myself", "regards", "cheers", "hi", "hello", "hey")


def mine(s: Sentence) -> bool:
    """Whether the asker spoke of their own: my, mine, or an `i` that does something other than asking."""
    for at, norm in enumerate(s.norms):
        if norm in ONLY_I and s.norms[at + 1 : at + 2] not in (["name"], ["boss"], ["manager"], ["calendar"]):
            return True
    if s.phrase("for me") and not s.said("can", "could", "please"):
        return True
    framed = s.all("owners.not_me", "moods.polite", "moods.harmless", "stats.how_much")
    for at, norm in enumerate(s.norms):
        if norm != "i":
            continue
        before, after = s.norms[at - 1] if at else "", s.norms[at + 1] if at + 1 < len(s.norms) else ""
        if before == "have" or (before in ("do", "did", "have") and after not in ("need", "want")):
            return True
        if after == "have":
            held = s.norms[at + 2 : at + 3]
            if held in (
                [],
                ["not"],
                ["in"],
                ["closed"],
                ["won"],
                ["open"],
                ["lost"],
                ["neglected"],
                ["ignored"],
            ) or before in ("leads", "deals", "that", "opps", "which", "who", "whom"):
                return True
            continue
        if not any(frame.first <= at <= frame.last and frame.concept != "stats.how_much" for frame in framed):
            return True
    return False


def limit(s: Sentence) -> int | None:
    """How many to show, where a number says so."""
    for amount in s.amounts:
        value = amount.value
        if amount.money or value != value.to_integral_value() or not 1 <= value <= MOST_LISTED:
            continue
        before = s.norms[amount.first - 1] if amount.first else ""
        after = s.norms[amount.last + 1] if amount.last + 1 < len(s.norms) else ""
        if s.norms[amount.first] == "one" and before not in ("top", "just", "limit"):
            continue
        if before in ("score", "over", "above", "least", "than", "under", "below") or after in (
            "+",
            "percent",
            "%",
            "plus",
        ):
            continue
        if before in LIMITERS and after in ("teams", "people", "quarters", "months", "years") and before == "the":
            continue
        if before in LIMITERS or after in COUNTED:
            return int(value)
    return None


def period(s: Sentence, *, skip: Sequence[TimeMention] = ()) -> TimeMention | None:
    """The first period that was said, mere lengths and clock times left out."""
    for when in s.whens:
        if when not in skip and when.bound != "for" and when.grain != "clock":
            return when
    return None


LENGTHS = {"week": 7, "month": 30, "quarter": 90}


def span_days(s: Sentence) -> int | None:
    """A length of time in days: `two weeks`, `14 days`; also `since 1 march`."""
    today = s.context.today
    for when in s.whens:
        if when.bound == "for":
            return (
                (when.days or 0) + 30 * (when.months or 0)
                if (when.months or 0) < 12
                else 365 * (when.months or 0) // 12
            )
        if when.bound == "in" and (when.days or when.months):
            return (when.days or 0) + 30 * (when.months or 0)
    for when in s.whens:
        start = when.past.start
        if when.bound == "from" and start and start <= today:
            return (today - start).days
        if when.grain in ("range",) and start and when.past.end == today:
            return (today - start).days + 1
        if when.grain in LENGTHS and start and start <= today:
            past = when.past.end is not None and when.past.end < today
            return LENGTHS[when.grain] if past else (today - start).days + 1
    return None


def minimum_score(s: Sentence) -> tuple[int | None, bool]:
    """A least score, and whether a most was asked, which no list can show."""
    if not (s.has("score.word") or (s.has("kinds.lead") and s.said(">", ">=", "≥"))):
        return None, False
    for amount in s.amounts:
        if amount.money or not 1 <= amount.value <= 99:
            continue
        if any(each.last == amount.first - 1 for each in s.all("amounts.most")) or any(
            each.first == amount.last + 1 for each in s.all("amounts.downwards")
        ):
            return None, True
        if any(each.last == amount.first - 1 for each in s.all("amounts.least")) or any(
            each.first == amount.last + 1 for each in s.all("amounts.upwards")
        ):
            return int(amount.value), False
    return None, False


def amount_bounds(s: Sentence) -> dict[str, float]:
    """Least and most amount of opportunities."""
    found: dict[str, float] = {}
    money = [each for each in s.amounts if each.money or each.value >= 500]
    if (
        len(money) >= 2
        and s.has("amounts.between")
        and any(each.last == money[0].first - 1 for each in s.all("amounts.between"))
    ):
        low, high = money[0].value, money[1].value
        if low < 500 <= high and not money[0].money:
            low *= 1000
        return {"min_amount": number(low), "max_amount": number(high)}
    for at, amount in enumerate(s.amounts):
        is_least = any(each.last == amount.first - 1 for each in s.all("amounts.least"))
        is_most = any(each.last == amount.first - 1 for each in s.all("amounts.most"))
        up = any(each.first == amount.last + 1 for each in s.all("amounts.upwards")) or _plus(s, amount.last)
        down = any(each.first == amount.last + 1 for each in s.all("amounts.downwards"))
        if not (amount.money or amount.value >= 500):
            if len(s.amounts) > at + 1 and s.has("amounts.between") and s.amounts[at + 1].money:
                return {"min_amount": number(amount.value * 1000), "max_amount": number(s.amounts[at + 1].value)}
            continue
        if is_most or down:
            found["max_amount"] = number(amount.value)
        elif is_least or up:
            found["min_amount"] = number(amount.value)
    return found


def _plus(s: Sentence, at: int) -> bool:
    """Whether a plus sign stands right behind a word: `$100k+ deals`."""
    return s.clean[s.units[at].end :].startswith("+")


def number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


INDUSTRIES = {"real_estate": "Real Estate"}


def industry(s: Sentence) -> str | None:
    for each in s.in_section("industries"):
        key = each.concept.partition(".")[2]
        return INDUSTRIES.get(key, key.replace("_", " ").capitalize())
    return None


def group(s: Sentence, allowed: Sequence[str]) -> str | None:
    """By what to group, among what a command can."""
    for each in sorted(s.in_section("groups"), key=lambda found: (-found.fixed, found.first)):
        by = each.concept.partition(".")[2]
        if by in allowed:
            return by
    return None


def lead_filters(  # noqa: PLR0915
    s: Sentence, *, skip: Sequence[int] = (), target: str | None = None
) -> dict[str, Any] | None:
    """The conditions of list_leads; None where one was said that no list can show."""
    found: dict[str, Any] = {}
    said = sources(s)
    if said:
        found["source"] = said
    for band in ("hot", "warm", "cold"):
        if s.has(f"list.{band}") and not _quiet(s, band):
            found["band"] = band
            break
    least, impossible = minimum_score(s)
    if impossible:
        return None
    if least is not None:
        found["min_score"] = least
    whose = owner(s, skip=skip)
    if whose:
        found["owner"] = whose
    converted = (
        (s.said("convert") and s.said("did"))
        or s.has("convert.done")
        or s.phrase("became customers", "became customer")
    )
    untouched = s.has("list.untouched") or (
        s.has("statuses.open")
        and s.said("not", "nobody", "never")
        and (span_days(s) is not None)
        and not s.has("list.new")
    )
    if target is None and not converted:
        kept = [
            spot for spot in statuses(s) if not (untouched and span_days(s) is not None and _part_of_touch(s, spot))
        ]
        names = list(dict.fromkeys(spot[2] for spot in kept))
        if s.phrase("all statuses", "any status", "every status", "all status"):
            names = [each.name for each in s.context.vocabulary.statuses if not each.retired]
        if names and not s.phrase("not converted yet"):
            found["status"] = _with_their_class(s, names)
    company = named(s, ("lead", "account", "contact"), skip=(*skip, *colleagues(s)))
    if company is not None and not company.records and s.mentions[company.places[0]].people:
        company = None
    if company is not None:
        mention = s.mentions[company.places[0]]
        found["company"] = _company_name(mention.words, company.records, mention.records) or mention.said
    branch = industry(s)
    if branch and not said:
        found["industry"] = branch
    when = period(s)
    if converted:
        found["converted"] = True
        if s.phrase("not converted", "not yet converted", "not been converted", "never converted") or s.said(
            "unconverted"
        ):
            found["converted"] = False
            names = list(dict.fromkeys(spot[2] for spot in statuses(s)))
            if names and target is None:
                found["status"] = names
        elif when is not None:
            found["converted_in"] = iso(when.period("past"))
    elif (age := _age(s)) is not None:
        found["created"] = age
    elif untouched:
        days = span_days(s)
        if days is not None:
            found["untouched_days"] = days
        else:
            found["sort"] = "untouched"
    elif when is not None and not s.has("list.movement"):
        found["created"] = iso(when.period("past"))
    found.update(order_of_leads(s, found))
    return found


def _age(s: Sentence) -> dict[str, str] | None:
    """`older than 90 days`, `newer than a week` as a period of creation."""
    length = next((when for when in s.whens if when.bound == "for"), None)
    if length is None or not s.phrase("older than", "newer than", "younger than"):
        return None
    then = add_to_day(s.context.today, days=-(length.days or 0), months=-(length.months or 0)).isoformat()
    return {"to": then} if s.said("older") else {"from": then}


def _part_of_touch(s: Sentence, spot: tuple[int, int, str]) -> bool:
    """Whether the words of a status only tell that nobody was in touch: `not contacted for a week`."""
    if spot[1] > spot[0] or s.norms[spot[0]] not in ("open", "status", "qualified", "unqualified", "contacted"):
        return True
    if any(each.first <= spot[0] <= each.last for each in s.all("list.untouched", "statuses.open") if each.fixed > 1):
        return True
    return spot[0] > 0 and s.norms[spot[0] - 1] in ("been", "not", "never", "nobody", "has", "have")


def _with_their_class(s: Sentence, names: Sequence[str]) -> list[str]:
    """`open leads` means every status of that class where an import brought its own; other names mean themselves."""
    vocabulary = s.context.vocabulary
    wide: dict[str, None] = {}
    for name in names:
        wide[name] = None
        for default, status_class in STATUSES:
            if name == default:
                wide |= dict.fromkeys(each.name for each in vocabulary.list_statuses(status_class))
    return list(wide)


def _quiet(s: Sentence, band: str) -> bool:
    return band == "cold" and s.phrase("gone cold", "went cold", "going cold")


def _company_name(words: frozenset[str], best: Sequence[Any], records: Sequence[Any]) -> str | None:
    for record in (*best, *records):
        if record.kind == "account" and words <= set(split_words(record.name)):
            return str(record.name)
    for record in (*best, *records):
        if record.company and words <= set(split_words(record.company)):
            return str(record.company)
    return None


def order_of_leads(s: Sentence, found: dict[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    count = limit(s)
    if count is not None:
        more["limit"] = count
    if s.has("list.by_name"):
        more["sort"] = "name"
    elif s.has("list.movement"):
        more["sort"] = "movement"
    elif s.has("list.longest"):
        more["sort"] = "untouched"
    elif s.has("list.newest"):
        more["sort"] = "newest"
    if (
        (s.has("list.best", "list.newest", "list.hot") or "sort" in more)
        and count is None
        and singular(s, ("lead", "prospect", "one"))
    ):
        more["limit"] = 1
    return more


def singular(s: Sentence, nouns: Sequence[str]) -> bool:
    for each in s.all(
        "list.best", "list.biggest", "list.newest", "list.soonest", "list.smallest", "list.hot", "list.longest"
    ):
        following = s.norms[each.last : each.last + 3]
        for noun in nouns:
            if noun in following:
                return True
    return False


def untouched_days(s: Sentence) -> int | None:
    return span_days(s) if s.has("list.untouched") else None


def dated(when: TimeMention, lean: Lean) -> dict[str, str]:
    return iso(when.period(lean))


def day(value: date) -> str:
    return value.isoformat()

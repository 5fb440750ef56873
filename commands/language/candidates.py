"""Finds in a sentence what each argument of a command could be: a name, a day, an amount, a word of the workspace.

Everything that could be meant is a candidate, also where two of them read the same words. Which are taken is decided
by weights learned from tables of sentences (commands/language/weights.py).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

from commands.contract.arguments import OwnerMark, Past, RecordMark
from commands.contract.command import Command
from commands.contract.update_field import UpdateField
from commands.language import conditions
from commands.language.names import WORDS, is_hyphenated
from commands.language.sentence import Sentence
from commands.language.subjects import Subject, left_unsaid, named, person, pointed
from commands.values.calendar_periods import add_to_day, get_calendar_period
from commands.values.clock import read_days, read_zone
from commands.values.dates import pick_day
from commands.values.moment import Lean, Period
from commands.values.number_words import ORDINALS
from commands.values.time_line import TimeMention
from storage.names import mentions as stored
from storage.names.name_index import parse_ref
from storage.names.normalise import LEGAL_FORMS, split_words

NOWHERE = -1
"""The place of a candidate that stands for no words of the sentence."""
MOST_SHORT = 5
"""How many words a short free text has at most: a topic, a time frame."""
SHORT_TEXTS = frozenset("timeframe product product_interest search topic team opportunity_name title company".split())
BREAK = re.compile(r"[,.;:!?()\n|>-]")


@dataclass(slots=True)
class ArgumentCandidate:
    """Something an argument could be, and the words (first to last unit) that say so.

    `sort` tells how it was found, for the weights. `shown` are the ways in which a person would write the value.
    `rivals` are filled in once all candidates are known: what else was found for this argument.
    """

    argument: str
    value: Any
    first: int
    last: int
    sort: str
    shown: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.sort == "words"


@dataclass(frozen=True)
class TextEdges:
    """The words behind which free words begin, and before which they end, as learned from the tables."""

    openers: frozenset[str]
    closers: frozenset[str]
    cues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What words say for arguments of a closed set, beyond the lexicon: `whose` -> `group_by=owner`."""


Finder = Callable[[Sentence, str, type[Command]], Iterator[ArgumentCandidate]]


def find_candidates(s: Sentence, kind: type[Command], edges: TextEdges) -> list[ArgumentCandidate]:
    """Find every candidate for every argument of a command."""
    found = list(_find_kept(s, kind))
    if kind.adds_person:
        found += (each for each in _find_newcomer(s) if each.argument in kind.model_fields)
    records, owners = kind.marked_fields(RecordMark), kind.marked_fields(OwnerMark)
    for argument in kind.model_fields:
        if argument in records:
            found += _find_records(s, argument, kind)
        elif argument in owners:
            found += _find_owners(s, argument)
        elif argument in FINDERS:
            found += FINDERS[argument](s, argument, kind)
        found += _find_said_values(s, argument, kind, edges)
        if argument in TEXTS or _takes_any_words(kind, argument, records.get(argument)):
            found += _find_texts(s, argument, edges)
    _note_rivals(found)
    return found


def _takes_any_words(kind: type[Command], argument: str, mark: RecordMark | None) -> bool:
    """Tell whether an argument is not of the records there are: what a new one is called, words of a follow-up."""
    if argument == "product":
        return kind.writes
    return argument == "name" and (mark is None or "follow_up" in mark.kinds)


def _find_kept(s: Sentence, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the arguments of the call before this sentence, which it may go on from."""
    for earlier, value in s.focus.arguments.items():
        if s.focus.kind is kind:
            names: Sequence[str] = (earlier,)
        elif s.focus.within:
            names = ()
        else:
            names = next((group for group in ALIKE if earlier in group), ())
        for argument in names:
            if argument in kind.model_fields:
                sort = "kept" if s.focus.kind is kind else "kept other"
                yield ArgumentCandidate(
                    argument, value, NOWHERE, NOWHERE, sort, (str(value), _show_reference(s, value))
                )


ALIKE = (("period", "created", "closing", "converted_in"), ("owner",), ("source",), ("account",), ("product",))
"""Arguments of different commands that mean the same, so that a question may keep them from the one before."""


def _show_reference(s: Sentence, value: Any) -> str:
    parsed = parse_ref(value) if isinstance(value, str) else None
    if parsed is None or parsed[0] is None:
        return str(value)
    known = stored.load_mentioned(s.context.scope, [(parsed[0], parsed[1])])
    return next((record.name for record in known.values()), str(value))


def _find_records(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    kinds = tuple(each for each in kind.marked_fields(RecordMark)[argument].kinds if each not in ("user", "follow_up"))
    seen: set[tuple[str, int]] = set()

    def make(subject: Subject | None, sort: str) -> Iterator[ArgumentCandidate]:
        if subject is not None:
            first, last = (min(subject.places), max(subject.places)) if subject.places else (NOWHERE, NOWHERE)
            if (subject.name, first) not in seen:
                seen.add((subject.name, first))
                # Words that belong to nothing of this kind are no news beside what another kind was found by.
                shown = (subject.one.name, subject.name) if subject.one else (subject.name,)
                kind_found = subject.one.kind if subject.one else "none"
                words = frozenset().union(*(s.mentions[at].words for at in subject.places if at in s.mentions))
                if subject.one and words and words >= set(split_words(subject.one.name)) - LEGAL_FORMS:
                    kind_found += " whole"
                yield ArgumentCandidate(argument, subject.name, first, last, f"{sort} {kind_found}", shown)

    yield from make(named(s, kinds), "whole")
    for each in kinds if len(kinds) > 1 else ():
        yield from make(named(s, (each,)), "kind")
    for at in s.mentions:
        yield from make(named(s, kinds, within=(at, at)), "name")
    at_hand = pointed(s, kinds)
    yield from make(at_hand, "pointed")
    if at_hand is None:
        yield from make(left_unsaid(s, kinds), "unsaid")
    yield from _find_by_place(s, argument, kinds)


def _find_by_place(s: Sentence, argument: str, kinds: tuple[str, ...]) -> Iterator[ArgumentCandidate]:
    """Find the records that were shown, by their place: `why is she first?`, `row 3`, `#2`."""
    if len(s.focus.in_order) < 2:
        return
    numbered = {each.first: int(each.value) for each in s.amounts if 1 <= each.value <= len(s.focus.in_order)}
    for at, word in enumerate(s.norms):
        place = numbered.get(at) or ORDINALS.get(word) or (-1 if word == "last" else None)
        if place is not None and place <= len(s.focus.in_order):
            reference = s.focus.in_order[place - 1 if place > 0 else place]
            parsed = parse_ref(reference)
            if parsed is not None and parsed[0] in kinds:
                shown = (_show_reference(s, reference), reference)
                yield ArgumentCandidate(argument, reference, at, at, f"place {min(3, place)}", shown)


def _find_owners(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    for at, mention in s.mentions.items():
        if mention.people:
            found = person(s, after=at - 1)
            if found is not None and found[1] == at:
                names = tuple(each.name for each in mention.people if each.ref == found[0])
                yield ArgumentCandidate(argument, found[0], at, at, "person", (*names, found[0]))
        elif mention.unknown:
            yield ArgumentCandidate(argument, mention.said, at, at, "unknown", (mention.said,))
    for each in s.in_section("owners"):
        whose = each.concept.partition(".")[2]
        if whose in ("me", "team", "everyone", "unassigned"):
            yield ArgumentCandidate(argument, whose, each.first, each.last, f"concept {whose}", (whose,))
    for each in s.in_section("whose"):
        whose = each.concept.partition(".")[2]
        word = s.norms[each.first]
        yield ArgumentCandidate(argument, whose, each.first, each.last, f"word {word}", (whose,))


@cache
def takes_several(kind: type[Command], argument: str) -> bool:
    """Tell whether an argument holds a list of values."""
    return "tuple[" in str(kind.model_fields[argument].annotation)


def _find_said_values(s: Sentence, argument: str, kind: type[Command], edges: TextEdges) -> Iterator[ArgumentCandidate]:
    """Find the values of a closed set: by what the lexicon says for them, or by their own word."""
    values = list_choices(kind, argument)
    if not values:
        return
    for each in s.found:
        for name, value in SAID_BY.get(each.concept, ()):
            if name == argument and value in values:
                yield ArgumentCandidate(argument, value, each.first, each.last, f"said {each.concept}", (value,))
    for at, word in enumerate(s.norms):
        for value in values:
            if word in (value, value + "s"):
                yield ArgumentCandidate(argument, value, at, at, f"word {value}", (value,))
            elif f"{argument}={value}" in edges.cues.get(word, ()):
                yield ArgumentCandidate(argument, value, at, at, f"cue {value}", (value,))


@cache
def list_choices(kind: type[Command], argument: str) -> tuple[str, ...]:
    """List the values of an argument that takes one of a closed set; empty for any other."""
    return tuple(_list_literals(kind.model_fields[argument].annotation))


def _list_literals(annotation: Any) -> Iterator[str]:
    if getattr(annotation, "__origin__", None) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _list_literals(part)


def _find_statuses(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    for first, last, name in conditions.find_statuses(s):
        yield ArgumentCandidate(argument, name, first, last, "status", (name,))
    yield from _find_shortened(s, argument, [each.name for each in s.context.vocabulary.statuses if not each.retired])
    for closed in s.context.vocabulary.list_statuses("closed")[:1]:
        if not takes_several(kind, argument):
            yield ArgumentCandidate(argument, closed.name, NOWHERE, NOWHERE, "inferred closed", (closed.name,))
        for each in s.all("drop.order", "drop.verdict"):
            sort = f"status {each.concept}"
            yield ArgumentCandidate(argument, closed.name, each.first, each.last, sort, (closed.name,))


def _find_stages(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    for first, last, name in conditions.find_stages(s):
        yield ArgumentCandidate(argument, name, first, last, "stage", (name,))
    yield from _find_shortened(s, argument, [each.name for each in s.context.vocabulary.stages if not each.retired])
    for outcome in ("won", "lost"):
        for stage in s.context.vocabulary.list_stages(outcome)[:1]:
            if not takes_several(kind, argument):
                yield ArgumentCandidate(argument, stage.name, NOWHERE, NOWHERE, f"inferred {outcome}", (stage.name,))
            for each in s.all(f"deal_verbs.{outcome}", f"stats.{outcome}", f"list.state_{outcome}"):
                yield ArgumentCandidate(
                    argument, stage.name, each.first, each.last, f"stage {each.concept}", (stage.name,)
                )


def _find_sources(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for first, last, name in conditions.find_sources(s):
        yield ArgumentCandidate(argument, name, first, last, "source", (name,))
    yield from _find_shortened(s, argument, s.context.vocabulary.sources)


def _find_shortened(s: Sentence, argument: str, names: Sequence[str]) -> Iterator[ArgumentCandidate]:
    """Find names of the workspace that were cut short: `unqual`, `nego`, `prop`."""
    for at, unit in enumerate(s.units):
        word = unit.norm.partition("'")[0]
        if unit.kind != "word" or len(word) < SHORTEST:
            continue
        meant = {name for name in names for part in split_words(name) if part.startswith(word) and part != word}
        if len(meant) == 1:
            name = meant.pop()
            yield ArgumentCandidate(argument, name, at, at, "shortened", (name,))


SHORTEST = 4


def _find_industries(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for each in s.in_section("industries"):
        key = each.concept.partition(".")[2]
        value = conditions.INDUSTRIES.get(key, key.replace("_", " ").capitalize())
        yield ArgumentCandidate(argument, value, each.first, each.last, "industry", (value,))


def _find_periods(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    leans: tuple[Lean, ...] = ("past",) if argument in kind.marked_fields(Past) else ("future",)
    if argument == "closing":
        leans = ("past", "future")
    yield from _find_moved_period(s, argument, kind)
    for number, when in enumerate(s.whens):
        place = f"{number} of {len(s.whens)}"
        if argument == "compare_period" and when.grain in conditions.LENGTHS | {"year": 365} and when.past.start:
            before = get_calendar_period(s.context.moment, when.grain, -1, when.past.start)
            yield ArgumentCandidate(
                argument, conditions.iso(before), when.first, when.last, f"before {when.grain} {place}"
            )
        if argument in HALVES_OF and when.grain == "range":
            for half in _halve_period(when.period(leans[0]), HALVES_OF[argument]):
                sort = f"half {HALVES_OF[argument]} {place}"
                yield ArgumentCandidate(argument, conditions.iso(half), when.first, when.last, sort)
        for lean in leans:
            period = when.period(lean)
            if when.bound == "to" and period.end and period.end > s.context.today:
                ahead = Period(start=s.context.today, end=period.end)
                sort = f"from today {when.grain} {place}"
                yield ArgumentCandidate(argument, conditions.iso(ahead), when.first, when.last, sort)
            if (period.start or period.end) and not (lean == "future" and len(leans) == 2 and period == when.past):
                sort = f"{lean} {when.grain} {when.bound} {place}"
                yield ArgumentCandidate(argument, conditions.iso(period), when.first, when.last, sort)


HALVES_OF = {"compare_period": 0, "period": 1}
"""A change “from Q1 to Q2” compares the second with the first."""


def _halve_period(period: Period, half: int) -> Iterator[Period]:
    """Take the first or second half of a period that is an even number of calendar months."""
    if period.start is None or period.end is None or period.start.day != 1:
        return
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    if months % 2 == 0 and add_to_day(period.start, months=months, days=-1) == period.end:
        start = add_to_day(period.start, months=half * months // 2)
        yield Period(start=start, end=add_to_day(start, months=months // 2, days=-1))


def _find_moved_period(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the period before or after the one that the thread is about: `and the quarter before?`."""
    kept = s.focus.arguments.get(argument) if s.focus.kind is kind else None
    if not isinstance(kept, dict) or not kept.get("from") or not kept.get("to"):
        return
    start, end = date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"])
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    for step, concept in ((-1, "moves.back"), (1, "moves.on")):
        for each in s.all(concept):
            first = add_to_day(
                start, **({"months": step * months} if whole else {"days": step * ((end - start).days + 1)})
            )
            last = add_to_day(first, **({"months": months, "days": -1} if whole else {"days": (end - start).days}))
            moved = conditions.iso(Period(start=first, end=last))
            yield ArgumentCandidate(argument, moved, each.first, each.last, f"moved {step} {len(s.whens)}")


def _find_days(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for when in s.whens:
        seen = set()
        for lean in LEANS:
            for end in (False, True):
                day = pick_day(when, lean, end=end)
                if day is None or day in seen or (argument in AHEAD and day < s.context.today):
                    continue
                seen.add(day)
                sort = f"{lean} {'end' if end else 'start'} {when.grain} {when.bound}"
                if when.clock is not None and argument in ("at", "since"):
                    yield ArgumentCandidate(
                        argument, f"{day}T{when.clock:%H:%M}", when.first, when.last, f"{sort} clock"
                    )
                without = " without its time" if when.clock is not None else ""
                yield ArgumentCandidate(argument, day.isoformat(), when.first, when.last, sort + without)
        yield from _find_day_of_month_said(s, argument, when)
        if argument == "until" and when.bound == "to" and "before" in s.norms[when.first : when.last + 1]:
            after = add_to_day(when.future.end or s.context.today, days=1).isoformat()
            yield ArgumentCandidate(argument, after, when.first, when.last, f"before {when.grain}")
        if argument in ("until", "due", "close_date") and (when.days or when.months):
            after = add_to_day(s.context.today, days=when.days or 0, months=when.months or 0).isoformat()
            yield ArgumentCandidate(argument, after, when.first, when.last, f"after {when.grain} {when.bound}")


def _find_day_of_month_said(s: Sentence, argument: str, when: TimeMention) -> Iterator[ArgumentCandidate]:
    """Find a day that goes by a month said elsewhere: `closing 18 December, no, the 30th`, `make it the 18th`."""
    number = BARE_DAY.search(s.cut(when.first, when.last))
    kept = s.focus.arguments.get(argument)
    others = [other.future.start for other in s.whens if other is not when and other.grain == "day"]
    if isinstance(kept, str) and ISO_DAY.match(kept):
        others.append(date.fromisoformat(kept[:10]))
    for other in others:
        if number and other and 0 < int(number[1]) <= monthrange(other.year, other.month)[1]:
            day = other.replace(day=int(number[1])).isoformat()
            yield ArgumentCandidate(argument, day, when.first, when.last, "day of month said")


BARE_DAY = re.compile(r"^(?:(?:on|by|until|till|to)\s)?(?:the\s)?(\d{1,2})(?:st|nd|rd|th)$", re.I)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LEANS: tuple[Lean, ...] = ("past", "future")
AHEAD = frozenset({"due", "until"})
"""Arguments that take no day of the past."""


def _find_amounts(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for number, amount in enumerate(s.amounts):
        digits = min(6, len(str(int(amount.value))))
        sort = f"{'money' if amount.money else 'number'} {digits} {number} of {len(s.amounts)}"
        yield ArgumentCandidate(argument, conditions.number(amount.value), amount.first, amount.last, sort)
        # Who says “46 instead” of a deal means thousands, and so does the first of “20 to 60k”.
        if not amount.money and 1 < amount.value < THOUSAND:
            before = next((other for other in s.amounts if amount.last < other.first <= amount.last + 2), None)
            sort = f"thousands {bool(before and before.money)} {bool(s.focus.arguments.get(argument))}"
            value = conditions.number(amount.value * THOUSAND)
            yield ArgumentCandidate(argument, value, amount.first, amount.last, sort)


THOUSAND = 1000


def _find_numbers(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for number, amount in enumerate(s.amounts):
        if amount.value == amount.value.to_integral_value():
            digits = min(3, len(str(int(amount.value))))
            sort = f"{'money' if amount.money else 'number'} {digits} {number} of {len(s.amounts)}"
            yield ArgumentCandidate(argument, int(amount.value), amount.first, amount.last, sort)
    if argument == "limit":
        one = conditions.means_one(s, ("lead", "prospect", "one", "deal", "opp", "opportunity"))
        yield ArgumentCandidate(argument, 1, NOWHERE, NOWHERE, f"one {one}")
    if argument == "untouched_days":
        for when in s.whens:
            for sort, days in _count_days(s, when):
                yield ArgumentCandidate(argument, days, when.first, when.last, f"{sort} {when.grain} {when.bound}")


def _count_days(s: Sentence, when: TimeMention) -> Iterator[tuple[str, int]]:
    """Count the days of a time: its length, how long ago it began, what a week or month usually has."""
    if when.days or when.months:
        yield "length", (when.days or 0) + 30 * (when.months or 0)
    start = when.past.start
    if start is not None and start < s.context.today:
        yield "ago", (s.context.today - start).days
        yield "with today", (s.context.today - start).days + 1
    if when.grain in conditions.LENGTHS:
        yield "usual", conditions.LENGTHS[when.grain]


def _find_companies(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    if kind.adds_person:
        return
    for at, mention in s.mentions.items():
        records = mention.records
        name = conditions.find_company_name(mention.words, records) or mention.said
        sort = "account" if any(each.kind == "account" for each in records) else "record" if records else "unknown"
        yield ArgumentCandidate(argument, name, at, at, f"company {sort}", (name, mention.said))


def _find_places(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find what may be a city, a state or a country: words behind those that say where, and names nobody has."""
    for at, mention in s.mentions.items():
        sort = "unknown" if mention.unknown else "name"
        yield ArgumentCandidate(argument, mention.said, at, at, f"place {sort}", (mention.said,))
    for each in s.in_section("where"):
        for first in range(each.last + 1, min(each.last + 2, len(s.units))):
            for last in range(first, min(first + MOST_PLACE_WORDS, len(s.units))):
                if BREAK.search(s.units[last].gap) and last > first:
                    break
                words = s.cut(first, last).strip(" .,;:!?()'\"")
                sort = f"place {last - first} {each.concept}"
                yield ArgumentCandidate(argument, words, first, last, sort, (words,))


MOST_PLACE_WORDS = 3


def _find_missing(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find what is said to be missing: `no phone`, `without a next step`, `nobody owns`."""
    values = list_choices(kind, argument)
    for each in s.in_section("missing"):
        value = each.concept.partition(".")[2]
        if value in values:
            yield ArgumentCandidate(argument, value, each.first, each.last, f"missing {value}", (value,))


def _find_due(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the days and periods by which something is due; what is behind counts from today."""
    for each in _find_periods(s, argument, kind):
        if each.value.get("to") is None or date.fromisoformat(each.value["to"]) >= s.context.today:
            yield each


def _find_targets(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the account or contact that a lead is to be joined to."""
    for at, mention in s.mentions.items():
        for record in mention.records:
            if record.kind == argument:
                yield ArgumentCandidate(argument, record.ref, at, at, "record", (record.name, record.ref))
                break
        yield ArgumentCandidate(
            argument, mention.said, at, at, "unknown" if mention.unknown else "said", (mention.said,)
        )


def _find_products(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    seen = set()
    for at, mention in s.mentions.items():
        for record in mention.records:
            product = record.product if record.kind == "opportunity" else None
            if product and mention.words <= set(split_words(product)) and product not in seen:
                seen.add(product)
                yield ArgumentCandidate(argument, product, at, at, "product", (product,))
    for product in s.products:
        if product not in seen:
            yield ArgumentCandidate(argument, product, NOWHERE, NOWHERE, "product", (product,))


def _find_teams(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, mention in s.mentions.items():
        for each in mention.people:
            yield ArgumentCandidate(argument, each.name, at, at, "person", (each.name, mention.said))


def _find_fields(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    if not issubclass(kind, UpdateField):
        return
    said = [(each.concept.partition(".")[2], each.first, each.last, "field") for each in s.in_section("update")]
    said += [(unit.kind, at, at, "by") for at, unit in enumerate(s.units) if unit.kind in ("email", "phone")]
    said += [(each, NOWHERE, NOWHERE, "inferred") for each in UNSAID_FIELDS]
    for words, first, last, sort in said:
        field = kind.record_fields.find(words)
        if field is not None:
            yield ArgumentCandidate(argument, field, first, last, f"{sort} {field}", (field, words))


UNSAID_FIELDS = tuple(
    "name title company account source industry city country website phone last_name first_name".split()
)
"""Fields whose value says which they are: `she is Head of Sales now`."""


def _find_values(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, unit in enumerate(s.units):
        if unit.kind in ("email", "phone", "number"):
            yield ArgumentCandidate(argument, unit.raw, at, at, unit.kind, (unit.raw,))
    for phone in re.finditer(r"\+?\d[\d\s().-]{4,}\d", s.clean):
        at = next((at for at, unit in enumerate(s.units) if unit.start >= phone.start()), 0)
        yield ArgumentCandidate(argument, phone.group(), at, at, "digits", (phone.group(),))


def _find_terms(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    said = [each for each in s.in_section("terms") if each.concept != "terms.ask"]
    said = [
        each
        for each in said
        if not any(
            o.first <= each.first and each.last <= o.last and o.last - o.first > each.last - each.first for o in said
        )
    ]
    names = list(dict.fromkeys(each.concept.partition(".")[2].replace("_", " ") for each in said))
    for number, each in enumerate(said):
        name = each.concept.partition(".")[2].replace("_", " ")
        yield ArgumentCandidate(argument, name, each.first, each.last, f"term {number} of {len(names)}", (name,))
    if len(names) > 1:
        both = f"{names[0]} and {names[1]}"
        yield ArgumentCandidate(
            argument, both, said[0].first, said[-1].last, "terms", (both, f"{names[1]} and {names[0]}")
        )


def _find_times(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for when in s.whens:
        if when.clock is not None:
            yield ArgumentCandidate(argument, f"{when.clock:%H:%M}", when.first, when.last, "clock")
            # “At six” is in the afternoon for a call, and in the morning for a digest.
            if when.clock.hour > NOON and not AFTERNOON.search(s.cut(when.first, when.last)):
                early = when.clock.replace(hour=when.clock.hour - NOON)
                yield ArgumentCandidate(argument, f"{early:%H:%M}", when.first, when.last, "clock early")


NOON = 12
AFTERNOON = re.compile(r"p\.?m|noon|evening|night|\b(?:1[3-9]|2\d)\b", re.I)


def _find_weekdays(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for first in range(len(s.units)):
        for last in range(first, min(first + 8, len(s.units))):
            words = s.cut(first, last)
            days = read_days(words) if re.search(r"day|week|mon|tue|wed|thu|fri|sat|sun", words, re.I) else None
            if days:
                yield ArgumentCandidate(
                    argument, list(days), first, last, f"days {min(7, len(days))}", (",".join(days),)
                )


def _find_zones(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for first in range(len(s.units)):
        for last in range(first, min(first + 3, len(s.units))):
            zone = read_zone(s.cut(first, last).strip(" .,!?"))
            if zone:
                yield ArgumentCandidate(argument, zone, first, last, "zone", (zone,))


def _find_changes(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, unit in enumerate(s.units):
        if unit.kind == "id":
            yield ArgumentCandidate(argument, unit.raw, at, at, "id", (unit.raw, unit.raw.lstrip("#")))


def _find_newcomer(s: Sentence) -> Iterator[ArgumentCandidate]:
    """Find the parts of a new person's card among all words, names or not."""
    for at, unit in enumerate(s.units):
        if unit.kind == "email":
            yield ArgumentCandidate("email", unit.raw, at, at, "email", (unit.raw,))
        elif unit.kind == "word":
            if at + 1 < len(s.units) and is_hyphenated(s.units[at], s.units[at + 1]):
                continue
            first = at
            while first and is_hyphenated(s.units[first - 1], s.units[first]):
                first -= 1
            word = s.cut(first, at)
            word = word.title() if word.islower() else word
            yield ArgumentCandidate("first_name", word, first, at, f"part {unit.capital}", (word,))
            own = first
            # A particle belongs to the name behind it: `da Silva`, `van der Meer`.
            while first > 1 and s.units[first - 1].raw.lower() in WORDS["particles"] and not s.units[first].gap:
                first -= 1
            word = word if first == own else f"{s.cut(first, own - 1)} {word}"
            yield ArgumentCandidate("last_name", word, first, at, f"part {unit.capital}", (word,))
    for phone in re.finditer(r"\+?\d[\d\s().-]{4,}\d", s.clean):
        inside = [at for at, unit in enumerate(s.units) if phone.start() <= unit.start < phone.end()]
        if inside:
            yield ArgumentCandidate("phone", phone.group(), inside[0], inside[-1], "phone", (phone.group(),))
    for argument in ("company", "account", "title"):
        for first in range(len(s.units)):
            for last in range(first, min(first + MOST_SHORT, len(s.units))):
                if last > first and BREAK.search(s.units[last].gap):
                    break
                words = s.cut(first, last).strip(" .,;:!?()")
                # The sign belongs to a name that goes on behind it: “Yahoo!, bob@yahoo.example”.
                if argument != "title" and s.clean[s.units[last].end :].startswith("!,"):
                    words += "!"
                yield ArgumentCandidate(argument, words, first, last, "words", (words,))


AMOUNTS = ("min_amount", "max_amount", "amount", "budget")
"""The arguments that are amounts of money."""
FINDERS: Mapping[str, Finder] = (
    dict.fromkeys(("created", "converted_in", "closing", "period", "compare_period"), _find_periods)
    | dict.fromkeys(("due", "until", "close_date", "at", "since"), _find_days)
    | dict.fromkeys(AMOUNTS, _find_amounts)
    | dict.fromkeys(
        ("min_score", "max_score", "min_employees", "max_employees", "limit", "size", "untouched_days"), _find_numbers
    )
    | dict.fromkeys(("account", "contact"), _find_targets)
    | {
        "status": _find_statuses, "stage": _find_stages, "source": _find_sources, "industry": _find_industries,
        "company": _find_companies, "product": _find_products, "product_interest": _find_products,
        "team": _find_teams, "field": _find_fields,
        "value": _find_values, "term": _find_terms, "time": _find_times, "days": _find_weekdays,
        "timezone": _find_zones, "change": _find_changes, "place": _find_places, "missing": _find_missing,
        "when": _find_due,
    }
)  # fmt: skip
TEXTS = frozenset(
    "text note reason next_step lost_reason value timeframe product_interest search topic opportunity_name".split()
)


def _said_by() -> dict[str, tuple[tuple[str, str], ...]]:
    """Map each concept of the lexicon to the values it says."""
    groups = "stage owner team account product source industry place status state type day week month quarter".split()
    found = {f"groups.{each}": [("group_by", each)] for each in groups}
    found |= {f"list.{band}": [("band", band)] for band in ("hot", "warm", "cold")}
    for concept, *values in SAID:
        found.setdefault(concept, []).extend((name, value) for name, value in (each.split("=") for each in values))
    return {concept: tuple(values) for concept, values in found.items()}


SAID: Sequence[tuple[str, ...]] = (
    ("list.newest", "sort=newest"), ("list.by_name", "sort=name"), ("list.movement", "sort=movement"),
    ("list.longest", "sort=untouched"), ("list.untouched", "sort=untouched"), ("list.by_score", "sort=score"),
    ("list.best", "sort=score", "sort=amount", "order=best"), ("list.biggest", "sort=amount", "order=best"),
    ("list.soonest", "sort=close_date"), ("list.smallest", "order=worst"), ("groups.stage", "sort=stage"),
    ("list.state_open", "state=open"), ("list.state_won", "state=won"), ("list.state_lost", "state=lost"),
    ("list.state_all", "state=all"), ("stats.won", "state=won"), ("stats.lost", "state=lost"),
    ("stats.open_deals", "state=open"), ("deal_verbs.won", "state=won"), ("deal_verbs.lost", "state=lost"),
    ("stats.rank", "order=best"),
    ("kinds.lead", "kind=lead"), ("kinds.contact", "kind=contact"), ("kinds.account", "kind=account"),
    ("kinds.deal", "kind=opportunity"), ("kinds.customer", "kind=account"),
    ("kinds.lead", "kinds=leads"), ("kinds.contact", "kinds=contacts"), ("kinds.account", "kinds=accounts"),
    ("kinds.deal", "kinds=opportunities"), ("kinds.customer", "kinds=accounts"),
    ("kinds.follow_up", "kinds=follow_ups"), ("groups.type", "group_by=kind"),
)  # fmt: skip
SAID_BY = _said_by()


def _find_texts(s: Sentence, argument: str, edges: TextEdges) -> Iterator[ArgumentCandidate]:
    """Find the stretches of a sentence that could be free words."""
    count = len(s.units)
    named_at = set(s.mentions) | {when.last for when in s.whens} | {amount.last for amount in s.amounts}
    ends: set[int] = set()
    breaks = [at for at in range(count) if at and BREAK.search(s.units[at].gap)]
    starts = {0, *breaks, *(at + 1 for at in named_at)}
    starts |= {at + 1 for at, word in enumerate(s.norms) if word in edges.openers}
    if argument == "value":
        starts |= {at for at, unit in enumerate(s.units) if at and unit.capital}
        ends = {at for at, unit in enumerate(s.units) if unit.capital}
    ends |= {count - 1, *(at - 1 for at in breaks)}
    ends |= {at - 1 for at in (*s.mentions, *(when.first for when in s.whens))}
    ends |= {at - 1 for at, word in enumerate(s.norms) if word in edges.closers}
    short = argument in SHORT_TEXTS
    if short:
        ends |= set(range(count))
    for first in sorted(start for start in starts if start < count):
        for last in sorted(end for end in ends if end >= first):
            if short and last - first >= MOST_SHORT:
                break
            words = s.cut(first, last).strip(" .,;:!?-–\"'|>(\n")
            if words:
                yield ArgumentCandidate(argument, words, first, last, "words", (words,))


def _note_rivals(found: Sequence[ArgumentCandidate]) -> None:
    """Note for each candidate what else was found: for its argument, and for one that is kept, for any."""
    values: dict[str, set[str]] = {}
    for each in found:
        if not each.is_text and not each.sort.startswith("kept") and not each.sort.startswith("unsaid"):
            values.setdefault(each.argument, set()).add(str(each.value))
    for each in found:
        others = values.get(each.argument, set()) - {str(each.value)}
        each.rivals = (
            (*(("same",) if others else ()), *sorted(values)) if each.sort.startswith("kept") else tuple(others)
        )

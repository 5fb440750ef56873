"""Finds what could be an amount, a number, or a value typed as it is."""

from __future__ import annotations

from collections.abc import Iterator

from commands.contract.command import Command
from commands.contract.record_fields import RATINGS
from commands.language.candidates import conditions
from commands.language.candidates.argument_candidate import NOWHERE, PHONE, ArgumentCandidate
from commands.language.candidates.time_candidates import count_days
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.dictated import find_dictated_emails, find_dictated_numbers
from commands.values.number_words import UNITS


def find_amounts(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
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
MOST_ROWS = 20
BEST_SCORE = 100


def find_numbers(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for number, amount in enumerate(s.amounts):
        # “300 employees” is no score.
        too_much = argument in WORDS["scores"] and amount.value > BEST_SCORE
        if amount.value == amount.value.to_integral_value() and not too_much:
            digits = min(3, len(str(int(amount.value))))
            sort = f"{'money' if amount.money else 'number'} {digits} {number} of {len(s.amounts)}"
            yield ArgumentCandidate(argument, int(amount.value), amount.first, amount.last, sort)
    if argument == "limit":
        one = conditions.means_one(s, WORDS["one_record"])
        yield ArgumentCandidate(argument, 1, NOWHERE, NOWHERE, f"one {one}")
        # “The best three months” are three rows, and no length of time.
        for when in s.whens:
            word = s.norms[when.first]
            count = int(word) if word.isdecimal() else UNITS.get(word, 0)
            if when.grain == "span" and 0 < count <= MOST_ROWS:
                yield ArgumentCandidate(argument, count, when.first, when.last, f"span {when.bound}")
    if argument == "untouched_days":
        for when in s.whens:
            for sort, days in count_days(s, when):
                yield ArgumentCandidate(argument, days, when.first, when.last, f"{sort} {when.grain} {when.bound}")


def find_values(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, unit in enumerate(s.units):
        if unit.kind in ("email", "phone", "number"):
            yield ArgumentCandidate(argument, unit.raw, at, at, unit.kind, (unit.raw,))
    for at, word in enumerate(s.norms):
        # What is cleared holds nothing.
        if word in WORDS["emptying"]:
            yield ArgumentCandidate(argument, "", at, at, "empty", ("",))
    for amount in s.amounts:
        # “15k employees” are 15,000.
        value = str(conditions.number(amount.value))
        if value != s.cut(amount.first, amount.last):
            yield ArgumentCandidate(argument, value, amount.first, amount.last, "amount", (value,))
    for sort, first, last, said in find_dictated(s):
        yield ArgumentCandidate(argument, said, first, last, f"dictated {sort}", (said,))
    for rating in RATINGS:
        for each in s.all(f"list.{rating.lower()}"):
            yield ArgumentCandidate(argument, rating, each.first, each.last, "rating", (rating,))
    for first, last, source in conditions.find_sources(s):
        yield ArgumentCandidate(argument, source, first, last, "source", (source,))
    for phone in PHONE.finditer(s.clean):
        at = next((at for at, unit in enumerate(s.units) if unit.start >= phone.start()), 0)
        yield ArgumentCandidate(argument, phone.group(), at, at, "digits", (phone.group(),))


def find_dictated(s: Sentence) -> Iterator[tuple[str, int, int, str]]:
    """Find addresses and phone numbers that were dictated: what each is, its first and last word, and itself."""
    stretches: list[list[tuple[int, str]]] = [[]]
    for at, unit in enumerate(s.units):
        if unit.gap.strip():
            stretches.append([])
        stretches[-1] += [(at, word) for word in s.cut(at, at).lower().split()]
    for stretch in stretches:
        words = [word for _, word in stretch]
        for sort, found in (("email", find_dictated_emails(words)), ("phone", find_dictated_numbers(words))):
            for first, last, value in found:
                yield sort, stretch[first][0], stretch[last][0], value


def find_changes(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, unit in enumerate(s.units):
        if unit.kind in ("id", "number"):
            yield ArgumentCandidate(argument, unit.raw, at, at, unit.kind, (unit.raw, unit.raw.lstrip("#")))

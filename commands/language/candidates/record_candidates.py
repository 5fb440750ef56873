"""Finds what could be a record, a person, a company, a product, or the parts of a new person's card."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any

from commands.contract.arguments import RecordMark
from commands.contract.command import Command
from commands.language.candidates import conditions
from commands.language.candidates.argument_candidate import BREAK, NOWHERE, PHONE, ArgumentCandidate
from commands.language.candidates.figure_candidates import find_dictated
from commands.language.candidates.text_candidates import MOST_SHORT
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.name_blanks import is_hyphenated
from commands.language.sentences.sentence import Sentence
from commands.language.sentences.subjects import (
    Subject,
    find_account_shown,
    find_beside,
    find_other,
    left_unsaid,
    named,
    person,
    pointed,
)
from commands.values.number_words import ORDINAL_ENDINGS, ORDINALS
from storage.names.name_index import parse_ref
from storage.names.normalise import LEGAL_FORMS, fold_text, split_words
from storage.people.visibility import CONSOLE
from storage.records import follow_ups


def find_records(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
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

    whole = named(s, kinds)
    yield from make(whole, "whole")
    # Of people and companies that a name fits alike only a noun can choose: `the Castillo deal`, but not `Castillo`.
    alike = whole is not None and len({each.kind for each in whole.records}) > 1
    for each in kinds if len(kinds) > 1 and (not alike or s.in_section("kinds")) else ():
        yield from make(named(s, (each,)), "kind")
    for at in s.mentions:
        yield from make(named(s, kinds, within=(at, at)), "name")
    yield from make(find_other(s, kinds), "other")
    yield from make(find_beside(s), "other")
    at_hand = pointed(s, kinds)
    yield from make(at_hand, "pointed")
    # What a change is joined to is never guessed: “convert #L13” goes to no account that was shown before.
    if at_hand is None and (not kind.writes or argument == next(iter(kind.marked_fields(RecordMark)))):
        yield from make(left_unsaid(s, kinds), "unsaid")
    if "account" in kinds:
        # “Anything open with him?” asks for the deals of his company.
        yield from _find_account_there(s, argument, *(("pronouns.person",) if kinds == ("account",) else ()))
    yield from _find_by_place(s, argument, kinds)
    if "follow_up" in kind.marked_fields(RecordMark)[argument].kinds:
        yield from _find_by_note(s, argument)
    # A lead may be converted to an account of its own.
    for word in kind.marked_fields(RecordMark)[argument].besides:
        for said in s.all(f"convert.{word}_{argument}"):
            yield ArgumentCandidate(argument, word, said.first, said.last, word, (word,))


def _find_account_there(s: Sentence, argument: str, *also: str) -> Iterator[ArgumentCandidate]:
    """Find the account that the thread is about: `any open deals there?`, `who do we know at theirs?`."""
    said = s.first("pronouns.place", *also)
    name = find_account_shown(s) if said else None
    if said and name:
        name = show_reference(s, name)
        yield ArgumentCandidate(argument, name, said.first, said.last, "there", (name,))


def _find_by_note(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    """Find the asker's open follow-ups by words of their notes: `the forty trucks offer is out, tick it off`."""
    # The console has none of its own.
    owner = s.context.asker.id
    for each in follow_ups.list_notes(s.context.scope, owner, MOST_NOTES) if owner != CONSOLE else ():
        words = set(split_words(each.name)) - WORDS["small"]
        places = [at for at, norm in enumerate(s.norms) if norm in words]
        said = {s.norms[at] for at in places}
        if said and (len(said) >= FEW_NOTE_WORDS or said == words):
            shown = (each.company or each.name, each.name, each.ref)
            sort = f"note {min(FEW_NOTE_WORDS + 1, len(said))} {said == words}"
            yield ArgumentCandidate(argument, each.ref, places[0], places[-1], sort, shown)


MOST_NOTES = 100
"""How many of the asker's open follow-ups are looked through."""
FEW_NOTE_WORDS = 2
"""How many words of a note are enough to mean it."""


def _find_by_place(s: Sentence, argument: str, kinds: tuple[str, ...]) -> Iterator[ArgumentCandidate]:
    """Find the records that were shown, by their place: `why is she first?`, `row 3`, `the 2nd`, `#2`."""
    if len(s.focus.in_order) < 2:
        return
    numbered = {each.first: int(each.value) for each in s.amounts if 1 <= each.value <= len(s.focus.in_order)}
    for at, (one, other) in enumerate(pairwise(s.norms)):
        if one.isdecimal() and 1 <= int(one) <= len(s.focus.in_order) and other in ORDINAL_ENDINGS:
            numbered[at] = int(one)
    for at, word in enumerate(s.norms):
        place = numbered.get(at) or ORDINALS.get(word) or (-1 if word == "last" else None)
        if place is not None and place <= len(s.focus.in_order):
            reference = s.focus.in_order[place - 1 if place > 0 else place]
            parsed = parse_ref(reference)
            if parsed is not None and parsed[0] in kinds:
                shown = (show_reference(s, reference), reference)
                yield ArgumentCandidate(argument, reference, at, at, f"place {min(3, place)}", shown)


def show_reference(s: Sentence, value: Any) -> str:
    parsed = parse_ref(value) if isinstance(value, str) else None
    kind, number = parsed or (None, 0)
    if kind is None:
        return str(value)
    if kind == "follow_up":
        return next((each.name for each in follow_ups.load_named(s.context.scope, [number])), str(value))
    return next((record.name for record in s.load_shown([value])), str(value))


def find_owners(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    for at, mention in s.mentions.items():
        if mention.people:
            found = person(s, after=at - 1)
            if found is not None and found[1] == at:
                names = tuple(each.name for each in mention.people if each.ref == found[0])
                yield ArgumentCandidate(argument, found[0], at, at, "person", (*names, found[0]))
        elif mention.unknown:
            sort = "place" if mention.is_place else "unknown"
            yield ArgumentCandidate(argument, mention.said, at, at, sort, (mention.said,))
    # “And her deals?” asks for those of whom the call before was about.
    said, before = s.first("pronouns.person"), s.focus.arguments.get(argument)
    if said and isinstance(before, str) and parse_ref(before):
        name = show_reference(s, before)
        yield ArgumentCandidate(argument, before, said.first, said.last, "pronoun", (name, before))
    for each in s.in_section("owners"):
        whose = each.concept.partition(".")[2]
        if whose in ("me", "team", "everyone", "unassigned"):
            yield ArgumentCandidate(argument, whose, each.first, each.last, f"concept {whose}", (whose,))
    for each in s.in_section("whose"):
        whose = each.concept.partition(".")[2]
        word = s.norms[each.first]
        yield ArgumentCandidate(argument, whose, each.first, each.last, f"word {word}", (whose,))


def find_companies(s: Sentence, argument: str, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    if kind.adds_person:
        return
    for at, mention in s.mentions.items():
        records = mention.records
        name = conditions.find_company_name(mention.words, records) or mention.said
        sort = "account" if any(each.kind == "account" for each in records) else "record" if records else "unknown"
        # The “Graz” of “LKH Graz” may be the town.
        part = "" if mention.unknown or mention.names_whole else " part"
        yield ArgumentCandidate(argument, name, at, at, f"company {sort}{part}", (name, mention.said))
    yield from _find_account_there(s, argument)


def find_products(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    seen = set()
    yield from _find_other_products(s, argument)
    for at, mention in s.mentions.items():
        for record in mention.records:
            product = record.product if record.kind == "opportunity" else None
            words = set(split_words(product)) if product else set()
            if product and product not in seen and (mention.words <= words or words <= mention.words):
                seen.add(product)
                # “Open GTX Pro” may be a deal of Open Systems, or what is open of this product.
                sort = "product" if mention.words <= words else "product within"
                if mention.words < words and _goes_on_otherwise(s, at, words):
                    sort = "part"
                yield ArgumentCandidate(argument, product, at, at, sort, (product,))
    for product in s.products:
        if product not in seen:
            yield ArgumentCandidate(argument, product, NOWHERE, NOWHERE, "product", (product,))


def _find_other_products(s: Sentence, argument: str) -> Iterator[ArgumentCandidate]:
    """Find products that begin like one of a visible deal and go on otherwise: `GTX Basic` where GTX Pro was sold."""
    for at, mention in s.mentions.items():
        known = {word for each in mention.records for word in split_words(each.product or "")}
        head = [word for word in s.cut(at, at).split() if fold_text(word) in known]
        if head and _goes_on_otherwise(s, at, known):
            said = f"{' '.join(head)} {s.units[at + 1].raw}"
            yield ArgumentCandidate(argument, said, at, at + 1, "begun", (said,))


def _goes_on_otherwise(s: Sentence, at: int, known: Collection[str]) -> bool:
    """Tell whether a word stands behind a part of a product's name that is none of it, nor what is listed of it."""
    behind = s.units[at + 1 : at + 2]
    return any(
        each.kind == "word" and not each.gap and each.norm not in known and each.norm not in WORDS["named_nouns"]
        for each in behind
    )


def find_teams(s: Sentence, argument: str, _: type[Command]) -> Iterator[ArgumentCandidate]:
    for at, mention in s.mentions.items():
        for each in mention.people:
            yield ArgumentCandidate(argument, each.name, at, at, "person", (each.name, mention.said))


def find_newcomer(s: Sentence) -> Iterator[ArgumentCandidate]:
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
    for sort, start, end, said in find_dictated(s):
        yield ArgumentCandidate(sort, said, start, end, f"dictated {sort}", (said,))
    for phone in PHONE.finditer(s.clean):
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

"""Which record a sentence is about: by name, by pronoun, by its place in the last list, or left unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commands.language.sentences.mention import Mention
from commands.language.sentences.sentence import Sentence
from commands.values.number_words import ORDINALS
from storage.names import mentions as stored
from storage.names.mentions import MentionedRecord
from storage.names.name_index import TABLES, parse_ref
from storage.names.normalise import normalise_name, split_words

RECORDS = tuple(TABLES)
ORDER = {kind: number for number, kind in enumerate(RECORDS)}


@dataclass(frozen=True)
class Subject:
    """The record meant: `name` as an argument (its reference, or the words where they fit several or none)."""

    name: str
    records: tuple[MentionedRecord, ...] = ()
    places: tuple[int, ...] = ()

    @property
    def one(self) -> MentionedRecord | None:
        return self.records[0] if len(self.records) == 1 else None


def named(s: Sentence, kinds: Sequence[str] = RECORDS, *, within: tuple[int, int] | None = None) -> Subject | None:
    """The record that the names in a sentence mean, of these kinds."""
    places = [at for at in sorted(s.mentions) if (within is None or within[0] <= at <= within[1])]
    with_records = [at for at in places if any(record.kind in kinds for record in s.mentions[at].records)]
    if tuple(kinds) == ("lead",) and (other := _someone_else(s, places)) is not None:
        return Subject(s.mentions[other].said, (), (other,))
    if not with_records:
        return _elsewhere(s, places, kinds)
    with_records.sort(key=lambda at: (not _specific(s.mentions[at], kinds), _a_colleague(s.mentions[at]), at))
    pool = [record for record in s.mentions[with_records[0]].records if record.kind in kinds]
    used = [with_records[0]]
    words = set(s.mentions[with_records[0]].words)
    for at in with_records[1:]:
        keys = {record.ref for record in s.mentions[at].records}
        both = [record for record in pool if record.ref in keys]
        if both:
            pool = both
            used.append(at)
            words |= s.mentions[at].words
    return _settled(s, pool, words, used, kinds)


def _someone_else(s: Sentence, places: list[int]) -> int | None:
    """A person who is no lead, where leads are only named by their company: `Ivan from Monday Labs`."""
    by_company = True
    stranger = None
    for at in places:
        mention = s.mentions[at]
        for record in mention.records:
            if record.kind == "lead" and mention.words & set(split_words(record.name)):
                by_company = False
        kinds = {record.kind for record in mention.records}
        stranger_there = mention.unknown and not mention.is_place
        if stranger_there or ("contact" in kinds and "lead" not in kinds):
            stranger = at
    return stranger if by_company and stranger is not None and len(places) > 1 else None


def _specific(mention: Mention, kinds: Sequence[str]) -> bool:
    return any(record.kind != "opportunity" for record in mention.records) or len(mention.records) == 1


def _a_colleague(mention: Mention) -> bool:
    """Whether a first name is also a colleague's, and the words do not say more."""
    return bool(mention.people) and len(mention.words) == 1


def _settled(
    s: Sentence, pool: list[MentionedRecord], words: set[str], used: list[int], kinds: Sequence[str]
) -> Subject:
    tiers: dict[int, list[MentionedRecord]] = {}
    for record in pool:
        tiers.setdefault(_tier(record, words, kinds), []).append(record)
    best = tiers[min(tiers)]
    if len(best) > 1:
        best = [record for record in best if not record.over] or best
    if (
        len(best) > 1
        and len({normalise_name(record.name) for record in best}) == 1
        and len({r.kind for r in best}) == len(best)
    ):
        best = sorted(best, key=lambda record: ORDER[record.kind])[:1]
    said = " ".join(s.mentions[at].said for at in sorted(used))
    name = best[0].ref if len(best) == 1 else said
    return Subject(name, tuple(best), tuple(used))


def _tier(record: MentionedRecord, words: set[str], kinds: Sequence[str]) -> int:
    name = split_words(record.name)
    if set(name) == words:
        return 0
    inside = words <= set(name)
    if record.kind == "opportunity":
        account = set(split_words(record.company))
        return 1 if inside and not words <= account else 2 if len(kinds) == 1 else 3
    if inside:
        return 1
    return 2


def _elsewhere(s: Sentence, places: list[int], kinds: Sequence[str]) -> Subject | None:
    """Names of other kinds, or of nobody: an account or a deal by its contact, else words to be looked for in vain."""
    if tuple(kinds) == ("account",):
        for at in places:
            companies = {normalise_name(r.company): r for r in s.mentions[at].records if r.company}
            if len(companies) == 1:
                return Subject(next(iter(companies.values())).company or "", (), (at,))
    if tuple(kinds) == ("opportunity",):
        for at in places:
            contacts = [each.id for each in s.mentions[at].records if each.kind == "contact"]
            deals = stored.find_deals_of_contacts(s.context.scope, contacts) if contacts else []
            if len(deals) == 1:
                return Subject(deals[0].ref, (deals[0],), (at,))
    for at in places:
        mention = s.mentions[at]
        if mention.records or mention.unknown:
            return Subject(mention.said, (), (at,))
    for at in places:
        if s.mentions[at].people:
            return Subject(s.mentions[at].said, (), (at,))
    return None


KIND_OF_NOUN = {
    "kinds.lead": "lead", "kinds.contact": "contact", "kinds.account": "account", "kinds.customer": "account",
    "kinds.deal": "opportunity",
}  # fmt: skip


def pointed(s: Sentence, kinds: Sequence[str] = RECORDS) -> Subject | None:
    """The record that a pronoun or an ordinal means, from what the thread last showed."""
    shown = known(s, kinds)
    for said_place in s.in_section("ordinals"):
        place = ORDINALS.get(said_place.concept.partition(".")[2], 0) - 1
        if s.focus.in_order:
            if -len(s.focus.in_order) <= place < len(s.focus.in_order):
                chosen = s.load_shown([s.focus.in_order[place]])
                return Subject(s.focus.in_order[place], tuple(chosen), (said_place.first,))
            return None
    spot = s.first("pronouns.person", "pronouns.thing")
    if spot is None:
        return None
    # “That deal” may be one of several records that the last answer was about: what a lead became.
    said = {each.concept for each in s.in_section("kinds") if spot.first <= each.first <= spot.last + 1}
    nouns = [kind for concept, kind in KIND_OF_NOUN.items() if concept in said and kind in kinds]
    if nouns:
        shown = s.load_shown([each for each in s.focus.records if (found := parse_ref(each)) and found[0] in nouns])
    if spot.concept == "pronouns.person" and len(shown) > 1:
        people = [record for record in shown if record.kind in ("lead", "contact")]
        shown = people or shown
    return Subject(shown[0].ref, (shown[0],), (spot.first,)) if len(shown) == 1 else None


def left_unsaid(s: Sentence, kinds: Sequence[str] = RECORDS) -> Subject | None:
    """The one record the thread is about, where a sentence names none."""
    shown = known(s, kinds)
    return Subject(shown[0].ref, (shown[0],)) if len(shown) == 1 else None


def find_other(s: Sentence, kinds: Sequence[str]) -> Subject | None:
    """Find the one record beside that shown which is called alike, or is of the same account: `no, the other Jane`."""
    spot = s.first("pronouns.other")
    shown = known(s, kinds) if spot and len(s.focus.records) == 1 else []
    if spot is None or not shown:
        return None
    named_behind = s.mentions.get(spot.last + 1)
    if named_behind is not None:
        alike = [each for each in named_behind.records if each.kind in kinds]
    else:
        alike = s.load_shown(s.focus.listed) or _list_alike(s, shown[0])
    left = [each for each in alike if each.ref != shown[0].ref and each.kind == shown[0].kind]
    # What is closed is hardly meant beside what is open, nor is Mary-Jane beside another Jane.
    left = [each for each in left if not each.over] or left
    first = split_words(shown[0].name)[:1]
    left = [each for each in left if split_words(each.name)[:1] == first] or left
    places = (spot.first, *((spot.last + 1,) if named_behind else ()))
    return Subject(left[0].ref, (left[0],), places) if len(left) == 1 else None


def _list_alike(s: Sentence, shown: MentionedRecord) -> list[MentionedRecord]:
    """List the visible records of the same account, or of a person all that have a word of the name."""
    # Of people those with the same first name are the others; of deals those of the same account.
    words = split_words(shown.company) if shown.kind == "opportunity" else split_words(shown.name)[:1]
    hits = list(stored.find_by_words(s.context.scope, words).values())
    keys = {key for found in hits for key in found if key[0] == shown.kind}
    if shown.kind == "opportunity":
        keys = {key for key in keys if all(key in found for found in hits)}
    # Among very many no single other one is meant.
    found = stored.load_mentioned(s.context.scope, keys) if len(keys) <= MOST_ALIKE else {}
    return [each for each in found.values() if shown.kind != "opportunity" or each.company == shown.company]


MOST_ALIKE = 20


def find_beside(s: Sentence) -> Subject | None:
    """Find the record behind or before the one that was shown of a list: `and the next one down?`."""
    for which, step in (("next", 1), ("previous", -1)):
        spot = s.first(f"pronouns.{which}")
        shown = s.focus.records[0] if len(s.focus.records) == 1 else None
        if spot is not None and shown in s.focus.listed:
            place = s.focus.listed.index(shown) + step
            if 0 <= place < len(s.focus.listed):
                reference = s.focus.listed[place]
                return Subject(reference, tuple(s.load_shown([reference])), (spot.first,))
    return None


def find_account_shown(s: Sentence) -> str | None:
    """Find the account that “there” means: the one shown, or that of the record or the list shown; by name or #id."""
    shown = known(s, RECORDS)
    focused = next(iter(known(s, ("account",))), None) or (shown[0] if len(shown) == 1 else None)
    if focused is not None:
        return focused.name if focused.kind == "account" else focused.company
    asked = s.focus.arguments.get("account") or s.focus.arguments.get("company")
    return str(asked) if asked else None


def known(s: Sentence, kinds: Sequence[str]) -> list[MentionedRecord]:
    """The records of the focus that are of these kinds, in order, those that are visible."""
    kind = s.focus.kind
    records = s.focus.records[:1] if kind is not None and kind.about_one else s.focus.records
    wanted = [reference for reference in records if (parsed := parse_ref(reference)) and parsed[0] in kinds]
    return s.load_shown(wanted)


def person(s: Sentence, *, after: int = -1) -> tuple[str, int] | None:
    """The colleague named (a reference, or the words where several fit), and where."""
    for at in sorted(s.mentions):
        mention = s.mentions[at]
        if at > after and mention.people:
            people = mention.people
            exact = [each for each in people if set(split_words(each.name)) == mention.words]
            people = tuple(exact) or people
            return (people[0].ref if len(people) == 1 else mention.said), at
    return None

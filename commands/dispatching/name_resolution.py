"""Finds the record that words mean: by id, by name, by words of the name, with typos mended.

The strictest of these that finds anything decides: a loose match beside an exact one would only ask needless questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from storage.names import name_index
from storage.names.mentions import find_by_email
from storage.names.name_index import NamedRecord
from storage.names.normalise import LEGAL_FORMS, count_typos_allowed, normalise_name, split_words
from storage.people.visibility import Scope
from storage.records import follow_ups

FILLER = frozenset("the a an from at of with for lead contact account opportunity opp deal company".split())


@dataclass(frozen=True)
class NameMatch:
    """The records that fit the words. `sure` is False where typos had to be mended to find them."""

    found: tuple[NamedRecord, ...]
    sure: bool = True


def identify_record(scope: Scope, words: str, kinds: Sequence[str]) -> NameMatch:
    """Find the visible records of these kinds that the words may mean; more than one where they fit equally well."""
    said = words.strip()
    if "follow_up" in kinds:
        return _identify_follow_up(scope, said, [kind for kind in kinds if kind != "follow_up"])
    exact = _find_by_id(scope, said, kinds)
    if exact is not None:
        return NameMatch(tuple(exact))
    # A lead may have an email address and no name.
    if "@" in said and (holders := [each for each in find_by_email(scope, [said]) if each[0] in kinds]):
        return NameMatch(_drop_who_is_over(scope, name_index.load_named(scope, holders)))
    wanted = split_words(said)
    if not wanted:
        return NameMatch(())
    # First with every word as it is: “The Company” or “Open Deal” may be the name itself.
    for attempt in (wanted, [word for word in wanted if word not in FILLER]):
        found = _find_by_words(scope, attempt, kinds) if attempt else []
        if found:
            return NameMatch(_drop_who_is_over(scope, found))
    mended = _mend_typos(scope, [word for word in wanted if word not in FILLER], kinds)
    return (
        NameMatch(_drop_who_is_over(scope, _find_by_words(scope, mended, kinds)), sure=False)
        if mended
        else NameMatch(())
    )


def find_closest_names(scope: Scope, words: str, kinds: Sequence[str], limit: int = 3) -> list[str]:
    """Find names that share a word with the words: what the person may have meant."""
    meant = {*split_words(words)} - FILLER - LEGAL_FORMS
    found = name_index.find_hits(scope, meant, kinds)
    # A word like “john” may hit thousands of records; three suggestions do not need all of them loaded. Those that
    # are only found by their company or their email would be guesses without any likeness.
    named = [each for each in name_index.load_named(scope, list(found)[:50]) if meant & set(split_words(each.name))]
    ranked = process.extract(normalise_name(words), {each: normalise_name(each.name) for each in named}, limit=limit)
    return [each[2].name for each in ranked]


def _drop_who_is_over(scope: Scope, found: list[NamedRecord]) -> tuple[NamedRecord, ...]:
    """Drop people who left where one who is still here is among the found, and leads beside what they became."""
    return _drop_converted_leads(scope, [each for each in found if not each.left] or found)


def _drop_converted_leads(scope: Scope, found: list[NamedRecord]) -> tuple[NamedRecord, ...]:
    """Drop converted leads whose contact is among the found records too."""
    # Lead and contact are the same person, and the lead is read-only: asking which one is meant would be idle.
    contacts = {each.id for each in found if each.kind == "contact"}
    leads = [each.id for each in found if each.kind == "lead"]
    if not contacts or not leads:
        return tuple(found)
    became = name_index.find_converted_contacts(scope, leads)
    return tuple(each for each in found if each.kind != "lead" or became.get(each.id) not in contacts)


def _identify_follow_up(scope: Scope, said: str, kinds: Sequence[str]) -> NameMatch:
    """Find a record by its name, else an open follow-up by its note; mended typos come last."""
    parsed = name_index.parse_ref(said)
    if parsed is not None and parsed[0] == "follow_up":
        return NameMatch(tuple(follow_ups.load_named(scope, [parsed[1]])))
    match = identify_record(scope, said, kinds)
    if match.found and match.sure:
        return match
    noted = follow_ups.find_by_note(scope, said)
    return NameMatch(tuple(noted)) if noted else match


def _find_by_id(scope: Scope, said: str, kinds: Sequence[str]) -> list[NamedRecord] | None:
    parsed = name_index.parse_ref(said)
    # `L17` without a mark may be somebody's name too, so it falls through where no such record is found; `#17` is
    # an id for certain, ours or the one an import brought along.
    if parsed is not None:
        kind, number = parsed
        wanted = [(each, number) for each in kinds if kind in (None, each)]
        found = name_index.load_named(scope, wanted)
        if found or said.startswith("#"):
            return found or name_index.find_by_external_id(scope, kinds, said.removeprefix("#"))
    # Salesforce ids have 15 letters and digits, or 18 with their check letters; people paste them without a mark.
    if said.startswith("#") or (len(said) in (15, 18) and said.isalnum() and not said.isalpha()):
        found = name_index.find_by_external_id(scope, kinds, said.removeprefix("#"))
        if found or said.startswith("#"):
            return found
    return None


def _find_by_words(scope: Scope, wanted: Sequence[str], kinds: Sequence[str]) -> list[NamedRecord]:
    needed = set(wanted)
    hits = name_index.find_hits(scope, needed, kinds)
    full = [record for record, words in hits.items() if words == needed]
    if not full:
        return []
    named = name_index.load_named(scope, full)
    said = " ".join(wanted)
    # The index also knows a lead by its company: “Acme” means the account of that name rather than all who work there.
    for tier in (_equals_name, _has_all_words):
        best = [each for each in named if tier(each, said, needed)]
        if best:
            return best
    return named


def _equals_name(each: NamedRecord, said: str, needed: set[str]) -> bool:
    return normalise_name(each.name) == said


def _has_all_words(each: NamedRecord, said: str, needed: set[str]) -> bool:
    return needed <= set(split_words(each.name))


def _mend_typos(scope: Scope, wanted: Sequence[str], kinds: Sequence[str]) -> list[str] | None:
    """Mend typos to words of visible names; None where a word has no near enough neighbour."""
    mended = []
    for word in wanted:
        # The first letter is hardly ever mistyped, and only what begins with it has to be read from the index.
        known = name_index.list_words_from(scope, kinds, word[:1])
        if word in known:
            mended.append(word)
            continue
        allowed = count_typos_allowed(word)
        if not allowed:
            return None
        near = process.extract(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=2)
        # Of two names that are equally near the more alike as a whole is taken; the person is asked before a write.
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=75) if near else None
            if best is None:
                return None
            mended.append(best[0])
            continue
        mended.append(near[0][0])
    return mended

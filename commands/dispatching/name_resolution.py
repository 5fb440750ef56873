"""Which record do these words mean? The strictest way of matching that finds something decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from storage.names import name_index
from storage.names.name_index import Named
from storage.names.normalise import key_of, words_of
from storage.people.visibility import Scope
from storage.records import follow_ups

FILLER = frozenset("the a an from at of with for lead contact account opportunity opp deal company".split())
SHORTEST_TYPO = 4


@dataclass(frozen=True)
class Match:
    """Records that fit the words. `sure` is False where letters had to be mended to find them."""

    found: tuple[Named, ...]
    sure: bool = True


def identify(scope: Scope, words: str, kinds: Sequence[str]) -> Match:
    """The visible records of these kinds that the words may mean; more than one where they fit equally well."""
    said = words.strip()
    if "follow_up" in kinds:
        return _or_follow_up(scope, said, [kind for kind in kinds if kind != "follow_up"])
    exact = _by_id(scope, said, kinds)
    if exact is not None:
        return Match(tuple(exact))
    wanted = words_of(said)
    if not wanted:
        return Match(())
    for attempt in (wanted, [word for word in wanted if word not in FILLER]):
        found = _by_words(scope, attempt, kinds) if attempt else []
        if found:
            return Match(_now(scope, found))
    mended = _mended(scope, [word for word in wanted if word not in FILLER], kinds)
    return Match(_now(scope, _by_words(scope, mended, kinds)), sure=False) if mended else Match(())


def by_reference(scope: Scope, reference: str) -> Named | None:
    """Find the visible record that an id of a stored call (`L17`) stands for, and nothing that is merely called so."""
    match name_index.parse_ref(reference):
        case ("follow_up", number):
            found = follow_ups.named(scope, [number])
        case (str() as kind, number):
            found = name_index.load(scope, [(kind, number)])
        case _:
            return None
    return found[0] if found else None


def closest(scope: Scope, words: str, kinds: Sequence[str], limit: int = 3) -> list[str]:
    """Names that share a word, or nearly, with the words: what the person may have meant."""
    wanted = [word for word in words_of(words) if word not in FILLER]
    found = name_index.hits(scope, [*wanted, *(_mended(scope, wanted, kinds) or [])], kinds)
    named = name_index.load(scope, list(found)[:50])
    ranked = process.extract(key_of(words), {each: key_of(each.name) for each in named}, limit=limit)
    return [each[2].name for each in ranked]


def _now(scope: Scope, found: list[Named]) -> tuple[Named, ...]:
    """Without converted leads whose contact answers to the same words: a person is asked about once."""
    contacts = {each.id for each in found if each.kind == "contact"}
    leads = [each.id for each in found if each.kind == "lead"]
    if not contacts or not leads:
        return tuple(found)
    became = name_index.converted_into(scope, leads)
    return tuple(each for each in found if each.kind != "lead" or became.get(each.id) not in contacts)


def _or_follow_up(scope: Scope, said: str, kinds: Sequence[str]) -> Match:
    """A record by its name, else an open follow-up by its note; mended letters come last."""
    parsed = name_index.parse_ref(said)
    if parsed is not None and parsed[0] == "follow_up":
        return Match(tuple(follow_ups.named(scope, [parsed[1]])))
    match = identify(scope, said, kinds)
    if match.found and match.sure:
        return match
    noted = follow_ups.by_note(scope, said)
    return Match(tuple(noted)) if noted else match


def _by_id(scope: Scope, said: str, kinds: Sequence[str]) -> list[Named] | None:
    parsed = name_index.parse_ref(said)
    if parsed is not None:
        kind, number = parsed
        wanted = [(each, number) for each in kinds if kind in (None, each)]
        found = name_index.load(scope, wanted)
        if found or said.startswith("#"):
            return found or name_index.by_external_id(scope, kinds, said.removeprefix("#"))
    if said.startswith("#") or (len(said) in (15, 18) and said.isalnum() and not said.isalpha()):
        found = name_index.by_external_id(scope, kinds, said.removeprefix("#"))
        if found or said.startswith("#"):
            return found
    return None


def _by_words(scope: Scope, wanted: Sequence[str], kinds: Sequence[str]) -> list[Named]:
    needed = set(wanted)
    hits = name_index.hits(scope, needed, kinds)
    full = [record for record, words in hits.items() if words == needed]
    if not full:
        return []
    named = name_index.load(scope, full)
    said = " ".join(wanted)
    for tier in (_is_name, _in_name):
        best = [each for each in named if tier(each, said, needed)]
        if best:
            return best
    return named


def _is_name(each: Named, said: str, needed: set[str]) -> bool:
    return key_of(each.name) == said


def _in_name(each: Named, said: str, needed: set[str]) -> bool:
    return needed <= set(words_of(each.name))


def _mended(scope: Scope, wanted: Sequence[str], kinds: Sequence[str]) -> list[str] | None:
    """The words with typos mended to words of visible names; None where one has no near enough neighbour."""
    mended = []
    for word in wanted:
        known = name_index.vocabulary_of(scope, kinds, word[:1])
        if word in known:
            mended.append(word)
            continue
        if len(word) < SHORTEST_TYPO:
            return None
        allowed = 1 if len(word) < 7 else 2
        near = process.extract(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=2)
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=75) if near else None
            if best is None:
                return None
            mended.append(best[0])
            continue
        mended.append(near[0][0])
    return mended

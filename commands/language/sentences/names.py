"""Names of records and people in a sentence, told apart from ordinary words and dates that look like them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from commands.language.models.linear_models import YesNoModel
from commands.language.sentences.lexicon import WORDS, lexicon, list_ordinary_words
from commands.language.sentences.mention import Key, Mention, drop_possessive
from commands.language.sentences.name_blanks import (
    cut_joined_names,
    cut_token,
    find_joined_words,
    join_words,
    list_cuts,
)
from commands.language.sentences.places import find_known_places
from commands.language.sentences.typos import CALENDAR, mend_keywords, mend_names
from commands.language.sentences.unknown_names import find_unknown_names, is_strange
from commands.values.text import Text, Token
from storage.names import mentions, name_index
from storage.names.mentions import MentionedRecord
from storage.names.normalise import LEGAL_FORMS, split_words
from storage.people.visibility import Scope

MOST_RECORDS = 300


def mentions_in(
    text: Text, scope: Scope, model: YesNoModel, own: frozenset[str] = frozenset()
) -> tuple[Text, list[Mention], list[str]]:
    """The text with its typos mended, the names in it, and the products of visible opportunities.

    `model` tells whether ordinary words name somebody. `own` are words that a workspace taught the reader: no typos,
    and names of nobody.
    """
    text, found = find_possible_mentions(text, scope, own)
    strangers = [stranger for each in found if (stranger := _find_namesake(text, each, found, own)) is not None]
    found = [each for each in found if not any(each.last == stranger.last for stranger in strangers)]
    ids = [*_ids(text, scope), *_addresses(text, scope)]
    taken = {at for mention in ids for at in range(mention.first, mention.last + 1)}
    found = [each for each in found if each.first not in taken and each.last not in taken]
    kept = [each for each in found if each.sure or model.weigh(describe_mention(text, each, found)) >= LIKELY]
    places = list(find_known_places(text.tokens))
    # “New york” is no “York Industries”.
    kept = [each for each in kept if not any(_is_within(each, place) for place in places)]
    kept = [_take_for_place(text, each) if (each.first, each.last) in places else each for each in kept]
    kept += [*ids, *strangers]
    kept += find_unknown_names(text, kept, own)
    return text, sorted(_mark_places(text, kept, places), key=lambda each: each.first), _products(found)


def _find_namesake(text: Text, mention: Mention, found: Sequence[Mention], own: frozenset[str]) -> Mention | None:
    """Find who has the family name of others and a first name that none of them has: “rosa delgado” is no Mark Delgado.

    Return them as somebody who is not here; None where the name is that of those who are.
    """
    at = mention.first - 1
    known = (*mention.records, *mention.people)
    persons = [split_words(each.name) for each in known if each.kind not in ("account", "opportunity")]
    by_family = bool(persons) and all(name[:1] != name[-1:] and mention.words <= {*name[1:]} for name in persons)
    if (
        at < 1
        or not by_family
        or text.tokens[mention.first].gap
        or any(each.first <= at <= each.last for each in found)
    ):
        return None
    first = text.tokens[at]
    if not is_strange(first, list_ordinary_words(own)) or first.possessive:
        return None
    said = drop_possessive(text.clean[first.start : text.tokens[mention.last].end])
    return Mention(at, mention.last, said, mention.words | {first.norm}, (), (), sure=False)


LIKELY = 0.5
"""From which probability on ordinary words are taken for a name."""


def _is_within(mention: Mention, place: tuple[int, int]) -> bool:
    first, last = place
    return first <= mention.first and mention.last <= last and last - first > mention.last - mention.first


def _mark_places(text: Text, kept: Sequence[Mention], places: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Take known places that nobody is called after for one name each: “salt lake city” is no “Salt”."""
    found = dict(places)
    for each in kept:
        covering = [(first, last) for first, last in found.items() if first <= each.last and each.first <= last]
        # “Victoria Smith” is no place, nor is a company that is called after one.
        if not each.unknown or any(each.first < first or last < each.last for first, last in covering):
            yield each
            for first, _ in covering:
                del found[first]
        elif not covering:
            yield each
    for first, last in found.items():
        said = text.clean[text.tokens[first].start : text.tokens[last].end]
        words = frozenset(token.norm for token in text.tokens[first : last + 1])
        yield Mention(first, last, drop_possessive(said), words, (), (), sure=False, is_place=True)


def _take_for_place(text: Text, mention: Mention) -> Mention:
    """Take a city for the place where that is asked for, though somebody's name begins with it: `deals in Denver`."""
    first, last = mention.first, mention.last
    norms = [token.norm for token in text.tokens]
    if text.tokens[last].possessive:
        return mention
    named = [split_words(name) for each in mention.records for name in (each.name, each.company)]
    if any({*words} - LEGAL_FORMS == mention.words for words in named):
        return mention
    before, after = set(norms[max(0, first - 1) : first]), set(norms[last + 1 : last + 2])
    # “Leads Austin” may be a colleague's, and “bring in Austin” means them.
    asked = not mention.people and (before & WORDS["places"] or (before | after) & PLURALS)
    return replace(mention, records=(), people=()) if asked else mention


PLURALS = {word for word in WORDS["named_nouns"] if word.endswith("s")} - {"status"}


def find_possible_mentions(text: Text, scope: Scope, own: frozenset[str]) -> tuple[Text, list[Mention]]:
    """Find all words that somebody's name has, typos mended, whether or not they mean it here."""
    text = mend_keywords(text, own)
    words = {token.norm for token in text.tokens if token.kind in ("word", "number")} - WORDS["silent"]
    joined = find_joined_words(text)
    parts = {part for token in text.tokens for cut in list_cuts(token) for part in cut}
    singular = {word[:-1] for word in words if _may_end_in_s(word)}
    hits = mentions.find_by_words(scope, words | singular | set(joined) | parts)
    text = join_words(_singular(text, hits), joined, hits)
    text = replace(text, tokens=tuple(part for token in text.tokens for part in cut_token(token, hits)))
    text, hits = cut_joined_names(text, hits, scope, own)
    text, hits = mend_names(text, hits, scope, own)
    runs = _runs(text.tokens, hits)
    known = mentions.load_mentioned(scope, _few(runs))
    return text, [mention for run in runs if (mention := _mention(text, run, known)) is not None]


def _products(found: Sequence[Mention]) -> list[str]:
    """Products that were said in full, whoever buys them."""
    said = []
    for mention in found:
        for record in mention.records:
            if record.kind == "opportunity" and record.product and mention.words == set(split_words(record.product)):
                said.append(record.product)
                break
    return said


def _may_end_in_s(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word not in lexicon().ordinary


def _singular(text: Text, hits: dict[str, set[Key]]) -> Text:
    """`richs number`, `two fleet renewals`: an s that belongs to no name is taken off."""
    tokens = list(text.tokens)
    for at, token in enumerate(tokens):
        if token.norm not in hits and _may_end_in_s(token.norm) and token.norm[:-1] in hits:
            tokens[at] = replace(token, norm=token.norm[:-1], possessive=True)
    return replace(text, tokens=tuple(tokens))


@dataclass(frozen=True, slots=True)
class _NameRun:
    first: int
    last: int
    records: frozenset[Key]
    words: frozenset[str]


def _runs(tokens: Sequence[Token], hits: dict[str, set[Key]]) -> list[_NameRun]:
    """The longest sequences of words that one and the same record has in its name."""
    runs = []
    at = 0
    while at < len(tokens):
        found = hits.get(tokens[at].norm) if tokens[at].kind in ("word", "number") else None
        if not found:
            at += 1
            continue
        records, words, last, reach = set(found), {tokens[at].norm}, at, at + 1
        while reach < len(tokens):
            token = tokens[reach]
            if re.search(r"[.;!?:\n(]", token.gap) and not _abbreviated(tokens[reach - 1], token):
                break
            both = records & hits.get(token.norm, set())
            if "," in token.gap and all(kind == "opportunity" for kind, _ in both):
                # “Copper Peak, GTX Pro” may be a new deal with its product: the names are read one by one.
                break
            if both and token.norm not in words:
                records, last = both, reach
                words.add(token.norm)
            elif token.norm not in WORDS["filler"] or reach - last > 2 or tokens[last].possessive:
                break
            reach += 1
        while (
            last + 1 < len(tokens)
            and tokens[last + 1].norm in LEGAL_FORMS
            and not tokens[last + 1].gap
            and len(tokens[last + 1].norm) > 2
            and tokens[last + 1].norm not in ("company",)
        ):
            last += 1
        runs.append(_NameRun(at, last, frozenset(records), frozenset(words)))
        at = last + 1
    return runs


def _abbreviated(before: Token, token: Token) -> bool:
    return token.gap == "." and before.norm in LEGAL_FORMS


def _few(runs: Sequence[_NameRun]) -> set[Key]:
    return {key for run in runs for key in sorted(run.records)[:MOST_RECORDS]}


def _mention(text: Text, run: _NameRun, known: dict[Key, MentionedRecord]) -> Mention | None:
    records = _drop_former_leads([known[key] for key in sorted(run.records) if key in known])
    people = [each for each in records if each.kind == "user"]
    if not records:
        return None
    first, last = text.tokens[run.first], text.tokens[run.last]
    said = text.clean[first.start : last.end]
    if last.possessive:
        said = drop_possessive(said)
    return Mention(
        run.first,
        run.last,
        said.strip().lower(),
        run.words,
        tuple(each for each in records if each.kind != "user"),
        # One who left is meant only where the words fit nobody who is still here.
        tuple([each for each in people if not each.over] or people),
        _unmistakable(text, run, records),
    )


def _drop_former_leads(records: list[MentionedRecord]) -> list[MentionedRecord]:
    """Drop leads that are over where the contact they became is among the records: it is the same person."""
    contacts = {each.name: {*split_words(each.company)} for each in records if each.kind == "contact"}
    return [
        each
        for each in records
        if not (each.kind == "lead" and each.over and contacts.get(each.name, set()) & {*split_words(each.company)})
    ]


def _unmistakable(text: Text, run: _NameRun, records: Sequence[MentionedRecord]) -> bool:
    ordinary = lexicon().ordinary
    if any(word not in ordinary and word not in CALENDAR for word in run.words):
        return True
    if len(run.words) < 2:
        return False
    for record in records:
        for name in (record.name, record.company):
            whole = [word for word in split_words(name) if word not in LEGAL_FORMS]
            if whole and set(whole) <= run.words:
                return True
    return all(text.tokens[at].capital for at in range(run.first, run.last + 1))


def describe_mention(text: Text, mention: Mention, others: Sequence[Mention]) -> Iterator[str]:
    """List what tells whether ordinary words stand where a name would: the words around, capitals, what they name."""
    tokens = text.tokens
    first, last = tokens[mention.first], tokens[mention.last]
    earlier, before = _word_at(tokens, mention.first - 2), _word_at(tokens, mention.first - 1)
    after, later = _word_at(tokens, mention.last + 1), _word_at(tokens, mention.last + 2)
    starts = not mention.first or bool(BREAKS.search(first.gap))
    stops = mention.last + 1 >= len(tokens) or bool(BREAKS.search(tokens[mention.last + 1].gap))
    capitals = all(token.capital for token in tokens[mention.first : mention.last + 1])
    dated = first.norm in CALENDAR
    kinds = {record.kind for record in mention.records} | ({"user"} if mention.people else set())
    words = min(3, len(mention.words))
    yield from (f"before {before}", f"earlier {earlier} {before}", f"after {after}", f"later {after} {later}")
    yield from (f"around {before} {after}", f"first {first.norm}", f"last {last.norm}")
    yield from (f"first before {first.norm} {before}", f"last after {last.norm} {after}")
    yield from (f"dated {dated} {first.capital} {before}", f"dated {dated} {after}", f"possessive {last.possessive}")
    yield f"capital {first.capital} {capitals} starts {starts}"
    yield f"words {words} {capitals} {starts}"
    yield f"alone {starts} {stops} {min(4, len(tokens) // 3)}"
    numbers = [0 <= at < len(tokens) and tokens[at].kind == "number" for at in (mention.first - 1, mention.last + 1)]
    yield f"numbers {numbers} {dated}"
    yield f"kinds {' '.join(sorted(kinds))}"
    # Words of opportunities alone (`fleet renewal`) count where they narrow down a name that was said too.
    mine = {record.ref for record in mention.records}
    narrows = any(mine & {record.ref for record in each.records} for each in others if each.sure)
    yield f"narrows {narrows} {kinds == {'opportunity'}}"
    yield f"beside {any(each.first == mention.last + 1 for each in others)}"


BREAKS = re.compile(r"[.,;:!?\n-]")


def _word_at(tokens: Sequence[Token], at: int) -> str:
    return "<" if at < 0 else ">" if at >= len(tokens) else tokens[at].norm


def _ids(text: Text, scope: Scope) -> list[Mention]:
    """`#L17`: the record itself."""
    found = []
    for at, token in enumerate(text.tokens):
        parsed = name_index.parse_ref(token.raw) if token.kind == "id" else None
        if parsed is None:
            continue
        kinds = [parsed[0]] if parsed[0] else ["lead", "opportunity", "account", "contact"]
        known = mentions.load_mentioned(
            scope, [(kind, parsed[1]) for kind in kinds if kind in ("lead", "opportunity", "account", "contact")]
        )
        found.append(Mention(at, at, token.raw.lower(), frozenset([token.norm]), tuple(known.values()), ()))
    return found


def _addresses(text: Text, scope: Scope) -> list[Mention]:
    """`jane@initech.com`: whoever has that address, where somebody does."""
    found = []
    for at, token in enumerate(text.tokens):
        if token.kind == "email" and (keys := mentions.find_by_email(scope, [token.raw])):
            known = tuple(mentions.load_mentioned(scope, keys).values())
            found.append(Mention(at, at, token.raw.lower(), frozenset(split_words(known[0].name)), known, ()))
    return found

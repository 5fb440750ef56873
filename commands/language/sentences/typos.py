"""Mends typos: in words that the reader goes by, in the workspace's own words, and in names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, DamerauLevenshtein

from commands.language.sentences.lexicon import WORDS, drop_vowels, lexicon, list_ordinary_words
from commands.language.sentences.mention import Key
from commands.language.sentences.places import find_known_places
from commands.values.text import Text, Token
from commands.values.time_words import MONTHS, WEEKDAYS
from storage.names import mentions
from storage.names.normalise import count_typos_allowed, split_words
from storage.people.visibility import Scope

CALENDAR = frozenset(MONTHS) | frozenset(WEEKDAYS)


def mend_keywords(text: Text, own: frozenset[str]) -> Text:
    places = _list_words_of_places(text.tokens)
    tokens = [
        token if token.norm in own or at in places else _mended_keyword(token, own)
        for at, token in enumerate(text.tokens)
    ]
    return replace(text, tokens=tuple(tokens))


def _list_words_of_places(tokens: Sequence[Token]) -> set[int]:
    """List the words that name a place as they are written: `fort worth`, `in turin`; but “my leeds” are leads."""
    asked = WORDS["asking_where"]
    found = find_known_places(tokens)
    return {
        at
        for first, last in found
        if first < last or (first and tokens[first - 1].norm in asked)
        for at in range(first, last + 1)
    }


def _mended_keyword(token: Token, own: frozenset[str]) -> Token:
    if token.kind != "word" or len(token.norm) < 3 or token.norm in lexicon().ordinary:
        return token
    near = lexicon().without_vowels.get(token.norm) or (_near_keyword(token.norm) if len(token.norm) > 3 else None)
    near = near or (_near_own_word(token.norm, own) if len(token.norm) >= LONG_ENOUGH else None)
    # Written with a capital within a sentence it is rather a name: “Quist” is not “quiet”, “Novmber” is a month.
    if near is None or (token.capital and token.start > 0 and near not in CALENDAR):
        return token
    return Token(near, token.raw, token.start, token.end, token.kind, token.gap, token.possessive, token.capital, True)


LONG_ENOUGH = 6
"""How many letters a word has at least that is mended into one of the workspace's own words."""


def _near_own_word(word: str, own: frozenset[str]) -> str | None:
    """Find the one word of the workspace's own statuses, stages and sources that is a letter or a turn away."""
    found = [each for each, _, _ in process.extract(word, sorted(own), scorer=OSA.distance, score_cutoff=1, limit=2)]
    plural = [each for each in found if f"{each}s" == word or f"{word}s" == each]
    return found[0] if len(found) == 1 and not plural else None


@lru_cache(maxsize=4096)
def _near_keyword(word: str) -> str | None:
    allowed = 1 if len(word) < 9 else 2
    found = process.extract(word, lexicon().mendable, scorer=OSA.distance, score_cutoff=allowed, limit=8)
    found = [each for each in found if each[0][0] == word[0] or sorted(each[0]) == sorted(word) or each[1] == 1]
    found = [each for each in found if not (len(word) == 4 and sorted(each[0]) != sorted(word) and len(each[0]) < 5)]
    weight = lexicon().weight
    return (
        min(found, key=lambda each: (each[1], sorted(each[0]) != sorted(word), -weight[each[0]]))[0] if found else None
    )


def mend_names(
    text: Text, hits: dict[str, set[Key]], scope: Scope, own: frozenset[str]
) -> tuple[Text, dict[str, set[Key]]]:
    """Words that nobody knows become the nearest word of a visible name; a keyword's mend gives way to a name."""
    ordinary = list_ordinary_words(own)
    tokens = list(text.tokens)
    originals = {
        at: split_words(token.raw)[0] for at, token in enumerate(tokens) if token.mended and split_words(token.raw)
    }
    places = _list_words_of_places(tokens)
    strange = {
        at: originals.get(at, token.norm)
        for at, token in enumerate(tokens)
        if token.kind == "word"
        and at not in places
        and (token.mended or (_may_be_misspelt(token.norm) and token.norm not in ordinary and token.norm not in hits))
    }
    if not strange:
        return text, hits
    changed: dict[int, str] = {}
    for at, (name, typos) in _find_nearest(scope, strange, strange.keys() - originals.keys()).items():
        token = tokens[at]
        if typos and token.mended and not token.capital and OSA.distance(strange[at], token.norm) <= typos:
            continue
        changed[at] = name
    if not changed:
        return text, hits
    # All of them, for who has a common first name and the mended family name is found by both.
    hits = mentions.find_by_words(scope, {*hits, *changed.values()})
    changed = {at: word for at, word in changed.items() if not _is_anothers(at, tokens, changed, hits, ordinary)}
    for at, word in changed.items():
        old = tokens[at]
        possessive = old.possessive
        tokens[at] = Token(word, old.raw, old.start, old.end, "word", old.gap, possessive, old.capital, True)
    return replace(text, tokens=tuple(tokens)), hits


def _may_be_misspelt(word: str) -> bool:
    return len(word) > SHORTEST or (len(word) == SHORTEST and drop_vowels(word) == word)


def _find_nearest(scope: Scope, strange: Mapping[int, str], bare: Set[int]) -> dict[int, tuple[str, int]]:
    """Find the nearest word of a visible name for each strange word, and how many typos it is away.

    The `bare` ones may be names without their vowels: `cnvrt rch osbrn`.
    """
    found: dict[int, tuple[str, int]] = {}
    # Who sees all of a large company's names is shown those first that two letters choose: one chooses too many.
    for letters in (1,) if scope.visible is not None else (2, 1):
        left = {at: word for at, word in strange.items() if at not in found}
        starts = {word[:letters] for word in left.values()}
        if letters > 1:
            # The second letter may be one too many, or have changed places with the third.
            starts |= {word[0] + word[2:3] for word in left.values()}
        known = sorted(mentions.list_words_by_start(scope, starts) - WORDS["silent"])
        for at, word in left.items():
            # With two letters right more than one typo is looked for among the rest as well: a letter may be missing.
            cutoff = count_typos_allowed(word) if letters == 1 else 1
            near = process.extract(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=cutoff, limit=3)
            for name, typos, _ in near:
                if name == word or min(len(word), len(name)) > SHORTEST:
                    found[at] = (name, int(typos))
                    break
            # Among names that begin with two letters alike most are not without their vowels.
            if letters == 1 and at in bare and at not in found and drop_vowels(word) == word:
                fits = [name for name in known if len(name) > len(word) and drop_vowels(name) == word]
                found |= {at: (fits[0], 0)} if len(fits) == 1 else {}
    return found


SHORTEST = 3
"""How many letters a word has at most in which no typo is mended. It may be a name without its vowels."""


def _is_anothers(
    at: int, tokens: Sequence[Token], changed: dict[int, str], hits: dict[str, set[Key]], ordinary: Set[str]
) -> bool:
    """Tell whether a word has a name beside it that no record has together with what it would be mended to.

    “Robert Miller” is nobody here, where there is a Katrin Müller only.
    """
    mended = hits.get(changed[at], set())
    for beside, gap in ((at - 1, tokens[at].gap), (at + 1, tokens[at + 1].gap if at + 1 < len(tokens) else ".")):
        if not 0 <= beside < len(tokens) or gap or tokens[beside].kind != "word" or tokens[min(at, beside)].possessive:
            continue
        word = changed.get(beside, tokens[beside].norm)
        named = tokens[at].capital and tokens[beside].capital
        if (named or beside < at) and tokens[beside].norm not in ordinary and not mended & hits.get(word, set()):
            return True
    return False


# Names that nobody visible has.

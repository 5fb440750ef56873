"""Cuts names that are written without the blanks between their words, and joins those that have one too many."""

from __future__ import annotations

from dataclasses import replace

from commands.language.sentences.lexicon import WORDS, lexicon, list_ordinary_words
from commands.language.sentences.mention import Key
from commands.values.text import Text, Token
from storage.names import mentions
from storage.names.normalise import split_words
from storage.people.visibility import Scope


def list_cuts(token: Token) -> list[tuple[str, str]]:
    """List the ways to cut a name in two that is written without a blank, in a script that has no capitals."""
    caseless = token.kind == "word" and not token.norm.isascii() and token.norm.upper() == token.norm.lower()
    return [(token.norm[:at], token.norm[at:]) for at in range(1, len(token.norm))] if caseless else []


def cut_token(token: Token, hits: dict[str, set[Key]]) -> list[Token]:
    """Cut such a name where both parts are names, and drop what politeness puts behind one: `김민수님`."""
    for one, other in list_cuts(token):
        polite = other in WORDS["honorifics"]
        if one in hits and (polite or other in hits) and token.norm not in hits:
            middle = token.start + len(one)
            head = replace(token, norm=one, raw=one, end=token.end if polite else middle)
            return [head] if polite else [head, replace(token, norm=other, raw=other, start=middle, gap="")]
    return [token]


SHORTEST_PART, LONGEST_JOINED = 3, 24
"""How many letters a part of a name has at least that is cut off another, and how many both have at the most."""
MOST_JOINED = 6
"""How many words are tried at the most."""


def cut_joined_names(
    text: Text, hits: dict[str, set[Key]], scope: Scope, own: frozenset[str]
) -> tuple[Text, dict[str, set[Key]]]:
    """Cut names that were written without the blank between them, where a record has all parts: `nextstepmedia`."""
    strange = {
        at: (split_words(token.raw) or [""])[0]
        for at, token in enumerate(text.tokens)
        if token.kind == "word"
        and token.norm not in hits
        and (token.mended or token.norm not in list_ordinary_words(own))
        and 2 * SHORTEST_PART <= len(token.norm) <= LONGEST_JOINED
    }
    # Of a text that is mostly strange words nobody wrote names without their blanks, and it has parts by the thousand.
    if not strange or len(strange) > MOST_JOINED:
        return text, hits
    shortest = SHORTEST_PART
    parts = {
        word[first:last]
        for word in strange.values()
        for first in range(len(word) - shortest + 1)
        for last in range(first + shortest, len(word) + 1)
    }
    known = mentions.find_by_words(scope, parts - WORDS["silent"])
    tokens: list[Token] = []
    for at, token in enumerate(text.tokens):
        cut = _cut_at_names(strange[at], known) if at in strange else []
        for number, part in enumerate(cut):
            own_part = replace(token, norm=part, gap=token.gap if not number else "", mended=True)
            tokens.append(replace(own_part, possessive=token.possessive and number == len(cut) - 1))
            hits = {**hits, part: known[part]}
        tokens += [] if cut else [token]
    return replace(text, tokens=tuple(tokens)), hits


def _cut_at_names(word: str, known: dict[str, set[Key]]) -> list[str]:
    """Cut a word into two names or more that one record has; an empty list where it is none such."""
    ways: list[tuple[str, list[str], set[Key]]] = [(word, [], set())]
    while ways:
        rest, parts, records = ways.pop()
        if not rest and len(parts) > 1:
            return parts
        for length in range(SHORTEST_PART, len(rest) + 1):
            part = rest[:length]
            both = known.get(part, set()) & (records if parts else known.get(part, set()))
            if both:
                ways.append((rest[length:], [*parts, part], both))
    return []


def find_joined_words(text: Text) -> dict[str, int]:
    """Find pairs of words that may be one name, `stone gate`: both in one, and where the first stands."""
    spoken = lexicon().phrases.words
    pairs = enumerate(zip(text.tokens, text.tokens[1:], strict=False))
    return {
        one.norm + other.norm: at
        for at, (one, other) in pairs
        if one.kind == other.kind == "word"
        and not other.gap
        and len(one.norm) > 2
        and len(other.norm) > 2
        and not (one.norm in spoken and other.norm in spoken)
    }


def join_words(text: Text, joined: dict[str, int], hits: dict[str, set[Key]]) -> Text:
    """Join the pairs of words that are a name together, and none by themselves."""
    tokens = list(text.tokens)
    for word, at in sorted(joined.items(), key=lambda each: -each[1]):
        if word in hits and not hits.keys() & {tokens[at].norm, tokens[at + 1].norm}:
            one, other = tokens[at : at + 2]
            raw = text.clean[one.start : other.end]
            tokens[at : at + 2] = [replace(one, norm=word, raw=raw, end=other.end, possessive=other.possessive)]
    return replace(text, tokens=tuple(tokens))


def is_hyphenated(one: Token, other: Token) -> bool:
    """Tell whether two words are one with a hyphen: `Smith-Jones`."""
    return one.kind == other.kind == "word" and other.gap == "-" and other.start == one.end + 1

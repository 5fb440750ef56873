"""Finds names of somebody who is not there, or not visible: no ordinary words, where a name would stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from commands.language.sentences.lexicon import WORDS, lexicon, list_ordinary_words
from commands.language.sentences.mention import Mention, drop_possessive
from commands.values.text import Text, Token

VERBAL = re.compile(f".(?:{'|'.join(sorted(WORDS['endings']))})$")
"""Endings of words that are no names."""


def find_unknown_names(text: Text, kept: Sequence[Mention], own: frozenset[str]) -> list[Mention]:
    """Runs of words that are no ordinary words: names of someone who is not there, or not visible."""
    taken = {at for each in kept for at in range(each.first, each.last + 1)}
    ordinary = list_ordinary_words(own)
    found: list[Mention] = []
    if _only_a_name(text, kept, ordinary):
        said = text.clean[text.tokens[0].start : text.tokens[-1].end]
        words = frozenset(token.norm for token in text.tokens)
        return [Mention(0, len(text.tokens) - 1, said, words, (), (), sure=False)]
    at = 0
    tokens = text.tokens
    while at < len(tokens):
        token = tokens[at]
        if at in taken or not is_strange(token, ordinary) or not _in_name_slot(text, at):
            at += 1
            continue
        last = at
        while (
            last + 1 < len(tokens)
            and last + 1 not in taken
            and tokens[last + 1].gap in ("", "-", "'")
            and (is_strange(tokens[last + 1], ordinary) or (tokens[last + 1].capital and tokens[last].capital))
        ):
            last += 1
        first = at
        while (
            first > 0
            and first - 1 not in taken
            and tokens[first - 1].capital
            and tokens[first].capital
            and not tokens[first].gap
            and first - 1 > 0
            and tokens[first - 1].norm not in WORDS["silent"]
            and tokens[first - 1].norm not in lexicon().phrases.words
        ):
            first -= 1
        while first < last and tokens[first].norm in WORDS["titles"]:
            first += 1
        said = drop_possessive(text.clean[tokens[first].start : tokens[last].end])
        words = frozenset(tokens[each].norm for each in range(first, last + 1))
        found.append(Mention(first, last, said, words, (), (), sure=False))
        at = last + 1
    return found


def _in_name_slot(text: Text, at: int) -> bool:
    """Whether an unknown word stands where a name would: with a capital, behind a verb that takes one, or alone."""
    tokens = text.tokens
    token = tokens[at]
    before = tokens[at - 1].norm if at else ""
    after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    if token.possessive or len(tokens) <= 4 or before in WORDS["titles"]:
        return True
    if token.capital and at > 0 and not re.search(r"[.!?\n]", token.gap):
        return True
    if after in ("account", "lead", "deal", "opportunity", "opp") and before != "a":
        return True
    if before == "is" and at > 1 and tokens[at - 2].norm in WORDS["asking_after"]:
        return True
    if (
        before in WORDS["places"]
        or before in ("lead", "contact", "account")
        or (before in WORDS["leading"] and not after)
    ):
        return True
    return before in WORDS["takers"] and before not in WORDS["loose_takers"] and at <= 3


def _only_a_name(text: Text, kept: Sequence[Mention], ordinary: frozenset[str]) -> bool:
    """Two or three words that say nothing else: a name, if at least one of them is no ordinary word."""
    tokens = text.tokens
    if kept or not 1 <= len(tokens) <= 3 or any(token.gap not in ("", "-") for token in tokens[1:]):
        return False
    spoken = lexicon().phrases.words
    strange = [is_strange(token, ordinary) for token in tokens]
    return any(strange) and all(
        odd
        or (token.kind == "word" and not token.mended and token.norm in lexicon().common and token.norm not in spoken)
        for odd, token in zip(strange, tokens, strict=True)
    )


def is_strange(token: Token, ordinary: frozenset[str]) -> bool:
    """Tell whether a word is no ordinary one, no title and not mere letters, so that it may be a name."""
    if (
        token.kind != "word"
        or len(token.norm) < 3
        or token.mended
        or token.norm in ordinary
        or token.norm in WORDS["titles"]
    ):
        return False
    if not token.capital and VERBAL.search(token.norm):
        return False
    return (
        bool(re.search(r"[aeiouy]", token.norm))
        and not re.search(r"^[bcdfghjklmnpqrstvwxz]{4}|[aeiou]{4}|q[^u]|sdf|zxc", token.norm)
        and not re.search(r"[bcdfghjklmnpqrstvwxz]{5,}", token.norm)
    )

"""Reads a command that no table has taught yet by its examples: each is a frame with places for names and values."""

from __future__ import annotations

import re

from commands.contract.arguments import FreeWords, RecordMark
from commands.contract.command import Command
from commands.language.candidates.argument_candidate import list_choices
from commands.language.sentences.sentence import Sentence
from commands.language.sentences.subjects import named, pointed
from commands.language.understood import Understood
from commands.values.text import Token, tokenize_text

FREE_WORDS_BEHIND = re.compile(r"[:;,–-]")


def read_by_example(s: Sentence, kind: type[Command]) -> Understood | None:
    """Read a sentence that says what an example of the command says, about another record or with another value."""
    for example in kind.examples:
        arguments = _fill_frame(s, kind, tokenize_text(example).tokens)
        if arguments is not None and all(
            name in arguments for name, info in kind.model_fields.items() if info.is_required()
        ):
            return Understood(kind.verb(), arguments)
    return _repeat_for_another(s, kind)


def _fill_frame(s: Sentence, kind: type[Command], frame: tuple[Token, ...]) -> dict[str, object] | None:
    found: dict[str, object] = {}
    at = 0
    names = iter(kind.marked_fields(RecordMark).items())
    for number, token in enumerate(frame):
        if token.capital and number and frame[number - 1].capital:
            # The second word of a name: the sentence has one unit for both.
            continue
        if at >= len(s.units):
            return None
        if token.capital:
            name, mark = next(names, (None, None))
            about = named(s, mark.kinds, within=(at, at)) or pointed(s, mark.kinds) if mark else None
            if name is None or about is None or about.places != (at,):
                return None
            found[name] = about.name
        elif (choice := _find_choice(kind, token.norm, s.norms[at])) is not None:
            found |= choice
        elif token.norm != s.norms[at]:
            return None
        at += 1
    return _take_free_words(s, kind, at, found)


def _find_choice(kind: type[Command], shown: str, said: str) -> dict[str, object] | None:
    """Find the argument whose value the example shows here, with the value that was said; None where it shows none."""
    for name in kind.model_fields:
        values = {value.lower(): value for value in list_choices(kind, name)}
        if shown in values and said in values:
            return {name: values[said]}
    return None


def _take_free_words(s: Sentence, kind: type[Command], at: int, found: dict[str, object]) -> dict[str, object] | None:
    if at == len(s.units):
        return found
    free = next(iter(kind.marked_fields(FreeWords)), None)
    if free is None or not FREE_WORDS_BEHIND.search(s.units[at].gap):
        return None
    return {**found, free: s.cut(at).strip()}


def _repeat_for_another(s: Sentence, kind: type[Command]) -> Understood | None:
    """Read `same for Drew` behind a call of the command."""
    if s.focus.kind is not kind or not kind.repeats or s.norms[:2] != ["same", "for"]:
        return None
    name, mark = next(iter(kind.marked_fields(RecordMark).items()))
    about = named(s, mark.kinds)
    return Understood(kind.verb(), {**s.focus.arguments, name: about.name}) if about is not None else None

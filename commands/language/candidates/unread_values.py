"""Explains an order whose last words stand where a value would and are none: `mark Jane Doe as banana`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commands import BY_VERB
from commands.contract.arguments import OwnerMark, RecordMark
from commands.contract.command import Command
from commands.contract.errors import Ambiguous, CommandError
from commands.contract.giving import find_new_owner
from commands.contract.update_field import UpdateField
from commands.dispatching.prepare import prepare_command
from commands.language.candidates.candidates import find_candidates
from commands.language.candidates.text_candidates import TextEdges
from commands.language.sentences.lexicon import Phrases
from commands.language.sentences.sentence import Sentence
from commands.language.sentences.subjects import KIND_OF_NOUN, named, pointed
from storage.names.normalise import split_words

FILE = Path(__file__).with_name("unread_values.toml")
MOST_WORDS = 5
"""How many words a value has at most; more are a story."""


@dataclass(frozen=True)
class OrderFrames:
    """Holds the orders that end in a value, and the words that may stand around them or be left out."""

    phrases: Phrases
    takers: Sequence[dict[str, tuple[str, str]]]
    """For each order, by kind of record, the command and the argument that the last words are meant for."""
    before: frozenset[str]
    unsaid: frozenset[str]
    behind: frozenset[str]


@dataclass(frozen=True)
class SaidValue:
    """Words that stand where a value would, and what they are meant for."""

    kind: type[Command]
    argument: str
    arguments: dict[str, Any]
    first: int
    last: int
    """Where the words stand."""


@cache
def load_frames() -> OrderFrames:
    """Load the orders, once."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    phrases = Phrases()
    for number, order in enumerate(data["order"]):
        for phrase in order.pop("phrases"):
            phrases.add(str(number), phrase)
    sets = {name: frozenset(words.split()) for name, words in data.items() if isinstance(words, str)}
    takers = [{kind: (verb, argument) for kind, (verb, argument) in order.items()} for order in data["order"]]
    return OrderFrames(phrases, takers, **sets)


def find_said_value(s: Sentence) -> SaidValue | None:
    """Find the words at the end of an order that stand where a value would, whether or not they are one."""
    frames = load_frames()
    places = [at for at, norm in enumerate(s.norms) if norm not in frames.unsaid or at in s.mentions]
    norms = _list_norms(s, places)
    first = next((at for at, norm in enumerate(norms) if norm not in frames.before), len(norms))
    found = list(frames.phrases.at(norms, [False] * len(norms), first)) if first < len(norms) else []
    for order, last, _ in sorted(found, key=lambda each: (int(each[0]), each[1])):
        behind = [places[at] for at in range(last + 1, len(norms))]
        while behind and s.norms[behind[-1]] in frames.behind:
            behind.pop()
        said = s.cut(behind[0], behind[-1]).strip(" .,;:!?\"'") if behind else ""
        if said and len(split_words(said)) <= MOST_WORDS:
            found_for = _find_taker(s, frames.takers[int(order)], places[first : last + 1], said)
            if found_for is not None:
                return SaidValue(*found_for, behind[0], behind[-1])
    return None


def _list_norms(s: Sentence, places: list[int]) -> list[str]:
    """List the words of a sentence with what means a record as one mark."""
    pointing = {at for each in s.all("pronouns.person", "pronouns.thing") for at in range(each.first, each.last + 1)}
    norms = ["@" if at in pointing else s.norms[at] for at in places]
    # “Tom Rusk #L6” says one record twice.
    for at in range(len(norms) - 1, 0, -1):
        if norms[at] == norms[at - 1] == "@":
            del norms[at], places[at]
    return norms


def _find_taker(
    s: Sentence, takers: dict[str, tuple[str, str]], frame: list[int], said: str
) -> tuple[type[Command], str, dict[str, Any]] | None:
    within = (frame[0], frame[-1])
    nouns = {KIND_OF_NOUN.get(each.concept) for each in s.in_section("kinds")}
    kinds = tuple(kind for kind in takers if kind in nouns) or tuple(takers)
    about = named(s, kinds, within=within) or pointed(s, kinds)
    if about is None or not about.records:
        return None
    record = about.records[0]
    verb, argument = takers[record.kind]
    kind = BY_VERB[verb]
    arguments = {"name": record.ref, argument: said}
    if issubclass(kind, UpdateField):
        field = _find_field(s, kind, frame)
        if field is None:
            return None
        arguments["field"] = field
    return kind, argument, arguments


def _find_field(s: Sentence, kind: type[UpdateField], frame: list[int]) -> str | None:
    """Find the field that is named within an order, by as many words as name one."""
    spans = ((one, two) for one in range(1, len(frame)) for two in range(len(frame), one, -1))
    names = (kind.record_fields.find(" ".join(s.norms[at] for at in frame[one:two])) for one, two in spans)
    return next((name for name in names if name is not None), None)


def explain_misread_value(s: Sentence, value: SaidValue, edges: TextEdges) -> str | None:
    """Explain why the words are no value of the argument, and what would be; None where they are one."""
    context = s.context
    if not issubclass(value.kind, UpdateField) and _says_something(s, value, edges):
        return None
    with suppress(Ambiguous):
        try:
            command, _ = prepare_command(value.kind, value.arguments, context)
            if isinstance(command, UpdateField):
                command.record_fields.read(command.field, command.value, context.vocabulary)
            if value.argument in command.marked_fields(OwnerMark):
                find_new_owner(context, getattr(command, value.argument))
        except CommandError as error:
            return str(error)
    return None


def _says_something(s: Sentence, value: SaidValue, edges: TextEdges) -> bool:
    """Tell whether the words are a value after all, of this argument or another: `move it to the 10th of December`."""
    own = value.kind.marked_fields(RecordMark)
    people = [s.mentions[at].people for at in range(value.first, value.last + 1) if at in s.mentions]
    if any(people) and value.argument not in value.kind.marked_fields(OwnerMark):
        return True
    return any(
        each.first <= value.last and value.first <= each.last
        for each in find_candidates(s, value.kind, edges)
        if each.argument not in own and each.first >= 0 and not each.is_text and "unknown" not in each.sort
    )

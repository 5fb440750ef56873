"""Holds the sentences that the reader learns from, and says which readings of them are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluation.sentence_table import OPTIONAL_ARGUMENTS, Case, equal_values
from commands.contract.arguments import FreeWords
from commands.contract.command import Command
from commands.contract.context import Context
from commands.language.candidates.argument_candidate import ArgumentCandidate
from commands.language.candidates.text_candidates import TEXTS
from commands.language.models.linear_models import YesNoModel
from commands.language.readings.reading import NOTHING, Reading, is_kept
from commands.language.sentences.names import describe_mention, find_possible_mentions
from commands.language.sentences.sentence import FocusView, Sentence, sentence_of
from commands.values.text import tokenize_text
from storage.names.normalise import fold_text


@dataclass
class Example:
    """A sentence of a table, and the calls that are right for it, the expected one first."""

    sentence: Sentence
    calls: tuple[dict[str, Any], ...]
    voice: str
    also: tuple[dict[str, Any], ...] = ()
    """The further calls of a message that asks for several things."""

    @property
    def several(self) -> bool:
        return bool(self.also)

    @property
    def verb(self) -> str:
        return str(self.calls[0]["command"] or NOTHING)

    @property
    def arguments(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.calls[0].get("arguments", {})
        return found


def make_example(case: Case, context: Context, focus: FocusView, voice: str, names: YesNoModel) -> Example:
    """Make an example of a line of a table; `names` tells which ordinary words name somebody."""
    calls = (case.expect, *case.expect.get("any", ()))
    # Where a table takes both, it is better to say that a name is not found than not to understand.
    if calls[0]["command"] is None:
        calls = tuple(sorted(calls, key=lambda call: call.get("state") != "not_found"))
    return Example(sentence_of(case.say, context, focus, names), calls, voice, tuple(case.expect.get("also", ())))


NAMING = frozenset("name owner account contact company team product search".split())
"""Arguments that take names."""


def judge_mentions(case: Case, context: Context) -> Iterator[tuple[list[str], bool]]:
    """List the ordinary words of a line that may be names: what tells it, and whether a right call names them."""
    calls = [case.expect, *case.expect.get("any", ()), *case.expect.get("also", ())]
    values = {
        fold_text(str(value)) for call in calls for name, value in call.get("arguments", {}).items() if name in NAMING
    }
    if all(call["command"] is None for call in calls):
        return
    text, found = find_possible_mentions(tokenize_text(case.say), context.scope, frozenset())
    for each in found:
        if not each.sure:
            names = {name for record in (*each.records, *each.people) for name in (record.name, record.company)}
            names |= {record.product for record in each.records if record.kind == "opportunity"}
            meant = any(name and fold_text(name) in values for name in names)
            yield list(describe_mention(text, each, found)), meant


def is_right(example: Example, reading: Reading) -> bool:
    """Tell whether a reading is one of the calls that are right, in every argument; of several, none is."""
    return not example.several and any(
        call["command"] == reading.verb and _has_arguments(call, reading) for call in example.calls
    )


def _has_arguments(call: Mapping[str, Any], reading: Reading) -> bool:
    wanted = dict(call.get("arguments", {}))
    got = set(reading.arguments)
    # What a command does anyway may be said or left unsaid.
    for name, value in reading.kind.usual.items():
        if wanted.get(name) == value:
            del wanted[name]
        if reading.arguments.get(name) == value:
            got.discard(name)
    optional = OPTIONAL_ARGUMENTS.get(reading.verb)
    if optional and optional not in wanted:
        got.discard(optional)
    if set(wanted) != got:
        return False
    used = defaultdict(list)
    for each in reading.used:
        used[each.argument].append(each)
    for name in got:
        if isinstance(wanted[name], dict):
            # Two periods are put in their order, and into the right year, after they were taken.
            if reading.arguments[name] != wanted[name]:
                return False
        elif name in used:
            values = list_values(wanted[name])
            fits = [fits_value(each, wanted[name], reading.kind) for each in used[name]]
            several = len({str(each.value) for each in used[name]})
            if not all(fits) or (several != len(values) and not is_kept(used[name][0]) and name != "days"):
                return False
        elif str(reading.arguments[name]) != str(wanted[name]):
            return False
    return True


def list_values(wanted: Any) -> list[Any]:
    """List what a table asks for: one value may be written as it is."""
    return wanted if isinstance(wanted, list) else [wanted]


def fits_value(each: ArgumentCandidate, wanted: Any, kind: type[Command]) -> bool:
    """Tell whether a candidate is what a table asks for."""
    if isinstance(each.value, list):
        # A list is kept from the call before, or joined to it. A table may write one value as it is.
        return sorted(map(_fold_value, each.value)) == sorted(map(_fold_value, list_values(wanted)))
    free = each.argument in TEXTS or each.is_text or each.argument in kind.marked_fields(FreeWords)
    match wanted:
        case bool():
            return bool(each.value == wanted)
        case int() | float():
            try:
                return float(each.value) == float(wanted)
            except (TypeError, ValueError):
                return False
        case list():
            return _fold_value(each.value) in map(_fold_value, wanted)
        case str():
            if free:
                return equal_values(wanted, str(each.value), free=True)
            folded = fold_text(wanted).strip(" .")
            return any(folded == fold_text(shown).strip(" .") for shown in (*each.shown, str(each.value)))
        case _:
            return bool(each.value == wanted)


def _fold_value(value: Any) -> str:
    return fold_text(str(value))

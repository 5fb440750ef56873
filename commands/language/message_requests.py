"""Reads a message as its requests: whole and in parts, and keeps the way that is trusted more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from math import prod

from commands import BY_VERB
from commands.language.offers import OFFERED
from commands.language.readings.clauses import (
    find_partings,
    focus_after,
    leave_names_out,
    list_names_joined,
    split_at,
    split_requests,
)
from commands.language.readings.holds import must_wait, names_other_kind
from commands.language.readings.reading import Reading
from commands.language.readings.readings import ReadSentence, count_unused, look_at
from commands.language.readings.trust import read_ways
from commands.language.readings.weights import Weights
from commands.language.sentences.sentence import FocusView, Sentence
from commands.values.text import tokenize_text

TRUSTED_READ, TRUSTED_WRITE = 0.55, 0.82
"""The least trust with which a question is answered, and with which a change is proposed."""
TRUSTED_PARTLY = 0.66
"""The same for a question that leaves words of what was said."""
TRUSTED_PLAIN = 0.75
"""The same for a change that leaves none."""
TRUSTED_SEVERAL = 0.72
"""The least trust in all requests of a message together."""
TRUSTED_NEW = 0.7
"""The same for a change that adds a person, and so changes nobody who is here."""
TRUSTED_AGAIN = 0.65
"""The same for a change of the same record as the one that was asked for before it."""
TRUSTED_WITHIN = 0.95
"""The least trust in a request for which the rest of a message was left away."""
WORTH_PARTING = 0.1
"""The least probability that a message parts, with which its parts are read."""
MOST_PARTINGS = 3
"""At how many places at the most it is tried whether a message parts there."""
LIKELY_TO_PART = 0.3
"""The least probability that a message parts, with which its beginning may be answered alone."""


@dataclass
class RequestRead:
    """One request of a message: its likeliest readings, the best first."""

    seen: ReadSentence
    ways: list[Reading]
    held: bool = False
    """Whether it waits because the message it is part of is not clear."""

    @property
    def sentence(self) -> Sentence:
        return self.seen.sentence

    @cached_property
    def waits(self) -> bool:
        """Whether its likeliest reading waits for other words, however likely it is."""
        return must_wait(self.seen, self.ways[0])

    @property
    def is_sure(self) -> bool:
        if self.held or self.waits:
            return False
        # A sentence that is mostly words nobody ever used with a command says something else.
        return is_trusted(self, self.ways[0]) and self.ways[0].unheard <= max(1, len(self.sentence.units) // 7)


def is_trusted(request: RequestRead, way: Reading) -> bool:
    """Tell whether a reading may be carried out, or for a change proposed."""
    if way.kind.adds_person:
        return way.trust >= TRUSTED_NEW
    if _asks_otherwise(request.sentence.focus, way):
        return way.trust >= TRUSTED_AGAIN
    plain = _takes_every_word(request, way)
    if not way.kind.writes:
        return way.trust >= (TRUSTED_READ if plain else TRUSTED_PARTLY)
    return way.trust >= (TRUSTED_PLAIN if plain else TRUSTED_WRITE)


def _asks_otherwise(before: FocusView, way: Reading) -> bool:
    """Tell whether a change is the one before it with another value: `no, I meant Friday`."""
    name = way.arguments.get("name")
    same = name in before.records or name == before.arguments.get("name")
    return way.kind.writes and before.kind is way.kind and not before.within and name is not None and same


def read_requests(s: Sentence, weights: Weights) -> list[RequestRead]:
    """Read the requests of a message in order; the second may point back to what the first is about."""
    whole = _read_parts([s], weights)
    found = _read_in_parts(s, whole, weights) or whole
    if len(found) == 1:
        _trust_whole_question(found[0])
    if all(each.is_sure for each in found) and (len(found) == 1 or _weigh_requests(found) >= TRUSTED_SEVERAL):
        return found
    # Half of a message is not carried out where the other half is not clear: perhaps it is a request within a story.
    beside = split_requests(s, weights, drops=True)
    other_kind = any(names_other_kind(each.seen, each.ways[0]) for each in found)
    if beside != [s] and not other_kind and _is_speech(s, beside, weights):
        within = _read_parts(beside, weights)
        if all(each.ways[0].trust >= TRUSTED_WITHIN for each in within):
            return within
    for each in found:
        # A question can be answered beside something that is not clear. A change may have been meant otherwise.
        each.held = all(other.is_sure for other in found) or each.ways[0].kind.writes
    return found


def _read_in_parts(s: Sentence, whole: list[RequestRead], weights: Weights) -> list[RequestRead] | None:
    """Read a message as several requests; None where it is rather one."""
    # Each way to read it has the trust of all that it reads.
    ways = [
        (chance, _read_parts(split_at(s, boundary, weights), weights))
        for chance, _, boundary in find_partings(s, weights)[:MOST_PARTINGS]
        if chance >= WORTH_PARTING
    ]
    # Of a message that as a whole says nothing known, what is clear at its beginning is answered.
    unclear = _weigh_requests(whole) < OFFERED
    clear = [parts for chance, parts in ways if unclear and chance >= LIKELY_TO_PART and parts[0].is_sure]
    chance, likeliest = max(ways, key=lambda way: way[0] * _weigh_requests(way[1]), default=(0.0, whole))
    likelier = chance * _weigh_requests(likeliest) > _weigh_requests(whole)
    found = likeliest if likelier else clear[0] if clear else None
    if found and not any(map(_changes_by_day_alone, found[1:])) and not any(map(_asks_again, found, found[1:])):
        return found
    return None


def _changes_by_day_alone(request: RequestRead) -> bool:
    """Tell whether a change was read from a day alone, which belongs to the one before: `…, on 3 December`."""
    s = request.sentence
    said = {at for when in s.whens for at in range(when.first, when.last + 1)}
    return request.ways[0].kind.writes and len(said) == len(s.units)


def _asks_again(one: RequestRead, other: RequestRead) -> bool:
    """Tell whether a question only says more of the one before, or less: `warm leads, I mean those from the web`."""
    first, second = one.ways[0], other.ways[0]
    same = first.verb == second.verb and not first.kind.writes and second.trust >= OFFERED
    return same and (
        first.arguments.items() <= second.arguments.items() or second.arguments.items() <= first.arguments.items()
    )


def _weigh_requests(found: list[RequestRead]) -> float:
    return prod(each.ways[0].trust for each in found)


def _trust_whole_question(request: RequestRead) -> None:
    """Trust a question of whose words every one is taken as far as what it was taken for is likely.

    What would leave words of it unexplained is no rival.
    """
    way = request.ways[0]
    if not way.kind.writes and _takes_every_word(request, way):
        partial = sum(each.chance for each in request.ways if not _takes_every_word(request, each))
        way.trust = max(way.trust, (1 - request.seen.parts) * way.chance / (1 - partial) * way.certain_as_said)


def _takes_every_word(request: RequestRead, way: Reading) -> bool:
    return not way.left and not any(count_unused(request.sentence, way.used).values())


def _is_speech(s: Sentence, kept: list[Sentence], weights: Weights) -> bool:
    """Tell whether most words of what is left away are words that people use here: `and then blorp the snarfle`."""
    starts = {unit.start for part in kept for unit in part.units}
    left = [unit.norm for unit in s.units if unit.start not in starts and unit.kind == "word"]
    return 2 * sum(word in weights.known for word in left) > len(left)


def _read_parts(parts: list[Sentence], weights: Weights) -> list[RequestRead]:
    found: list[RequestRead] = []
    for part in parts:
        if found:
            part.focus = focus_after(found[-1].ways[0], part)
        found += _read_for_each(part, weights) or [_read_one(part, weights)]
    return found


def _read_one(s: Sentence, weights: Weights) -> RequestRead:
    shown = index_examples().get(tuple(token.norm for token in s.text.tokens))
    seen = look_at(s, weights)
    seen.parts = max((chance for chance, _, _ in find_partings(s, weights)), default=0.0)
    ways = read_ways(seen, weights, [shown] if shown else [])
    # What help shows as an example has to be read as it, also of a command that no table knows yet.
    for way in ways:
        if way.verb == shown and way.is_complete:
            way.trust = 1.0
    return RequestRead(seen, sorted(ways, key=lambda way: -way.trust))


@cache
def index_examples() -> dict[tuple[str, ...], str]:
    """Index the examples of all commands by their words."""
    return {
        tuple(token.norm for token in tokenize_text(example).tokens): verb
        for verb, kind in BY_VERB.items()
        for example in kind.examples
    }


def _read_for_each(s: Sentence, weights: Weights) -> list[RequestRead] | None:
    """Read a request that names several records as one for each of them; None where it is no such request."""
    joined = list_names_joined(s)
    if not joined:
        return None
    found = []
    for at in joined:
        one = leave_names_out(s, joined, at)
        found.append(_read_one(one, weights))
    kinds = {each.ways[0].kind for each in found}
    names = {str(each.ways[0].arguments.get("name")) for each in found}
    if len(kinds) == 1 and next(iter(kinds)).per_record and len(names) == len(found):
        return found
    return None

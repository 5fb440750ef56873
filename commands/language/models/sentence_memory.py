"""Remembers the sentences that were learned from: how near a new one comes to them, and what they asked for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from commands.language.models.written_numbers import WrittenNumbers

NEAREST = 12
"""How many sentences are near enough to count."""
LOOKED_UP = 16
"""How many features of a sentence are looked up, the rarest first: enough for a request, and a long story takes no
longer."""
COMMON = 400
"""What more sentences than this have in common says little, and would take long to look up."""


@dataclass(frozen=True)
class SentenceMemory:
    """Sentences by their features: `places` lists the numbers of those that have one, rarest features only.

    `call_of` numbers for each sentence which of the `calls` it asked for, `sizes` counts all its features.
    """

    calls: Sequence[str] = ()
    call_of: Sequence[int] = ()
    sizes: Sequence[int] = ()
    places: WrittenNumbers = field(default_factory=WrittenNumbers)

    def find_nearest(self, features: Sequence[str]) -> list[tuple[float, str]]:
        """Find the sentences that share most with these features, the nearest first: how near, and its call.

        What fewer sentences have counts more (inverse document frequency); 0 is nothing in common.
        """
        shared: defaultdict[int, float] = defaultdict(float)
        known = sorted(filter(None, map(self.places.get, features)), key=len)
        for places in known[:LOOKED_UP]:
            weight = (1 + math.log((1 + len(self.sizes)) / (1 + len(places)))) ** 2
            for number in places:
                shared[number] += weight
        own, sizes = math.sqrt(len(features) or 1), self.sizes
        found = [(weight / (own * math.sqrt(sizes[number])), -number) for number, weight in shared.items()]
        found.sort(reverse=True)
        return [(near, self.calls[self.call_of[-number]]) for near, number in found[:NEAREST]]


def measure_nearness(nearest: Sequence[tuple[float, str]], call: str) -> list[float]:
    """Measure how the nearest sentences speak for a call: figures, always in this order."""
    same = [near for near, other in nearest if other == call]
    others = [near for near, other in nearest if other != call]
    verb = call.partition(" ")[0]
    alike = [near for near, other in nearest if other.partition(" ")[0] == verb]
    # The cube lets a sentence that is nearly the same outweigh many that share a word or two.
    whole = sum(near**3 for near, _ in nearest) or 1.0
    best, other = max(same, default=0.0), max(others, default=0.0)
    return [
        best,
        other,
        best - other,
        sum(near**3 for near in same) / whole,
        sum(near**3 for near in alike) / whole,
        max(best, other),
    ]


def make_memory(sentences: Iterable[tuple[Sequence[str], str]]) -> SentenceMemory:
    """Make a memory of sentences, each with its features and its call.

    Features of very many sentences are left out, and those of one alone.
    """
    every = add_sentences(SentenceMemory(), sentences)
    kept = {feature: places for feature, places in every.places.items() if 1 < len(places) <= COMMON}
    return replace(every, places=WrittenNumbers().with_lists(kept))


def add_sentences(memory: SentenceMemory, sentences: Iterable[tuple[Sequence[str], str]]) -> SentenceMemory:
    """Add sentences to a memory, each with its features and its call; the same one counts once."""
    added = sorted({(call, tuple(features)) for features, call in sentences})
    calls = [*memory.calls, *sorted({call for call, _ in added} - set(memory.calls))]
    number_of = {call: number for number, call in enumerate(calls)}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, features) in enumerate(added, len(memory.sizes)):
        for feature in features:
            found[feature].append(number)
    return SentenceMemory(
        calls,
        [*memory.call_of, *(number_of[call] for call, _ in added)],
        [*memory.sizes, *(len(features) for _, features in added)],
        memory.places.with_lists({each: [*memory.places.get(each, ()), *numbers] for each, numbers in found.items()}),
    )

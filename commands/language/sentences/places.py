"""Knows the larger cities, the states and the regions of the world (places.txt), to tell a place from a name.

The cities are those of GeoNames (geonames.org, CC BY 4.0) by their size and how often firms sell there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from commands.values.text import Token


@cache
def _load_places() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Load the names, by their first words."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for line in Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines():
        words = tuple(line.split())
        found.setdefault(words[0], set()).add(words)
    return {first: frozenset(names) for first, names in found.items()}


def find_known_places(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Find known places among the words of a text: the first and the last word of each, the longest name first."""
    at = 0
    while at < len(tokens):
        names = _load_places().get(tokens[at].norm, frozenset())
        longest = at - 1
        run: tuple[str, ...] = (tokens[at].norm,)
        for last in range(at, min(at + MOST_WORDS, len(tokens)) if names else at):
            if last > at:
                # The point of “St. Louis” is its own.
                if tokens[last].gap.strip(" -") and tokens[last - 1].norm not in SHORTENED:
                    break
                run = (*run, tokens[last].norm)
            if run in names:
                longest = last
        if longest >= at:
            yield at, longest
        at = max(at, longest) + 1


SHORTENED = frozenset({"st"})
MOST_WORDS = 4
"""How many words the name of a place has at most."""

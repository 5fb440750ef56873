"""Finds where one request of a message ends and the next begins, and requests made for several names at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from commands.language.readings.features import cut_ending, keep_marks, mask_words
from commands.language.readings.reading import NOTHING, Reading
from commands.language.readings.readings import look_at
from commands.language.readings.trust import grade_roughly
from commands.language.readings.weights import Weights
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import FocusView, Sentence
from commands.values.number_words import ORDINALS
from storage.names.name_index import parse_ref

FEWEST = 2
"""How many words a request has at least that nothing but its first word sets apart."""
STOP = re.compile(r"[.,;!?\n:)|/–-]")


WHOLE, BOTH, FIRST, SECOND = "whole", "both", "first", "second"
"""What a message comes to at a boundary: one request, two, or one beside which the rest asks for nothing."""
COUNTING = {"next", *ORDINALS}
"""Joints in which a request may end: “who is next”."""
LIKELY = 0.5
"""From which probability on a part of a message is parted again."""


@dataclass
class Boundary:
    """A place where a message may part: the end of one request, the start of the next, and what speaks for it."""

    end: int
    start: int
    facts: list[str]


def find_boundaries(s: Sentence, weights: Weights) -> Iterator[Boundary]:
    """Find the places where a sentence may part: before words that open requests or names, at signs and joints."""
    joined = list_names_joined(s)
    # “Snooze Jane, May and Will for two weeks” is one order for three, unless a colleague is among the names.
    listed = set() if any(s.mentions[at].people for at in joined) else set(joined[1:])
    spans = [(each.first, each.last) for each in s.whens] + [(each.first, each.last) for each in s.amounts]
    within = {at for first, last in spans for at in range(first + 1, last + 1)}
    words = mask_words(s)
    joints, weighed = WORDS["joints"], 0
    for at in range(1, len(s.units)):
        stopped = bool(STOP.search(s.units[at].gap))
        # Where no sign and no joint stands, a single word is no request: `what's due tomorrow?`.
        opens = s.norms[at] in weights.openings or (at in s.mentions and 0 in s.mentions)
        alone = opens and FEWEST <= at <= len(s.units) - FEWEST
        if not stopped and s.norms[at] not in joints and not alone:
            continue
        start = at
        while start < len(s.units) and s.norms[start] in joints:
            start += 1
        # Of “and then” the place before “and” counts.
        begun = s.norms[at - 1] in joints - COUNTING and (start == at or not stopped)
        if start == len(s.units) or start in listed or at in within or start in within or begun:
            continue
        facts = list(dict.fromkeys(_describe_boundary(s, words, at, start)))
        # Most words that could open a request stand within one: what the sides ask for is weighed where a sign is.
        if (stopped or start > at) and weighed < MOST_WEIGHED:
            weighed += 1
            facts += _describe_sides(s, at, start, weights)
        yield Boundary(at, start, facts)


MOST_WEIGHED = 12
"""At how many places of a message it is weighed what each side asks for: a long list has a comma behind every word."""


def _describe_sides(s: Sentence, end: int, start: int, weights: Weights) -> Iterator[str]:
    """Describe which command each side of a boundary asks for by itself, if any."""
    chances = [weights.commands.weigh(look_at(part, weights).features) for part in take_sides(s, end, start)]
    if not all(chances):
        return
    (left, one), (right, other) = (max(each.items(), key=lambda pair: pair[1]) for each in chances)
    nothing = [each.get(NOTHING, 0.0) for each in chances]
    yield f"sides {left} {right}"
    yield f"sides {grade_roughly(one)} {grade_roughly(other)}"
    yield f"nothing {grade_roughly(nothing[0])} {grade_roughly(nothing[1])}"
    yield from (f"left {left} {grade_roughly(one)}", f"right {right} {grade_roughly(other)}")
    yield f"both {grade_roughly(min(one, other))} {left == right}"
    yield f"both {grade_roughly((1 - nothing[0]) * (1 - nothing[1]))}"


def take_sides(s: Sentence, end: int, start: int) -> tuple[Sentence, Sentence]:
    """Take what stands before a boundary and what stands behind it as sentences of their own."""
    return s.take_part(0, end), s.take_part(start, len(s.units))


def _describe_boundary(s: Sentence, words: Sequence[str], end: int, start: int) -> Iterator[str]:
    """Describe what stands on both sides of a boundary, near it and as a whole."""
    left, right = [word for word in words[:end] if word], [word for word in words[start:] if word]
    if not left or not right:
        return
    opens, before, joint = right[0], left[-1], " ".join(s.norms[end:start])
    mark = keep_marks(s.units[end].gap)[:1]
    yield from (f"opens {opens}", f"opens {' '.join(right[:2])}", f"joint {joint} {opens}")
    yield from (f"gap {mark}", f"gap {mark} {opens}", f"before {before}", f"before {' '.join(left[-2:])}")
    yield from (f"around {before} {opens}", f"first {left[0]}", f"{left[0]} then {opens}")
    yield from (f"left words {min(6, len(left) // 2)}", f"right words {min(6, len(right) // 2)}")
    yield from (f"right {cut_ending(word)}" for word in right[:6])
    yield from (f"left {cut_ending(word)}" for word in (*left[:4], *left[-4:]))
    sides = [Counter(word.partition(" ")[0] for word in side if word[0] in "@{") for side in (left, right)]
    for mask in sorted({*sides[0], *sides[1]}):
        yield f"{mask} {min(2, sides[0][mask])} {min(2, sides[1][mask])}"
    yield "names {} {}".format(*(min(2, sum(side[mask] for mask in side if mask[0] == "@")) for side in sides))
    earlier = [each.concept for each in s.found if each.last < end]
    later = [each.concept for each in s.found if each.first >= start]
    yield from (f"c left {concept}" for concept in earlier)
    yield from (f"c right {concept}" for concept in later)
    yield from (f"c both {concept}" for concept in earlier if concept in later)
    if earlier and later:
        yield f"c {earlier[0]} then {later[0]}"
    yield f"? {any('?' in unit.gap for unit in s.units[1 : end + 1])} {'?' in s.text.end_gap}"


def find_partings(s: Sentence, weights: Weights, *, drops: bool = False) -> list[tuple[float, str, Boundary]]:
    """Find where a message may part, into what, and with what probability, the likeliest first."""
    # A message is asked more than once where it parts.
    if s.boundaries is None or s.boundaries[0] is not weights or s.boundaries[1] is not s.focus:
        s.boundaries = (weights, s.focus, list(find_boundaries(s, weights)))
    hows = (BOTH, FIRST, SECOND) if drops else (BOTH,)
    found = [
        (chances.get(how, 0.0), how, each)
        for each in s.boundaries[2]
        for chances in (weights.boundaries.weigh(each.facts),)
        for how in hows
    ]
    return sorted(found, key=lambda one: -one[0])


def split_requests(s: Sentence, weights: Weights, least: float = LIKELY, *, drops: bool = False) -> list[Sentence]:
    """Split a message into its requests, in order; the message itself where it parts with less than `least` chance.

    Where `drops`, what seems to ask for nothing beside a request, a story before it, is left away.
    """
    found = find_partings(s, weights, drops=drops)
    if not found or found[0][0] < least:
        return [s]
    _, how, boundary = found[0]
    return split_at(s, boundary, weights, how, drops=drops)


def split_at(
    s: Sentence, boundary: Boundary, weights: Weights, how: str = BOTH, *, drops: bool = False
) -> list[Sentence]:
    """Split a message at a boundary, and each side where it parts again."""
    first = [s.take_part(0, boundary.end)] if how != SECOND else []
    second = [s.take_part(boundary.start, len(s.units))] if how != FIRST else []
    return [part for each in first + second for part in split_requests(each, weights, drops=drops)]


def focus_after(reading: Reading, s: Sentence) -> FocusView:
    """Say what the next request of a message may point back to: the record of this one."""
    name = str(reading.arguments.get("name", ""))
    records = (name,) if parse_ref(name) else s.focus.records
    return FocusView(records, reading.verb, dict(reading.arguments), within=True)


def list_names_joined(s: Sentence) -> list[int]:
    """List the places of names that are only joined by commas and “and”: `mark A, B and C as …`."""
    places = sorted(s.mentions)
    run: list[int] = []
    best: list[int] = []
    for at in places:
        if (
            run
            and all(norm in WORDS["listing"] for norm in s.norms[run[-1] + 1 : at])
            and at - run[-1] <= 2
            and (at - run[-1] == 2 or "," in s.units[at].gap or "&" in s.units[at].gap or "+" in s.units[at].gap)
        ):
            run.append(at)
        else:
            run = [at]
        if len(run) > len(best):
            best = list(run)
    return best if len(best) > 1 else []


def leave_names_out(s: Sentence, joined: list[int], kept: int) -> Sentence:
    """Make the sentence that names only one of several that are joined."""
    first, last = joined[0], joined[-1]
    places = [at for at in range(len(s.units)) if at == kept or not first <= at <= last]
    part = copy(s)
    part.units = [s.units[at] for at in places]
    part.mentions = {new: s.mentions[old] for new, old in enumerate(places) if old in s.mentions}
    part.reread()
    return part

"""Finds where one request of a message ends and the next begins, and requests made for several names at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace

from commands.language.readings import NOTHING, Reading, grade_chance, look_at
from commands.language.sentence import FocusView, Sentence
from commands.language.weights import Weights
from commands.values.text import Text
from storage.names.name_index import parse_ref

JOINTS = frozenset("and also then plus second secondly third thirdly next furthermore additionally & +".split())
"""Words between two requests; none of them belongs to either."""
STOP = re.compile(r"[.,;!?\n:)|–-]")
END = re.compile(r"[.;!?\n]|--|–")
FEWEST = 2
"""How many words a request has at least."""
MOST_BOUNDARIES = 8


WHOLE, BOTH, FIRST, SECOND = "whole", "both", "first", "second"
"""What a message comes to at a boundary: one request, two, or one beside which the rest asks for nothing."""
LEAST = 0.6
"""From which probability on a message is parted: of two that are as likely, one request is the safer reading."""


@dataclass
class Boundary:
    """A place where a message may part: the end of one request, the start of the next, and what speaks for it."""

    end: int
    start: int
    sides: tuple[str, str]
    """The likeliest command of what stands before and behind."""
    facts: list[str]


def find_boundaries(s: Sentence, weights: Weights) -> Iterator[Boundary]:
    """Find the places where a sentence may part: before words that open requests or names, at the end of sentences."""
    found = 0
    joined = list_names_joined(s)
    # “Snooze Jane, May and Will for two weeks” is one order for three, unless a colleague is among the names.
    listed = set() if any(s.mentions[at].people for at in joined) else set(joined[1:])
    for at in range(FEWEST, len(s.units) - FEWEST + 1):
        stopped = bool(STOP.search(s.units[at].gap))
        ended = bool(END.search(s.units[at].gap))
        if not stopped and s.norms[at] not in JOINTS and s.norms[at] not in weights.openings:
            continue
        start = at
        while start < len(s.units) and s.norms[start] in JOINTS:
            start += 1
        # “Give Eve to Dana and Rosa to Nora”: the second order begins with its name.
        named = start in s.mentions and start not in listed and (start > at or stopped)
        if start > len(s.units) - FEWEST or not (ended or named or s.norms[start] in weights.openings):
            continue
        if start > at or stopped or s.norms[at - 1] not in JOINTS:
            found += 1
            if found > MOST_BOUNDARIES:
                return
            yield _weigh_boundary(s, at, start, weights)


def _weigh_boundary(s: Sentence, end: int, start: int, weights: Weights) -> Boundary:
    left, right = take_part(s, 0, end), take_part(s, start, len(s.units))
    sides = []
    facts = [
        f"opens {'@name' if start in s.mentions else s.norms[start]}",
        f"joint {' '.join(s.norms[end:start])}",
        f"gap {s.units[end].gap[:1]}",
    ]
    for side, part in (("left", left), ("right", right)):
        chances = weights.commands.weigh(look_at(part, weights).features)
        best = max(chances, key=lambda verb: chances[verb])
        sides.append(best)
        facts += [f"{side} {best}", f"{side} chance {grade_chance(chances[best])}"]
        facts.append(f"{side} words {min(5, len(part.units) // 2)}")
        facts.append(f"{side} nothing {grade_chance(chances.get(NOTHING, 0.0))}")
        facts.append(f"{side} names {min(2, len(part.mentions))} {best == NOTHING}")
    first, second = sides
    facts.append(f"same {first == second} names {min(2, len(left.mentions))} {min(2, len(right.mentions))}")
    facts.append(f"right points {bool(right.all('pronouns.person', 'pronouns.thing'))} {bool(right.mentions)}")
    facts += [f"same {first == second}", f"{first} then {second}", f"nothing {first == NOTHING} {second == NOTHING}"]
    return Boundary(end, start, (first, second), facts)


def take_part(s: Sentence, first: int, end: int) -> Sentence:
    """Take some units of a sentence as one of its own; names keep their meaning."""
    units = [replace(s.units[first], gap=""), *s.units[first + 1 : end]]
    clean = s.clean
    if end < len(s.units):
        mark = re.match(r"\s*([?!.])", s.clean[units[-1].end :])
        clean = s.clean[: units[-1].end] + (mark.group(1) if mark else "")
    return s.take_part(Text(clean, tuple(units), s.text.shouted), first, end)


def split_requests(s: Sentence, weights: Weights, *, drops: bool = False) -> list[Sentence]:
    """Split a message into its requests, in order; the message itself where it is one.

    Where `drops`, what seems to ask for nothing beside a request, a story before it, is left away.
    """
    allowed = (BOTH, FIRST, SECOND) if drops else (BOTH,)
    best: Boundary | None = None
    how, chance = WHOLE, LEAST
    for each in find_boundaries(s, weights):
        weighed = weights.boundaries.weigh(each.facts)
        likeliest = max(allowed, key=lambda name: weighed.get(name, 0.0))
        if weighed.get(likeliest, 0.0) > chance:
            best, how, chance = each, likeliest, weighed[likeliest]
    if best is None:
        return [s]
    first = take_part(s, 0, best.end) if how != SECOND else None
    second = take_part(s, best.start, len(s.units)) if how != FIRST else None
    return [part for each in (first, second) if each is not None for part in split_requests(each, weights, drops=drops)]


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
            and all(norm in ("and", "&", "or", "plus") for norm in s.norms[run[-1] + 1 : at])
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

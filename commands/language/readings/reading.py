"""One way to read a sentence: a command, the arguments taken for it, and the doubts in each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commands import BY_VERB
from commands.contract.command import Command
from commands.language.candidates.argument_candidate import ArgumentCandidate, list_choices, takes_several

NOTHING = "none"
"""The class of sentences that ask for no command."""
SHARING = ("word ", "said ", "status ", "stage ", "half ", "against ")
"""The sorts of candidates beside which the same words may say something else: `from Q1 to Q2` says two periods."""


@dataclass
class Reading:
    """One way to read a sentence. `trust` is the probability that it is right, in command and every argument."""

    verb: str
    arguments: dict[str, Any]
    chance: float
    """The probability of the command."""
    used: list[ArgumentCandidate] = field(default_factory=list)
    doubts: list[tuple[str, float]] = field(default_factory=list)
    """For each decision on an argument, its name and the probability that it is wrong."""
    chosen_among: list[float] = field(default_factory=list)
    """For each of these, the probability that it is wrong where what was taken means something: its words were said."""
    passed: list[ArgumentCandidate] = field(default_factory=list)
    """Other values that were said for what takes but one: `hot and warm`."""
    trust: float = 0.0
    left: list[str] = field(default_factory=list)
    """The words that no argument took and that are not usual with the command."""
    unheard: int = 0
    """How many of these no table knows."""

    @property
    def is_complete(self) -> bool:
        """Whether every argument that the command needs is there."""
        return all(name in self.arguments for name, each in self.kind.model_fields.items() if each.is_required())

    @property
    def kind(self) -> type[Command]:
        return BY_VERB[self.verb]

    @property
    def certain(self) -> float:
        """The probability that all its arguments are right."""
        return math.prod(1 - doubt for _, doubt in self.doubts)

    @property
    def certain_as_said(self) -> float:
        """The same where no word was said for nothing."""
        return math.prod(1 - doubt for doubt in self.chosen_among)

    def add_doubt(self, argument: str, doubt: float, among: float | None = None) -> None:
        """Add the doubt in a decision; `among` is that which is left where its words were said for something."""
        self.doubts.append((argument, doubt))
        self.chosen_among.append(doubt if among is None else among)

    def settle_doubts(self, argument: str) -> None:
        """Drop the doubts in the decisions on an argument."""
        kept = [number for number, (name, _) in enumerate(self.doubts) if name != argument]
        self.doubts = [self.doubts[number] for number in kept]
        self.chosen_among = [self.chosen_among[number] for number in kept]

    def is_free(self, each: ArgumentCandidate) -> bool:
        """Tell whether nothing that was taken before stands against a candidate: another value, or the same words."""
        earlier = [other for other in self.used if other.argument == each.argument]
        if earlier and (
            not takes_several(self.kind, each.argument) or any(is_kept(other) for other in (*earlier, each))
        ):
            return False
        if each.first < 0 or each.sort.startswith(SHARING):
            return True
        if each.is_text:
            # Free words of a new person are one thing: what is the company is not the title too.
            return not self.kind.adds_person or not any(_overlap(each, other) for other in self.used)
        return not any(
            _overlap(each, other) for other in self.used if not other.is_text and other.argument != each.argument
        )

    def take(self, each: ArgumentCandidate) -> None:
        """Take a candidate for its argument, among others where that holds a list."""
        self.used.append(each)
        if takes_several(self.kind, each.argument) and not isinstance(each.value, list):
            values = self.arguments.setdefault(each.argument, [])
            if each.value not in values:
                values.append(each.value)
        else:
            self.arguments[each.argument] = each.value


def name_call(verb: str, arguments: Mapping[str, Any]) -> str:
    """Name a call by its command and the arguments it has, with their values where these are few: `state=won`.

    What the command does anyway is not named.
    """
    kind = BY_VERB.get(verb)
    said = [verb]
    for name in sorted(arguments):
        value = arguments[name]
        if kind is None or name not in kind.model_fields or kind.usual.get(name) == value:
            continue
        if isinstance(value, bool) or list_choices(kind, name):
            said += [f"{name}={each}" for each in sorted(map(str, value if isinstance(value, list) else [value]))]
        else:
            said.append(name)
    return " ".join(said)


def is_kept(each: ArgumentCandidate) -> bool:
    """Tell whether a value comes from the call before."""
    return each.sort.startswith("kept")


def _overlap(one: ArgumentCandidate, other: ArgumentCandidate) -> bool:
    return other.first <= one.last and one.first <= other.last

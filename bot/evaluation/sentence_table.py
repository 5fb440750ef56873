"""Tables of sentences with what they should be read as: said to the bot, compared, counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dialogue.dialogue import Conversation
from commands import BY_VERB
from commands.contract.arguments import FreeWords
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Dispatcher, Origin, Request
from storage.names.normalise import folded

FILLER = frozenset("a an the and that so to please he she they i we is was it".split())
"""What free words are compared without, as without case and punctuation."""
KINDS_OMITTED = {"show_record": "kind"}


@dataclass(frozen=True)
class Case:
    """One line of a table."""

    number: int
    say: str
    by: str
    after: tuple[str, ...]
    expect: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a sentence was read as, and whether that is right."""

    case: Case
    reply: Reply
    right: bool
    wrong_write: bool


@dataclass
class Tally:
    """Rates over a table."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return sum(each.right for each in self.outcomes) / len(self.outcomes) if self.outcomes else 0.0

    @property
    def wrong_writes(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.wrong_write]

    def failures(self) -> dict[str, list[Outcome]]:
        """Those that are not right, by the command that was expected."""
        found: dict[str, list[Outcome]] = {}
        for each in self.outcomes:
            if not each.right:
                found.setdefault(str(each.case.expect["command"]), []).append(each)
        return found

    def by_command(self) -> dict[str, tuple[int, int]]:
        """How many were right of how many, by expected command."""
        right: Counter[str] = Counter()
        all_: Counter[str] = Counter()
        for each in self.outcomes:
            name = str(each.case.expect["command"])
            all_[name] += 1
            right[name] += each.right
        return {name: (right[name], count) for name, count in all_.most_common()}


def load_table(path: Path) -> list[Case]:
    """The lines of a table, in order."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            read = json.loads(line)
            cases.append(Case(number, read["say"], read["as"], tuple(read.get("after", ())), read["expect"]))
    return cases


def run_table(dispatcher: Dispatcher, cases: Iterable[Case], request_of: Callable[[str, str], Request]) -> Tally:
    """Say every sentence in a thread of its own. `request_of(person, thread)` makes the request.

    What was done at once is taken back, so that each sentence meets the same records.
    """
    conversation = Conversation(dispatcher)
    tally = Tally()
    for case in cases:
        request = request_of(case.by, f"table {case.number}")
        for line in case.after:
            taken_back(dispatcher, request, conversation.answer(request, line))
        reply = conversation.answer(request, case.say)
        tally.outcomes.append(judge(case, reply, dispatcher))
        taken_back(dispatcher, request, reply)
    return tally


def taken_back(dispatcher: Dispatcher, request: Request, reply: Reply) -> None:
    """Undo what a reply says was done at once, so that the next sentence meets the same records."""
    for each in (reply, *reply.also):
        if each.state is State.DONE and each.command != "undo":
            for button in each.buttons:
                if button.command == "undo":
                    dispatcher.dispatch(request, button.command, button.arguments, Origin.TYPED)


def judge(case: Case, reply: Reply, dispatcher: Dispatcher) -> Outcome:
    """Compare a reply with what was expected."""
    expect = case.expect
    allowed = [expect, *expect.get("any", ())]
    state = expect.get("state")
    right = any(fits(each, reply) for each in allowed)
    if right and state and expect["command"] == reply.command and fits(expect, reply):
        right = reply.state.value == state or reply.state is State.REFUSED
    also = expect.get("also", [])
    if right and (also or reply.also):
        right = len(also) == len(reply.also) and all(
            fits(each, one) for each, one in zip(also, reply.also, strict=True)
        )
    kind = dispatcher.commands.get(reply.command or "")
    proposed = kind is not None and kind.writes and reply.state in (State.CONFIRM, State.DONE)
    return Outcome(case, reply, right, proposed and not right)


def fits(expect: dict[str, Any], reply: Reply) -> bool:
    """Whether a reply is the expected call: same command, same arguments."""
    understood = reply.state not in (State.NOT_UNDERSTOOD,)
    if expect["command"] is None:
        return not understood or reply.command is None
    if not understood or reply.command != expect["command"]:
        return False
    wanted, got = dict(expect.get("arguments", {})), dict(reply.arguments or {})
    optional = KINDS_OMITTED.get(expect["command"])
    if optional and optional not in wanted:
        got.pop(optional, None)
    free = BY_VERB[expect["command"]].marked_fields(FreeWords)
    return wanted.keys() == got.keys() and all(same(wanted[key], got[key], free=key in free) for key in wanted)


def same(wanted: Any, got: Any, *, free: bool) -> bool:
    """Whether two values of an argument mean the same."""
    if free and isinstance(wanted, str):
        return _loose(wanted) == _loose(str(got))
    if isinstance(wanted, list) and isinstance(got, list):
        return sorted(map(str, wanted)) == sorted(map(str, got))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return bool(wanted == got)
    if isinstance(wanted, int | float):
        try:
            return float(got) == float(wanted)
        except (TypeError, ValueError):
            return False
    if isinstance(wanted, str) and isinstance(got, str):
        return folded(wanted).strip(" .") == folded(got).strip(" .")
    return bool(wanted == got)


def _loose(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", folded(text)) if word not in FILLER]

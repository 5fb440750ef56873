"""Tables of sentences with the calls they should be read as: said to the bot, compared, counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.dialogue.dialogue import Conversation
from commands import BY_VERB
from commands.contract.arguments import FreeWords
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from commands.language.sentences.lexicon import WORDS
from storage.names.normalise import fold_text

# Arguments that may be given or not where a table does not ask for them: the record found has that kind anyway.
OPTIONAL_ARGUMENTS = {"show_record": "kind"}


@dataclass(frozen=True)
class Case:
    """Holds one line of a table: who says what, after which lines, and the call that is expected."""

    number: int
    say: str
    by: str
    after: tuple[str, ...]
    expect: dict[str, Any]


@dataclass(frozen=True)
class SentenceOutcome:
    """Says what a sentence was read as, and whether that is right."""

    case: Case
    reply: Reply
    right: bool
    wrong_write: bool
    offered: bool = False
    """Whether the right call is on one of the buttons under an answer that says that it is not sure."""


@dataclass
class SentenceTally:
    """Counts what a table of sentences came to."""

    outcomes: list[SentenceOutcome] = field(default_factory=list)

    @property
    def right_share(self) -> float:
        return sum(each.right for each in self.outcomes) / len(self.outcomes) if self.outcomes else 0.0

    @property
    def wrong_writes(self) -> list[SentenceOutcome]:
        return [each for each in self.outcomes if each.wrong_write]

    def group_failures(self) -> dict[str, list[SentenceOutcome]]:
        """Group what was not right by the command that was expected."""
        found: dict[str, list[SentenceOutcome]] = {}
        for each in self.outcomes:
            if not each.right:
                found.setdefault(str(each.case.expect["command"]), []).append(each)
        return found


def load_table(path: Path) -> list[Case]:
    """Load the lines of a table, in order. Raises ValueError or KeyError where one is no case."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            read = json.loads(line)
            cases.append(Case(number, read["say"], read["as"], tuple(read.get("after", ())), read["expect"]))
    return cases


def run_table(
    dispatcher: Dispatcher,
    cases: Iterable[Case],
    request_of: Callable[[str, str], Request],
) -> SentenceTally:
    """Say every sentence in a thread of its own; `request_of(person, thread)` makes the request."""
    conversation = Conversation(dispatcher)
    tally = SentenceTally()
    for case in cases:
        request = request_of(case.by, f"table {case.number}")
        say_lines_before(conversation, case, request)
        reply = conversation.answer_text(request, case.say)
        outcome = judge_reply(case, reply, dispatcher)
        tally.outcomes.append(replace(outcome, offered=is_offered(outcome, dispatcher, request)))
        # Each sentence must meet the same records, whatever was said before it.
        undo_changes(dispatcher, request, reply)
    return tally


def say_lines_before(conversation: Conversation, case: Case, request: Request) -> None:
    """Say the lines that stand before a sentence in its thread; what they change is undone."""
    for line in case.after:
        undo_changes(conversation.dispatcher, request, conversation.answer_text(request, line))


def undo_changes(dispatcher: Dispatcher, request: Request, reply: Reply) -> None:
    """Undo what a reply says was done at once."""
    for each in (reply, *reply.also):
        if each.state is ReplyState.DONE and each.command != "undo":
            for button in each.buttons:
                if button.command == "undo":
                    dispatcher.dispatch(request, button.command, button.arguments, Origin.TYPED)


def judge_reply(case: Case, reply: Reply, dispatcher: Dispatcher) -> SentenceOutcome:
    """Compare a reply with what was expected."""
    expect = case.expect
    allowed = [expect, *expect.get("any", ())]
    state = expect.get("state")
    right = any(matches_call(each, reply) for each in allowed)
    if right and state and expect["command"] == reply.command and matches_call(expect, reply):
        # A right reading may be refused for the state of the record: that is no fault of the reading.
        right = reply.state.value == state or reply.state is ReplyState.REFUSED
    also = expect.get("also", [])
    if right and (also or reply.also):
        right = len(also) == len(reply.also) and all(
            matches_call(each, one) for each, one in zip(also, reply.also, strict=True)
        )
    kind = dispatcher.commands.get(reply.command or "")
    proposed = kind is not None and kind.writes and reply.state in (ReplyState.CONFIRM, ReplyState.DONE)
    return SentenceOutcome(case, reply, right, proposed and not right)


def is_offered(outcome: SentenceOutcome, dispatcher: Dispatcher, request: Request) -> bool:
    """Tell whether one of the buttons under “I am not sure” makes the call that is right."""
    if outcome.right or outcome.reply.state is not ReplyState.NOT_UNDERSTOOD or outcome.case.expect.get("also"):
        return False
    for button in outcome.reply.buttons:
        reply = dispatcher.dispatch(request, button.command, button.arguments, Origin.SENTENCE)
        undo_changes(dispatcher, request, reply)
        if judge_reply(outcome.case, reply, dispatcher).right:
            return True
    return False


def matches_call(expect: dict[str, Any], reply: Reply) -> bool:
    """Tell whether a reply is the expected call: same command, same arguments."""
    understood = reply.state is not ReplyState.NOT_UNDERSTOOD
    if expect["command"] is None:
        return not understood or reply.command is None
    if not understood or reply.command != expect["command"]:
        return False
    wanted, got = dict(expect.get("arguments", {})), dict(reply.arguments or {})
    optional = OPTIONAL_ARGUMENTS.get(expect["command"])
    if optional and optional not in wanted:
        got.pop(optional, None)
    free = BY_VERB[expect["command"]].marked_fields(FreeWords)
    return wanted.keys() == got.keys() and all(equal_values(wanted[key], got[key], free=key in free) for key in wanted)


def equal_values(wanted: Any, got: Any, *, free: bool) -> bool:
    """Tell whether two values of an argument mean the same."""
    if free and isinstance(wanted, str):
        return _list_loose_words(wanted) == _list_loose_words(str(got))
    if isinstance(got, list) and not isinstance(wanted, list):
        # Several values may be given; one is written as it is.
        wanted = [wanted]
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
        return fold_text(wanted).strip(" .") == fold_text(got).strip(" .")
    return bool(wanted == got)


def _list_loose_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", fold_text(text)) if word not in WORDS["loose"]]

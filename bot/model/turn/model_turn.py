"""One turn: the model is asked, its calls are carried out with the asker's own rights, until it has an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.server.completion import Completion, ToolCall
from bot.model.server.completions_client import Patience, Wire
from bot.model.server.model_configuration import MOST_CALLS, MOST_PROPOSALS, MOST_ROUNDS
from bot.model.server.model_errors import Kind, ModelTrouble
from bot.model.turn.command_tools import BadCall, Call, read_call
from bot.model.turn.tool_results import failed, told
from bot.model.turn.turn_listening import Listening
from commands.contract.command import Command
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Dispatcher, Origin, Request

Json = dict[str, Any]
MOST_REPAIRS = 1
BEGUN = frozenset({Kind.CUT, Kind.SLOW, Kind.ENDLESS, Kind.GARBLED, Kind.DECLINED})
"""Troubles after which the question may have been read, and is billed."""
FEW_CHARACTERS = 4
"""Characters a token, for servers that do not say how many tokens they used."""


@dataclass(frozen=True)
class Step:
    """A call that was carried out, and its answer."""

    round: int
    call: Call
    reply: Reply


@dataclass
class Spent:
    """The tokens and rounds of a turn, and the prose that came of it."""

    said: str = ""
    rounds: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass
class Turn:
    """The state of one turn. `run` ends with the last prose, or raises with `steps` as far as they came.

    No transaction is open while the model is asked: each call is one of its own, opened by the dispatcher.
    """

    wire: Wire
    dispatcher: Dispatcher
    request: Request
    tools: Sequence[Json]
    messages: list[Json]
    patience: Patience
    most_tokens: int
    listening: Listening
    spend: Callable[[int, int], None]
    steps: list[Step] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    repairs: int = 0
    calls: int = 0

    def run(self, on_prose: Callable[[str], None], on_round: Callable[[], None]) -> str:
        """The prose of the last round. ModelTrouble and Stopped leave what was called so far in `steps`."""
        for number in range(1, MOST_ROUNDS + 1):
            on_round()
            found = self._asked(on_prose)
            if not found.calls:
                return found.text
            self._carry_out(number, found)
        raise ModelTrouble(Kind.ENDLESS)

    def _asked(self, on_prose: Callable[[str], None]) -> Completion:
        sent = _tokens(self.messages) + _tokens(self.tools)
        if self.spent.tokens + sent > self.most_tokens:
            raise ModelTrouble(Kind.ENDLESS if self.spent.rounds else Kind.BUDGET)
        self.spent.rounds += 1
        said = 0

        def count(prose: str) -> None:
            nonlocal said
            said += len(prose)
            on_prose(prose)

        tokens_in, tokens_out = sent, 0
        try:
            found = self.wire.ask(self.messages, self.tools, self.patience, count)
        except ModelTrouble as trouble:
            tokens_in = sent if trouble.kind in BEGUN else 0
            if trouble.kind is Kind.REFUSED and self.spent.rounds > 1:
                # It took our tools before: what it does not take is what was quoted to it.
                raise ModelTrouble(Kind.DECLINED, trouble.status) from None
            raise
        else:
            tokens_in = found.tokens_in or sent
            tokens_out = found.tokens_out or (len(found.text) + sum(len(each.arguments) for each in found.calls)) // 4
            return found
        finally:
            # Of a stream that broke the server says nothing, and bills it all the same.
            tokens_out = tokens_out or said // FEW_CHARACTERS
            self.spent.tokens_in += tokens_in
            self.spent.tokens_out += tokens_out
            if tokens_in or tokens_out:
                self.spend(tokens_in, tokens_out)

    def _carry_out(self, number: int, found: Completion) -> None:
        self.messages.append(_as_said(found))
        bad = False
        for each in found.calls:
            self.patience.check()
            self.calls += 1
            try:
                content = told(self._called(number, read_call(each, self.dispatcher.commands)))
            except BadCall as error:
                bad = True
                content = failed(str(error))
            self.messages.append({"role": "tool", "tool_call_id": each.id, "content": content})
        if bad:
            self.repairs += 1
            if self.repairs > MOST_REPAIRS:
                raise ModelTrouble(Kind.GARBLED)

    def _called(self, number: int, call: Call) -> Reply:
        for step in self.steps:
            if step.call == call:
                return step.reply
        kind = self.dispatcher.commands[call.verb]
        if self.calls > MOST_CALLS:
            raise ModelTrouble(Kind.ENDLESS)
        if kind.writes and sum(_writes(self.dispatcher.commands, step) for step in self.steps) >= MOST_PROPOSALS:
            raise ModelTrouble(Kind.ENDLESS)
        self.listening.on_status(f"{call.verb.replace('_', ' ').capitalize()} …")
        reply = self.dispatcher.dispatch(self.request, call.verb, call.arguments, Origin.MODEL)
        if reply.state is State.ERROR:
            # A fault of ours is not the model's to explain: what it says ends the turn.
            self.steps.append(Step(number, call, reply))
            raise Faulty
        self.steps.append(Step(number, call, reply))
        return reply


class Faulty(Exception):
    """A call ended in a fault of the database or of ours; its own sentence is the answer."""


def _writes(commands: Mapping[str, type[Command]], step: Step) -> bool:
    return commands[step.call.verb].writes


def _as_said(found: Completion) -> Json:
    """The model's own message, as servers want it back. Arguments that are no JSON object would be refused."""
    return {
        "role": "assistant",
        "content": found.text or None,
        "tool_calls": [
            {"id": each.id, "type": "function", "function": {"name": each.name or "none", "arguments": _sound(each)}}
            for each in found.calls
        ],
    }


def _sound(call: ToolCall) -> str:
    try:
        return call.arguments if isinstance(json.loads(call.arguments), dict) else "{}"
    except (ValueError, RecursionError):
        return "{}"


def _tokens(messages: Sequence[Json]) -> int:
    """About how many tokens these are."""
    return sum(len(json.dumps(each, ensure_ascii=False)) for each in messages) // FEW_CHARACTERS

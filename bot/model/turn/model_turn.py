"""One turn: the model is asked, its calls are carried out with the asker's own rights, until it has an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.server.completion import Completion, ToolCall
from bot.model.server.completions_client import CompletionClient, Patience
from bot.model.server.model_configuration import MOST_CALLS, MOST_PROPOSALS, MOST_ROUNDS
from bot.model.server.model_errors import ModelTrouble, TroubleKind
from bot.model.turn.command_tools import BadCall, CommandCall, read_tool_call
from bot.model.turn.tool_results import write_tool_error, write_tool_result
from bot.model.turn.turn_listening import Listening
from commands.contract.command import Command
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher, Origin, Request

Json = dict[str, Any]
MOST_REPAIRS = 1
BEGUN = frozenset({TroubleKind.CUT, TroubleKind.SLOW, TroubleKind.ENDLESS, TroubleKind.GARBLED, TroubleKind.DECLINED})
"""Troubles after which the question may have been read, and is billed."""
FEW_CHARACTERS = 4
"""Characters a token, for servers that do not say how many tokens they used."""


@dataclass(frozen=True)
class Step:
    """Holds a call that was carried out, and its reply."""

    round: int
    call: CommandCall
    reply: Reply


@dataclass
class TurnUsage:
    """Counts the tokens and rounds of a turn, and keeps the prose that came of it."""

    said: str = ""
    rounds: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def total_tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass
class ModelTurn:
    """Runs one turn: asks the model and carries out its calls until it answers. `steps` holds every call made.

    No transaction is open while the model is asked: the dispatcher opens one for each call.
    """

    wire: CompletionClient
    dispatcher: Dispatcher
    request: Request
    tools: Sequence[Json]
    messages: list[Json]
    patience: Patience
    most_tokens: int
    listening: Listening
    spend: Callable[[int, int], None]
    steps: list[Step] = field(default_factory=list)
    spent: TurnUsage = field(default_factory=TurnUsage)
    repairs: int = 0
    calls: int = 0

    def run_rounds(self, on_prose: Callable[[str], None], on_round: Callable[[], None]) -> str:
        """Ask the model until it calls no more tools; return its last prose.

        ModelTrouble and Stopped leave what was called so far in `steps`.
        """
        for number in range(1, MOST_ROUNDS + 1):
            on_round()
            found = self._ask_model(on_prose)
            if not found.tool_calls:
                return found.text
            self._run_tool_calls(number, found)
        raise ModelTrouble(TroubleKind.ENDLESS)

    def _ask_model(self, on_prose: Callable[[str], None]) -> Completion:
        sent = _estimate_tokens(self.messages) + _estimate_tokens(self.tools)
        if self.spent.total_tokens + sent > self.most_tokens:
            raise ModelTrouble(TroubleKind.ENDLESS if self.spent.rounds else TroubleKind.BUDGET)
        self.spent.rounds += 1
        said = 0

        def count_prose(prose: str) -> None:
            nonlocal said
            said += len(prose)
            on_prose(prose)

        tokens_in, tokens_out = sent, 0
        try:
            found = self.wire.request_completion(self.messages, self.tools, self.patience, count_prose)
        except ModelTrouble as trouble:
            tokens_in = sent if trouble.kind in BEGUN else 0
            if trouble.kind is TroubleKind.REFUSED and self.spent.rounds > 1:
                # It took our tools before: what it does not take is what was quoted to it.
                raise ModelTrouble(TroubleKind.DECLINED, trouble.status) from None
            raise
        else:
            tokens_in = found.tokens_in or sent
            tokens_out = (
                found.tokens_out or (len(found.text) + sum(len(each.arguments) for each in found.tool_calls)) // 4
            )
            return found
        finally:
            # Of a stream that broke the server says nothing, and bills it all the same.
            tokens_out = tokens_out or said // FEW_CHARACTERS
            self.spent.tokens_in += tokens_in
            self.spent.tokens_out += tokens_out
            if tokens_in or tokens_out:
                self.spend(tokens_in, tokens_out)

    def _run_tool_calls(self, number: int, found: Completion) -> None:
        self.messages.append(_assistant_message(found))
        bad = False
        for each in found.tool_calls:
            self.patience.ensure_time_left()
            self.calls += 1
            try:
                content = write_tool_result(self._dispatch_call(number, read_tool_call(each, self.dispatcher.commands)))
            except BadCall as error:
                bad = True
                content = write_tool_error(str(error))
            self.messages.append({"role": "tool", "tool_call_id": each.id, "content": content})
        if bad:
            self.repairs += 1
            if self.repairs > MOST_REPAIRS:
                raise ModelTrouble(TroubleKind.GARBLED)

    def _dispatch_call(self, number: int, call: CommandCall) -> Reply:
        for step in self.steps:
            if step.call == call:
                return step.reply
        kind = self.dispatcher.commands[call.verb]
        if self.calls > MOST_CALLS:
            raise ModelTrouble(TroubleKind.ENDLESS)
        if kind.writes and sum(_is_write(self.dispatcher.commands, step) for step in self.steps) >= MOST_PROPOSALS:
            raise ModelTrouble(TroubleKind.ENDLESS)
        self.listening.on_status(f"{call.verb.replace('_', ' ').capitalize()} …")
        reply = self.dispatcher.dispatch(self.request, call.verb, call.arguments, Origin.MODEL)
        if reply.state is ReplyState.ERROR:
            # A fault of ours is not the model's to explain: what it says ends the turn.
            self.steps.append(Step(number, call, reply))
            raise CallFault
        self.steps.append(Step(number, call, reply))
        return reply


class CallFault(Exception):
    """Ends the turn after a call failed by a fault of the database or of ours; that reply is the answer."""


def _is_write(commands: Mapping[str, type[Command]], step: Step) -> bool:
    return commands[step.call.verb].writes


def _assistant_message(found: Completion) -> Json:
    """The model's own message, as servers want it back. Arguments that are no JSON object would be refused."""
    return {
        "role": "assistant",
        "content": found.text or None,
        "tool_calls": [
            {
                "id": each.id,
                "type": "function",
                "function": {"name": each.name or "none", "arguments": _valid_arguments(each)},
            }
            for each in found.tool_calls
        ],
    }


def _valid_arguments(call: ToolCall) -> str:
    try:
        return call.arguments if isinstance(json.loads(call.arguments), dict) else "{}"
    except (ValueError, RecursionError):
        return "{}"


def _estimate_tokens(messages: Sequence[Json]) -> int:
    """About how many tokens these are."""
    return sum(len(json.dumps(each, ensure_ascii=False)) for each in messages) // FEW_CHARACTERS

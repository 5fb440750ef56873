"""One turn: asks the model, carries out its calls with the asker's own rights, until it has an answer."""

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
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request

Json = dict[str, Any]
# A model that sends a bad call a second time, after it was told what is wrong, will do so again.
MOST_REPAIRS = 1
# Troubles after which the server may have read the question, and bills it.
BILLED = frozenset({TroubleKind.CUT, TroubleKind.SLOW, TroubleKind.ENDLESS, TroubleKind.GARBLED, TroubleKind.DECLINED})
# For servers that do not say how many tokens they used, and to know before asking whether a round fits.
CHARACTERS_PER_TOKEN = 4


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

    client: CompletionClient
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

        Raises ModelTrouble, Stopped or CallFault; what was called until then is in `steps`.
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
            # Where not even the first round fits, the budget is too small; later the model was too wordy.
            raise ModelTrouble(TroubleKind.ENDLESS if self.spent.rounds else TroubleKind.BUDGET)
        self.spent.rounds += 1
        said = 0

        def count_prose(prose: str) -> None:
            nonlocal said
            said += len(prose)
            on_prose(prose)

        tokens_in, tokens_out = sent, 0
        try:
            found = self.client.request_completion(self.messages, self.tools, self.patience, count_prose)
        except ModelTrouble as trouble:
            tokens_in = sent if trouble.kind in BILLED else 0
            if trouble.kind is TroubleKind.REFUSED and self.spent.rounds > 1:
                # It took our tools in the first round: what it refuses now is what was quoted to it since.
                raise ModelTrouble(TroubleKind.DECLINED, trouble.status) from None
            raise
        else:
            tokens_in = found.tokens_in or sent
            written = len(found.text) + sum(len(each.arguments) for each in found.tool_calls)
            tokens_out = found.tokens_out or written // CHARACTERS_PER_TOKEN
            return found
        finally:
            # A stream that broke does not say what it took, and is billed all the same: its prose is counted.
            tokens_out = tokens_out or said // CHARACTERS_PER_TOKEN
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
        # A call that is repeated gets the same answer: a write proposed twice would be two cards for one wish.
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
            # A fault of ours is not the model's to explain: the reply that reports it ends the turn.
            self.steps.append(Step(number, call, reply))
            raise CallFault
        self.steps.append(Step(number, call, reply))
        return reply


class CallFault(Exception):
    """Ends the turn after a call failed by a fault of the database or of ours; that reply is the answer."""


def _is_write(commands: Mapping[str, type[Command]], step: Step) -> bool:
    return commands[step.call.verb].writes


def _assistant_message(found: Completion) -> Json:
    """Write the model's own message with its calls, as servers want it back before the results."""
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
    # Servers refuse a conversation in which arguments are no JSON object, though the model wrote them itself.
    try:
        return call.arguments if isinstance(json.loads(call.arguments), dict) else "{}"
    except (ValueError, RecursionError):
        return "{}"


def _estimate_tokens(messages: Sequence[Json]) -> int:
    """Estimate how many tokens these are."""
    return sum(len(json.dumps(each, ensure_ascii=False)) for each in messages) // CHARACTERS_PER_TOKEN

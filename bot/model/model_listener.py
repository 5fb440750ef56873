"""The listener: asks a language model where the phrases are not sure, and answers with what commands answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.grounding.checked_speech import Speech
from bot.model.grounding.ground import TurnEvidence
from bot.model.model_answers import (
    HELPFUL,
    OPEN,
    compose_reply,
    find_open_steps,
    is_empty,
    reply_without_calls,
    reply_without_model,
    select_shown_steps,
)
from bot.model.server.circuit_breaker import Breaker
from bot.model.server.completions_client import CompletionClient, Patience
from bot.model.server.model_configuration import ModelConfiguration
from bot.model.server.model_errors import FOR_ADMINISTRATORS, ModelTrouble, Stopped, TroubleKind
from bot.model.server.token_budget import Budget
from bot.model.turn import thread_memory
from bot.model.turn.command_tools import make_tools
from bot.model.turn.model_turn import CallFault, ModelTurn, Step, TurnUsage
from bot.model.turn.prompt import describe_last_shown, write_history, write_question, write_system_prompt
from bot.model.turn.turn_listening import Listening
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.open_questions import find_open_question
from commands.dispatching.request import Request
from commands.language.sentences.sentence import FocusView
from commands.language.understood import NotUnderstood
from storage.database.doors import Session
from storage.database.errors import DatabaseTrouble
from storage.workspaces.workspace_vocabulary import Vocabulary

log = logging.getLogger(__name__)
# Seconds of the deadline that are kept back, so that an answer without the model still comes within it.
MARGIN = 1.0


@dataclass(frozen=True)
class TroubleReport:
    """Reports trouble that administrators should hear of, once a day for each `key`."""

    workspace_id: int
    key: str
    words: str


@dataclass
class Listener:
    """Asks a language model what the phrases could not read. Whatever it returns, a documented Reply comes out.

    `tell` is called the first time a day that a kind of trouble comes up in this process.
    """

    dispatcher: Dispatcher
    model: ModelConfiguration
    tell: Callable[[TroubleReport], None] = lambda _: None
    breaker: Breaker | None = None

    def __post_init__(self) -> None:
        self._client = CompletionClient(self.model)
        self._budget = Budget(self.dispatcher.database, self.model)
        self._breaker = self.breaker or Breaker()
        self._told: set[str] = set()
        self._tools: dict[int, tuple[int, list[dict[str, Any]]]] = {}
        # What the last turn used and said: an evaluation asks for it, one turn at a time.
        self.last = TurnUsage()

    def answer_with_model(self, request: Request, each: NotUnderstood, focus: FocusView, listening: Listening) -> Reply:
        """Answer words that the phrases could not read, within the seconds that the model's configuration allows."""
        started = time.monotonic()
        self.last = TurnUsage()
        try:
            self._breaker.ensure_closed()
            most = self._budget.count_tokens_left(request)
        except ModelTrouble as trouble:
            # The breaker let this turn try the server, which it did not: another turn may.
            if trouble.kind is TroubleKind.BUDGET:
                self._breaker.release_trial()
            self._report_trouble(request, trouble, lasting=trouble.kind is TroubleKind.BUDGET)
            return reply_without_model(each, trouble)
        patience = Patience(started + max(0.1, self.model.seconds - MARGIN), listening.stop)
        try:
            turn, ground = self._prepare_turn(request, each, focus, patience, most, listening)
            try:
                return self._run_turn(request, each, turn, ground, listening)
            except Exception:
                # Nobody will see the cards of this turn, so nobody's yes may carry them out.
                self._cancel_unshown(request, turn.steps, ())
                raise
        finally:
            self._breaker.release_trial()

    def remember_turn(self, session: Session, request: Request, said: str, replies: Sequence[Reply]) -> None:
        """Store a turn of a thread, whoever understood it, so that the model can be told of it."""
        thread_memory.store_turn(session, request, said, replies)

    def _prepare_turn(
        self,
        request: Request,
        unread: NotUnderstood,
        focus: FocusView,
        patience: Patience,
        most: int,
        listening: Listening,
    ) -> tuple[ModelTurn, TurnEvidence]:
        with self.dispatcher.database.begin_read() as session:
            context = self.dispatcher.build_context(session, request)
            shown = describe_last_shown(context, focus)
            messages = [
                {"role": "system", "content": write_system_prompt(context)},
                *write_history(thread_memory.load_earlier_turns(context, request)),
                write_question(unread.words, shown, unread.perhaps),
            ]
            offered = self._load_tools(context.vocabulary)
            ground = TurnEvidence(context.moment)
            ground.ask(unread.words, context.asker.name)
        turn = ModelTurn(
            self._client,
            self.dispatcher,
            request,
            offered,
            messages,
            patience,
            most,
            listening,
            lambda tokens_in, tokens_out: self._budget.record_usage(request, tokens_in, tokens_out),
        )
        return turn, ground

    def _load_tools(self, words: Vocabulary) -> list[dict[str, Any]]:
        """Load the tools in a workspace's own words; they are made anew when its vocabulary changes."""
        known = self._tools.get(words.id)
        if known is None or known[0] != words.version:
            known = (words.version, make_tools(self.dispatcher.commands, words))
            self._tools[words.id] = known
        return known[1]

    def _run_turn(
        self, request: Request, each: NotUnderstood, turn: ModelTurn, ground: TurnEvidence, listening: Listening
    ) -> Reply:
        known: list[Step] = []
        # While a card waits in this conversation, a yes could be meant for what the model says: then it says nothing.
        with self.dispatcher.database.begin_read() as session:
            mute = find_open_question(session, request) is not None

        def collect_evidence() -> TurnEvidence:
            for step in turn.steps[len(known) :]:
                known.append(step)
                ground.add(step.reply)
            return ground

        speech = Speech(collect_evidence, listening.on_sentence)
        prose, trouble = "", None
        try:
            prose = turn.run_rounds(
                speech.add_piece, lambda: speech.begin_round(silent=mute or not _may_speak(turn.steps))
            )
            self._breaker.record_success()
        except Stopped:
            self._cancel_unshown(request, turn.steps, ())
            return Reply("Stopped. Nothing was changed.", understood_by="model")
        except CallFault:
            self._breaker.record_success()
        except ModelTrouble as found:
            trouble = found
            opened = self._breaker.record_failure(found.kind)
            self._report_trouble(request, found, lasting=opened or found.kind is TroubleKind.BUDGET)
        finally:
            self.last = turn.spent
        return self._compose_answer(request, each, turn, ground, speech, "" if mute else prose, trouble)

    def _compose_answer(
        self,
        request: Request,
        each: NotUnderstood,
        turn: ModelTurn,
        ground: TurnEvidence,
        speech: Speech,
        prose: str,
        trouble: ModelTrouble | None,
    ) -> Reply:
        said = ""
        if trouble is not None and not any(step.reply.state in HELPFUL for step in turn.steps):
            return reply_without_model(each, trouble)
        if not turn.steps:
            reply = reply_without_calls(each, speech.finish_prose(prose))
            turn.spent.said = reply.head if reply.understood_by == "model" else ""
            return reply
        if prose and _may_speak(turn.steps):
            said = turn.spent.said = speech.finish_prose(prose)
        shown = select_shown_steps(turn.steps, said, ground.moment)
        self._cancel_unshown(request, turn.steps, shown)
        return compose_reply([step.reply for step in shown], said, trouble)

    def _cancel_unshown(self, request: Request, steps: Sequence[Step], shown: Sequence[Step]) -> None:
        """Cancel the proposals and questions of a turn that its answer does not show."""
        # A yes that is said later must not carry out what nobody has seen.
        for step in steps:
            if step not in shown and step.reply.state in OPEN and step.reply.confirmation:
                self.dispatcher.cancel_proposal(request, step.reply.confirmation)

    def _report_trouble(self, request: Request, trouble: ModelTrouble, *, lasting: bool) -> None:
        """Log trouble; tell administrators of it where it is `lasting`, once a day."""
        # Whatever opened the breaker was reported when it did.
        if trouble.kind is TroubleKind.PAUSED:
            return
        words = FOR_ADMINISTRATORS[trouble.kind]
        log.warning("%s. %s", trouble, words)
        day = f"{request.now:%Y-%m-%d}"
        key = f"model:{trouble.kind}:{request.workspace_id}:{day}"
        if lasting and key not in self._told:
            try:
                self.tell(TroubleReport(request.workspace_id, key, words))
            except DatabaseTrouble:
                log.warning("administrators could not be told of it")
                return
            # A process runs for months: the keys of other days are forgotten.
            self._told = {each for each in self._told if each.endswith(day)} | {key}


def _may_speak(steps: Sequence[Step]) -> bool:
    """Tell whether prose has anything to rest on: not where a card waits, and not where nothing was found."""
    return bool(steps) and not find_open_steps(steps) and not is_empty(steps)

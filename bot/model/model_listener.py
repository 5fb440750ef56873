"""The listener: asked where the phrases are not sure, it answers with what the commands answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.grounding.checked_speech import Speech
from bot.model.grounding.ground import Ground
from bot.model.model_answers import HELPFUL, OPEN, composed, helpless, is_empty, open_steps, shown_steps, wondering
from bot.model.server.circuit_breaker import Breaker
from bot.model.server.completions_client import Patience, Wire
from bot.model.server.model_configuration import ModelConfiguration
from bot.model.server.model_errors import FOR_ADMINISTRATORS, Kind, ModelTrouble, Stopped
from bot.model.server.token_budget import Budget
from bot.model.turn import thread_memory
from bot.model.turn.command_tools import tools
from bot.model.turn.model_turn import Faulty, Spent, Step, Turn
from bot.model.turn.prompt import history, question, shown_last, system_prompt
from bot.model.turn.turn_listening import Listening
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher, Request
from commands.reading.sentence import FocusView
from commands.reading.understood import NotUnderstood
from storage.database.doors import Session
from storage.database.errors import DatabaseTrouble
from storage.workspaces.workspace_vocabulary import Vocabulary

log = logging.getLogger(__name__)
MARGIN = 1.0
"""Seconds of the deadline that are kept for the answer without the model."""


@dataclass(frozen=True)
class Report:
    """Trouble that administrators should hear of, once a day for each `key`."""

    workspace_id: int
    key: str
    words: str


@dataclass
class Listener:
    """A language model behind the commands. Whatever it returns, a documented Reply comes out.

    `tell` is called the first time a day that a kind of trouble comes up in this process.
    """

    dispatcher: Dispatcher
    model: ModelConfiguration
    tell: Callable[[Report], None] = lambda _: None
    breaker: Breaker | None = None

    def __post_init__(self) -> None:
        self._wire = Wire(self.model)
        self._budget = Budget(self.dispatcher.database, self.model)
        self._breaker = self.breaker or Breaker()
        self._told: set[str] = set()
        self._tools: dict[int, tuple[int, list[dict[str, Any]]]] = {}
        self.last = Spent()
        """What the last turn used and said, for measuring."""

    def answer(self, request: Request, each: NotUnderstood, focus: FocusView, listening: Listening) -> Reply:
        """The answer to words that the phrases could not read, within the deadline."""
        started = time.monotonic()
        self.last = Spent()
        try:
            self._breaker.check()
            most = self._budget.left(request)
        except ModelTrouble as trouble:
            if trouble.kind is Kind.BUDGET:
                self._breaker.left()
            self._report(request, trouble, lasting=trouble.kind is Kind.BUDGET)
            return helpless(each, trouble)
        patience = Patience(started + max(0.1, self.model.seconds - MARGIN), listening.stop)
        try:
            turn, ground = self._turn(request, each.words, focus, patience, most, listening)
            try:
                return self._answered(request, each, turn, ground, listening)
            except Exception:
                # Nobody will see the cards of this turn.
                self._put_aside(request, turn.steps, ())
                raise
        finally:
            self._breaker.left()

    def remember(self, session: Session, request: Request, said: str, replies: Sequence[Reply]) -> None:
        """Keep a turn of a thread, whoever understood it."""
        thread_memory.keep(session, request, said, replies)

    def _turn(
        self,
        request: Request,
        words: str,
        focus: FocusView,
        patience: Patience,
        most: int,
        listening: Listening,
    ) -> tuple[Turn, Ground]:
        with self.dispatcher.database.reading() as session:
            context = self.dispatcher.context(session, request)
            shown = shown_last(context, focus)
            messages = [
                {"role": "system", "content": system_prompt(context)},
                *history(thread_memory.earlier(context, request)),
                question(words, shown),
            ]
            offered = self._offered(context.vocabulary)
            ground = Ground()
            ground.ask(words, context.today, context.asker.name)
        turn = Turn(
            self._wire,
            self.dispatcher,
            request,
            offered,
            messages,
            patience,
            most,
            listening,
            lambda tokens_in, tokens_out: self._budget.spend(request, tokens_in, tokens_out),
        )
        return turn, ground

    def _offered(self, words: Vocabulary) -> list[dict[str, Any]]:
        """The tools in a workspace's words, made anew when these change."""
        known = self._tools.get(words.id)
        if known is None or known[0] != words.version:
            known = (words.version, tools(self.dispatcher.commands, words))
            self._tools[words.id] = known
        return known[1]

    def _answered(
        self, request: Request, each: NotUnderstood, turn: Turn, ground: Ground, listening: Listening
    ) -> Reply:
        known: list[Step] = []
        # While a card waits, a yes could be meant for what the model says: then it says nothing.
        mute = self.dispatcher.waiting(request) is not None

        def grounded() -> Ground:
            for step in turn.steps[len(known) :]:
                known.append(step)
                ground.add(step.reply)
            return ground

        speech = Speech(grounded, listening.on_sentence)
        prose, trouble = "", None
        try:
            prose = turn.run(speech.hear, lambda: speech.begin(silent=mute or not _may_speak(turn.steps)))
            self._breaker.worked()
        except Stopped:
            self._put_aside(request, turn.steps, ())
            return Reply("Stopped. Nothing was changed.", understood_by="model")
        except Faulty:
            self._breaker.worked()
        except ModelTrouble as found:
            trouble = found
            opened = self._breaker.failed(found.kind)
            self._report(request, found, lasting=opened or found.kind is Kind.BUDGET)
        finally:
            self.last = turn.spent
        return self._composed(request, each, turn, speech, "" if mute else prose, trouble)

    def _composed(
        self,
        request: Request,
        each: NotUnderstood,
        turn: Turn,
        speech: Speech,
        prose: str,
        trouble: ModelTrouble | None,
    ) -> Reply:
        said = ""
        if trouble is not None and not any(step.reply.state in HELPFUL for step in turn.steps):
            return helpless(each, trouble)
        if not turn.steps:
            reply = wondering(each, speech.end(prose))
            turn.spent.said = reply.head if reply.understood_by == "model" else ""
            return reply
        if prose and _may_speak(turn.steps):
            said = turn.spent.said = speech.end(prose)
        shown = shown_steps(turn.steps, said)
        self._put_aside(request, turn.steps, shown)
        return composed([step.reply for step in shown], said, trouble)

    def _put_aside(self, request: Request, steps: Sequence[Step], shown: Sequence[Step]) -> None:
        """A question that is not shown may not be answered by a yes."""
        for step in steps:
            if step not in shown and step.reply.state in OPEN and step.reply.confirmation:
                self.dispatcher.cancel(request, step.reply.confirmation)

    def _report(self, request: Request, trouble: ModelTrouble, *, lasting: bool) -> None:
        """Write trouble to the log; what does not pass by itself is told to administrators, once a day."""
        if trouble.kind is Kind.PAUSED:
            return
        words = FOR_ADMINISTRATORS[trouble.kind]
        log.warning("%s. %s", trouble, words)
        day = f"{request.now:%Y-%m-%d}"
        key = f"model:{trouble.kind}:{request.workspace_id}:{day}"
        if lasting and key not in self._told:
            try:
                self.tell(Report(request.workspace_id, key, words))
            except DatabaseTrouble:
                log.warning("administrators could not be told of it")
                return
            self._told = {each for each in self._told if each.endswith(day)} | {key}


def _may_speak(steps: Sequence[Step]) -> bool:
    """Whether prose has anything to stand on: cards speak for themselves, and of nothing there is nothing to say."""
    return bool(steps) and not open_steps(steps) and not is_empty(steps)

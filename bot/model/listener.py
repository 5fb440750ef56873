"""The listener: asked where the phrases are not sure, it answers with what the commands answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from bot.model.configuration import ModelConfiguration
from bot.model.listening import Listening
from bot.model.prompt import history, question, shown_last, system_prompt
from bot.model.tools import tools
from bot.model.trouble import ModelTrouble, Stopped
from bot.model.turn import Faulty, Step, Turn
from bot.model.wire import Patience, Wire
from commands.dispatch import Dispatcher, Request
from commands.reading.sentence import FocusView
from commands.reading.understood import NotUnderstood
from commands.reply import Reply, State

MARGIN = 1.0
"""Seconds of the deadline that are kept for the answer without the model."""
OPEN = frozenset({State.CONFIRM, State.CHOOSE})
HELPFUL = frozenset({State.ANSWERED, State.DONE, State.CONFIRM, State.CHOOSE})


class Listener:
    """A language model behind the commands. Whatever it returns, a documented Reply comes out."""

    def __init__(self, dispatcher: Dispatcher, model: ModelConfiguration) -> None:
        self.dispatcher = dispatcher
        self.model = model
        self._wire = Wire(model)

    def answer(
        self,
        request: Request,
        each: NotUnderstood,
        focus: FocusView,
        listening: Listening,
    ) -> Reply | None:
        """The answer to words that the phrases could not read; None where the model found nothing to call."""
        turn = self._turn(request, each.words, focus, listening)
        prose, trouble = "", None
        try:
            prose = turn.run(lambda _: None, lambda: None)
        except Faulty:
            pass
        except Stopped:
            for step in turn.steps:
                self._put_aside(request, step.reply)
            return Reply("Stopped. Nothing was changed.", understood_by="model")
        except ModelTrouble as found:
            trouble = found
        return self._composed(request, turn.steps, prose, trouble)

    def _turn(self, request: Request, words: str, focus: FocusView, listening: Listening) -> Turn:
        with self.dispatcher.database.reading() as session:
            context = self.dispatcher.context(session, request)
            messages = [
                {"role": "system", "content": system_prompt(context)},
                *history(()),
                question(words, shown_last(context, focus)),
            ]
            offered = tools(self.dispatcher.commands, context.vocabulary)
        patience = Patience(time.monotonic() + max(0.1, self.model.seconds - MARGIN), listening.stop)
        return Turn(
            self._wire,
            self.dispatcher,
            request,
            offered,
            messages,
            patience,
            self.model.turn_tokens,
            listening,
            lambda tokens_in, tokens_out: None,
        )

    def _composed(
        self, request: Request, steps: Sequence[Step], prose: str, trouble: ModelTrouble | None
    ) -> Reply | None:
        shown = chosen(steps)
        for step in steps:
            if step not in shown:
                self._put_aside(request, step.reply)
        if not shown:
            return None
        replies = [replace(step.reply, understood_by="model") for step in shown]
        first, *others = replies
        return replace(first, also=(*first.also, *others)) if others else first

    def _put_aside(self, request: Request, reply: Reply) -> None:
        """A question that is not shown may not be answered by a yes."""
        if reply.state in OPEN and reply.confirmation:
            self.dispatcher.cancel(request, reply.confirmation)


def chosen(steps: Sequence[Step]) -> list[Step]:
    """The steps whose answers are shown: every proposal and open question, else those of the last round."""
    if not steps:
        return []
    proposed = [step for step in steps if step.reply.state in OPEN]
    if proposed:
        return proposed
    for number in sorted({step.round for step in steps}, reverse=True):
        helpful = [step for step in steps if step.round == number and step.reply.state in HELPFUL]
        if helpful:
            return helpful
    return list(steps[-1:])

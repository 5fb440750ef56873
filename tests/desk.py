"""Where a person of the sample company sits: says, types, presses and confirms, and reads the replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from commands.contract.errors import CommandError
from commands.contract.reply import Button, Reply, ReplyState
from commands.contract.typed_form import read_typed_form
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from tests.company import Company


class Desk:
    """One person in one thread. The clock stands still until `wait` moves it."""

    def __init__(
        self, dispatcher: Dispatcher, company: Company, first_name: str, *, thread: str = "", surface: str = "chat"
    ) -> None:
        self.dispatcher = dispatcher
        self.company = company
        self.request = Request(
            workspace_id=company.workspace_id,
            rep_id=company.person(first_name),
            surface=surface,
            now=company.now,
            thread=thread,
        )

    def types(self, text: str) -> Reply:
        """A typed form: `set_lead_status jane doe status=contacted`."""
        return self._form(text, Origin.TYPED)

    def means(self, text: str) -> Reply:
        """A typed form, carried out as if it had been understood from a sentence: writes ask first."""
        return self._form(text, Origin.SENTENCE)

    def says(self, sentence: str) -> Reply:
        """A sentence, read by phrases alone."""
        from bot.dialogue.dialogue import Conversation

        return Conversation(self.dispatcher).answer_text(self.request, sentence)

    def calls(self, command: str, **arguments: Any) -> Reply:
        """A call with arguments as a modal or a button sends them."""
        return self.dispatcher.dispatch(self.request, command, arguments, Origin.TYPED)

    def presses(self, button: Button) -> Reply:
        return self.calls(button.command, **button.arguments)

    def confirm(self, reply: Reply) -> Reply:
        assert reply.confirmation, f"nothing to confirm: {reply}"
        return self.dispatcher.confirm_proposal(self.request, reply.confirmation)

    def cancel(self, reply: Reply) -> Reply:
        assert reply.confirmation, f"nothing to cancel: {reply}"
        return self.dispatcher.cancel_proposal(self.request, reply.confirmation)

    def choose(self, reply: Reply, number: int) -> Reply:
        """The Nth of the choices, from 1."""
        assert reply.confirmation, f"nothing to choose from: {reply}"
        return self.dispatcher.choose_record(self.request, number, reply.confirmation)

    def wait(self, **span: float) -> Desk:
        """Let time pass: `wait(minutes=16)`."""
        self.request = replace(self.request, now=self.request.now + timedelta(**span))
        return self

    def _form(self, text: str, origin: Origin) -> Reply:
        try:
            read = read_typed_form(text, self.dispatcher.commands)
        except CommandError as error:
            return Reply(str(error), ReplyState.REFUSED)
        assert read, f"not a typed form: {text}"
        return self.dispatcher.dispatch(self.request, *read, origin)

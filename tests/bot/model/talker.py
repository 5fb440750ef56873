"""A person in a thread, answered by phrases and model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from bot.dialogue.dialogue import Conversation
from bot.model.model_listener import Listener, TroubleReport
from bot.model.server.circuit_breaker import Breaker
from bot.model.server.model_configuration import ModelConfiguration
from bot.model.turn.turn_listening import Listening
from bot.playground.scripted_model.scripted_server import LocalModel
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.open_questions import find_open_question
from tests.company import Company
from tests.desk import Desk

UNREAD = "blorp the snarfle, would you kindly?"
"""What no phrase can read."""


class Talker(Desk):
    """A desk whose sentences go to the model where the phrases are not sure. Keeps what a surface would hear."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        company: Company,
        model: LocalModel,
        first_name: str,
        *,
        thread: str = "t1",
        surface: str = "chat",
        seconds: float = 20,
        breaker: Breaker | None = None,
        **limits: Any,
    ) -> None:
        super().__init__(dispatcher, company, first_name, thread=thread, surface=surface)
        self.model = model
        self.told: list[TroubleReport] = []
        limits.setdefault("base_url", model.url)
        configured = ModelConfiguration(SecretStr(model.key), model.name, seconds=seconds, **limits)
        self.listener = Listener(dispatcher, configured, tell=self.told.append, breaker=breaker)
        self.foreign: set[str] = set()
        self.sentences: list[str] = []
        self.statuses: list[str] = []
        self.stop = threading.Event()

    def says(self, sentence: str = UNREAD) -> Reply:
        listening = Listening(self.sentences.append, self.statuses.append, self.stop)
        return Conversation(self.dispatcher, self.listener).answer_text(self.request, sentence, listening)

    def is_asked(self) -> bool:
        """Whether a question waits in the thread."""
        with self.dispatcher.database.begin_read() as session:
            return find_open_question(session, self.request) is not None


def every(reply: Reply) -> Iterator[Reply]:
    """The reply and all that belong to it."""
    yield reply
    for each in reply.also:
        yield from every(each)


PRICES = {"price_in": Decimal("2.50"), "price_out": Decimal(10)}

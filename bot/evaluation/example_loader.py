"""Loads tables of sentences as examples to learn from: each read into names and times, as its speaker sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from bot.dialogue.dialogue import Conversation
from bot.evaluation.reader_training import train_names
from bot.evaluation.sentence_table import Case, load_table, say_lines_before
from bot.evaluation.training_examples import Example, judge_mentions, make_example
from commands.contract.context import Context
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.language.models.linear_models import YesNoModel
from commands.language.readings.weights import Weights


class ExampleLoader:
    """Loads examples. `request_of` makes the request of a person in a thread; `open_doors` keeps sessions open.

    `names` tells which ordinary words name somebody.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        request_of: Callable[[str, str], Request],
        open_doors: ExitStack,
        names: YesNoModel | None = None,
    ) -> None:
        self.names = names or YesNoModel()
        self.dispatcher = dispatcher
        self.request_of = request_of
        self.open_doors = open_doors
        self.contexts: dict[str, Context] = {}

    def load(self, tables: Iterable[Path], weights: Weights | None) -> list[Example]:
        """Load the examples of tables. Lines before a sentence are read with `weights`; without, those are left out."""
        return [
            self.load_case(case, table.stem, weights)
            for table in tables
            for case in load_table(table)
            if weights is not None or not case.after
        ]

    def load_case(self, case: Case, voice: str, weights: Weights | None) -> Example:
        """Load one line, after having said what stands before it."""
        request = self.request_of(case.by, f"{voice} {case.number}")
        conversation = Conversation(self.dispatcher, weights=weights)
        say_lines_before(conversation, case, request)
        with self.dispatcher.database.begin_read() as session:
            focus = conversation.load_focus(session, request)
        return make_example(case, self._open_context(case.by, request), focus, voice, self.names)

    def learn_names(self, tables: Iterable[Path]) -> None:
        """Learn from tables which ordinary words name somebody, before anything else is learned."""
        facts: list[tuple[list[str], bool]] = []
        for table in tables:
            for case in load_table(table):
                context = self._open_context(case.by, self.request_of(case.by, table.stem))
                facts += judge_mentions(case, context)
        self.names = train_names(facts)

    def _open_context(self, person: str, request: Request) -> Context:
        # A sentence looks names up for as long as it is learned from, so the door stays open.
        if person not in self.contexts:
            session = self.open_doors.enter_context(self.dispatcher.database.begin_read())
            self.contexts[person] = self.dispatcher.build_context(session, request)
        return self.contexts[person]

"""Trains the reader on the tables of tests/sentences and writes its weights into the package: `make reader`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.dialogue.dialogue import Conversation
from bot.evaluation.reader_training import Example, make_example, train_reader
from bot.evaluation.sentence_table import load_table, undo_changes
from commands import BY_VERB
from commands.contract.context import Context, WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher, Request
from commands.language.weights import FILE, Weights, dump_weights
from storage.database.doors import Database
from tests.company import Company, load_company
from tests.sqlite_files import SqliteTemplates

SENTENCES = Path(__file__).parent / "sentences"


def list_learned_tables() -> list[Path]:
    """List the tables that the reader learns from, in a fixed order; those kept away are not among them."""
    return [SENTENCES / "development.jsonl", *sorted((SENTENCES / "voices").glob("*.jsonl"))]


@contextmanager
def open_company() -> Iterator[Company]:
    """Open the sample company in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = SqliteTemplates(Path(folder), load_company).path(with_company=True)
        database = Database(f"sqlite:///{path}")
        yield Company(database)
        database.close()


class ExampleLoader:
    """Loads tables as examples: each sentence read into names and times, as its speaker sees the company."""

    def __init__(self, company: Company, open_doors: ExitStack) -> None:
        self.company = company
        self.dispatcher = Dispatcher(company.database, BY_VERB, WorkspaceDefaults())
        self.open_doors = open_doors
        self.contexts: dict[str, Context] = {}

    def load(self, tables: Iterable[Path], weights: Weights | None) -> list[Example]:
        """Load the examples of tables. Lines before a sentence are read with `weights`; without, those are left out."""
        found = []
        for table in tables:
            for case in load_table(table):
                if weights is None and case.after:
                    continue
                request = self.make_request(case.by, f"{table.stem} {case.number}")
                conversation = Conversation(self.dispatcher, weights=weights)
                for line in case.after:
                    undo_changes(self.dispatcher, request, conversation.answer_text(request, line))
                with self.company.database.begin_read() as session:
                    focus = conversation.load_focus(session, request)
                found.append(make_example(case, self._open_context(case.by, request), focus, table.stem))
        return found

    def make_request(self, person: str, thread: str) -> Request:
        return Request(self.company.workspace_id, self.company.person(person), "chat", self.company.now, thread)

    def _open_context(self, person: str, request: Request) -> Context:
        # A sentence looks names up for as long as it is learned from, so the door stays open.
        if person not in self.contexts:
            session = self.open_doors.enter_context(self.company.database.begin_read())
            self.contexts[person] = self.dispatcher.build_context(session, request)
        return self.contexts[person]


def train_from_tables(tables: list[Path], say: Callable[[str], None]) -> Weights:
    """Train in two rounds: what goes on from earlier lines needs a reader for these, which the first round gives."""
    with open_company() as company, ExitStack() as doors:
        loader = ExampleLoader(company, doors)
        first = train_reader(loader.load(tables, None), say, folds=2)
        return train_reader(loader.load(tables, first), say)


def main() -> None:
    """Train and write the weights."""
    weights = train_from_tables(list_learned_tables(), lambda line: print(line, file=sys.stderr))  # noqa: T201
    FILE.write_text(json.dumps(dump_weights(weights), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

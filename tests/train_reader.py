"""Trains the reader on the tables of tests/sentences and writes its weights into the package: `make reader`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.language.readings.weights import FILE, Weights, dump_weights
from storage.database.doors import Database
from tests.company import Company, load_company
from tests.sqlite_files import SqliteTemplates

if TYPE_CHECKING:
    from bot.evaluation.example_loader import ExampleLoader

SENTENCES = Path(__file__).parent / "sentences"


def list_learned_tables() -> list[Path]:
    """List the tables that the reader learns from, in a fixed order; those kept away are not among them."""
    return [SENTENCES / "development.jsonl", *sorted((SENTENCES / "voices").glob("*.jsonl"))]


@contextmanager
def open_company() -> Iterator[Company]:
    """Open the sample company in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = SqliteTemplates(Path(folder)).path(load_company)
        database = Database(f"sqlite:///{path}")
        yield Company(database)
        database.close()


def make_loader(company: Company, open_doors: ExitStack) -> ExampleLoader:
    """Make a loader of examples said by the people of the sample company."""
    # What learns loads scikit-learn, for which a test that only reads the tables need not wait.
    from bot.evaluation.example_loader import ExampleLoader

    dispatcher = Dispatcher(company.database, BY_VERB, WorkspaceDefaults())

    def make_request(person: str, thread: str) -> Request:
        return Request(company.workspace_id, company.person(person), "chat", company.now, thread)

    return ExampleLoader(dispatcher, make_request, open_doors)


def train_from_tables(tables: list[Path], say: Callable[[str], None]) -> Weights:
    """Train in two rounds: what goes on from earlier lines needs a reader for these, which the first round gives.

    Half of the tables teach that one enough.
    """
    from bot.evaluation.reader_training import train_reader

    with open_company() as company, ExitStack() as doors:
        loader = make_loader(company, doors)
        loader.learn_names(tables)
        first = train_reader(loader.load(tables[::2], None), say, folds=2)
        first.names = loader.names
        weights = train_reader(loader.load(tables, first), say, splitter=first)
        weights.names = loader.names
        return weights


def main() -> None:
    """Train and write the weights."""
    weights = train_from_tables(list_learned_tables(), lambda line: print(line, file=sys.stderr))  # noqa: T201
    FILE.write_text(json.dumps(dump_weights(weights), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

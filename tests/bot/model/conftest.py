"""People who talk to the bot while a scripted model listens in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.playground.scripted_model.scripted_server import LocalModel
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from tests.bot.model.talker import Talker
from tests.company import Company

Sit = Callable[..., Talker]


@pytest.fixture(scope="package")
def server() -> Iterator[LocalModel]:
    with LocalModel() as model:
        yield model


@pytest.fixture
def model(server: LocalModel) -> LocalModel:
    """A model on 127.0.0.1, asked nothing yet."""
    server.script_answers()
    return server


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """What is said to a model does not depend on the database, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def talk(company: Company, dispatcher: Dispatcher, model: LocalModel) -> Sit:
    """`talk("nora")` is Nora in a thread of her own, with the model behind the phrases."""

    def sit(first_name: str = "nora", **more: Any) -> Talker:
        return Talker(dispatcher, company, model, first_name, **more)

    return sit

"""The bot is called by its name before or behind a request; a company may have that name too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.database.doors import Database
from tests.company import Company
from tests.desk import Desk


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def nora(desk: Callable[..., Desk]) -> Desk:
    return desk("nora", thread="manners")


@pytest.mark.parametrize(
    "said",
    [
        "{}, Leadlight",
        "Leadlight, {}",
        "leadlight: {}",
        "hey Leadlight, {}",
        "ok leadlight {}",
        "@Leadlight {}",
        "{} please Leadlight",
    ],
)
@pytest.mark.parametrize("asked", ["my hot leads", "what is due today"])
def test_called_by_name_a_request_is_the_same(nora: Desk, said: str, asked: str) -> None:
    called, plain = nora.says(said.format(asked)), nora.says(asked)

    assert (called.command, called.arguments, called.head) == (plain.command, plain.arguments, plain.head)


@pytest.mark.parametrize("said", ["Leadlight", "Leadlight?", "hello Leadlight!"])
def test_its_name_alone_is_a_greeting(nora: Desk, said: str) -> None:
    assert nora.says(said).head.startswith("Hello!")


def test_a_company_may_have_its_name(nora: Desk) -> None:
    nora.types('create_lead first_name=Ona last_name=Glass company="Leadlight Windows"')

    assert (nora.says("show Leadlight Windows").arguments or {})["name"] == "Ona Glass"

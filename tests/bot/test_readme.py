"""What the README gives as examples works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands import BY_VERB, COMMANDS
from commands.contract.reply import ReplyState
from storage.database.doors import Database
from tests.company import Company
from tests.desk import Desk

EXAMPLES = [(kind.verb(), example) for kind in COMMANDS for example in kind.examples]


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


def test_every_command_has_an_example() -> None:
    assert {verb for verb, _ in EXAMPLES} == set(BY_VERB)


@pytest.mark.parametrize(("verb", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_is_read_as_the_command_it_stands_for(desk: Callable[..., Desk], verb: str, example: str) -> None:
    reply = desk("nora", thread="readme").says(example)

    assert reply.command == verb, reply.head
    assert reply.state not in (ReplyState.NOT_UNDERSTOOD, ReplyState.ERROR)

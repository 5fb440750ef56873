"""Every example of every command, which help, README and tools repeat, is read as that command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands import COMMANDS
from commands.contract.command import Command
from commands.contract.reply import ReplyState
from storage.database.doors import Database
from tests.company import Company
from tests.desk import Desk

EXAMPLES = [pytest.param(kind, example, id=example) for kind in COMMANDS for example in kind.examples]
NO_CARD = {
    "undo that": ReplyState.NOT_FOUND,  # Nothing was done yet that could be taken back.
    # In the sample company these are like that already.
    "mark Jane Doe as contacted": ReplyState.ANSWERED,
    "move the Initech deal to Negotiation": ReplyState.ANSWERED,
    "push the Initech deal to 15 December": ReplyState.ANSWERED,
    "hand over everything from Tom to Dana": ReplyState.REFUSED,  # Nora is no manager.
}
"""Examples of writes that find nothing to change here, or not by a rep."""


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_read_as_its_command_and_answered_or_shown_on_a_card(
    desk: Callable[..., Desk], kind: type[Command], example: str
) -> None:
    reply = desk("nora", thread="examples").says(example)

    assert reply.command == kind.verb(), reply.head
    assert reply.also == (), "an example is one request"
    usual = ReplyState.DONE if kind.at_once else ReplyState.CONFIRM if kind.writes else ReplyState.ANSWERED
    assert reply.state is NO_CARD.get(example, usual), reply.head

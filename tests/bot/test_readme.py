"""What the README says of commands is what the commands say of themselves, and it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from commands import BY_VERB, COMMANDS
from commands.command import Command
from commands.reply import State
from storage.database import Database
from tests.company import Company
from tests.desk import Desk

README = Path(__file__).parents[2] / "README.md"
EXAMPLES = [(kind.verb(), example) for kind in COMMANDS for example in kind.examples]


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.verb())
def test_the_readme_has_a_row_for_every_command(kind: type[Command]) -> None:
    row = f"| `{kind.verb()}` | {kind.help_line()} | {' · '.join(kind.examples)} |"

    assert row in README.read_text(encoding="utf-8").splitlines()


def test_every_command_has_an_example() -> None:
    assert {verb for verb, _ in EXAMPLES} == set(BY_VERB)


@pytest.mark.parametrize(("verb", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_is_read_as_the_command_it_stands_for(desk: Callable[..., Desk], verb: str, example: str) -> None:
    reply = desk("nora", thread="readme").says(example)

    assert reply.command == verb, reply.head
    assert reply.state not in (State.NOT_UNDERSTOOD, State.ERROR)

"""A person who left can be named in every question; a name that is none never means somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from commands import COMMANDS
from commands.contract.arguments import OwnerMark
from commands.contract.command import Command
from commands.contract.reply import ReplyState
from storage.database.doors import Database
from storage.tables import Rep
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]

QUESTIONS = [kind for kind in COMMANDS if not kind.writes and "owner" in kind.marked_fields(OwnerMark)]
each_question = pytest.mark.parametrize("kind", QUESTIONS, ids=lambda kind: kind.verb())
NOBODY = ["Zorro", "²", "٣", "１", "#²", "U²", "9" * 19, "9" * 400, "#U" + "9" * 30, "-1", "0", "1e3"]


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Who is meant is decided alike on both databases; the query itself is asked in tests of both."""
    return Company(sqlite_database)


def leave(company: Company, first_name: str) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.id == company.person(first_name)).values(active=False))


@each_question
@pytest.mark.parametrize("said", ["Tom Becker", "tom", "tom@leadlight.example"])
def test_who_left_is_answered_for_as_before(desk: Desks, company: Company, kind: type[Command], said: str) -> None:
    before = desk("helen").calls(kind.verb(), owner=said)
    assert before.state is ReplyState.ANSWERED

    leave(company, "Tom")

    if kind.verb() != "preview_digest":
        assert desk("helen").calls(kind.verb(), owner=said) == before


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("Tom Becker's pipeline", "summarize_pipeline"),
        ("list opportunities of Tom Becker", "list_opportunities"),
        ("how much did Tom win this year?", "deal_stats"),
        ("Tom's leads", "list_leads"),
    ],
)
def test_who_left_is_read_in_a_sentence(desk: Desks, company: Company, sentence: str, command: str) -> None:
    leave(company, "Tom")

    reply = desk("helen").says(sentence)

    assert (reply.command, (reply.arguments or {})["owner"]) == (command, "Tom Becker")
    assert reply.receipt is not None
    assert reply.receipt.scope == "Tom Becker's"


def test_whoever_is_here_is_meant_before_one_who_left(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.add(
            Rep(
                workspace_id=company.workspace_id,
                name="Tom Weiss",
                first_name="Tom",
                last_name="Weiss",
                role="rep",
                active=False,
                created_at=company.now,
            )
        )

    assert (desk("helen").types("list_leads owner=tom").arguments or {})["owner"] == "Tom Becker"
    assert desk("priya").types('list_leads owner="tom weiss"').state is ReplyState.ANSWERED


@each_question
@pytest.mark.parametrize("said", NOBODY)
def test_a_name_of_nobody_is_never_another_scope(desk: Desks, company: Company, kind: type[Command], said: str) -> None:
    reply = desk("helen").calls(kind.verb(), owner=said)

    assert reply.state in (ReplyState.NOT_FOUND, ReplyState.REFUSED), reply.head
    assert "colleague" in reply.head


@pytest.mark.parametrize("sentence", ["give Jane Doe to Tom Becker", "give all my cold leads to Tom Becker"])
def test_nothing_goes_to_one_who_left(desk: Desks, company: Company, sentence: str) -> None:
    leave(company, "Tom")
    before = contents(company.database)

    reply = desk("nora").says(sentence)

    assert reply.state is ReplyState.REFUSED
    assert reply.head == "Tom Becker has left, so nothing was given away. Name a colleague who works here."
    assert contents(company.database) == before

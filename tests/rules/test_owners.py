"""Whoever is given a record sees it, and Undo is offered to whom it would work for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from commands import COMMANDS
from commands.contract.arguments import OwnerMark
from commands.contract.command import Command
from commands.contract.reply import Reply, ReplyState
from storage.database.doors import Database
from storage.names.name_index import format_ref
from storage.tables import AuditEntry, Change, Workspace
from tests.company import Company
from tests.database_rows import records
from tests.desk import Desk

Desks = Callable[..., Desk]
ROOT = Path(__file__).parents[2]

GIVEN: dict[str, dict[str, Any]] = {
    "assign_lead": {"name": "#L-01"},
    "assign_leads": {"source": "trade show"},
    "assign_opportunity": {"name": "#O-01"},
    "assign_opportunities": {"min_amount": 20000},
    "hand_over": {"from": "nora"},
}
"""What each command that gives records away is called with besides their new owner."""
KEEPS_OWNERS = {"set_lead_status_many"}
"""Writes whose owner argument says whose records are changed."""
NOT_FOR_REPS = {"hand_over"}
GIVERS = ("nora", "helen", "priya")
"""Jane Doe is Nora's; Helen is Nora's manager, Priya an administrator."""
TAKERS = ("Nora", "Tom", "Ruth", "Victor", "Priya")
"""The owner, colleagues of the same and of another team, the other manager, and an administrator."""


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Who sees what is decided before the database is asked, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture(params=["team", *(pytest.param(each, marks=pytest.mark.slow) for each in ("own", "workspace"))])
def visibility(request: pytest.FixtureRequest, company: Company) -> str:
    with company.database.begin_write() as session:
        session.execute(update(Workspace).values(visibility=request.param))
    return str(request.param)


def find_owner_argument(kind: type[Command]) -> str:
    """The argument that says who gets the records."""
    return next(name for name in kind.marked_fields(OwnerMark) if name in ("owner", "to"))


def give_away(giver: Desk, kind: type[Command], taker: str) -> Reply:
    reply = giver.calls(kind.verb(), **GIVEN[kind.verb()], **{find_owner_argument(kind): taker})
    return giver.confirm(reply) if reply.state is ReplyState.CONFIRM else reply


def gifts(desk: Desks, company: Company, kind: type[Command]) -> Iterator[tuple[Desk, str, Reply]]:
    """Each giver's gift to each taker: who gives, who gets it, what the giver is told. Whoever asks takes it back."""
    before = records(company.database)
    for giver in GIVERS[kind.verb() in NOT_FOR_REPS :]:
        for taker in TAKERS:
            done = give_away(desk(giver), kind, taker)
            if done.state is ReplyState.ANSWERED:
                continue
            assert done.state is ReplyState.DONE, (giver, taker, done.head)
            yield desk(giver), taker, done
            assert records(company.database) == before, (giver, taker)


def last_entry(company: Company) -> str:
    with company.database.begin_read() as session:
        return str(session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)))


def changed_owners(company: Company) -> list[tuple[str, int, int]]:
    """Kind and number of what has another owner since the last change, and that owner."""
    changes = select(Change.kind, Change.record_id, Change.raw_after).where(
        Change.entry_id == int(last_entry(company)), Change.column == "owner_id"
    )
    with company.database.begin_read() as session:
        return [(kind, number, owner) for kind, number, owner in session.execute(changes)]


def test_every_command_that_can_give_records_away_is_tried_here() -> None:
    can = {kind.verb() for kind in COMMANDS if kind.writes and kind.marked_fields(OwnerMark)}

    assert can == GIVEN.keys() | KEEPS_OWNERS


def test_commands_change_owners_in_one_place() -> None:
    """Another one needs a call in GIVEN."""
    places = {
        str(path.relative_to(ROOT))
        for folder in ("commands", "storage")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".set_columns", ".change_records"))
        if any(each.arg == "owner_id" for each in node.keywords)
    }

    assert places == {"storage/records/ownership.py"}


each_giving = pytest.mark.parametrize(
    "kind", [kind for kind in COMMANDS if kind.verb() in GIVEN], ids=lambda kind: kind.verb()
)


@each_giving
def test_who_gets_a_record_sees_it_and_who_gave_it_takes_it_back_also_out_of_sight(
    desk: Desks, company: Company, visibility: str, kind: type[Command]
) -> None:
    for giver, taker, done in gifts(desk, company, kind):
        given = changed_owners(company)
        shown = {each.id for each in done.records}
        assert shown <= {format_ref(kind_, number) for kind_, number, _ in given}
        assert shown or done.figures["count"] == len(given)
        assert {owner for _, _, owner in given} == {company.person(taker)}
        waiting = desk(taker).types("list_follow_ups when=all owner=me").records
        follow_ups = {format_ref(kind_, number) for kind_, number, _ in given if kind_ == "follow_up"}
        assert follow_ups <= {each.id for each in waiting}, taker
        # Who sees one record of a kind and an owner sees the others, so a card of each kind tells.
        for kind_, number in {kind_: number for kind_, number, _ in given}.items():
            if kind_ != "follow_up":
                card = desk(taker).types(f"show_record #{format_ref(kind_, number)}")
                assert (card.state, card.records[0].fields["owner"].split()[0]) == (ReplyState.ANSWERED, taker)

        (offered,) = [each for each in done.buttons if each.command == "undo"]
        undone = giver.presses(offered)
        assert undone.state is ReplyState.DONE, (giver.request.rep_id, taker, undone.head)

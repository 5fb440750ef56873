"""Desks at which buttons and forms for administrators work too, and the books they leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from storage.tables import AuditEntry
from storage.workspaces.workspace_vocabulary import Vocabulary, load_vocabulary
from tests.company import Company
from tests.database_contents import count
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    unsaid = {kind.verb(): kind for kind in FORM_ONLY}
    return Dispatcher(company.database, BY_VERB, WorkspaceDefaults(), unsaid)


class Office:
    """An administrator at work: what is called leaves exactly one audit entry, or none where nothing changes."""

    def __init__(self, desk: Desk, company: Company) -> None:
        self.desk, self.company = desk, company

    def does(self, command: str, **arguments: Any) -> Reply:
        before = count(self.company.database, "audit_entry")
        reply = self.desk.calls(command, **arguments)
        assert reply.state is ReplyState.DONE, reply.head
        assert count(self.company.database, "audit_entry") == before + 1
        with self.company.database.begin_read() as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert (entry.command, entry.who) == (command, "Priya Raman")
        return reply

    def cannot(self, command: str, **arguments: Any) -> str:
        """The sentence with which it is refused, nothing having changed."""
        before = count(self.company.database, "audit_entry"), self.words
        reply = self.desk.calls(command, **arguments)
        assert reply.state in (ReplyState.REFUSED, ReplyState.NOT_FOUND), reply
        assert (count(self.company.database, "audit_entry"), self.words) == before
        return reply.head

    def takes_back(self, reply: Reply) -> Reply:
        return self.desk.presses(reply.buttons[-1])

    @property
    def words(self) -> Vocabulary:
        with self.company.database.begin_read() as session:
            found = load_vocabulary(session, self.company.workspace_id)
        assert found is not None
        return found

    @property
    def statuses(self) -> list[str]:
        return [each.name for each in self.words.statuses if not each.retired]

    @property
    def stages(self) -> list[str]:
        return [each.name for each in self.words.stages if not each.retired]


@pytest.fixture
def office(desk: Desks, company: Company) -> Office:
    return Office(desk("priya"), company)

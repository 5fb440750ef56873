"""The sample company of tests/sentences/company.json: eight people, their leads, deals and history; and others."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

from sqlalchemy import select, update

from storage.database.doors import Database
from storage.imports import run_import
from storage.ledger.change_ledger import TABLE_OF
from storage.names import name_index
from storage.tables import Rep
from storage.workspaces.workspace_vocabulary import list_workspace_ids

FILE = Path(__file__).parent / "sentences" / "company.json"


class Company:
    """The company of a file in a database, and how to find its people and records."""

    def __init__(self, database: Database, file: Path = FILE) -> None:
        self.database = database
        self.now = _read_now(file)
        with database.begin_read() as session:
            self.workspace_id = list_workspace_ids(session)[0]
            self.people = dict(
                session.execute(select(Rep.first_name, Rep.id).where(Rep.workspace_id == self.workspace_id)).all()
            )

    def person(self, first_name: str) -> int:
        """The number of a person; 0 is the administrator at the console."""
        return 0 if first_name == "console" else self.people[first_name.capitalize()]

    def id(self, external_id: str) -> str:
        """What the program calls a record of the file: `L-01` -> L17."""
        return self.references[external_id]

    @cached_property
    def references(self) -> dict[str, str]:
        found = {}
        with self.database.begin_read() as session:
            for kind in name_index.LETTERS:
                table = TABLE_OF[kind]
                rows = select(table.id, table.external_id).where(table.workspace_id == self.workspace_id)
                for number, external_id in session.execute(rows):
                    found[external_id] = name_index.format_ref(kind, number)
        return found


@cache
def _read_now(file: Path) -> datetime:
    return datetime.fromisoformat(json.loads(file.read_text())["now"])


def load_company(database: Database, workspace_id: int = 1, file: Path = FILE) -> None:
    """Import the company of the file into a workspace that is still empty."""
    now = _read_now(file)
    for result in run_import(database, workspace_id, [file], now=now):
        assert (result.error, result.rejected) == (None, 0), result
    # They have worked with the bot for a while.
    with database.begin_write() as session:
        session.execute(update(Rep).where(Rep.workspace_id == workspace_id).values(welcomed_at=now))

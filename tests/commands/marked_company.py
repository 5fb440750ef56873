"""The company with a mark in every word that a record holds, so that what a reply shows can be traced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, select, update
from sqlalchemy.orm import Session

from storage.ledger.change_ledger import TABLE_OF
from storage.names import name_index
from storage.tables import Activity, FollowUp, Rep
from tests.company import Company
from tests.database_contents import add_neighbour

RECORDS = ("lead", "contact", "account", "opportunity")
UNMARKED = {"lifecycle", "band", "state", "currency", "source", "rating", "industry", "name_key", "domain"}
MARK = re.compile(r"\bzq([lcaox])(\d+)z\b", re.I)
NEIGHBOURS = "x"


@dataclass(frozen=True)
class Known:
    """Who owns a record, and which marks stand in its own fields, calls and follow-ups."""

    owner: int | None
    says: set[str]


class Marked:
    """`company` and a neighbour in the same database, every text of every record marked with its kind and number."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.neighbour = add_neighbour(company)
        with company.database.begin_write() as session:
            for kind in RECORDS:
                self._mark(session, kind)
            session.execute(update(Rep).where(Rep.workspace_id == self.neighbour).values(name=Rep.name + " zqx1z"))

    def _mark(self, session: Session, kind: str) -> None:
        table = TABLE_OF[kind]
        for record in session.scalars(select(table)):
            letter = (
                name_index.LETTERS[kind].lower() if record.workspace_id == self.company.workspace_id else NEIGHBOURS
            )
            mark = f"zq{letter}{record.id}z"
            for column in table.__table__.columns:
                if isinstance(column.type, String) and column.name not in UNMARKED:
                    value = getattr(record, column.name)
                    if value is not None:
                        setattr(record, column.name, f"{value} {mark}"[: column.type.length])
            session.flush()
            name_index.index_record(session, record)
            for child in (Activity, FollowUp):
                self._mark_children(session, child, kind, record.id, mark)

    def _mark_children(self, session: Session, table: Any, kind: str, number: int, mark: str) -> None:
        """What was noted about a record is seen with the record. A note on several is marked once."""
        for row in session.scalars(select(table).where(getattr(table, f"{kind}_id") == number)):
            for column in ("subject", "text", "note"):
                if getattr(row, column, None) and not MARK.search(getattr(row, column)):
                    setattr(row, column, f"{getattr(row, column)} {mark}")

    def records(self) -> dict[str, Known]:
        """The company's records as they are now, by id (L17)."""
        found: dict[str, Known] = {}
        with self.company.database.begin_read() as session:
            for kind in RECORDS:
                for number, owner, *row in self._rows(session, kind, "id", "owner_id"):
                    found[name_index.format_ref(kind, number)] = Known(owner, self.shown(" ".join(map(str, row))))
            # A visible record names the records that it belongs to, whoever owns these.
            for kind, *above in (("contact", "account"), ("opportunity", "account", "contact")):
                for number, *numbers in session.connection().exec_driver_sql(
                    f"SELECT id, {', '.join(f'{each}_id' for each in above)} FROM {kind} "
                    f"WHERE workspace_id = {self.company.workspace_id}"
                ):
                    named = [name_index.format_ref(one, it) for one, it in zip(above, numbers, strict=True) if it]
                    found[name_index.format_ref(kind, number)].says.update(named)
            for table in ("activity", "follow_up"):
                for row in self._rows(session, table, *(f"{kind}_id" for kind in RECORDS)):
                    says = self.shown(" ".join(map(str, row[len(RECORDS) :])))
                    for kind, number in zip(RECORDS, row, strict=False):
                        if number is not None:
                            found[name_index.format_ref(kind, number)].says.update(says)
        return found

    def _rows(self, session: Session, table: str, *first: str) -> Iterable[tuple[Any, ...]]:
        """The company's rows of a table as the database gives them, without our types; these columns first."""
        query = f"SELECT {', '.join(first)}, {table}.* FROM {table} WHERE workspace_id = {self.company.workspace_id}"
        return session.connection().exec_driver_sql(query).cursor

    def visible(self, first_name: str, visibility: str) -> set[int | None] | None:
        """The owners whose records a person may see, by docs/domain.md, "Who sees what"; None for everyone's."""
        helen, victor = ({"helen", "nora", "dana", "tom"}, {"victor", "ruth", "grace"})
        if visibility == "workspace" or first_name in ("priya", "console"):
            return None
        team = helen if first_name in helen else victor
        if visibility == "own" and first_name not in ("helen", "victor"):
            team = {first_name}
        if visibility == "team" and first_name in ("helen", "victor"):
            team = team | {"priya", "helen", "nora", "dana", "tom", "victor", "ruth", "grace"}
        return {self.company.person(each) for each in team}

    def shown(self, text: str) -> set[str]:
        """The records whose words stand in a text: `L17`; `X…` are the neighbour's."""
        return {f"{letter.upper()}{number}" for letter, number in MARK.findall(text)}

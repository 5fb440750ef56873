"""The sample company of tests/sentences/company.json: eight people, their leads, deals and what happened."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import names
from storage.database import Database
from storage.ledger import TABLE_OF
from storage.tables import Account, Activity, Contact, FollowUp, Lead, LeadScore, Opportunity, Rep
from storage.words import company_key, domain_of
from storage.workspaces import Vocabulary, vocabulary, workspace_ids

FILE = Path(__file__).parent / "sentences" / "company.json"


class Company:
    """The sample company in a database, and how to find its people and records."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = datetime.fromisoformat(json.loads(FILE.read_text())["now"])
        with database.reading() as session:
            self.workspace_id = workspace_ids(session)[0]
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
        with self.database.reading() as session:
            for kind in names.LETTERS:
                table = TABLE_OF[kind]
                rows = select(table.id, table.external_id).where(table.workspace_id == self.workspace_id)
                for number, external_id in session.execute(rows):
                    found[external_id] = names.ref(kind, number)
        return found


def load_company(database: Database) -> None:
    """Put the company of the file into the only workspace of a fresh database."""
    with database.writing() as session:
        load_company_into(session, workspace_ids(session)[0])


def load_company_into(session: Session, workspace_id: int) -> None:
    """Put the company of the file into a workspace that is still empty."""
    content = json.loads(FILE.read_text())
    words = vocabulary(session, workspace_id)
    assert words is not None
    _Loading(session, words, datetime.fromisoformat(content["now"])).load(content)


class _Loading:
    def __init__(self, session: Session, words: Vocabulary, now: datetime) -> None:
        self.session = session
        self.words = words
        self.now = now
        self.numbers: dict[str | None, int | None] = {None: None}
        self.status = {each.name: each for each in words.statuses}
        self.stage = {each.name: each for each in words.stages}

    def load(self, content: dict[str, list[dict[str, Any]]]) -> None:
        for row in content["users"]:
            self._add(Rep(**self._own(row, manager_id=self.numbers[row.get("manager")])))
        for row in content["accounts"]:
            self._add(Account(**self._own(row), name_key=company_key(row["name"]), domain=domain_of(row["website"])))
        for row in content["contacts"]:
            self._add(Contact(**self._own(row, name=_full_name(row))))
        for row in content["opportunities"]:
            stage = self.stage[row["stage"]]
            closed = {"closed_at": datetime.fromisoformat(f"{row['close_date']}T12:00+00:00")}
            self._add(
                Opportunity(
                    **self._own(row, stage_id=stage.id, state=stage.state, amount=Decimal(str(row["amount"]))),
                    **({} if stage.state == "open" else closed),
                )
            )
        for row in content["leads"]:
            status = self.status[row["status"]]
            lifecycle = "converted" if row["converted"] else "closed" if status.status_class == "closed" else "open"
            self._add(Lead(**self._own(row, name=_full_name(row), status_id=status.id, lifecycle=lifecycle)))
        for row in content["activities"]:
            self._add(Activity(**self._own(row)))
            self._touch(row)
        for row in content["follow_ups"]:
            self._add(FollowUp(**self._own(row, done_at=self.now if row["done"] else None)))
        self._scores(content["scores"])
        self.session.flush()

    def _add(self, record: Any) -> None:
        self.session.add(record)
        self.session.flush()
        self.numbers[record.external_id] = record.id
        if type(record) in names.KIND_OF:
            names.index(self.session, record)

    def _own(self, row: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The cells of a row as columns: references as numbers, moments and days as such."""
        values: dict[str, Any] = {"workspace_id": self.words.id, "created_at": self.now, "updated_at": self.now}
        for field, cell in row.items():
            match field:
                case "stage" | "status" | "converted" | "done" | "manager":
                    pass
                case "owner" | "account" | "contact" | "lead" | "opportunity":
                    values[f"{field}_id"] = self.numbers[cell]
                case "converted_account" | "converted_contact" | "converted_opportunity":
                    values[f"{field}_id"] = self.numbers[cell]
                case "last_activity_at":
                    values["last_touch_at"] = datetime.fromisoformat(cell)
                case "due" | "close_date":
                    values[field] = date.fromisoformat(cell)
                case _ if field == "at" or field.endswith("_at"):
                    values[field] = datetime.fromisoformat(cell)
                case _:
                    values[field] = cell
        if "owner" not in row or "due" in row or "at" in row:
            values.pop("updated_at")
        return values | more

    def _touch(self, row: dict[str, Any]) -> None:
        """A call, email or meeting is the last touch of its lead or opportunity, if none came later."""
        at = datetime.fromisoformat(row["at"])
        for field, table in (("lead", Lead), ("opportunity", Opportunity)):
            if row["kind"] != "note" and field in row:
                record: Any = self.session.get(table, self.numbers[row[field]])
                record.last_touch_at = max(at, record.last_touch_at or at)

    def _scores(self, rows: list[dict[str, Any]]) -> None:
        history: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(rows, key=lambda each: str(each["as_of"])):
            history[row["lead"]].append(row)
        newest: list[tuple[int, Lead]] = []
        for external_id, kept in history.items():
            lead = self.session.get_one(Lead, self.numbers[external_id])
            lead.score = kept[-1]["score"]
            lead.movement = kept[-1]["score"] - kept[-2]["score"] if len(kept) > 1 else None
            newest += [(lead.score, lead)] if lead.lifecycle == "open" else []
            self.session.add_all(self._score(lead, row) for row in kept)
        newest.sort(key=lambda each: -each[0])
        for place, (_, lead) in enumerate(newest):
            share = place / len(newest)
            lead.band = "hot" if share < 0.2 else "warm" if share < 0.5 else "cold"

    def _score(self, lead: Lead, row: dict[str, Any]) -> LeadScore:
        return LeadScore(
            workspace_id=self.words.id,
            lead_id=lead.id,
            as_of=datetime.fromisoformat(row["as_of"]),
            score=row["score"],
            probability=row["probability"],
            model="imported",
            reasons={"raises": row["reasons"], "lowers": []},
        )


def _full_name(row: dict[str, Any]) -> str:
    return f"{row['first_name']} {row['last_name']}"

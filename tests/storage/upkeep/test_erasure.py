"""A person who is erased is in no cell of any table any more; whoever stays, stays as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, String, cast, select, update

from storage.database.doors import Database
from storage.people.reps import make_console_asker
from storage.tables import (
    Account,
    AuditEntry,
    Base,
    Change,
    Contact,
    Inbox,
    Lead,
    Opportunity,
    Outbox,
    Turn,
)
from storage.upkeep.erasure import ERASED, erase_person, find_person
from tests.company import Company

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MARKS = ("zoë quist", "zoe quist", "quist, zo", "zoe.quist@", "5550199887")


def cells_that_name(database: Database) -> list[str]:
    """Every cell of every table that holds a mark of the person, however it is written."""
    found = []
    with database.begin_read() as session:
        for table in Base.metadata.sorted_tables:
            columns = [each for each in table.columns if isinstance(each.type, String | JSON)]
            for row in session.execute(select(*columns)) if columns else ():
                for column, value in zip(columns, row, strict=True):
                    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    digits = "".join(each for each in said if each.isdigit())
                    if any(mark in said.lower() for mark in MARKS[:4]) or MARKS[4] in digits:
                        found.append(f"{table.name}.{column.name}: {said[:80]}")
    return found


def plant_person(company: Company) -> tuple[int, int]:
    """Zoë as a converted lead and its contact, spoken of all over the tables; (lead, contact)."""
    with company.database.begin_write() as session:
        open_leads = select(Lead).where(Lead.lifecycle == "open").order_by(Lead.id)
        lead, *_, other = session.scalars(open_leads).all()
        contact, deal, account = (
            session.scalars(select(table).order_by(table.id).limit(1)).one()
            for table in (Contact, Opportunity, Account)
        )
        for row in (lead, contact):
            row.name, row.first_name, row.last_name = "Zoë Quist", "Zoë", "Quist"
            row.email, row.phone = "zoe.quist@fjordline.example", "+46 (555) 019-9887"
        lead.custom = {"Assistant of": "Zoë Quist"}
        other.description = "Knows ZOE QUIST; Quist, Zoë said to call 46 555 019 98 87"
        deal.next_step = "Mail zoe.quist@fjordline.example"
        deal.contact_id = contact.id
        account.description = "Zoë Quist signs here"
        numbers = lead.id, contact.id
        workspace = company.workspace_id
        entry = AuditEntry(
            workspace_id=workspace, rep_id=None, who="console", at=NOW, surface="chat", command="update_lead",
            arguments={"name": f"L{lead.id}", "value": "zoe.quist@fjordline.example"}, undoes_id=None, key=None,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        session.add(
            Change(
                workspace_id=workspace,
                entry_id=entry.id,
                kind="lead",
                record_id=lead.id,
                name="Zoë Quist",
                field="email",
                before="zoe.quist@old.example",
                after="zoe.quist@fjordline.example",
                column="email",
                raw_before="zoe.quist@old.example",
                raw_after="zoe.quist@fjordline.example",
            )
        )
        session.add(
            Turn(workspace_id=workspace, rep_id=1, thread="t", at=NOW, said="who is zoe quist", calls=[], records=[])
        )
        waits = {"workspace_id": workspace, "not_before": NOW, "created_at": NOW}
        session.add(Inbox(**waits, key="message:1", kind="message", payload={"text": "mark Zoë Quist as hot"}))
        session.add(
            Outbox(**waits, key="answer:1", token="t1", channel="D1", body={"blocks": [{"text": "*Zoë Quist*"}]})
        )
    return numbers


def erase(company: Company, words: str) -> dict[str, int]:
    with company.database.begin_read() as session:
        person = find_person(session, company.workspace_id, words)
    assert person is not None
    with company.database.begin_write() as session:
        return dict(erase_person(session, person, make_console_asker(company.workspace_id), NOW))


def test_no_cell_holds_an_erased_person(company: Company) -> None:
    plant_person(company)
    assert len(cells_that_name(company.database)) > 12

    counts = erase(company, "Zoe.Quist@fjordline.example")

    assert cells_that_name(company.database) == []
    assert counts["lead record"] == counts["contact record"] == 1


def test_figures_and_others_stay(company: Company) -> None:
    lead, contact = plant_person(company)
    with company.database.begin_read() as session:
        before = session.execute(select(Lead.status_id, Lead.owner_id, Lead.source).where(Lead.id == lead)).one()
        deals = session.execute(select(Opportunity.id, Opportunity.amount, Opportunity.contact_id)).all()

    erase(company, f"#C{contact}")

    with company.database.begin_read() as session:
        row = session.get(Lead, lead)
        assert row is not None
        assert (row.name, row.email, row.first_name) == (ERASED, None, None)
        assert (row.status_id, row.owner_id, row.source) == tuple(before)
        assert session.execute(select(Opportunity.id, Opportunity.amount, Opportunity.contact_id)).all() == deals


def test_the_log_says_that_it_was_done_and_takes_no_other_word_back(company: Company) -> None:
    lead, contact = plant_person(company)
    erase(company, f"#L{lead}")

    with company.database.begin_read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.command, entry.who, entry.arguments) == (
            "erase",
            "console",
            {"records": [f"C{contact}", f"L{lead}"]},
        )
    with pytest.raises(Exception, match="append-only"), company.database.begin_write() as session:
        session.execute(update(AuditEntry).values(who="nobody"))


def test_a_namesake_keeps_the_name(company: Company) -> None:
    plant_person(company)
    with company.database.begin_write() as session:
        other = session.scalars(select(Lead).order_by(Lead.id.desc())).first()
        assert other is not None
        other.name, other.email = "Zoe Quist", "zoe@elsewhere.example"

    erase(company, "zoe.quist@fjordline.example")

    with company.database.begin_read() as session:
        kept = session.scalars(select(Lead.name).where(cast(Lead.email, String) == "zoe@elsewhere.example")).one()
    assert kept == "Zoe Quist"


def test_nobody_is_found_by_the_id_of_a_deal(company: Company) -> None:
    with company.database.begin_read() as session:
        assert find_person(session, company.workspace_id, "#O1") is None
        assert find_person(session, company.workspace_id, "nobody@nowhere.example") is None

"""A person who is erased is in no cell of any table any more; whoever stays, stays as they were."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, String, select, update

from storage.audit.audit_log import build_entry
from storage.database.doors import Database
from storage.ledger.change_ledger import ChangeLedger
from storage.names.name_index import index_records
from storage.people.reps import make_console_asker
from storage.records.activities import LoggedActivity, log_activity
from storage.scores.score_disputes import save_dispute
from storage.tables import (
    Account,
    Activity,
    AuditEntry,
    Base,
    Change,
    Confirmation,
    Contact,
    DigestRun,
    FollowUp,
    ImportedRow,
    Inbox,
    Lead,
    LeadScore,
    NameWord,
    Opportunity,
    Outbox,
    Turn,
)
from storage.upkeep.erasure import erase_person
from storage.upkeep.person_records import ERASED, SeveralPeople, find_person
from storage.workspaces.workspace_vocabulary import load_vocabulary
from tests.company import Company

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MARKS = ("zoë quist", "zoe quist", "quist, zo", "zoe.quist@", "zoe․quist@", "choir", "5550199887")


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
                    if any(mark in said.lower() for mark in MARKS[:-1]) or MARKS[-1] in digits:
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
        lead.lifecycle, lead.converted_contact_id = "converted", contact.id
        deal.name, account.name, account.name_key = "Zoë Quist – 20 seats", "Zoë Quist GmbH", "zoe quist"
        other.description = "Knows ZOE QUIST; Quist, Zoë said to call 46 555 019 98 87"
        deal.next_step = "Mail zoe.quist@fjordline.example"
        deal.contact_id = contact.id
        account.description = "Zoë Quist signs here"
        numbers = lead.id, contact.id
        workspace = company.workspace_id
        index_records(session, [lead, contact, deal, account])
        plant_talk_and_work(session, company, lead)
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
        session.add(
            Outbox(**waits, key="answer:2", token="t2", channel="D1", body={"text": "zoe․quist@fjordline․example"})
        )
    return numbers


def plant_talk_and_work(session: Any, company: Company, lead: Lead) -> None:
    """What was said about Zoë, in words that are hers though they do not name her: she sings in a choir."""
    workspace = company.workspace_id
    ledger = ChangeLedger(session, load_vocabulary(session, workspace), NOW)
    log_activity(ledger, lead, LoggedActivity("call", "Sings in a choir", NOW, None))
    ledger.add_record(
        FollowUp(workspace_id=workspace, lead_id=lead.id, due=date(2026, 11, 20), note="After choir", created_at=NOW)
    )
    gone = FollowUp(workspace_id=workspace, lead_id=lead.id, due=date(2026, 11, 21), note="No choir", created_at=NOW)
    ledger.add_record(gone)
    ledger.remove_record(gone)
    score = LeadScore(
        workspace_id=workspace, lead_id=lead.id, as_of=NOW, score=70, model="m", reasons={"+": ["Zoë Quist replied"]}
    )
    session.add(score)
    session.flush()
    save_dispute(ledger, lead, score, 1, "Only the choir counts for her")
    asker = make_console_asker(workspace)
    ledger.write_entry(
        build_entry(asker, NOW, "chat", "log_activity", {"name": f"L{lead.id}", "text": "Sings in a choir"})
    )
    activity = session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    session.add(
        ImportedRow(
            workspace_id=workspace, kind="activity", key="id:T9", record_id=activity.id, cells={"text": "choir"}
        )
    )
    whole = {"lines": ["Call Zoë Quist, 0 (555) 019-9887"]}
    session.add(
        DigestRun(
            workspace_id=workspace, rep_id=1, local_date=date(2020, 1, 2), state="sent", created_at=NOW, whole=whole
        )
    )
    session.add(
        Confirmation(
            id="c1", workspace_id=workspace, rep_id=1, thread="t", command="set_lead_status",
            arguments={"name": f"L{lead.id}", "reason": "left the choir"}, created_at=NOW, expires_at=NOW,
            origin="said",
        )
    )  # fmt: skip


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


def test_what_is_named_after_a_person_is_found_by_its_new_name_only(company: Company) -> None:
    plant_person(company)
    erase(company, "zoe.quist@fjordline.example")

    with company.database.begin_read() as session:
        account = session.scalars(select(Account).order_by(Account.id)).first()
        assert account is not None
        assert (account.name, account.name_key) == ("Erased person GmbH", "erased person")
        assert session.scalars(select(NameWord.word).where(NameWord.word == "quist")).all() == []
        assert "seats" in session.scalars(select(NameWord.word).where(NameWord.kind == "opportunity")).all()


def plant(company: Company, *people: dict[str, Any], said: str = "") -> list[int]:
    """Make open leads these people; one more that nobody asks about has `said` as its description."""
    with company.database.begin_write() as session:
        rows = session.scalars(select(Lead).where(Lead.lifecycle == "open").order_by(Lead.id)).all()
        for row, values in zip(rows, people, strict=False):
            row.email = row.phone = row.mobile = row.company = None
            for name, value in values.items():
                setattr(row, name, value)
        rows[-1].description = said
        index_records(session, rows)
        return [row.id for row in (*rows[: len(people)], rows[-1])]


def read(company: Company, number: int) -> Lead:
    with company.database.begin_read() as session:
        row = session.get(Lead, number)
        assert row is not None
        session.expunge(row)
        return row


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Iñés Bäcker", "Ines Backer"),
        ("Tom Lund", "Kjell Tom Lund"),
        ("Öyvind Ünal", "ÖYVIND ÜNAL"),
    ],
)
def test_others_of_that_name_keep_it(company: Company, name: str, other: str) -> None:
    own, theirs, _ = plant(
        company, {"name": name}, {"name": other, "last_name": other, "description": f"{other} sings"}
    )

    erase(company, f"#L{own}")

    kept = read(company, theirs)
    assert (kept.name, kept.last_name, kept.description) == (other, other, f"{other} sings")


def test_longer_addresses_and_shared_numbers_are_somebody_elses(company: Company) -> None:
    own, theirs, spoken = plant(
        company,
        {"name": "Ola Brekke", "email": "ola@fjell.example", "phone": "+47 22 55 50 17", "mobile": "555-0142"},
        {"name": "Siri Moe", "email": "ola@fjell.example.au", "phone": "0047 22555017"},
        said="ola@fjell.example.au, ola@fjell.example; +1 646 555-0142 or 555 0142",
    )
    with company.database.begin_write() as session:
        session.execute(update(Account).values(phone="22555017"))

    erase(company, "ola@fjell.example")

    kept = read(company, theirs)
    assert (kept.email, kept.phone) == ("ola@fjell.example.au", "0047 22555017")
    assert read(company, spoken).description == f"ola@fjell.example.au, {ERASED}; +1 646 555-0142 or {ERASED}"
    assert read(company, own).phone is None
    with company.database.begin_read() as session:
        assert set(session.scalars(select(Account.phone))) == {"22555017"}


def test_a_name_in_another_script_and_a_number_without_its_country_are_found(company: Company) -> None:
    own, spoken = plant(
        company,
        {"name": "Мария Лебедева", "phone": "+49 171 5550188"},
        said="МАРИЯ ЛЕБЕДЕВА: 0171 / 555 01 88",
    )

    erase(company, f"L{own}")

    assert read(company, spoken).description == f"{ERASED}: {ERASED}"


def test_a_mailbox_of_several_people_erases_none_of_them(company: Company) -> None:
    shared = {"email": "office@fjell.example"}
    first, second, spoken = plant(
        company, {"name": "Ola Brekke", **shared}, {"name": "Siri Moe", **shared}, said="Write to office@fjell.example"
    )

    with pytest.raises(SeveralPeople, match=f"L{first}, L{second}"):
        erase(company, "office@fjell.example")
    erase(company, f"#L{first}")

    assert read(company, first).name == ERASED
    assert (read(company, second).name, read(company, second).email) == ("Siri Moe", "office@fjell.example")
    assert read(company, spoken).description == "Write to office@fjell.example"


def test_records_of_one_name_and_address_are_one_person(company: Company) -> None:
    twice = {"email": "ola@fjell.example"}
    first, second, _ = plant(company, {"name": "Ola Brække", **twice}, {"name": "OLA BRAEKKE", **twice})

    erase(company, "ola@fjell.example")

    assert [read(company, number).name for number in (first, second)] == [ERASED, ERASED]


def test_an_entry_of_many_people_keeps_its_arguments(company: Company) -> None:
    first, second, _ = plant(company, {"name": "Ola Brekke"}, {"name": "Siri Moe"})
    with company.database.begin_write() as session:
        ledger = ChangeLedger(session, load_vocabulary(session, company.workspace_id), NOW)
        rows = session.scalars(select(Lead).where(Lead.id.in_([first, second]))).all()
        ledger.change_records(rows, industry="Fishing")
        asker = make_console_asker(company.workspace_id)
        number = ledger.write_entry(build_entry(asker, NOW, "chat", "update_leads", {"industry": "Fishing"}))

    erase(company, f"#L{first}")

    with company.database.begin_read() as session:
        entry = session.get(AuditEntry, number)
        assert entry is not None
        assert entry.arguments == {"industry": "Fishing"}
        names = session.scalars(select(Change.name).where(Change.entry_id == number).order_by(Change.record_id)).all()
        assert set(names) == {ERASED, "Siri Moe"}


def test_sqlite_keeps_no_erased_word_in_its_file(sqlite_company: Company) -> None:
    (own, _) = plant(sqlite_company, {"name": "Ola Brekke", "description": "Collects whistling kettles " * 2000})
    sqlite_company.database.truncate_journal()
    erase(sqlite_company, f"#L{own}")
    sqlite_company.database.truncate_journal()

    path = str(sqlite_company.database.url.database)
    for ending in ("", "-wal"):
        with open(path + ending, "rb") as file:
            assert b"whistling kettles" not in file.read()


def test_nobody_is_found_by_the_id_of_a_deal(company: Company) -> None:
    with company.database.begin_read() as session:
        assert find_person(session, company.workspace_id, "#O1") is None
        assert find_person(session, company.workspace_id, "nobody@nowhere.example") is None

"""Importing again, in any order, after edits and after a stop."""

from __future__ import annotations

from itertools import islice, permutations

import pytest
from sqlalchemy import func, select

from storage.imports import import_run
from storage.ledger.change_ledger import ChangeLedger
from storage.names import name_index
from storage.tables import AuditEntry, Contact, ImportedRow, Lead, NameWord, Opportunity, PendingReference, Rep
from storage.workspaces.workspace_vocabulary import load_vocabulary
from tests.storage.imports.conftest import NOW, Importing

LEADS = "Id,LastName,Company,Title,Status,OwnerId\n00Q000000000001AAA,Doe,Initech,CEO,Open,005000000000001AAA\n"
FILES = {
    "users.csv": "Id,Name,Email,ManagerId\n005000000000001,Nora Lind,nora@x.example,005000000000002\n"
    "005000000000002,Helen Brandt,helen@x.example,\n",
    "accounts.csv": "Id,Name,NumberOfEmployees,OwnerId\n001000000000001,Acme Inc.,5,005000000000001\n",
    "contacts.csv": "Id,LastName,AccountId,Email,OwnerId\n"
    "003000000000001,Poe,001000000000001,poe@acme.example,Nora Lind\n",
    "leads.csv": "Id,LastName,Company,IsConverted,ConvertedContactId,OwnerId\n"
    "00Q000000000001,Doe,Acme,true,003000000000001,nora@x.example\n",
    "opps.csv": "Id,Name,AccountId,ContactId,StageName,Amount,OwnerId\n"
    "006000000000001,Rollout,001000000000001,003000000000001,Prospecting,10,005000000000001\n",
    "tasks.csv": "Id,Subject,ActivityDate,Status,WhoId,WhatId,OwnerId\n"
    "00T000000000001,Call,2026-11-01,Completed,003000000000001,006000000000001,005000000000001\n",
    "scores.csv": "lead,score,as_of\n00Q000000000001,70,2026-11-01\n",
}


def test_a_second_import_changes_nothing(importing: Importing) -> None:
    importing("leads.csv", LEADS)
    before = importing.one(Lead)
    result = importing("leads.csv", LEADS)

    assert (result.created, result.updated, result.unchanged) == (0, 0, 1)
    assert importing.one(Lead).version == before.version


def test_a_reps_edit_stays_until_the_file_changes_that_cell(importing: Importing) -> None:
    importing("leads.csv", LEADS)
    _edit(importing, title="Founder", company="Globex")
    importing("leads.csv", LEADS)
    assert importing.one(Lead).title == "Founder"

    result = importing("leads.csv", LEADS.replace("CEO", "CFO"))
    lead = importing.one(Lead)
    assert (result.updated, lead.title, lead.company) == (1, "CFO", "Globex")
    assert lead.version == 3


def test_a_cell_that_becomes_empty_empties_the_field_and_a_column_left_out_does_not(importing: Importing) -> None:
    importing("leads.csv", LEADS)
    importing("leads.csv", "Id,LastName,Company\n00Q000000000001,Doe,Initech\n")
    assert importing.one(Lead).title == "CEO"

    importing("leads.csv", LEADS.replace("CEO", ""))
    assert importing.one(Lead).title is None


def test_ids_of_15_and_18_characters_are_one(importing: Importing) -> None:
    importing("leads.csv", LEADS)
    result = importing("leads.csv", LEADS.replace("00Q000000000001AAA", "00Q000000000001"))

    assert (result.created, len(importing.rows(Lead))) == (0, 1)


def test_a_row_that_repeats_another_is_rejected_with_its_place(sqlite_importing: Importing) -> None:
    text = LEADS + "00Q000000000001AAA,Other,Initech,CEO,Open,\n"
    first = sqlite_importing("leads.csv", text)
    second = sqlite_importing("leads.csv", text)

    assert (first.created, first.rejected, second.unchanged, second.rejected) == (1, 1, 1, 1)
    assert first.reasons == {"repeats the record of row 2": 1}


def test_people_without_ids_are_known_by_email_or_name_and_company(sqlite_importing: Importing) -> None:
    text = "Name,Company,Email\nJane Doe,Initech,info@initech.com\nJohn Roe,Initech,INFO@initech.com\nSue Poe,Globex,\n"

    assert sqlite_importing("list.csv", text).created == 3
    assert sqlite_importing("list.csv", text).unchanged == 3
    assert [lead.last_name for lead in sqlite_importing.rows(Lead)] == ["Doe", "Roe", "Poe"]


ORDERS = [list(FILES), list(reversed(FILES)), *map(list, islice(permutations(FILES), 1234, None, 9000))]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(name[0] for name in order))
def test_the_order_of_files_does_not_matter(importing: Importing, order: list[str]) -> None:
    for name in order:
        assert importing(name, FILES[name]).error is None, name
    people = {rep.external_id: rep for rep in importing.rows(Rep)}
    contact, lead, deal = importing.one(Contact), importing.one(Lead), importing.one(Opportunity)
    nora = people["005000000000001"]

    assert importing.rows(PendingReference) == []
    assert (nora.role, people["005000000000002"].role) == ("rep", "manager")
    assert {contact.owner_id, lead.owner_id, deal.owner_id} == {nora.id}
    assert (lead.converted_contact_id, deal.contact_id, deal.account_id) == (contact.id, contact.id, contact.account_id)
    assert contact.last_touch_at == deal.last_touch_at is not None
    assert lead.score == 70
    with importing.database.begin_read() as session:
        owners = set(session.scalars(select(NameWord.owner_id).where(NameWord.kind != "user")))
    assert owners == {nora.id}


def test_names_are_found_after_an_update(importing: Importing) -> None:
    importing("leads.csv", LEADS)
    importing("leads.csv", LEADS.replace("Doe", "Winterbottom"))
    lead = importing.one(Lead)
    with importing.database.begin_read() as session:
        words = set(
            session.scalars(select(NameWord.word).where(NameWord.kind == "lead", NameWord.record_id == lead.id))
        )

    assert words == name_index.list_index_words(lead.name, lead.company)


def test_an_import_that_was_stopped_is_completed_by_running_it_again(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 10)
    text = "Lead ID,Last Name,Lead Status\n" + "".join(f"L{number},Doe{number},Open\n" for number in range(35))

    def stop(label: str, done: int, of: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing("leads.csv", text, progress=stop)
    with importing.database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 20
        assert session.scalar(select(func.count()).select_from(ImportedRow)) == 20

    result = importing("leads.csv", text)
    assert (result.created, result.unchanged) == (15, 20)


def test_a_dry_run_counts_and_writes_nothing(importing: Importing) -> None:
    result = importing("leads.csv", LEADS + "Total,,,,,\n", dry_run=True)

    assert (result.created, result.rejected, result.rejects_file) == (1, 1, None)
    assert importing.rows(Lead) == importing.rows(AuditEntry) == []


def test_one_run_is_one_audit_entry(importing: Importing) -> None:
    paths = [importing.write(name, text) for name, text in FILES.items()]
    importing.files(*paths, who="Priya Raman")
    entry = importing.one(AuditEntry)

    assert (entry.command, entry.who, len(entry.arguments["files"])) == ("import", "Priya Raman", len(FILES))


def test_a_contact_made_by_hand_is_completed_by_the_file_that_brings_its_id(importing: Importing) -> None:
    importing("list.csv", "Full Name,Email,Department\nSam Poe,poe@acme.example,\n", kind="contact")
    importing("contacts.csv", FILES["contacts.csv"])
    contact = importing.one(Contact)

    assert (contact.external_id, contact.first_name) == ("003000000000001", "Sam")


def _edit(importing: Importing, **values: object) -> None:
    with importing.database.begin_write() as session:
        words = load_vocabulary(session, importing.workspace_id)
        assert words is not None
        lead = session.scalars(select(Lead)).one()
        ChangeLedger(session, words, NOW).set_columns(lead, **values)


def test_a_status_of_signs_alone_is_known_the_second_time(sqlite_importing: Importing) -> None:
    text = "Last Name,Company,Lead Status\nRoe,Elm,???\n"
    sqlite_importing("leads.csv", text)

    assert sqlite_importing("leads.csv", text.replace("Roe", "Poe")).created == 1

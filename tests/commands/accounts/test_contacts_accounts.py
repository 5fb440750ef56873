"""Contacts and accounts: added and changed, as reps see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import Account, Contact
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]


def read(company: Company, table: Any, name: str) -> Any:
    with company.database.begin_read() as session:
        found = session.scalars(select(table).where(table.name == name)).one()
        session.expunge(found)
        return found


def test_a_new_contact_is_its_adders_at_an_account_that_is_there(desk: Desks, company: Company) -> None:
    done = desk("nora").types(
        "create_contact first_name=Karin last_name=Holst account=globex title=CFO email=Karin@Globex.example"
    )

    contact = read(company, Contact, "Karin Holst")
    assert (done.head, done.notes) == ("Added the contact Karin Holst, Globex.", ("karin@globex.example",))
    assert (contact.owner_id, contact.account_id) == (company.person("nora"), read(company, Account, "Globex").id)
    assert (contact.title, contact.email) == ("CFO", "karin@globex.example")


@pytest.mark.parametrize("company_said", ["n/a", "Self", "PRIVAT", "sin empresa"])
def test_a_contact_without_a_company_has_no_account(desk: Desks, company: Company, company_said: str) -> None:
    done = desk("nora").types(f'create_contact last_name=Holst account="{company_said}"')

    assert done.state is ReplyState.DONE
    assert read(company, Contact, "Holst").account_id is None


def test_a_person_who_is_there_already_is_asked_about(desk: Desks, company: Company) -> None:
    before = count(company.database, "contact")
    of_lead = desk("nora").types("create_contact first_name=Jane last_name=Doe account=initech")
    of_contact = desk("nora").types("create_contact first_name=Greta last_name=Vogel account=globex")

    assert (of_lead.state, of_contact.state) == (ReplyState.CONFIRM, ReplyState.CONFIRM)
    assert "There is a lead Jane Doe, Initech" in of_lead.notes[0]
    assert [each.label for each in of_lead.instead or of_lead.buttons] == ["Convert Jane Doe"]
    assert "There is a contact Greta Vogel, Globex" in of_contact.notes[0]
    assert count(company.database, "contact") == before


@pytest.mark.parametrize(
    ("call", "state"),
    [
        ("create_contact first_name=- account=globex", ReplyState.REFUSED),
        ("create_contact last_name=Holst account=nowhere", ReplyState.NOT_FOUND),
        ("update_contact greta vogel field=shoe value=9", ReplyState.REFUSED),
        ("update_contact greta vogel field=email value=greta", ReplyState.REFUSED),
        ("update_contact greta vogel field=name value=-", ReplyState.REFUSED),
        ("update_contact greta vogel field=account value=nowhere", ReplyState.NOT_FOUND),
        ("update_account globex field=name value=none", ReplyState.REFUSED),
        ("update_account globex field=parent value=globex", ReplyState.REFUSED),
        ("update_account globex field=owner value=dana", ReplyState.REFUSED),
        ('update_account globex field="annual revenue" value="€2m"', ReplyState.REFUSED),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    desk: Desks, company: Company, call: str, state: ReplyState
) -> None:
    before = contents(company.database)

    assert desk("nora").types(call).state is state
    assert contents(company.database) == before


def test_a_contact_changes_its_account_and_leaves_it(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    moved = nora.types("update_contact greta vogel field=company value=initech")
    assert moved.head == "Greta Vogel: account is now Initech."
    assert (moved.change[0].field, moved.change[0].before, moved.change[0].after) == ("account", "Globex", "Initech")

    left = nora.types("update_contact greta vogel field=account value=self-employed")
    assert left.head == "Greta Vogel: account is now empty."
    assert read(company, Contact, "Greta Vogel").account_id is None


def test_an_account_of_several_is_chosen(desk: Desks, company: Company) -> None:
    asked = desk("helen").types("update_contact greta vogel field=account value=acme")
    assert asked.state is ReplyState.CHOOSE

    chosen = desk("helen").choose(asked, [each.name for each in asked.choices].index("Acme Logistics") + 1)
    assert chosen.head == "Greta Vogel: account is now Acme Logistics."


def test_a_renamed_account_is_found_by_its_new_name(desk: Desks, company: Company) -> None:
    assert desk("nora").types("update_account globex field=name value='Glovex GmbH'").head == (
        "Globex: name is now Glovex GmbH."
    )

    assert read(company, Account, "Glovex GmbH").name_key == "glovex"
    assert desk("nora").types("show_record glovex kind=account").records[0].name == "Glovex GmbH"


def test_a_name_that_another_account_has_is_asked_about(desk: Desks, company: Company) -> None:
    asked = desk("nora").types("update_account globex field=name value='Initech Ltd.'")

    assert asked.state is ReplyState.CONFIRM
    assert any("There is an account Initech" in each for each in asked.notes)


def test_accounts_do_not_go_round_in_a_circle(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    assert nora.types("update_account globex field=parent value=initech").state is ReplyState.DONE

    assert nora.types("update_account initech field=parent value=globex").state is ReplyState.REFUSED


def test_what_a_colleague_has_answers_like_what_does_not_exist(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        theirs = session.scalars(select(Contact).where(Contact.owner_id == company.person("dana"))).first()
        account = session.scalars(select(Account).where(Account.owner_id == company.person("dana"))).first()
        assert theirs is not None
        assert account is not None
        hidden, at = theirs.id, account.id
    nora, entries = desk("nora"), count(company.database, "audit_entry")
    for call, of, none in (
        ("update_contact #{} field=title value=CEO", f"C{hidden}", "C999999"),
        ("update_account #{} field=type value=Partner", f"A{at}", "A999999"),
        ("create_contact last_name=Holst account=#{}", f"A{at}", "A999999"),
        ("create_opportunity #{} amount=5k", f"A{at}", "A999999"),
    ):
        seen, unknown = nora.types(call.format(of)), nora.types(call.format(none))
        assert (seen.state, seen.head.replace(of, none)) == (unknown.state, unknown.head), call
        assert seen.state is ReplyState.NOT_FOUND
    assert count(company.database, "audit_entry") == entries


def test_what_a_converted_lead_became_is_mended_where_the_refusal_says_so(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    nora.confirm(nora.types("convert_lead jane doe"))
    refused = nora.types("update_lead jane doe field=phone value='+1 555 0199'")
    assert refused.state is ReplyState.REFUSED
    assert "contact Jane Doe (#C" in refused.head
    assert "account Initech (#A" in refused.head
    assert [each.label for each in refused.buttons] == ["Set the contact's phone", "Set the account's phone"]

    done = nora.presses(refused.buttons[0])
    assert done.head == "Jane Doe: phone is now +1 555 0199."
    assert read(company, Contact, "Jane Doe").phone == "+1 555 0199"

    status = nora.types("set_lead_status jane doe status=contacted")
    assert [each.command for each in status.buttons][:2] == ["update_contact", "update_account"]

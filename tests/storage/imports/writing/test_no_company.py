"""Persons without a company in imported files: words such as `Self` join nobody to anybody."""

from __future__ import annotations

import pytest

from storage.tables import Account, Contact, Opportunity
from tests.storage.imports.conftest import Importing

CONTACTS = (
    "Contact ID,First Name,Last Name,Email,Account Name\n"
    "c1,Ada,Stone,ada@mail.example,Self\n"
    "c2,Ben,Marsh,ben@mail.example,self-employed\n"
    "c3,Cem,Vale,cem@mail.example,Privat\n"
    "c4,Dee,Brook,dee@hill.example,Hilltop Mills\n"
)
DEALS = (
    "Opportunity ID,Opportunity Name,Account Name,Amount,Stage,Close Date\n"
    "o1,Garden,Individual,100,Proposal,2027-01-31\n"
    "o2,Fence,Individual,200,Proposal,2027-01-31\n"
    "o3,Roof,Hilltop Mills,300,Proposal,2027-01-31\n"
)
SAID = "“Account Name” names no company; the words are kept, and no account is made of them"


def test_persons_without_a_company_share_no_account(importing: Importing) -> None:
    result = importing("contacts.csv", CONTACTS)

    assert any(note.startswith(f"{SAID}: 3 rows") for note in result.notes)
    (hilltop,) = importing.rows(Account)
    assert hilltop.name == "Hilltop Mills"
    assert [each.account_id for each in importing.rows(Contact)] == [None, None, None, hilltop.id]
    assert importing.rows(Contact)[1].custom == {"Account Name": "self-employed"}
    assert importing("contacts.csv", CONTACTS).unchanged == 4


def test_deals_of_persons_without_a_company_share_none_either(importing: Importing) -> None:
    importing("deals.csv", DEALS)

    (hilltop,) = importing.rows(Account)
    assert [each.account_id for each in importing.rows(Opportunity)] == [None, None, hilltop.id]


def test_nor_do_they_come_to_an_account_that_is_called_so(importing: Importing) -> None:
    importing("accounts.csv", "Account ID,Account Name,Industry\na1,Self,Retail\n")
    importing("contacts.csv", CONTACTS)
    importing("deals.csv", DEALS)

    assert [each.account_id for each in importing.rows(Contact)][:3] == [None, None, None]
    assert [each.account_id for each in importing.rows(Opportunity)][:2] == [None, None]


@pytest.mark.parametrize("last", ["contacts", "accounts"])
def test_customers_without_a_company_are_contacts_of_no_account(sqlite_importing: Importing, last: str) -> None:
    files = {
        "contacts": "Record ID,First Name,Last Name,Email,Company name,Lifecycle Stage,Lead Status\n"
        "1,Ada,Stone,ada@mail.example,Selbstständig,Customer,Connected\n"
        "2,Ben,Marsh,ben@mail.example,Selbstständig,Customer,Connected\n",
        "accounts": "Record ID,Company name,Industry\n9,Selbstständig,Retail\n",
    }
    for name in sorted(files, key=lambda each: each == last):
        sqlite_importing(f"{name}.csv", files[name])

    contacts = sqlite_importing.rows(Contact)
    assert [each.name for each in contacts] == ["Ada Stone", "Ben Marsh"]
    assert [each.account_id for each in contacts] == [None, None]

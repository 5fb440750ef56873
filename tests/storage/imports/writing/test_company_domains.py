"""Leads whose company is called by its web address, as in HubSpot's exports."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables import Contact, Lead
from tests.storage.imports.conftest import Importing

PEOPLE = (
    "Record ID,First Name,Last Name,Email,Lead Status,Lifecycle Stage,Associated Company Domain,Website URL\n"
    "1,Ida,Holm,ida@post.example,New,Lead,harbour-mills.example,\n"
    "2,Jon,Vik,jon@post.example,New,Lead,harbour-mills.example,https://vik.example\n"
    "3,Kai,Lund,kai@post.example,New,Lead,nobody.example,\n"
    "4,Lea,Moe,lea@post.example,Connected,Customer,harbour-mills.example,\n"
)
COMPANIES = "Record ID,Company name,Company Domain Name\n9,Harbour Mills Ltd,harbour-mills.example\n"


@pytest.mark.parametrize("first", ["people", "companies"])
def test_they_get_the_name_of_the_account_and_keep_the_address(importing: Importing, first: str) -> None:
    files = {"people": PEOPLE, "companies": COMPANIES}
    for name in sorted(files, key=lambda each: each != first):
        importing(f"{name}.csv", files[name])

    ida, jon, kai, lea = importing.rows(Lead)
    assert (ida.company, ida.website) == ("Harbour Mills Ltd", "harbour-mills.example")
    assert (jon.company, jon.website) == ("Harbour Mills Ltd", "https://vik.example")
    assert jon.custom["Associated Company Domain"] == "harbour-mills.example"
    assert (kai.company, kai.website) == ("nobody.example", "nobody.example")
    assert importing.one(Contact).account_id is not None
    assert lea.converted_contact_id is not None
    assert importing("people.csv", PEOPLE).unchanged == 4


def test_a_company_that_was_corrected_meanwhile_stays(importing: Importing) -> None:
    importing("people.csv", PEOPLE)
    with importing.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == "Ida Holm").values(company="Mills of the Harbour"))
    importing("companies.csv", COMPANIES)

    assert [lead.company for lead in importing.rows(Lead)][:2] == ["Mills of the Harbour", "Harbour Mills Ltd"]


def test_a_name_with_points_is_no_address(sqlite_importing: Importing) -> None:
    sqlite_importing("leads.csv", "Last Name,Company\nDoe,J.P.Stanley\nRoe,Voyage.com\nPoe,St.Gallen\n")

    assert [(each.company, each.website) for each in sqlite_importing.rows(Lead)] == [
        ("J.P.Stanley", None),
        ("Voyage.com", "voyage.com"),
        ("St.Gallen", None),
    ]

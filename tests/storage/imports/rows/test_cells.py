"""Single cells as people and spreadsheets leave them."""

from __future__ import annotations

from datetime import date

import pytest

from storage.database.whole_days import find_whole_day
from storage.tables import Lead
from tests.storage.imports.conftest import Importing


@pytest.mark.parametrize(
    "cell",
    [
        "Ada@elm.example",
        "mailto:ada@elm.example",
        "mailto:ada@elm.example?subject=Offer%20for%20you",
        "[ada@elm.example](mailto:ada@elm.example)",
        "<mailto:ada@elm.example|ada@elm.example>",
        '=HYPERLINK("mailto:ada@elm.example","ada@elm.example")',
        '"Ada Roe" <ada@elm.example>',
        "ada@elm.example (work)",
    ],
)
def test_an_address_in_any_notation(sqlite_importing: Importing, cell: str) -> None:
    quoted = cell.replace('"', '""')
    result = sqlite_importing("leads.csv", f'Last Name,Company,Email\nRoe,Elm,"{quoted}"\n')
    lead = sqlite_importing.one(Lead)

    assert (lead.email, lead.custom) == ("ada@elm.example", None)
    assert not any("Email" in note for note in result.notes)


@pytest.mark.parametrize("between", [", ", ";", " / ", "|", " ::: "])
def test_the_first_of_several_addresses_is_used_and_the_others_kept(sqlite_importing: Importing, between: str) -> None:
    text = f'Last Name,Company,Email\nRoe,Elm,"ada@elm.example{between}home@roe.example"\nPoe,Ash,p@ash.example\n'
    result = sqlite_importing("leads.csv", text)
    lead = sqlite_importing.rows(Lead)[0]

    assert (lead.email, lead.custom) == ("ada@elm.example", {"Email (2)": "home@roe.example"})
    assert any("Email (2)" in note and note.endswith("row 2") for note in result.notes)
    assert sqlite_importing("leads.csv", text).unchanged == 2


@pytest.mark.parametrize(
    ("cell", "phone", "other"),
    [
        ("+1 202 555 0143; +1 202 555 0144", "+1 202 555 0143", "+1 202 555 0144"),
        ("(202) 555-0145 x12", "(202) 555-0145 x12", None),
        ("tel:+12025550146", "+12025550146", None),
        ("p:+4930555012", "+4930555012", None),
        ("Work: 030 555012", "030 555012", None),
        ("202.555.0147, ext. 9", "202.555.0147, ext. 9", None),
    ],
)
def test_phones(sqlite_importing: Importing, cell: str, phone: str, other: str | None) -> None:
    sqlite_importing("leads.csv", f'Last Name,Company,Phone\nRoe,Elm,"{cell}"\n')
    lead = sqlite_importing.one(Lead)

    assert (lead.phone, (lead.custom or {}).get("Phone (2)")) == (phone, other)


def test_digits_that_a_spreadsheet_lost_make_no_id_and_no_phone(sqlite_importing: Importing) -> None:
    rows = "5.12E+11,Roe,ada@elm.example,3.46E+10\n512345678901,Poe,bo@ash.example,202 555 0101\n"
    text = f"Record ID,Last Name,Email,Phone\n{rows}5.12E+11,Fox,cy@oak.example,1.2e+10\n"
    result = sqlite_importing("leads.csv", text)
    leads = sqlite_importing.rows(Lead)

    assert (result.created, result.rejected) == (3, 0)
    assert [lead.external_id for lead in leads] == [None, "512345678901", None]
    assert leads[0].phone is None
    assert any("Record ID" in note and note.endswith("2 rows (2, 4)") for note in result.notes)
    assert any("Phone" in note and "2 rows" in note for note in result.notes)
    assert sqlite_importing("leads.csv", text).unchanged == 3


@pytest.mark.parametrize("cell", ["2026-10-01", "10/1/2026", "2026-10-01 00:00:00", "2026-10-01T00:00:00", "46296"])
def test_a_date_without_a_time_is_that_day(sqlite_importing: Importing, cell: str) -> None:
    sqlite_importing("leads.csv", f"Last Name,Company,Created Date\nRoe,Elm,{cell}\n")

    assert find_whole_day(sqlite_importing.one(Lead).created_at) == date(2026, 10, 1)


def test_a_moment_stays_a_moment(sqlite_importing: Importing) -> None:
    sqlite_importing("leads.csv", "Last Name,Company,Created Date\nRoe,Elm,2026-10-01T10:00:00Z\n")

    assert find_whole_day(sqlite_importing.one(Lead).created_at) is None


@pytest.mark.parametrize(
    "text",
    [
        "Nombre,Apellidos,Empresa,Fecha de creación\nAda,Roe,Elm,5/03/26\n",
        "First Name,Last Name,Company,Created Date\nAda,Roe,Elm,5/03/26\n",
        "Vorname,Nachname,Firma,Erstellt am\nAda,Roe,Elm,05/03/2026\n",
    ],
)
def test_the_day_comes_first_where_the_language_or_the_zeros_say_so(sqlite_importing: Importing, text: str) -> None:
    sqlite_importing("leads.csv", text)

    assert find_whole_day(sqlite_importing.one(Lead).created_at) == date(2026, 3, 5)

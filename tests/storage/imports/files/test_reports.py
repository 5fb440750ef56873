"""Files that are reports: quotation marks left open, footers, groups, several lines of names."""

from __future__ import annotations

import pytest

from storage.tables import Lead
from tests.storage.imports.conftest import Importing

HEADER = "First Name,Last Name,Company,Email,Status\n"


def test_a_quotation_mark_left_open_costs_its_own_row_alone(sqlite_importing: Importing) -> None:
    rows = [f"P{number},Doe{number},Firm{number},p{number}@firm.example,Open\n" for number in range(3000)]
    rows[1500] = rows[1500].replace("Firm1500", '"Firm1500')
    rows[2999] = rows[2999].replace("Firm2999", '"Firm2999')
    result = sqlite_importing("leads.csv", HEADER + "".join(rows))

    assert (result.created, result.rejected) == (2998, 2)
    assert "quotation mark" in next(iter(result.reasons))
    assert result.rejects_file is not None
    assert "p1500@firm.example" in result.rejects_file.read_text()


@pytest.mark.parametrize("later", ['"Kim, Jr."', '"Kim"', '""'])
def test_a_later_quotation_mark_does_not_close_it(sqlite_importing: Importing, later: str) -> None:
    rows = f'Ada,Roe,"Elm,ada@elm.example,Open\nBo,Poe,Ash,bo@ash.example,Open\n{later},Fox,Oak,k@oak.example,Open\n'
    result = sqlite_importing("leads.csv", HEADER + rows)

    assert (result.created, result.rejected) == (2, 1)
    assert [lead.last_name for lead in sqlite_importing.rows(Lead)] == ["Poe", "Fox"]


def test_line_breaks_in_a_cell_stay(sqlite_importing: Importing) -> None:
    note = '"Called, twice,\nspoke to Ed, again, and, more\nsaid ""maybe"", or not"'
    result = sqlite_importing("leads.csv", f"Last Name,Company,Email,Notes\nDoe,Elm,d@elm.example,{note}\nRoe,Ash,,\n")

    assert (result.created, result.rejected) == (2, 0)
    assert sqlite_importing.rows(Lead)[0].description.count("\n") == 2


def test_lines_of_a_report_are_no_leads(sqlite_importing: Importing) -> None:
    footer = [
        "Totals,,,,", "Average,,12.5,,", "", "Leads of the north", "Exported on 3 Nov 2026 by Ed", "Page 2 of 2",
        "Filters: owner = all", "Elm Holding", "© 2026 Elm",
    ]  # fmt: skip
    result = sqlite_importing("report.csv", HEADER + "Ada,Roe,Elm,ada@elm.example,Open\n" + "\n".join(footer) + "\n")

    assert (result.created, result.rejected) == (1, len(footer) - 1)
    assert list(result.reasons) == ["is a line of totals or a note, not a record"]


def test_a_short_row_is_a_record_where_others_are_too(sqlite_importing: Importing) -> None:
    result = sqlite_importing("leads.csv", HEADER.replace("First Name,", "") + "Doe,,,\nRoe,,,\n\nPoe,,,\n")

    assert (result.created, result.rejected) == (3, 0)


def test_figures_alone_are_totals_without_a_label(sqlite_importing: Importing) -> None:
    header = "Company,Contact,Employees,Budget,Win Rate,Owner\n"
    rows = "Elm,Ada Roe,20,500,0.5,Ed Lee\nAsh,Bo Poe,30,100,0.1,Ed Lee\n0,0,0,0.25,,0\n,,50,600,0.3,\n"
    result = sqlite_importing("leads.csv", header + rows, kind="lead")

    assert (result.created, result.rejected) == (2, 2)


def test_rows_of_a_grouped_report_belong_to_their_group(importing: Importing) -> None:
    importing("users.csv", "name,email\nNora Lind,nora@x.example\nEd Lee,ed@x.example\n")
    result = importing(
        "report.csv",
        "Lead Owner,Lead Status,Last Name,Company\n"
        "Nora Lind (3),Open (2),Roe,Elm\n,,Poe,Ash\n,Contacted (1),Fox,Oak\nSubtotal,Count,3,\n"
        "Ed Lee (1),Open (1),Doe,Yew\nTotal,Count,4,\n",
    )
    leads = importing.rows(Lead)
    owners = [lead.owner_id for lead in leads]

    assert (result.created, result.rejected) == (4, 2)
    assert [lead.last_name for lead in leads] == ["Roe", "Poe", "Fox", "Doe"]
    assert owners[0] == owners[1] == owners[2] != owners[3]
    assert None not in owners
    assert not any(note.startswith("added status") for note in result.notes)


def test_names_in_brackets_are_no_groups(sqlite_importing: Importing) -> None:
    sqlite_importing("leads.csv", "Company,Last Name,Email\nElm (2),Roe,r@elm.example\nAsh,Poe,p@ash.example\n")

    assert [lead.company for lead in sqlite_importing.rows(Lead)] == ["Elm (2)", "Ash"]


@pytest.mark.parametrize(
    "second", ["FirstName,LastName,Company,Email,Status", "Given Name,Surname,Account,E-Mail,Lead Status"]
)
def test_a_second_line_of_names_is_skipped_and_said(sqlite_importing: Importing, second: str) -> None:
    result = sqlite_importing("leads.csv", f"{HEADER}{second}\nAda,Roe,Elm,ada@elm.example,Open\n")

    assert (result.created, result.rejected) == (1, 0)
    assert "Row 2 names the columns once more and was skipped" in result.notes


def test_a_band_above_the_names_tells_equal_names_apart(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "leads.csv", "Contact,,Company,\nName,Email,Name,Website\nAda Roe,ada@elm.example,Elm,elm.example\n"
    )
    lead = sqlite_importing.one(Lead)

    assert list(result.columns) == ["Contact Name", "Email", "Company Name", "Website"]
    assert "Row 1 above the column names was skipped: “Contact, Company”" in result.notes
    assert (lead.name, lead.company) == ("Ada Roe", "Elm")

"""What a file and its columns are taken for."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from storage.tables import Contact, FollowUp, Lead, Opportunity, Rep, Stage, Status
from tests.storage.imports.conftest import Importing


@pytest.mark.parametrize("name", ["list.csv", "people.csv", "accounts and people.csv"])
@pytest.mark.parametrize("figures", ["Annual Revenue", "Employees", "Umsatz"])
def test_people_with_figures_of_their_company_are_leads(sqlite_importing: Importing, name: str, figures: str) -> None:
    result = sqlite_importing(name, f"First Name,Last Name,Company,Email,{figures}\nAda,Roe,Elm,ada@elm.example,5000\n")
    lead = sqlite_importing.one(Lead)

    assert result.kind == "lead"
    assert 5000 in (lead.annual_revenue, lead.employees)


def test_contacts_of_dynamics_are_contacts(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "Active 28-11-2026.csv",
        "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,Full Name,Email,Company Name,Business Phone,"
        "Address 1: Street 1,Address 1: City,Address 1: State/Province,Address 1: ZIP/Postal Code,"
        "Address 1: Country/Region,Status\n"
        "6f1c2d3e-0000-0000-0000-000000000001,xx,Ada Roe,ada@elm.example,Elm,+1 202 555 0100,1 Main St,Salem,Oregon,"
        "97301,USA,Active\n",
    )
    contact = sqlite_importing.one(Contact)

    assert result.kind == "contact"
    assert (contact.street, contact.city, contact.state) == ("1 Main St", "Salem", "Oregon")
    assert (contact.postal_code, contact.country) == ("97301", "USA")
    assert contact.external_id is not None


@pytest.mark.parametrize("column", ["Lead Status", "Status", "State", "Prospect Status", "Where we are"])
def test_a_status_is_read_by_its_words_whatever_the_column(sqlite_importing: Importing, column: str) -> None:
    words = {"Active": "open", "Inactive": "closed", "Lost": "closed", "Contacted": "open"}
    rows = "".join(f"P{place} Roe,Elm{place},p{place}@elm.example,{word}\n" for place, word in enumerate(words))
    result = sqlite_importing("leads.csv", f"Name,Company,Email,{column}\n{rows}")

    assert result.columns[column] == "status"
    assert [lead.lifecycle for lead in sqlite_importing.rows(Lead)] == list(words.values())
    assert {"Inactive", "Lost"} <= {status.name for status in sqlite_importing.rows(Status)}


def test_yes_and_no_are_no_statuses(sqlite_importing: Importing) -> None:
    text = "Last Name,Company,Status,Newsletter\nRoe,Elm,yes,active\nPoe,Ash,no,inactive\n"
    result = sqlite_importing("leads.csv", text)

    assert result.columns["Status"] == "custom:Status"
    assert result.columns["Newsletter"] == "custom:Newsletter"


@pytest.mark.parametrize(
    "column",
    [
        *(
            "Sales owner",
            "Owned By",
            "Rep_ID",
            "Sales Representative",
            "Account Owner",
            "Responsible Person",
            "AE Name",
        ),
        *("Sales Executive Email", "Vertriebsmitarbeiter", "Eigentümer", "Eigentuemer", "Zuständig", "Vendeur"),
        *("Chargé de compte", "Gestor", "Proprietário", "Verkoper", "Säljare", "Właściciel", "Primary Owner"),
    ],
)
def test_whoever_works_on_a_lead_is_its_owner(importing: Importing, column: str) -> None:
    importing("users.csv", "id,name,email\nU1,Nora Lind,nora@x.example\n")
    importing("leads.csv", f"Last Name,Company,{column}\nRoe,Elm,Nora Lind\nPoe,Ash,U1\n")

    assert None not in [lead.owner_id for lead in importing.rows(Lead)]


@pytest.mark.parametrize(
    ("column", "cell", "amount", "currency"),
    [
        ("Deal Value (EUR)", "1000", 1000, "EUR"),
        ("Amount GBP", "1,000.50", Decimal("1000.5"), "GBP"),
        ("Value in CHF", "1000", 1000, "CHF"),
        ("Amount in €", "1000", 1000, "EUR"),
        ("Revenue (k€)", "45", 45_000, "EUR"),
        ("AmountCAD", "1000", 1000, "CAD"),
        ("amount_eur", "£500", 500, "GBP"),
        ("Amount_Numeric", "1000", 1000, "USD"),
        ("Expected Revenue", "1000", 1000, "USD"),
        ("Umsatz in T€", "12", 12_000, "EUR"),
        ("Amount", "kr 12 500", 12_500, "SEK"),
        ("Amount", "NT$12,500", 12_500, "TWD"),
        ("Amount", "45 k€", 45_000, "EUR"),
        ("Amount", "Rs. 5,00,000", 500_000, "INR"),
    ],
)
def test_an_amount_has_the_currency_that_its_column_or_cell_says(
    sqlite_importing: Importing, column: str, cell: str, amount: object, currency: str
) -> None:
    text = f'Deal Name,Account Name,Stage,{column},Close Date\nN1,Elm,Proposal,"{cell}",2026-12-15\n'
    result = sqlite_importing("deals.csv", text)
    deal = sqlite_importing.one(Opportunity)

    assert result.columns[column] == "amount"
    assert (deal.amount, deal.currency) == (amount, currency)


@pytest.mark.parametrize("column", ["Currency", "Currency of Value", "Deal Currency Name"])
@pytest.mark.parametrize(("said", "currency"), [("€", "EUR"), ("Pound Sterling", "GBP"), ("chf", "CHF"), ("$", "USD")])
def test_a_column_beside_says_the_currency(sqlite_importing: Importing, column: str, said: str, currency: str) -> None:
    sqlite_importing("deals.csv", f"Deal Name,Stage,Amount,{column}\nN1,Proposal,1000,{said}\n")

    assert sqlite_importing.one(Opportunity).currency == currency


def test_an_expected_revenue_beside_an_amount_is_computed(sqlite_importing: Importing) -> None:
    result = sqlite_importing("deals.csv", "Deal Name,Stage,Expected Revenue,Amount\nN1,Proposal,500,1000\n")

    assert result.columns == {"Deal Name": "name", "Stage": "stage", "Expected Revenue": None, "Amount": "amount"}


def test_deals_won_by_their_status(sqlite_importing: Importing) -> None:
    rows = "N1,Deal Won,5\nN2,Deal Lost,6\nN3,Open,7\n"
    sqlite_importing("deals.csv", f"Deal Name,Status,Amount\n{rows}")

    assert [deal.state for deal in sqlite_importing.rows(Opportunity)] == ["won", "lost", "open"]


def test_a_stage_has_the_probability_that_its_deals_usually_have(sqlite_importing: Importing) -> None:
    rows = "N0,Develop,100\n" + "".join(f"N{number},Develop,40\n" for number in range(1, 9)) + "N9,Trial run,100\n"
    sqlite_importing("deals.csv", f"Deal Name,Stage,Probability\n{rows}")
    likely = {stage.name: stage.probability for stage in sqlite_importing.rows(Stage)}

    assert likely["Develop"] == 40
    assert likely["Trial run"] < 100
    assert sqlite_importing.rows(Opportunity)[0].probability == 100


def test_columns_that_matter_and_are_not_there_are_named(sqlite_importing: Importing) -> None:
    header = "Deal Name,Account Name,Stage,Close Date,Worth\n"
    result = sqlite_importing("deals.csv", f"{header}N1,Elm,Proposal,2026-12-15,5\n")

    assert any(note.startswith("No column was found for: amount, owner.") for note in result.notes)


def test_titles_places_and_regions_are_told_by_their_values(sqlite_importing: Importing) -> None:
    rows = [{"name": "Ada Roe", "company": "Elm", "title": "Mr.", "location": "Mumbai", "region": "NA"}]
    rows.append({"name": "Bo Poe", "company": "Ash", "title": "Mrs", "location": "Lyon", "region": "EMEA"})
    sqlite_importing("leads.json", json.dumps(rows))
    first = sqlite_importing.rows(Lead)[0]

    assert (first.salutation, first.title, first.city, first.country) == ("Mr.", None, "Mumbai", None)
    assert first.state == "NA"


def test_a_location_may_be_a_country(sqlite_importing: Importing) -> None:
    text = "Account Name,Industry,Location\nElm,Retail,Kenya\nAsh,Retail,United States\n"
    sqlite_importing("accounts.csv", text, kind="lead")

    assert [lead.country for lead in sqlite_importing.rows(Lead)] == ["Kenya", "United States"]


def test_the_id_of_a_row_is_an_id(sqlite_importing: Importing) -> None:
    result = sqlite_importing("leads.csv", "Row Id,Last Name,Company\nR-7,Roe,Elm\nR-9,Poe,Ash\n")

    assert result.columns["Row Id"] == "external_id"


@pytest.mark.parametrize("name", ["people.csv", "staff list.csv"])
def test_people_with_roles_of_ours_are_the_own_people(sqlite_importing: Importing, name: str) -> None:
    assert sqlite_importing(name, "name,email,role\nAda Roe,ada@elm.example,Rep\nTom Ash,,admin\n").kind == "user"


@pytest.mark.parametrize(
    "table",
    [
        "Name,Email,Role\nAda Roe,ada@elm.example,Buyer\n",
        "Name,Email,Company,Role\nAda Roe,ada@elm.example,Elm,Manager\n",
    ],
)
def test_people_with_other_roles_or_of_companies_are_not(sqlite_importing: Importing, table: str) -> None:
    assert sqlite_importing("people.csv", table).kind != "user"


def test_people_with_an_amount_beside_them_are_leads(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "Messe 2026.csv",
        "Name;Firma;E-Mail;Status;Betreuer;Betrag\n"
        '"Vogt, Ines";Vogt Glas;ines@vogt.example;Neu;;4.800,00 €\nOle Brink;Brink AG;ole@brink.example;Neu;;\n',
    )

    assert (result.kind, [lead.name for lead in sqlite_importing.rows(Lead)]) == ("lead", ["Ines Vogt", "Ole Brink"])
    assert any("--kind opportunity imports them as deals" in note for note in result.notes)


def test_deals_with_their_person_beside_them_are_deals(sqlite_importing: Importing) -> None:
    table = "Name,Company,Email,Value,Stage,Close\nGlass roof,Vogt Glas,ines@vogt.example,4800,Proposal,12/4/26\n"
    result = sqlite_importing("autumn.csv", table)

    assert (result.kind, sqlite_importing.one(Opportunity).close_date) == ("opportunity", date(2026, 12, 4))


def test_a_list_of_things_to_do_says_what_and_who(importing: Importing) -> None:
    importing("people.csv", "name,email,role\nIvo Rask,i@fjord.example,rep\n")
    importing("leads.csv", "Name,Company,Email,Status\nTor Dahl,Dahl Marina,tor@dahl.example,New\n")
    importing("todo.csv", "Due,What,Lead,Who\n2026-12-01,send the sample,Tor Dahl,Ivo Rask\n")

    todo = importing.one(FollowUp)
    assert (todo.note, todo.lead_id, todo.account_id) == ("send the sample", importing.one(Lead).id, None)
    assert todo.owner_id == importing.one(Rep).id

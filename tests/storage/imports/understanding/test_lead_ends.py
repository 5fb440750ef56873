"""Files of finished leads: which column says how they ended, and which dates they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from storage.imports import ImportResult
from storage.tables import Lead, Status
from tests.storage.imports.conftest import Importing

ROWS = 40
MISSING = "No column says whether a lead converted"


def write_table(columns: str, cells: Callable[[int], str]) -> str:
    """Write a table of people with further columns; every fourth lead is one that ended well."""
    rows = "".join(f"P{row},Roe{row},Elm{row},p{row}@elm.example,{cells(row)}\n" for row in range(ROWS))
    return f"Ref,Last Name,Company,Email,{columns}\n{rows}"


def is_won(row: int) -> bool:
    return row % 4 == 0


def list_told(result: ImportResult) -> list[str]:
    return [note for note in result.notes if note.startswith(("Took", "“", MISSING, "All", "No lead"))]


def count_ends(importing: Importing) -> dict[str, int]:
    return dict(Counter(lead.lifecycle for lead in importing.rows(Lead)))


def list_days(importing: Importing, column: str, **wanted: Any) -> list[str]:
    leads = [lead for lead in importing.rows(Lead) if all(getattr(lead, key) == each for key, each in wanted.items())]
    return [f"{day:%Y-%m-%d}" for lead in leads if (day := getattr(lead, column))]


@pytest.mark.parametrize(
    ("column", "yes", "no", "said"),
    [
        ("status", "1", "0", "1 of 0/1"),
        ("Lead Status", "true", "false", "true of false/true"),
        ("Current Stage", "Admitted", "Dropped", "“Admitted”"),
        ("Deal Won", "Yes", "No", "Yes of No/Yes"),
        ("is_converted", "TRUE", "FALSE", "TRUE of FALSE/TRUE"),
        ("Final_Outcome__c", "Sold", "Declined", "“Sold”"),
        ("Is Customer", "x", "", "“x”"),
        ("Result", "Won", "Lost", "“Won”"),
        ("target", "1.0", "0.0", "1.0 of 0.0/1.0"),
        ("Ergebnis", "Gewonnen", "Verloren", "“Gewonnen”"),
        ("Outcome", "Success", "Failure", "Success of Failure/Success"),
        ("Status quo", "Kunde gewonnen", "Nicht interessiert", "“Kunde gewonnen”"),
        ("How it went", "Converted", "Not interested", "“Converted”"),
    ],
)
def test_the_column_that_says_who_converted_is_found_and_named(
    sqlite_importing: Importing, column: str, yes: str, no: str, said: str
) -> None:
    result = sqlite_importing(
        "finished.csv",
        write_table(f"Visits,{column}", lambda row: f"{row},{yes if is_won(row) else no}"),
        finished=True,
    )

    assert result.columns[column] == "converted"
    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}
    assert list_told(result) == [
        f"Took “{column}” ({said}, 25 % of rows) as whether the lead converted; say --map to choose another"
    ]


def test_of_a_column_of_stages_those_that_ended_well_converted(sqlite_importing: Importing) -> None:
    stages = ["Enrolled", "Dropped", "Counselling", "Application started"]
    result = sqlite_importing("finished.csv", write_table("Lead Stage", lambda row: stages[row % 4]), finished=True)

    assert result.columns["Lead Stage"] == "status"
    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}
    assert list_told(result) == [
        "Took “Lead Stage” (“Enrolled”, 25 % of rows) as whether the lead converted; say --map to choose another",
        "“Counselling” and 1 more (50 % of rows) says neither and counts as not converted; leave such rows out"
        " where the lead is still open",
    ]
    assert {*stages} <= {status.name for status in sqlite_importing.rows(Status)} | {"Counselling"}


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("Do Not Email", "Yes", "No"),
        ("Newsletter", "1", "0"),
        ("Marital Status", "1", "0"),
        ("Status", "Employed", "Self-employed"),
        ("Email Status", "1", "0"),
        ("Previous Outcome", "Success", "Failure"),
        ("First attempt", "Success", "Failure"),
        ("Existing customer", "Yes", "No"),
        ("Last Call Result", "Enrolled", "Dropped"),
        ("Subscribed", "true", "false"),
        ("Is Student", "Yes", "No"),
        ("Lost customer", "Yes", "No"),
    ],
)
def test_a_question_about_something_else_is_no_outcome(
    sqlite_importing: Importing, column: str, one: str, other: str
) -> None:
    result = sqlite_importing(
        "finished.csv", write_table(column, lambda row: one if is_won(row) else other), finished=True
    )

    assert result.columns[column] != "converted"
    assert count_ends(sqlite_importing) == {"closed": 40}
    (told,) = list_told(result)
    assert told.startswith(MISSING)
    assert '{"COLUMN": "converted"}' in told


def test_two_columns_that_differ_are_both_named(sqlite_importing: Importing) -> None:
    text = write_table("Converted,Deal Won", lambda row: f"{int(is_won(row))},{'yes' if row % 8 == 0 else 'no'}")
    result = sqlite_importing("finished.csv", text, finished=True)

    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}
    assert list_told(result)[1] == (
        "“Deal Won” says otherwise than “Converted” in 12 % of rows; if it is the right one, say --map with"
        ' {"Deal Won": "converted"}'
    )


def test_a_mapped_column_is_taken_by_its_words(sqlite_importing: Importing) -> None:
    text = write_table("Converted,Lead Stage", lambda row: f"no,{'Enrolled' if is_won(row) else 'Not interested'}")
    mapping = {"Lead Stage": "converted", "Converted": None}
    result = sqlite_importing("finished.csv", text, finished=True, mapping=mapping)

    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}
    assert list_told(result) == []


def test_without_finished_no_column_is_taken_for_the_outcome(sqlite_importing: Importing) -> None:
    text = write_table("status", lambda row: str(int(is_won(row))))

    assert sqlite_importing("leads.csv", text).columns["status"] == "custom:status"
    assert count_ends(sqlite_importing) == {"open": 40}
    assert sqlite_importing("leads.csv", text, finished=True).updated == 40
    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}


def test_an_outcome_that_comes_late_in_a_long_file_is_found(sqlite_importing: Importing) -> None:
    rows = "".join(f"{row},Web,{int(row >= 5000)}\n" for row in range(6000))
    result = sqlite_importing("finished.csv", "Prospect ID,Source,Status\n" + rows, finished=True, dry_run=True)

    assert result.columns["Status"] == "converted"
    assert "(1 of 0/1, about 17 % of rows)" in list_told(result)[0]


def test_a_file_of_finished_leads_that_names_nobody_is_of_leads(sqlite_importing: Importing) -> None:
    rows = "".join(f"{row % 9},{row % 5},{row * 7 % 400},{int(is_won(row))}\n" for row in range(ROWS))
    result = sqlite_importing("train.csv", "pages,sessions,seconds_on_site,status\n" + rows, finished=True)

    assert (result.kind, result.created) == ("lead", ROWS)
    assert count_ends(sqlite_importing) == {"converted": 10, "closed": 30}


def test_people_beside_finished_leads_stay_contacts(sqlite_importing: Importing) -> None:
    people = "Contact ID,First Name,Last Name,Account Name,Mailing City,Status\nC1,Ada,Roe,Elm,Oslo,Active\n"

    assert sqlite_importing("contacts.csv", people, finished=True).kind == "contact"


def test_the_day_of_the_deal_says_who_converted(importing: Importing) -> None:
    text = "mql_id,first_contact_date,origin,won_date\n" + "".join(
        f"m{row},2025-03-{1 + row % 28:02},social,{f'2025-06-{1 + row % 28:02} 08:10:00' if is_won(row) else ''}\n"
        for row in range(ROWS)
    )
    result = importing("finished.csv", text, finished=True)

    assert list_told(result) == [
        "Took “won_date” (filled, 25 % of rows) as whether the lead converted; say --map to choose another",
        "Took “first_contact_date” as when a lead came in and “won_date” as when it converted;"
        " say --map to choose others",
    ]
    assert count_ends(importing) == {"converted": 10, "closed": 30}
    assert list_days(importing, "converted_at")[0] == "2025-06-01"
    assert importing("finished.csv", text, finished=True).unchanged == ROWS


def test_a_file_in_which_no_lead_converted_is_told(sqlite_importing: Importing) -> None:
    told = list_told(sqlite_importing("lost.csv", write_table("Converted", lambda row: "0"), finished=True))

    assert told == [
        "Took “Converted” (only “0”, 0 % of rows) as whether the lead converted; say --map to choose another",
        "No lead of this file converted: scores are learned only where some did",
    ]


def test_words_of_failure_alone_are_statuses(sqlite_importing: Importing) -> None:
    text = write_table("Outcome", lambda row: "Lost" if is_won(row) else "Junk")

    assert sqlite_importing("leads.csv", text).columns["Outcome"] == "status"
    assert count_ends(sqlite_importing) == {"closed": 40}


def test_leads_that_all_converted_teach_nothing(sqlite_importing: Importing) -> None:
    text = "mql_id,won_date\n" + "".join(f"m{row},2025-06-{row:02}\n" for row in range(1, 9))
    told = list_told(sqlite_importing("won.csv", text, finished=True))

    assert "All leads of this file converted: to learn scores, import those that did not as well" in told


@pytest.mark.parametrize(
    "column", ["AQL date", "First_Contact_Date", "Inquiry received", "Opt-in", "Anfragedatum", "date", "Signed up on"]
)
@pytest.mark.parametrize("finished", [True, False])
def test_the_earliest_complete_date_is_when_leads_came_in(
    sqlite_importing: Importing, column: str, finished: bool
) -> None:
    def write_cells(row: int) -> str:
        # The months before 13 tell nothing; the column as a whole has days first.
        came, later = f"{1 + row % 28}/{1 + row % 12}/2024", f"{1 + row % 28}/{1 + row % 12}/2025"
        return f"12/05/19{60 + row},{later},{came},{later if row % 2 else ''},{int(is_won(row))}"

    columns = f"Date of birth,Scored on,{column},SQL date,Converted"
    result = sqlite_importing("leads.csv", write_table(columns, write_cells), finished=finished)

    assert [name for name, use in result.columns.items() if use == "created_at"] == [column]
    assert f"Took “{column}” as when a lead came in; say --map to choose another" in result.notes
    assert list_days(sqlite_importing, "created_at")[1:3] == ["2024-02-02", "2024-03-03"]


def test_a_date_of_only_one_outcome_is_when_it_came(importing: Importing) -> None:
    def write_cells(row: int) -> str:
        ended = f"2025-04-{1 + row % 28:02}"
        won = is_won(row)
        return f"2025-01-{1 + row % 28:02},{ended if won else ''},{'' if won else ended},{'Yes' if won else 'No'}"

    result = importing("leads.csv", write_table("Created,Onboarded,Filed away,Outcome", write_cells), finished=True)

    assert (result.columns["Onboarded"], result.columns["Filed away"]) == ("converted_at", "closed_at")
    assert (
        "Took “Onboarded” as when a lead converted and “Filed away” as when it ended; say --map to choose others"
        in (result.notes)
    )
    assert len(list_days(importing, "converted_at", lifecycle="converted")) == 10
    assert len(list_days(importing, "closed_at", lifecycle="closed")) == 30


def test_a_closing_date_of_all_leads_is_that_of_either_outcome(sqlite_importing: Importing) -> None:
    text = write_table("Created,Close Date,Won", lambda row: f"03.01.2025,{10 + row % 18}.02.2025,{int(is_won(row))}")
    sqlite_importing("leads.csv", text, finished=True)

    assert list_days(sqlite_importing, "converted_at", lifecycle="converted")[0] == "2025-02-10"
    assert list_days(sqlite_importing, "closed_at", lifecycle="closed")[0] == "2025-02-11"


def test_a_lead_with_the_day_on_which_it_was_lost_is_closed(sqlite_importing: Importing) -> None:
    text = write_table("Created,Disqualified on", lambda row: f"2025-01-03,{'2025-02-04' if is_won(row) else ''}")
    sqlite_importing("leads.csv", text)

    assert count_ends(sqlite_importing) == {"closed": 10, "open": 30}
    assert set(list_days(sqlite_importing, "closed_at")) == {"2025-02-04"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Date of birth", "1971-05-06"),
        ("Next step on", "2025-05-06"),
        ("Last email date", "2025-05-06"),
        ("Course start", "2027-05-06"),
        ("Move-in", "2027-05-06"),
        ("Seconds", "45123"),
        ("Campaign", "Webinar of March 2024"),
    ],
)
def test_other_dates_and_numbers_are_not_when_leads_came_in(
    sqlite_importing: Importing, column: str, cell: str
) -> None:
    result = sqlite_importing("leads.csv", write_table(column, lambda row: cell))

    assert result.columns[column] == f"custom:{column}"


def test_a_date_that_half_the_leads_have_is_asked_about(sqlite_importing: Importing) -> None:
    text = write_table("Inquiry received", lambda row: "2025-05-06" if row % 4 else "")
    result = sqlite_importing("leads.csv", text, finished=True)

    assert result.columns["Inquiry received"] == "custom:Inquiry received"
    assert (
        "“Inquiry received” may be when leads came in, but is filled in only 75 % of rows; if it is, say --map with"
        ' {"Inquiry received": "created_at"}'
    ) in result.notes


def test_among_open_leads_the_date_that_no_converted_lead_has_says_when_the_others_were_closed(
    sqlite_importing: Importing,
) -> None:
    def cells(row: int) -> str:
        ends = {0: ("Qualified", "true", "2026-05-02", ""), 1: ("Unqualified", "false", "", "2026-04-03")}
        return "2026-03-01," + ",".join(ends.get(row % 4, ("Open", "false", "", "")))

    result = sqlite_importing("leads.csv", write_table("Created,Status,Converted,Converted Date,Closed Date", cells))

    assert result.columns["Closed Date"] == "closed_at"
    assert set(list_days(sqlite_importing, "closed_at", lifecycle="closed")) == {"2026-04-03"}
    assert list_days(sqlite_importing, "closed_at", lifecycle="open") == []

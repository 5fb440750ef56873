"""What each kind of row becomes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from storage.database.whole_days import find_whole_day
from storage.tables import (
    Account,
    Activity,
    Contact,
    FollowUp,
    Lead,
    LeadScore,
    Opportunity,
    Rep,
    Source,
    Stage,
    Status,
    Workspace,
)
from tests.storage.imports.conftest import Importing


@pytest.mark.parametrize(
    "header",
    [
        "Id,LastName,FirstName,Company,LeadSource,Status,IsConverted",
        "Lead ID,Last Name,First Name,Company / Account,Lead Source,Lead Status,Converted",
        "ID,LASTNAME,FIRSTNAME,COMPANY,LEADSOURCE,STATUS,ISCONVERTED",
        "Record Id,Last Name,First Name,Company,Lead Source,Lead Status,Is Converted",
    ],
)
def test_leads_of_several_programs(sqlite_importing: Importing, header: str) -> None:
    result = sqlite_importing("export.csv", f"{header}\nX-1,Doe,Jane,Initech,Web,Working - Contacted,FALSE\n")
    lead = sqlite_importing.one(Lead)

    assert result.kind == "lead"
    assert (lead.external_id, lead.name, lead.company, lead.source, lead.lifecycle) == (
        "X-1",
        "Jane Doe",
        "Initech",
        "Web",
        "open",
    )


def test_foreign_statuses_keep_their_names_and_get_a_class(importing: Importing) -> None:
    names = {
        "Open - Not Contacted": "open",
        "Attempted to Contact": "working",
        "Closed - Not Converted": "closed",
        "Nurturing": "working",
        "Junk Lead": "closed",
        "Pre-Qualified": "qualified",
        "Not Qualified": "closed",
    }
    rows = "".join(f"L{place},Doe{place},{name}\n" for place, name in enumerate(names))
    importing("leads.csv", "Lead ID,Last Name,Lead Status\n" + rows + "L9,Roe,contacted\n")

    classes = {status.name: status.status_class for status in importing.rows(Status)}
    assert names.items() <= classes.items()
    assert "contacted" not in classes
    lifecycles = {lead.external_id: lead.lifecycle for lead in importing.rows(Lead)}
    assert (lifecycles["L0"], lifecycles["L2"]) == ("open", "closed")


@pytest.mark.parametrize("status", ["Closed - Converted", "Deal Won", "New Customer", "Bestandskunde", "Sold"])
def test_a_status_that_says_won_is_not_open_whatever_the_outcome_column_says(
    sqlite_importing: Importing, status: str
) -> None:
    result = sqlite_importing(
        "leads.csv",
        f"Lead ID,Last Name,Lead Status,Converted\nL1,Doe,{status},no\nL2,Roe,{status},\nL3,Poe,Won back,no\n",
    )

    classes = {each.name: each.status_class for each in sqlite_importing.rows(Status)}
    assert (classes[status], classes["Won back"]) == ("closed", "open")
    assert [lead.lifecycle for lead in sqlite_importing.rows(Lead)] == ["closed", "converted", "open"]
    assert f"“{status}” says that a lead was won, but “Converted” says no: it came in as closed: row 2" in result.notes
    assert f"“{status}” says that a lead was won, so it counts as converted: row 3" in result.notes


@pytest.mark.parametrize("column", ["Converted", "IsConverted", "Outcome", "y"])
def test_a_training_file_has_finished_leads(sqlite_importing: Importing, column: str) -> None:
    result = sqlite_importing(
        "train.csv", f"Prospect ID,Lead Source,Visits,{column}\nA,Web,3,1\nB,Select,0,0\n", finished=True
    )
    first, second = sqlite_importing.rows(Lead)

    assert result.columns[column] == "converted"
    assert (first.lifecycle, second.lifecycle) == ("converted", "closed")
    assert (first.custom, second.source) == ({"Visits": "3"}, None)


def test_the_same_file_without_finished_has_open_leads_and_may_be_closed_later(importing: Importing) -> None:
    text = "Prospect ID,Lead Source,Converted\nA,Web,yes\nB,Web,no\n"
    importing("train.csv", text)
    assert [lead.lifecycle for lead in importing.rows(Lead)] == ["converted", "open"]

    assert importing("train.csv", text, finished=True).updated == 1
    assert [lead.lifecycle for lead in importing.rows(Lead)] == ["converted", "closed"]


def test_rows_of_a_training_file_may_be_alike(sqlite_importing: Importing) -> None:
    text = "Lead Source,Visits,Converted\nWeb,3,1\nWeb,3,1\nWeb,2,0\n"

    assert sqlite_importing("train.csv", text).created == 3
    assert sqlite_importing("train.csv", text).unchanged == 3


def test_opportunities_follow_their_stage_and_what_the_row_says(importing: Importing) -> None:
    result = importing(
        "deals.csv",
        "Deal ID,Title,Stage,Status,Value,Currency,Probability,Expected close date\n"
        'D1,Rollout,Negotiations Started,won,"1,200.50",EUR,,2026-05-04\n'
        "D2,Renewal,Proposal/Price Quote,open,300,USD,75%,2026-12-24\n"
        "D3,Upsell,Contract Sent,lost,-5,USD,,2026-12-24\n"
        "D4,Pilot,Contract Sent,open,5,USD,,31/02/2026\n",
    )
    won, renewal = importing.rows(Opportunity)
    stages = {stage.id: stage for stage in importing.rows(Stage)}

    assert (result.created, result.rejected) == (2, 2)
    assert (won.state, won.probability, won.amount, won.currency) == ("won", 100, Decimal("1200.5"), "EUR")
    assert stages[won.stage_id].state == "won"
    assert won.custom == {"Stage": "Negotiations Started"}
    assert (renewal.state, renewal.probability, renewal.close_date) == ("open", 75, date(2026, 12, 24))
    assert stages[renewal.stage_id].name == "Proposal/Price Quote"
    assert any("negative" in reason for reason in result.reasons)
    assert any("calendar" in reason for reason in result.reasons)


def test_a_deal_that_is_over_closed_on_the_day_on_which_it_ended(sqlite_importing: Importing) -> None:
    sqlite_importing(
        "deals-export.csv",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Status,Deal - Expected close date,Deal - Won time,Deal - Lost time,"
        "Deal - Deal created\n"
        "11,Boilers,900,Won,2026-10-05,2026-09-28 16:20:00,,2026-06-02 08:00:00\n"
        "12,Burners,700,Lost,2026-08-01,,2026-08-03 09:00:00,2026-06-02 08:00:00\n"
        "13,Valves,500,Open,2026-12-11,,,2026-06-02 08:00:00\n",
    )
    won, lost, still_open = sqlite_importing.rows(Opportunity)

    assert [each.close_date for each in (won, lost, still_open)] == [
        date(2026, 9, 28),
        date(2026, 8, 3),
        date(2026, 12, 11),
    ]
    assert (won.closed_at, still_open.closed_at) == (datetime(2026, 9, 28, 16, 20, tzinfo=UTC), None)
    assert won.custom == {"Deal - Expected close date": "2026-10-05"}
    assert {each.created_at.date() for each in (won, lost, still_open)} == {date(2026, 6, 2)}


def test_stages_are_ordered_by_how_likely_they_are(sqlite_importing: Importing) -> None:
    sqlite_importing("opps.csv", "Deal Name,Deal Stage\nA,Closed Won\nB,Contract Sent\nC,Won\nD,Discovery\n")
    stages = sorted(sqlite_importing.rows(Stage), key=lambda stage: stage.position)
    states = [stage.state for stage in stages]

    assert states == sorted(states, key=["open", "won", "lost"].index)
    likely = [stage.probability for stage in stages if stage.state == "open"]
    assert likely == sorted(likely)


def test_deals_are_found_by_an_account_that_no_file_brought_and_a_later_file_fills_it(importing: Importing) -> None:
    importing("pipeline.csv", "opportunity_id,account,deal_stage,close_value\n1,Cancity,Won,10\n2,cancity,Lost,0\n")
    stub = importing.one(Account)
    result = importing("accounts.csv", "account,sector,revenue,employees\nCancity,retail,718.62,2448\n")
    account = importing.one(Account)

    assert {deal.account_id for deal in importing.rows(Opportunity)} == {stub.id} == {account.id}
    assert (result.created, result.updated) == (0, 1)
    assert (account.industry, account.employees) == ("retail", 2448)


def test_managers_without_a_row_become_users_and_roles_follow(importing: Importing) -> None:
    result = importing(
        "teams.csv",
        "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\nDustin Brinkmann,Celia Rouche,\n",
    )
    people = {rep.name: rep for rep in importing.rows(Rep)}

    assert {name: rep.role for name, rep in people.items()} == {
        "Anna Snelling": "rep",
        "Dustin Brinkmann": "manager",
        "Celia Rouche": "admin",
    }
    assert result.notes[-1] == "added “Celia Rouche”, whom others name as their manager: no row says more of them"
    assert people["Anna Snelling"].team == "Central"
    assert people["Anna Snelling"].manager_id == people["Dustin Brinkmann"].id


def test_tasks_are_follow_ups_and_calls_touch_their_lead(importing: Importing) -> None:
    importing("leads.csv", "Lead ID,Last Name,Email\nL1,Doe,jane@initech.com\n")
    result = importing(
        "activities.csv",
        "Activity ID,Activity Type,Activity Date,Notes,Task Status,Task Due Date,Associated Contact Email\n"
        "A1,Call,2026-11-02,Spoke,,,JANE@initech.com\n"
        "A2,Note,2026-11-09,Thought,,,jane@initech.com\n"
        "A3,Task,2026-11-03,Send quote,Not Started,2026-12-01,jane@initech.com\n"
        "A4,Meeting,2027-01-03,Planned,,,jane@initech.com\n",
    )
    lead = importing.one(Lead)

    assert result.created == 4
    assert [activity.kind for activity in importing.rows(Activity)] == ["call", "note", "meeting"]
    assert (importing.one(FollowUp).due, importing.one(FollowUp).lead_id) == (date(2026, 12, 1), lead.id)
    assert find_whole_day(lead.last_touch_at) == date(2026, 11, 2)


def test_hubspot_contacts_with_a_lead_status_are_leads_unless_told_otherwise(sqlite_importing: Importing) -> None:
    text = (
        "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Lead Status,Contact Owner\n"
        "1,Jane,Doe,jane@x.example,Customer,,\n2,John,Roe,john@x.example,Lead,New,\n"
    )
    result = sqlite_importing("contacts.csv", text)

    assert result.kind == "lead"
    assert any("--kind contact" in note for note in result.notes)
    leads = sqlite_importing.rows(Lead)
    assert [lead.lifecycle for lead in leads] == ["converted", "open"]
    assert sqlite_importing.one(Contact).id == leads[0].converted_contact_id
    assert sqlite_importing("contacts.csv", text, kind="contact").created == 1
    assert len(sqlite_importing.rows(Contact)) == 2


def test_scores_are_kept_the_newest_is_shown_and_bands_follow(importing: Importing) -> None:
    rows = "".join(f"L{number},Doe{number},l{number}@x.example\n" for number in range(10))
    importing("leads.csv", "Lead ID,Last Name,Email\n" + rows)
    scores = "".join(f"L{number},{(number + 1) * 9},2026-11-0{day}\n" for day in (1, 2) for number in range(9))
    importing("scores.csv", "lead,score,as_of\n" + scores + "l9@x.example,99,2026-11-02\nL0,50,2026-11-18T08:00:00Z\n")
    leads = {lead.external_id: lead for lead in importing.rows(Lead)}

    assert (leads["L0"].score, leads["L0"].movement) == (50, 41)
    assert leads["L9"].movement is None
    bands = [lead.band for lead in leads.values()]
    assert (bands.count("hot"), bands.count("warm"), bands.count("cold")) == (2, 3, 5)
    workspace = importing.one(Workspace)
    assert (workspace.hot_from, workspace.warm_from) == (81, 54)


def test_a_probability_alone_makes_a_score(sqlite_importing: Importing) -> None:
    sqlite_importing("leads.csv", "Lead ID,Last Name,Lead Status\nL1,Doe,Open\n")
    sqlite_importing("scores.csv", 'lead,probability,reasons\nL1,0.37,"Referral; -No reply"\n')
    score = sqlite_importing.one(LeadScore)

    assert (score.score, score.probability, score.model) == (37, 0.37, "imported")
    assert score.reasons == {"raises": ["Referral"], "lowers": ["No reply"]}


def test_sources_are_spelled_as_the_workspace_does(sqlite_importing: Importing) -> None:
    before = len(sqlite_importing.rows(Source))
    sqlite_importing("leads.csv", "Lead ID,Last Name,Lead Source\n1,Doe,WEB\n2,Roe,Podcast\n3,Poe,podcast\n")

    assert [lead.source for lead in sqlite_importing.rows(Lead)] == ["Web", "Podcast", "Podcast"]
    assert len(sqlite_importing.rows(Source)) == before + 1


def test_computed_columns_are_ignored_and_deleted_rows_rejected(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "opps.csv",
        "Id,Name,StageName,Amount,ExpectedRevenue,Fiscal,IsDeleted\n006000000000001,A,Prospecting,5,1,2026 Q1,false\n"
        "006000000000002,B,Prospecting,5,1,2026 Q1,true\n",
    )

    assert [result.columns[name] for name in ("ExpectedRevenue", "Fiscal", "IsDeleted")] == [None, None, None]
    assert {line.column: line.why for line in result.explain}["Fiscal"] == "can be computed"
    assert (result.created, result.rejected) == (1, 1)


def test_words_that_are_no_date_or_number_are_kept_and_said(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "leads.csv", "Lead ID,Last Name,Annual Revenue,Created Date\n1,Doe,5,2026-01-01\n2,Roe,plenty,31/02/2026\n"
    )
    lead = sqlite_importing.rows(Lead)[1]

    assert lead.custom == {"Annual Revenue": "plenty", "Created Date": "31/02/2026"}
    assert any("Annual Revenue" in note for note in result.notes)


def test_the_order_of_day_and_month_is_read_from_the_whole_column(sqlite_importing: Importing) -> None:
    rows = "".join(f"{number},Doe{number},0{1 + number % 9}/02/2026\n" for number in range(3000))
    sqlite_importing("leads.csv", "Lead ID,Last Name,Created Date\n" + rows + "x,Roe,23/02/2026\n")

    assert find_whole_day(sqlite_importing.rows(Lead)[3].created_at) == date(2026, 2, 4)


def test_a_mapping_overrules(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "x.csv",
        "who,where,junk\nDoe,Initech,1\n",
        kind="lead",
        mapping={"who": "last_name", "where": "company", "junk": None},
    )

    assert result.columns == {"who": "last_name", "where": "company", "junk": None}
    assert sqlite_importing.one(Lead).company == "Initech"
    assert "no column" in str(sqlite_importing("y.csv", "a\nb\n", kind="lead", mapping={"z": "company"}).error)
    assert "no field" in str(sqlite_importing("z.csv", "a\nb\n", kind="lead", mapping={"a": "stage"}).error)

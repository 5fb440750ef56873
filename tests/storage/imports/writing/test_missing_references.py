"""References to records that no import has brought, and files that come in any order."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.slack.operations.doctor_workspaces import examine_workspaces
from storage.tables import Account, Activity, Contact, FollowUp, Lead, Opportunity, Rep
from tests.storage.imports.conftest import Importing

FILES = {
    "accounts": "Account ID,Account Name,Website\nA1,Dune Works Inc.,dune.example\n",
    "contacts": "Contact ID,First Name,Last Name,Email,Account ID\nC1,Uma,Rey,uma@dune.example,A1\n",
    "leads": (
        "Lead ID,First Name,Last Name,Email,Company,Is Converted,Converted Account ID,Converted Contact ID,"
        "Converted Opportunity ID\n"
        "L1,Uma,Rey,uma@dune.example,Dune Works,true,A1,C1,O1\n"
        "L2,Oda,Fry,oda@fry.example,Fry Oils,false,,,\n"
    ),
    "opportunities": (
        "Opportunity ID,Opportunity Name,Account ID,Stage,Close Date\nO1,Dune fleet,A1,Proposal,2027-02-01\n"
    ),
    "activities": (
        "Activity ID,Type,Subject,Date,Contact Email,Account Name\n"
        "t1,Call,First call,2026-10-01,uma@dune.example,\n"
        "t2,Call,Second call,2026-10-02,oda@fry.example,\n"
        "t3,Meeting,At theirs,2026-10-03,,Dune Works\n"
    ),
    "follow_ups": "Follow-up ID,Due Date,Note,Lead ID\nf1,2026-12-01,Send the offer,L1\n",
}
RECORDS = {"lead": Lead, "contact": Contact, "account": Account, "opportunity": Opportunity}


def read_places(importing: Importing) -> dict[str, list[str | None]]:
    """Read what each activity and follow-up is attached to, by the ids of the files."""
    names = {(kind, row.id): row.external_id for kind, table in RECORDS.items() for row in importing.rows(table)}
    return {
        touch.external_id: [names.get((kind, getattr(touch, f"{kind}_id"))) for kind in RECORDS]
        for table in (Activity, FollowUp)
        for touch in importing.rows(table)
    }


@pytest.mark.parametrize(
    "order", [list(FILES), [*FILES][::-1], *(list(each) for each in [*permutations(FILES)][50::97])]
)
def test_what_a_touch_belongs_to_does_not_depend_on_the_order_of_the_files(
    sqlite_importing: Importing, order: list[str]
) -> None:
    for name in order:
        sqlite_importing(f"{name}.csv", FILES[name])

    assert read_places(sqlite_importing) == {
        "t1": ["L1", "C1", "A1", "O1"],
        "t2": ["L2", None, None, None],
        "t3": [None, None, "A1", None],
        "f1": ["L1", "C1", "A1", "O1"],
    }
    assert sqlite_importing.one(Contact).last_touch_at == sqlite_importing.one(Opportunity).last_touch_at is not None
    assert not any("not here" in note for name in order for note in sqlite_importing(f"{name}.csv", FILES[name]).notes)


def test_a_name_that_two_people_have_points_to_neither_in_any_order(importing: Importing) -> None:
    importing("calls.csv", "Activity ID,Type,Date,Contact Name\nt1,Call,2026-10-01,Uma Rey\n")
    importing("contacts.csv", "Contact ID,First Name,Last Name\nC1,Uma,Rey\nC2,Uma,Rey\n")

    assert importing.one(Activity).contact_id is None


def test_what_files_refer_to_and_never_came_is_said(importing: Importing) -> None:
    result = importing("activities.csv", FILES["activities"])
    bring = "import their file too, in any order, and they are linked"

    assert (
        f"2 activities refer to 2 leads or contacts that are not here (“oda@fry.example”, “uma@dune.example”): {bring}"
        in (result.notes)
    )
    assert f"1 activity refers to 1 account or opportunity that is not here (“Dune Works”): {bring}" in result.notes
    deals = importing("opportunities.csv", FILES["opportunities"])
    assert f"1 opportunity refers to 1 account that is not here (“A1”): {bring}" in deals.notes

    found = {each.about: each for each in examine_workspaces(importing.database, datetime(2026, 11, 18, tzinfo=UTC))}
    assert not found["references"].well
    assert "1 opportunity refers to 1 account that is not here (“A1”)" in found["references"].words
    unnamed = examine_workspaces(importing.database, datetime(2026, 11, 18, tzinfo=UTC), naming=False)
    assert not any("A1" in each.words for each in unnamed)

    for name in ("accounts", "contacts", "leads"):
        importing(f"{name}.csv", FILES[name])
    found = {each.about: each for each in examine_workspaces(importing.database, datetime(2026, 11, 18, tzinfo=UTC))}
    assert (found["references"].well, found["references"].words) == (
        True,
        "all records that imported rows name are here",
    )


def test_a_deal_with_somebody_who_is_a_lead_yet_says_so(importing: Importing) -> None:
    importing("leads.csv", FILES["leads"])
    header = "Opportunity ID,Opportunity Name,Stage,Close Date,Contact Email\n"
    one = importing("deals.csv", f"{header}O7,Oil mill,Proposal,2027-02-01,oda@fry.example\n")
    assert (
        "1 opportunity refers to 1 contact that is not here (“oda@fry.example”): it is a lead here;"
        " imported with --kind contact, leads are contacts too"
    ) in one.notes

    importing("leads.csv", FILES["leads"], kind="contact")
    assert None not in [each.contact_id for each in importing.rows(Opportunity)]


def test_files_that_come_together_miss_nothing(importing: Importing) -> None:
    paths = [importing.write(f"{name}.csv", text) for name, text in FILES.items()]

    assert not any("not here" in note for result in importing.files(*paths) for note in result.notes)


def test_a_dry_run_says_what_is_missing_as_the_import_does(sqlite_importing: Importing) -> None:
    some = [sqlite_importing.write(f"{name}.csv", FILES[name]) for name in ("opportunities", "activities", "leads")]
    tried = sqlite_importing.files(*some, dry_run=True)
    assert not sqlite_importing.rows(Lead)
    done = sqlite_importing.files(*some)

    for trial, result in zip(tried, done, strict=True):
        assert [note for note in trial.notes if "not here" in note] == [
            note for note in result.notes if "not here" in note
        ]
    assert any("1 opportunity refers to 1 account that is not here (“A1”)" in note for note in tried[0].notes)
    # What another file of the same run brings is not missing.
    every = [sqlite_importing.write(f"{name}.csv", text) for name, text in FILES.items()]
    assert not any("not here" in note for each in sqlite_importing.files(*every, dry_run=True) for note in each.notes)


def test_people_are_found_who_are_written_last_name_first(importing: Importing) -> None:
    people = importing.write(
        "people.csv",
        'name,email,role,manager\n"Holm, Ylva",y@fjord.example,manager,\nIvo Rask,i@fjord.example,rep,"Holm, Ylva"\n',
    )
    leads = importing.write(
        "leads.csv", 'Name,Company,Email,Status,Owner\n"Dahl, Tor",Dahl Marina,tor@dahl.example,New,"Rask, Ivo"\n'
    )
    table = 'Date,Lead,Owner,Comment\n2026-11-10,"Dahl, Tor","Rask, Ivo",wants a price\n'
    calls = importing.write("calls.csv", table)
    results = importing.files(calls, leads, people)

    names = {rep.id: rep.name for rep in importing.rows(Rep)}
    assert {rep.name: names.get(rep.manager_id) for rep in importing.rows(Rep)} == {
        "Ylva Holm": None,
        "Ivo Rask": "Ylva Holm",
    }
    lead, call = importing.one(Lead), importing.one(Activity)
    assert (lead.name, names[lead.owner_id]) == ("Tor Dahl", "Ivo Rask")
    assert (call.lead_id, names[call.owner_id]) == (lead.id, "Ivo Rask")
    assert all(each.unknown_owners == {} for each in results)


def test_of_a_name_that_several_have_it_is_said_what_tells_them_apart(importing: Importing) -> None:
    importing("leads.csv", "Lead ID,First Name,Last Name,Company\nL1,Uma,Rey,Dune\nL2,Uma,Rey,Fry\nL3,Oda,Fry,Fry\n")

    told = importing("calls.csv", "Type,Date,Lead\nCall,2026-10-01,Uma Rey\nCall,2026-10-02,Oda Fry\n").notes
    other = importing("more.csv", "Type,Date,Lead\nCall,2026-10-01,Ivo Nix\n").notes

    shared = "“Uma Rey” is the name of several here, so nobody is taken for it"
    assert [each.startswith(shared) for each in told if "Uma" in each] == [True]
    assert any("“Ivo Nix”" in each and "not here" in each for each in other)

"""Owners whom a file names before they are here: counted and named, kept, and found when the people arrive."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.administration.staffing import describe_missing_owners
from storage.database.doors import Database
from storage.people.missing_owners import count_unowned, list_missing_owners
from storage.tables import Lead, Opportunity, Rep
from tests.desk import Desk
from tests.storage.imports.conftest import Importing

MIA, TOM = "005Ax00000BcDe1AAF", "005Ax00000BcDe2AAF"
LEADS = (
    "Id,FirstName,LastName,Company,Status,OwnerId\n"
    f"00QAx00000QwEr1AAF,Ada,Stone,Pinewood,Open,{MIA}\n"
    f"00QAx00000QwEr2AAF,Ben,Marsh,Lakeside,Open,{MIA}\n"
    f"00QAx00000QwEr3AAF,Cem,Vale,Hilltop,Open,{TOM}\n"
    "00QAx00000QwEr4AAF,Dee,Brook,Riverbed,Open,\n"
)
USERS = (
    "Id,Username,Name,Email,IsActive,UserRoleId,ProfileId,ManagerId,UserType\n"
    f"{MIA},mia@pine.example.full,Mia Reed,mia@pine.example,true,00EAx00000PoIu1MAF,00eAx00000LkJh1EAF,{TOM},Standard\n"
    f"{TOM},tom@pine.example.full,Tom Ash,tom@pine.example,true,00EAx00000PoIu2MAF,00eAx00000LkJh1EAF,,Standard\n"
)
SAID = [
    f"2 leads belong to “{MIA}”, who is not among your people",
    f"1 lead belongs to “{TOM}”, who is not among your people",
]


def test_an_import_says_whose_owner_is_nobody_here_each_time_until_they_arrive(importing: Importing) -> None:
    leads = importing.write("Lead.csv", LEADS)
    for dry_run in (True, False, False):
        (result,) = importing.files(leads, dry_run=dry_run)
        assert result.notes[-2:] == SAID
        assert result.unknown_owners == {MIA: 2, TOM: 1}

    importing("User.csv", USERS)

    (again,) = importing.files(leads)
    assert again.unknown_owners == {}
    names = {rep.id: rep.name for rep in importing.rows(Rep)}
    assert [names.get(lead.owner_id) for lead in importing.rows(Lead)] == ["Mia Reed", "Mia Reed", "Tom Ash", None]
    # An id of a role says nothing; who has reports manages.
    assert {rep.name: rep.role for rep in importing.rows(Rep)} == {"Mia Reed": "rep", "Tom Ash": "manager"}


def test_people_of_the_same_dry_run_count_as_here(importing: Importing) -> None:
    paths = importing.write("Lead.csv", LEADS), importing.write("User.csv", USERS)

    assert all(result.unknown_owners == {} for result in importing.files(*paths, dry_run=True))
    assert importing.rows(Rep) == []


def test_many_missing_owners_are_summed_up(sqlite_importing: Importing) -> None:
    rows = "".join(f"D{number},Deal {number},100,Proposal,2027-01-31,owner{number}@x.example\n" for number in range(9))
    result = sqlite_importing("deals.csv", "Deal ID,Deal Name,Amount,Stage,Close Date,Owner\n" + rows)

    assert len(result.unknown_owners) == 9
    assert result.notes[-1] == "4 opportunities belong to 4 more who are not among your people"


def test_who_is_missing_is_known_from_the_database(importing: Importing) -> None:
    importing("Lead.csv", LEADS)
    with importing.database.begin_read() as session:
        missing = list_missing_owners(session, importing.workspace_id)
        words = describe_missing_owners(session, importing.workspace_id)
        unowned = count_unowned(session, importing.workspace_id)

    assert [(each.words, each.counts) for each in missing] == [(MIA, {"lead": 2}), (TOM, {"lead": 1})]
    assert unowned == {"lead": 1, "opportunity": 0}
    assert words is not None
    assert words.startswith(f"3 records belong to 2 people who are not here: {MIA} (2 leads), {TOM} (1 lead).")


def test_owners_of_hubspot_are_found_by_id_and_who_is_archived_has_left(importing: Importing) -> None:
    importing("deals.csv", "id,dealname,amount,dealstage,hubspot_owner_id\n71,Pinewood,900,Proposal,8801\n")
    importing(
        "owners.json",
        '{"results": [{"id": "8801", "email": "mia@pine.example", "firstName": "Mia", "lastName": "Reed", '
        '"archived": true}, {"id": "8802", "email": "tom@pine.example", "firstName": "Tom", "lastName": "Ash", '
        '"archived": false}]}',
    )
    users = "First name,Last name,Email,User status,Main team\nMia,Reed,mia@pine.example,Deactivated,North\n"
    assert importing("users.csv", users).updated == 1

    mia, tom = importing.rows(Rep)
    assert (mia.active, mia.team, tom.active) == (False, "North", True)
    assert importing.one(Opportunity).owner_id == mia.id


@pytest.mark.parametrize("role", ["Standard", "Chatter Free", "00EAx00000PoIu1MAF"])
def test_a_kind_of_user_is_no_role(sqlite_importing: Importing, role: str) -> None:
    sqlite_importing("people.csv", f"Name,Email,Role,Manager\nMia Reed,mia@x.example,Sales Rep,Tom Ash\n"
                     f"Tom Ash,tom@x.example,{role},\n")  # fmt: skip

    assert {rep.name: rep.role for rep in sqlite_importing.rows(Rep)} == {"Mia Reed": "rep", "Tom Ash": "manager"}


def test_a_record_that_was_given_away_meanwhile_stays_where_it_is(
    database: Database, importing: Importing, desk: Callable[..., Desk]
) -> None:
    importing("Lead.csv", LEADS)
    desk("priya").calls("assign_lead", name="ada stone", owner="nora")
    importing("User.csv", USERS)

    names = {rep.id: rep.name for rep in importing.rows(Rep)}
    owners = {lead.name: names.get(lead.owner_id) for lead in importing.rows(Lead)}
    assert owners["Ada Stone"] == "Nora Lindqvist"
    assert owners["Ben Marsh"] == "Mia Reed"

"""Default statuses and stages beside those that files bring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from storage.audit.audit_log import list_changes
from storage.audit.undo import find_last_change
from storage.people.reps import make_console_asker
from storage.people.visibility import build_scope
from storage.tables import Rep, Stage, Status
from tests.storage.imports.conftest import Importing

PEOPLE = "Name,Email,Role\nIra Bold,ira@quay.example,Admin\n"
LEADS = "Lead ID,Last Name,Company,Status,Owner\n"
OWN_LEADS = (
    f"{LEADS}L1,Wren,Quay Boats,Fresh,ira@quay.example\n"
    "L2,Tarn,Mole Stone,Sales qualified,ira@quay.example\n"
    "L3,Beck,Rill Paper,Not a fit (disqualified),ira@quay.example\n"
)
DEALS = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Owner\n"
OWN_DEALS = (
    f"{DEALS}D1,Quay hull,Sea trial,9000,2027-01-20,ira@quay.example\n"
    "D2,Mole slabs,Won,4000,2026-10-02,ira@quay.example\n"
)


def list_used(importing: Importing, table: Any) -> list[str]:
    rows = sorted(importing.rows(table), key=lambda each: (each.position, each.id))
    return [each.name for each in rows if not each.retired]


def press(importing: Importing, command: str, **arguments: Any) -> ReplyState:
    """Do what Ira, the administrator, presses in Home."""
    with importing.database.begin_read() as session:
        rep = session.scalars(select(Rep.id)).one()
    dispatcher = Dispatcher(importing.database, BY_VERB, WorkspaceDefaults(), {kind.verb(): kind for kind in FORM_ONLY})
    request = Request(
        workspace_id=importing.workspace_id,
        rep_id=rep,
        surface="home",
        now=datetime(2026, 11, 18, tzinfo=UTC),
        thread="",
    )
    return dispatcher.dispatch(request, command, arguments, Origin.TYPED).state


def test_defaults_that_nobody_uses_are_set_aside_where_a_file_brings_others(importing: Importing) -> None:
    tried = importing("leads.csv", OWN_LEADS, dry_run=True)
    leads = importing("leads.csv", OWN_LEADS)
    deals = importing("deals.csv", OWN_DEALS)

    # Nothing in the file means “contacted” or “lost”: these two stay.
    assert list_used(importing, Status) == ["Contacted", "Fresh", "Sales qualified", "Not a fit (disqualified)"]
    assert list_used(importing, Stage) == ["Sea trial", "Won", "Closed Lost"]
    said = (
        "set aside the default lead statuses “Open”, “Qualified” and “Unqualified”, which no lead has;"
        " an administrator can add any of them again in Home"
    )
    assert said in leads.notes
    assert said in tried.notes
    assert any(each.startswith("set aside the default stages “Prospecting”, “Qualif") for each in deals.notes)


def test_the_log_says_which_import_set_a_default_aside_and_brought_it_back(importing: Importing) -> None:
    importing("deals.csv", OWN_DEALS)
    importing("more.csv", f"{DEALS}D3,Rill reels,Closed Won,700,2026-10-09,\n")
    with importing.database.begin_read() as session:
        rows = list_changes(session, importing.workspace_id)
        taken_back = find_last_change(
            build_scope(session, make_console_asker(importing.workspace_id), "own"), None, rows[0].at
        )

    told = [(each.command, each.who, each.before, each.after) for each in rows if each.name == "Closed Won"]
    assert told == [("import", "console", True, False), ("import", "console", False, True)]
    assert taken_back is None


def test_a_dry_run_sets_nothing_aside(importing: Importing) -> None:
    before = list_used(importing, Stage)
    importing("deals.csv", OWN_DEALS, dry_run=True)
    assert list_used(importing, Stage) == before


def test_a_file_with_default_names_alone_sets_nothing_aside(importing: Importing) -> None:
    before = list_used(importing, Stage)
    result = importing("deals.csv", f"{DEALS}D1,Quay hull,Proposal,9000,2027-01-20,\n")

    assert list_used(importing, Stage) == before
    assert not any("default" in note for note in result.notes)


def test_a_default_comes_back_with_the_file_that_names_it(importing: Importing) -> None:
    importing("deals.csv", OWN_DEALS)
    result = importing("more.csv", f"{DEALS}D3,Rill reels,Closed Won,700,2026-10-09,\n")

    assert list_used(importing, Stage) == ["Sea trial", "Closed Won", "Won", "Closed Lost"]
    assert "brought back the default stage “Closed Won”" in result.notes
    again = importing("more.csv", f"{DEALS}D3,Rill reels,Closed Won,700,2026-10-09,\n")
    assert not any("default" in note for note in again.notes)


def test_what_an_administrator_has_changed_or_brought_back_stays(importing: Importing) -> None:
    importing("people.csv", PEOPLE)
    assert press(importing, "change_stage", stage="Proposal", probability=60) is ReplyState.DONE
    importing("deals.csv", OWN_DEALS)
    assert list_used(importing, Stage) == ["Sea trial", "Proposal", "Won", "Closed Lost"]

    assert press(importing, "add_stage", stage_name="Negotiation", probability=75) is ReplyState.DONE
    importing("deals.csv", f"{OWN_DEALS}D4,Rill reels,Dry dock,700,2027-02-09,\n")
    assert "Negotiation" in list_used(importing, Stage)


def test_what_a_rep_has_moved_a_deal_out_of_stays(importing: Importing) -> None:
    importing("people.csv", PEOPLE)
    importing("deals.csv", f"{DEALS}D1,Quay hull,Negotiation,9000,2027-01-20,ira@quay.example\n")
    assert press(importing, "update_opportunity", name="Quay hull", stage="Proposal") is ReplyState.DONE
    importing("more.csv", f"{DEALS}D2,Mole slabs,Sea trial,4000,2027-01-02,\n")

    assert list_used(importing, Stage) == ["Sea trial", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]

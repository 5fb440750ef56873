"""Statuses, stages and sources, as administrators set them."""

from __future__ import annotations

from collections.abc import Callable

from commands.contract.reply import ReplyState
from storage.audit import audit_log
from tests.commands.administration.conftest import Office
from tests.desk import Desk

Desks = Callable[..., Desk]


def test_a_new_status_can_be_given_at_once_and_stands_where_it_was_put(desk: Desks, office: Office) -> None:
    reply = office.does("add_status", status_name="Nurturing", status_class="working", place=3)

    assert office.statuses == ["Open", "Contacted", "Nurturing", "Qualified", "Unqualified"]
    assert reply.notes == ("In order: Open, Contacted, Nurturing, Qualified, Unqualified.",)
    assert desk("nora").types("set_lead_status jane doe status=nurturing").state is ReplyState.DONE


def test_a_renamed_status_keeps_its_leads(desk: Desks, office: Office) -> None:
    nora = desk("nora")
    nora.types("set_lead_status jane doe status=contacted")

    office.does("change_status", status="contacted", new_name="Reached")

    shown = nora.types("show_record jane doe").records[0].fields["status"]
    assert shown == "Reached"


def test_every_process_learns_of_a_new_word(desk: Desks, office: Office) -> None:
    before = office.words.version

    office.does("change_status", status="Open", new_name="Fresh")

    assert office.words.version > before
    assert desk("nora").calls("list_leads", status="fresh").state is ReplyState.ANSWERED


def test_statuses_are_put_in_another_order(office: Office) -> None:
    office.does("change_status", status="Unqualified", place=1)

    assert office.statuses == ["Unqualified", "Open", "Contacted", "Qualified"]


def test_a_retired_status_is_offered_no_more_and_its_leads_keep_it(desk: Desks, office: Office) -> None:
    nora = desk("nora")
    office.does("add_status", status_name="Nurturing", status_class="working")
    nora.types("set_lead_status jane doe status=nurturing")

    office.does("change_status", status="Nurturing", retired=True)

    assert "Nurturing" not in office.statuses
    assert nora.types("show_record jane doe").records[0].fields["status"] == "Nurturing"
    assert nora.types("set_lead_status jane roe status=nurturing").state is ReplyState.REFUSED


def test_a_retired_status_comes_back_under_its_name_with_its_class(office: Office) -> None:
    office.does("add_status", status_name="Nurturing", status_class="working")
    office.does("change_status", status="Nurturing", retired=True)

    assert "Bring it back as working" in office.cannot("add_status", status_name="nurturing", status_class="closed")
    office.does("add_status", status_name="nurturing", status_class="working")
    assert "nurturing" in office.statuses


def test_a_status_of_each_class_remains(office: Office) -> None:
    for status in office.statuses:
        assert "is the last status for" in office.cannot("change_status", status=status, retired=True)


def test_the_last_status_of_a_class_is_not_taken_back(desk: Desks, office: Office) -> None:
    added = office.does("add_status", status_name="Fresh", status_class="open")
    office.does("change_status", status="Open", retired=True)

    undone = office.takes_back(added)

    assert undone.state is ReplyState.REFUSED
    assert office.statuses.count("Fresh") == 1


def test_a_status_that_leads_have_is_not_taken_back(desk: Desks, office: Office) -> None:
    added = office.does("add_status", status_name="Nurturing", status_class="working")
    desk("nora").types("set_lead_status jane doe status=nurturing")

    undone = office.takes_back(added)

    assert undone.state is ReplyState.REFUSED
    assert "has a lead (Jane Doe) since" in undone.head


def test_two_names_that_read_alike_are_one(office: Office) -> None:
    assert "already" in office.cannot("add_status", status_name=" OPEN ", status_class="open")
    assert "already" in office.cannot("change_status", status="Open", new_name="contacted")
    assert "needs a name" in office.cannot("change_status", status="Open", new_name=" ")
    assert "There is no lead status" in office.cannot("change_status", status="Mystery", new_name="X")


def test_an_open_stage_finds_its_place_by_probability(office: Office) -> None:
    office.does("add_stage", stage_name="Trial", probability=60)

    assert office.stages[3:6] == ["Proposal", "Trial", "Negotiation"]
    trial = next(each for each in office.words.stages if each.name == "Trial")
    assert (trial.probability, trial.category, trial.state) == (60, "Best Case", "open")


def test_deals_keep_their_probability_when_that_of_the_stage_changes(desk: Desks, office: Office) -> None:
    helen = desk("helen")
    before = helen.calls("summarize_pipeline").figures

    reply = office.does("change_stage", stage="Proposal", probability=90)

    assert helen.calls("summarize_pipeline").figures == before
    assert "Opportunities keep the probability they have." in reply.notes
    assert [(each.field, each.before, each.after) for each in reply.change] == [("probability", 50, 90)]
    with office.company.database.begin_read() as session:
        newest = audit_log.list_changes(session, office.company.workspace_id, limit=1)[0]
    assert (newest.command, newest.kind, newest.name) == ("change_stage", "stage", "Proposal")
    assert (newest.field, newest.before, newest.after) == ("probability", 50, 90)


def test_the_forecast_follows_the_category(desk: Desks, office: Office) -> None:
    helen = desk("helen")
    before = helen.calls("forecast").figures

    office.does("change_stage", stage="Proposal", category="Commit")

    after = helen.calls("forecast").figures
    assert after["commit"] == before["commit"] + before["best_case"]
    assert after["best_case"] == 0


def test_what_is_decided_is_certain(office: Office) -> None:
    assert "100 percent" in office.cannot("change_stage", stage="Closed Won", probability=90)
    assert "0 percent" in office.cannot("add_stage", stage_name="Gone", state="lost", probability=5)
    office.does("add_stage", stage_name="Signed", state="won")
    assert office.stages[-3:] == ["Closed Won", "Signed", "Closed Lost"] or office.stages[-1] == "Closed Lost"


def test_an_open_a_won_and_a_lost_stage_remain(office: Office) -> None:
    for stage in office.stages[:4]:
        office.does("change_stage", stage=stage, retired=True)

    assert "is the last stage for open deals" in office.cannot("change_stage", stage="Negotiation", retired=True)
    assert "is the last stage for won deals" in office.cannot("change_stage", stage="Closed Won", retired=True)
    assert "is the last stage for lost deals" in office.cannot("change_stage", stage="Closed Lost", retired=True)


def test_a_stage_needs_a_probability(office: Office) -> None:
    assert "needs a probability" in office.cannot("add_stage", stage_name="Trial")
    assert "cannot be more than 100" in office.cannot("add_stage", stage_name="Trial", probability=101)


def test_a_source_comes_and_goes_and_leads_keep_theirs(desk: Desks, office: Office) -> None:
    office.does("add_source", source_name="Podcast", place=1)
    assert office.words.sources[0] == "Podcast"

    office.does("change_source", source="Web", retired=True)

    assert "Web" not in office.words.sources
    assert desk("nora").types("show_record jane doe").state is ReplyState.ANSWERED
    assert "already" in office.cannot("add_source", source_name="podcast")
    office.does("add_source", source_name="web")
    assert "Web" in office.words.sources


def test_words_of_the_trade_find_the_workspaces_own_stage_and_status(desk: Desks, office: Office) -> None:
    office.does("add_stage", stage_name="Order in", state="won")
    office.does("change_stage", stage="Closed Won", retired=True)
    office.does("add_status", status_name="Ripe", status_class="qualified")
    office.does("add_status", status_name="No match", status_class="closed")
    for usual in ("Qualified", "Unqualified"):
        office.does("change_status", status=usual, retired=True)
    nora = desk("nora")

    # A letter or two away stands another meaning: neither is taken for a typo of the other.
    assert nora.types("set_lead_status jane doe status=unqualified").change[0].after == "No match"
    assert nora.types("set_lead_status jane doe status=qualified").change[0].after == "Ripe"
    assert nora.types("update_lead jane doe field=status value=unqualified").change[0].after == "No match"
    assert nora.types('list_opportunities stage="closed won" owner=everyone').state is ReplyState.ANSWERED
    assert [each.after for each in nora.says("initech is closed won").change][:1] == ["Order in"]
    assert nora.types("set_lead_status jane roe status=quietly").state is ReplyState.REFUSED


def test_the_usual_word_of_a_class_means_all_its_statuses_also_without_the_default(desk: Desks, office: Office) -> None:
    for name in ("Ripe", "Handed over"):
        office.does("add_status", status_name=name, status_class="qualified")
    office.does("change_status", status="Qualified", retired=True)

    assert (desk("nora").says("my qualified leads").arguments or {})["status"] == ["Ripe", "Handed over"]
    assert (desk("nora").says("my leads with status ripe").arguments or {})["status"] == ["Ripe"]

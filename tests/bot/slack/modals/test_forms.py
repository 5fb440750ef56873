"""The forms of the commands: what they begin with, what they do, what they say is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.modals import FieldErrors, NextView, open_form_view, read_form_origin
from bot.slack.modals.submission import OVERTAKEN
from bot.slack.payloads.button_value import ButtonCall
from commands import COMMANDS, FORM_ONLY
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Reply, ReplyState
from storage.database.doors import Database
from storage.tables import Activity, FollowUp, Lead, Opportunity, Rep
from tests.bot.slack.modals.form_sheet import HERE, sheet
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]
ABOUT = {"lead": "L1", "opportunity": "O1", "contact": "C1", "account": "A1", "follow_up": "F1", "user": "U4"}


def read(database: Database, table: Any, number: int) -> Any:
    with database.begin_read() as session:
        found = session.get_one(table, number)
        session.expunge(found)
        return found


def head(answer: object) -> str:
    assert isinstance(answer, Reply), answer
    return answer.head


@pytest.mark.parametrize("kind", [*COMMANDS, *FORM_ONLY], ids=lambda kind: kind.verb())
def test_every_command_has_a_form_that_slack_takes(desk: Desks, kind: Any) -> None:
    given = {
        name: ABOUT[mark.kinds[0]]
        for name, mark in kind.list_reference_fields().items()
        if hasattr(mark, "kinds") and kind.model_fields[name].is_required()
    }

    form = sheet(desk("priya"), kind.verb(), **given)

    assert form.view.content["callback_id"] == f"form:{kind.verb()}"
    assert read_form_origin(form.payload) == HERE


def test_a_form_begins_with_what_the_record_holds(desk: Desks) -> None:
    form = sheet(desk("nora"), "update_opportunity", name="O1")

    assert "Initech - Fleet renewal" in form.words
    assert [form.value(each) for each in ("stage", "amount", "close_date")] == ["Negotiation", "45000", "2026-12-15"]
    assert not form.has("name")


def test_only_what_was_changed_is_written(desk: Desks, company: Company) -> None:
    reply = sheet(desk("nora"), "update_opportunity", name="O1").fill(amount="52k").send()

    assert isinstance(reply, Reply)
    assert reply.state is ReplyState.DONE
    assert [each.field for each in reply.change] == ["amount"]
    assert read(company.database, Opportunity, 1).amount == 52000
    assert [each.label for each in reply.buttons][-1] == "Undo"


def test_a_change_is_begun_with_what_was_proposed_and_says_it_though_it_was_left_alone(
    desk: Desks, company: Company
) -> None:
    form = sheet(desk("nora"), "update_opportunity", name="O1", stage="Proposal", close_date="in 3 weeks")

    assert (form.value("stage"), form.value("close_date"), form.value("amount")) == ("Proposal", "2026-12-09", "45000")
    assert head(form.send()).startswith("Initech - Fleet renewal: now Proposal, closes Wed 9 Dec 2026")
    assert read(company.database, Opportunity, 1).amount == 45000


@pytest.mark.parametrize(
    "created",
    [{"from": "2026-10-20", "to": "2026-11-18"}, {"from": "2026-11-09", "to": "2026-11-09"}, {"from": "2026-11-01"}],
)
def test_a_period_that_was_proposed_means_the_same_when_it_is_sent_again(desk: Desks, created: dict[str, str]) -> None:
    nora = desk("nora")
    card = nora.calls("set_lead_status_many", status="Contacted", created=created)
    form = sheet(nora, "set_lead_status_many", status="Contacted", created=created)

    assert isinstance(form.send(), NextView)

    assert card.head in form.words


def test_an_amount_that_was_proposed_is_shown_as_a_person_writes_it(desk: Desks) -> None:
    assert sheet(desk("nora"), "update_opportunity", name="O1", amount=52000.0).value("amount") == "52000"


def test_what_was_proposed_can_be_taken_out(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "set_follow_up", name="L1", due="tomorrow", note="Call back")

    form.fill(note=None).send()

    with company.database.begin_read() as session:
        made = session.query(FollowUp).order_by(FollowUp.id.desc()).first()
        assert made is not None
        assert (made.due.isoformat(), made.note) == ("2026-11-19", None)


@pytest.mark.parametrize(
    ("verb", "given", "filled", "wrong"),
    [
        ("update_opportunity", {"name": "O1"}, {"amount": "a lot"}, {"amount": "is not an amount"}),
        ("update_opportunity", {"name": "O1"}, {"close_date": "2199-01-01"}, {"close_date": "50 years away"}),
        ("update_opportunity", {"name": "O1"}, {"amount": None}, {"amount": "cannot be emptied"}),
        ("update_opportunity", {"name": "O1"}, {"lost_reason": "price"}, {"lost_reason": "is not lost"}),
        ("update_opportunity", {"name": "O1"}, {}, {"stage": "Say what to change"}),
        (
            "update_opportunity",
            {"name": "O1"},
            {"amount": "-5", "close_date": "2199-01-01"},
            {"amount": "is not an amount"},
        ),
        ("set_follow_up", {"name": "L1"}, {"due": "2026-11-01"}, {"due": "is over"}),
        ("set_follow_up", {"name": "L1"}, {"due": "2026-11-30", "note": "a" * 1001}, {"note": "too long"}),
        ("snooze_lead", {"name": "L1"}, {"until": "2026-11-18"}, {"until": "not after today"}),
        ("log_activity", {"name": "L1"}, {"kind": "note"}, {"text": "What should the note say"}),
        ("log_activity", {"name": "L1"}, {"kind": "call", "at": "2026-11-19"}, {"at": "still to come"}),
        ("create_lead", {}, {}, {"first_name": "Who is it?"}),
        ("create_lead", {}, {"last_name": "Doe", "email": "jane"}, {"email": "is not an email address"}),
        ("create_lead", {}, {"last_name": "Doe", "phone": "call me"}, {"phone": "is not a phone number"}),
        ("create_lead", {}, {"last_name": "D" * 300}, {"last_name": "too long"}),
        ("set_digest", {}, {"timezone": "Atlantis"}, {"timezone": "time zone"}),
        ("set_digest", {}, {"days": []}, {"days": "cannot be emptied"}),
        ("qualify_lead", {"name": "L1"}, {"budget": "-5"}, {"budget": "is not a budget"}),
        ("complete_follow_up", {}, {"name": "nobody at all"}, {"name": "I can't find"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_changed(
    desk: Desks, company: Company, verb: str, given: dict[str, Any], filled: dict[str, Any], wrong: dict[str, str]
) -> None:
    before = contents(company.database)

    answer = sheet(desk("nora"), verb, **given).fill(**filled).send()

    assert isinstance(answer, FieldErrors), answer
    assert answer.fields.keys() == wrong.keys()
    assert all(words in answer.fields[name] for name, words in wrong.items()), answer
    assert contents(company.database) == before


def test_an_activity_of_yesterday_at_four(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "log_activity", name="L1", kind="meeting")
    assert form.value("kind") == "meeting"

    reply = form.fill(text="Went well", at="2026-11-17").fill(**{"at~clock": "16:00"}).send()

    assert head(reply) == "Logged a meeting with Jane Doe on Tue 17 Nov 2026."
    with company.database.begin_read() as session:
        made = session.query(Activity).order_by(Activity.id.desc()).first()
        assert made is not None
        assert made.at.isoformat() == "2026-11-17T16:00:00+00:00"


def test_a_snooze_is_suggested_for_a_week(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "snooze_lead", name="L1")

    assert form.value("until") == "2026-11-25"
    assert head(form.send()) == "Jane Doe is left out of the digest until Wed 25 Nov 2026."


def test_the_status_form_offers_the_statuses_of_the_workspace(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "set_lead_status", name="L1")

    assert form.offers("status") == ["Open", "Contacted", "Qualified", "Unqualified"]
    assert form.value("status") == "Contacted"
    assert head(form.fill(status="Unqualified", reason="No money").send()) == "Jane Doe is now Unqualified."
    assert read(company.database, Lead, 1).close_reason == "No money"


def test_evidence_is_recorded_and_emptied_by_a_form(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "qualify_lead", name="L1")
    assert form.value("product_interest") == "Fleet renewal"

    form.fill(product_interest=None, budget="40k").send()

    lead = read(company.database, Lead, 1)
    assert (lead.product_interest, lead.budget, lead.timeframe) == (None, "40000", "next quarter")


def test_the_digest_form_shows_what_is_in_force_and_writes_what_differs(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "set_digest")
    assert [form.value(each) for each in ("time", "timezone", "size")] == ["08:30", "UTC", "5"]

    reply = form.fill(time="07:15", days=["mon", "wed"]).send()

    assert "on Mondays and Wednesdays at 07:15" in head(reply)
    rep = read(company.database, Rep, company.person("nora"))
    assert (rep.digest_days, rep.digest_size) == (["mon", "wed"], None)


def test_a_lead_is_given_to_somebody_from_a_menu_of_colleagues(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "assign_lead", name="L1")

    assert form.offers("owner")[0] == "Nora Lindqvist (me)"
    assert form.value("owner") == "U4"
    assert head(form.fill(owner="Dana Whitfield").send()) == "Jane Doe is now Dana Whitfield's."


def test_of_many_people_the_closest_hundred_are_offered(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        for number in range(150):
            session.add(
                Rep(
                    workspace_id=company.workspace_id,
                    name=f"Aaron {number:03}",
                    email=f"aaron{number}@leadlight.example",
                    created_at=company.now,
                )
            )

    offered = sheet(desk("nora"), "assign_lead", name="L1").offers("owner")

    assert len(offered) <= 100
    assert {"Nora Lindqvist (me)", "Helen Brandt", "Dana Whitfield", "Tom Becker"} <= set(offered)


def test_one_field_of_a_lead_is_edited_beginning_with_what_it_holds(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "update_lead", name="L1")
    assert not form.has("value")

    form.choose("field", "title")
    assert form.value("value") == "Head of Operations"
    form.choose("field", "email")
    assert form.value("value") == "jane@initech.com"

    answer = form.fill(value="jane").send()
    assert isinstance(answer, FieldErrors)
    assert "not an email address" in answer.fields["value"]
    assert head(form.fill(value="jane.doe@initech.com").send()) == "Jane Doe: email is now jane.doe@initech.com."
    assert read(company.database, Lead, 1).email == "jane.doe@initech.com"


def test_a_status_is_edited_like_any_field(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "update_lead", name="L1", field="status")
    assert form.offers("value") == ["Open", "Contacted", "Qualified", "Unqualified"]
    assert form.value("value") == "Contacted"

    assert head(form.fill(value="Qualified").send()) == "Jane Doe is now Qualified."


def test_a_field_is_cleared_by_emptying_it(desk: Desks, company: Company) -> None:
    sheet(desk("nora"), "update_lead", name="L1", field="phone").fill(value=None).send()

    assert read(company.database, Lead, 1).phone is None


def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_written(
    desk: Desks, company: Company
) -> None:
    nora, helen = desk("nora"), desk("helen")
    form = sheet(nora, "update_opportunity", name="O1").fill(next_step="Send the contract")
    helen.types("update_opportunity #O1 stage=Proposal amount=60k")
    before = contents(company.database)

    assert isinstance(form.send(), NextView)
    assert contents(company.database) == before
    assert OVERTAKEN in form.words
    assert [form.value(each) for each in ("stage", "amount", "next_step")] == ["Proposal", "60000", "Send the contract"]

    assert head(form.send()) == "Initech - Fleet renewal: next step “Send the contract”."
    assert read(company.database, Opportunity, 1).amount == 60000


def test_a_field_that_changed_meanwhile_is_shown_again(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "update_lead", name="L1", field="title").fill(value="CEO")
    desk("helen").types("update_lead #L1 field=title value=CFO")

    assert isinstance(form.send(), NextView)
    assert form.value("value") == "CEO"
    assert head(form.send()) == "Jane Doe: title is now CEO."


def test_a_likely_duplicate_is_asked_about_on_a_page_and_added_by_its_button(desk: Desks, company: Company) -> None:
    before = count(company.database, "lead")
    form = sheet(desk("nora"), "create_lead").fill(first_name="Jane", last_name="Doe", company="Initech")

    assert isinstance(form.send(), NextView)
    assert count(company.database, "lead") == before
    assert "There is a lead Jane Doe, Initech (#L1) that has the same name at the same company" in form.words
    assert form.view.content["submit"]["text"] == "Do it anyway"
    assert read_form_origin(form.payload) == HERE

    reply = form.send()
    assert isinstance(reply, Reply)
    assert reply.state is ReplyState.DONE
    assert count(company.database, "lead") == before + 1
    again = form.send()
    assert isinstance(again, Reply)
    assert again.state is ReplyState.REFUSED
    assert count(company.database, "lead") == before + 1


def test_a_bulk_change_is_listed_before_it_is_done(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "set_lead_status_many", source=["Web"])
    assert isinstance(form.fill(status="Contacted").send(), NextView)

    assert "May Lin" in form.words
    assert form.view.content["submit"]["text"] == "Do it"
    assert "now Contacted" in head(form.send())


def test_which_record_is_meant_can_be_asked_by_the_form(desk: Desks) -> None:
    form = sheet(desk("nora"), "log_activity", name="jane", kind="call")

    assert form.offers("name") == ["Jane Doe, Initech", "Jane Roe, Globex", "Mary-Jane Watts, Open Systems"]
    assert head(form.fill(name="Jane Roe, Globex").send()) == "Logged a call with Jane Roe."


def test_a_record_that_went_out_of_sight_is_the_answer_not_an_error_to_mend(desk: Desks, company: Company) -> None:
    form = sheet(desk("nora"), "log_activity", name="L1").fill(kind="call")
    desk("helen").types("assign_lead #L1 owner=dana")

    reply = form.send()

    assert isinstance(reply, Reply)
    assert reply.state is ReplyState.NOT_FOUND


def test_a_lead_that_was_converted_meanwhile_is_the_answer(desk: Desks) -> None:
    nora = desk("nora")
    form = sheet(nora, "set_lead_status", name="L1").fill(status="Qualified")
    nora.confirm(nora.types("convert_lead #L1"))

    reply = form.send()

    assert isinstance(reply, Reply)
    assert reply.state is ReplyState.REFUSED
    assert "is converted" in reply.head


def test_no_form_opens_for_what_is_hidden_or_unknown(desk: Desks) -> None:
    nora = desk("nora")
    for call in (ButtonCall("log_activity", {"name": "L30"}), ButtonCall("convert_lead", {"name": "nobody at all"})):
        with pytest.raises(NotFound):
            open_form_view(nora.dispatcher, nora.request, call, HERE)
    with pytest.raises(CommandError):
        open_form_view(nora.dispatcher, nora.request, ButtonCall("drop_tables"), HERE)


def test_the_forms_of_administrators_open_for_them_alone(desk: Desks) -> None:
    assert sheet(desk("priya"), "set_guidelines").value("budget_at_least") == "10000"
    nora = desk("nora")
    with pytest.raises(CommandError, match="Only an administrator"):
        open_form_view(nora.dispatcher, nora.request, ButtonCall("set_guidelines"), HERE)


def test_a_person_is_changed_by_a_form(desk: Desks, company: Company) -> None:
    form = sheet(desk("priya"), "change_person", person="U6")
    assert (form.value("role"), form.value("manager")) == ("rep", "U2")

    head(form.fill(manager="Victor Hale").send())

    assert read(company.database, Rep, 6).manager_id == company.person("victor")

"""The message shortcut “Find this lead” and the global shortcut “Add a lead”."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.slack.modals.shortcut_forms import add_lead_form, find_lead
from commands.contract.reply import Reply, ReplyState
from tests.bot.slack.modals.form_sheet import Sheet
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]


def found(desk: Desk, text: str) -> Reply:
    return find_lead(desk.dispatcher, desk.request, text)


def names(reply: Reply) -> list[str]:
    return [each.name for each in reply.records]


@pytest.mark.parametrize(
    "text",
    [
        "Hi, Jane from Initech called about the quote",
        "New mail from <mailto:Jane@Initech.com|Jane@Initech.com>",
        "jane doe wants a call back",
        "Jane Doe's budget is approved :tada:",
        "Initech asked for an offer",
        "&gt; jane@initech.com wrote: please call",
    ],
)
def test_a_message_about_one_lead_is_answered_with_its_card(desk: Desks, text: str) -> None:
    reply = found(desk("nora"), text)

    assert (reply.command, reply.card, names(reply)[0]) == ("show_record", True, "Jane Doe")


def test_a_message_about_several_is_answered_with_a_list_those_by_email_first(desk: Desks) -> None:
    reply = found(desk("nora"), "May Lin and Will Hartley met jane.roe@globex.example")

    assert names(reply) == ["Jane Roe", "May Lin", "Will Hartley"]
    assert reply.head == "This message may be about 3 records of yours:"


@pytest.mark.parametrize(
    "text", ["", "lunch at noon on Monday?", "We should close this soon, hope you agree", "Thanks a lot", "x" * 50_000]
)
def test_a_message_about_nobody_is_answered_kindly(desk: Desks, text: str) -> None:
    reply = found(desk("nora"), text)

    assert reply.state is ReplyState.NOT_FOUND
    assert reply.head.startswith("I find none of your leads or contacts in this message.")


def test_records_of_colleagues_are_not_found_in_messages(desk: Desks) -> None:
    text = "Wayfarer Travel called, and fiona.hughes@acmelogistics.example wrote"

    assert found(desk("nora"), text).state is ReplyState.NOT_FOUND
    assert found(desk("helen"), text).records


def test_a_converted_lead_is_found_once_as_what_it_became(desk: Desks) -> None:
    nora = desk("nora")
    nora.confirm(nora.types("convert_lead #L1"))

    reply = found(nora, "Jane Doe called")

    assert reply.records[0].kind == "contact"


def test_finding_changes_nothing(desk: Desks, company: Company) -> None:
    before = contents(company.database)

    found(desk("nora"), "mark Jane Doe as qualified")

    assert contents(company.database) == before


def test_a_lead_is_added_from_anywhere(desk: Desks, company: Company) -> None:
    nora = desk("nora")
    before = count(company.database, "lead")
    form = Sheet(nora, add_lead_form(nora.dispatcher, nora.request))

    reply = form.fill(
        last_name="Okonkwo", company="Delta Mills", email="A.Okonkwo@DeltaMills.example", source="Web"
    ).send()

    assert isinstance(reply, Reply)
    assert reply.head == "Added the lead Okonkwo, Delta Mills."
    assert count(company.database, "lead") == before + 1

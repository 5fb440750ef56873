"""A workspace's own statuses, stages and sources are understood in sentences as those that Leadlight begins with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.contract.reply import ReplyState
from tests.commands.administration.conftest import Office
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.fixture
def own_words(office: Office) -> Office:
    office.does("add_status", status_name="Nurture", status_class="working")
    office.does("add_status", status_name="Working", status_class="working")
    office.does("add_stage", stage_name="Paper Out", state="open", probability=60)
    office.does("add_source", source_name="Webinar")
    office.does("add_source", source_name="BATIMAT Fair")
    return office


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("set jane doe to nurture", "Nurture"),
        ("mark jane doe as working", "Working"),
        ("jane doe -> nurture", "Nurture"),
    ],
)
def test_a_lead_moves_to_a_status_of_the_workspaces_own(desk: Desks, own_words: Office, said: str, status: str) -> None:
    reply = desk("nora").says(said)

    assert (reply.state, reply.command) == (ReplyState.CONFIRM, "set_lead_status")
    assert [each.after for each in reply.change][:1] == [status]


def test_a_deal_moves_to_a_stage_of_the_workspaces_own(desk: Desks, own_words: Office) -> None:
    reply = desk("nora").says("move the initech deal to paper out")

    assert reply.state is ReplyState.CONFIRM
    assert [each.after for each in reply.change][:1] == ["Paper Out"]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("webinar leads", "Webinar"),
        ("my leads from the webinar", "Webinar"),
        ("leads from webinars", "Webinar"),
        ("leads from batimat", "BATIMAT Fair"),
    ],
)
def test_leads_are_listed_by_a_source_of_the_workspaces_own(
    desk: Desks, own_words: Office, said: str, source: str
) -> None:
    reply = desk("nora").says(said)

    assert reply.command == "list_leads"
    assert (reply.arguments or {})["source"] == [source]


def test_an_ordinary_word_stays_one_where_it_names_no_status(desk: Desks, own_words: Office) -> None:
    reply = desk("nora").says("who is working on globex")

    assert "status" not in (reply.arguments or {})

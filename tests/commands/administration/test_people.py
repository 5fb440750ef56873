"""People and roles, as administrators set them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select, update

from commands.contract.reply import ReplyState
from storage.people import staff
from storage.tables import Rep
from tests.commands.administration.conftest import Office
from tests.desk import Desk

Desks = Callable[..., Desk]


def rep(office: Office, email: str) -> Any:
    with office.company.database.begin_read() as session:
        found = staff.find_by_email(session, office.company.workspace_id, email)
        assert found is not None
        session.expunge(found)
        return found


def test_a_new_person_is_known_by_address_and_can_ask_at_once(desk: Desks, office: Office) -> None:
    reply = office.does(
        "add_person", email=" Lee@Leadlight.Example ", full_name="Lee  Park", manager="helen", time_zone="berlin"
    )
    lee = rep(office, "lee@leadlight.example")

    assert reply.head == "Lee Park is here as a rep."
    assert (lee.name, lee.first_name, lee.last_name, lee.role) == ("Lee Park", "Lee", "Park", "rep")
    assert (lee.manager_id, lee.time_zone) == (office.company.person("helen"), "Europe/Berlin")
    office.company.people["Lee"] = lee.id
    assert desk("lee").calls("list_leads").head.startswith("No")
    assert "Lee Park" in desk("helen").types("assign_lead jane doe owner=lee").head


def test_a_role_changes_what_is_seen(desk: Desks, office: Office) -> None:
    before = desk("tom").calls("list_leads", owner="everyone").figures["count"]

    office.does("change_person", person="tom", role="admin")

    assert desk("tom").calls("list_leads", owner="everyone").figures["count"] > before


def test_a_role_that_was_given_outlives_the_next_import(office: Office) -> None:
    office.does("change_person", person="tom", role="manager")

    assert rep(office, "tom@leadlight.example").role_given


def test_who_left_is_let_in_no_more_and_comes_back_under_the_same_number(desk: Desks, office: Office) -> None:
    nora = desk("nora")
    reply = office.does("change_person", person="nora", active=False)

    assert "no longer let in" in reply.head
    assert any("still belong to Nora Lindqvist" in note for note in reply.notes)
    assert nora.calls("list_leads").state is ReplyState.REFUSED
    office.does("add_person", email="nora@leadlight.example", full_name="Nora Lindqvist")
    assert nora.calls("list_leads").state is ReplyState.ANSWERED


def test_another_address_forgets_the_slack_account_of_the_former(office: Office) -> None:
    with office.company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.name == "Tom Becker").values(slack_user_id="U0TOM"))

    office.does("change_person", person="tom", email="thomas@leadlight.example")

    assert rep(office, "thomas@leadlight.example").slack_user_id is None


def test_a_wrongly_matched_account_can_be_matched_again(office: Office) -> None:
    with office.company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.name == "Tom Becker").values(slack_user_id="U0OTHER"))

    office.does("change_person", person="tom", slack_account=True)

    assert rep(office, "tom@leadlight.example").slack_user_id is None


def test_a_manager_may_be_nobody(office: Office) -> None:
    office.does("change_person", person="tom", manager="nobody")

    assert rep(office, "tom@leadlight.example").manager_id is None


def test_nobody_reports_to_oneself_or_in_a_circle(office: Office) -> None:
    assert "cannot manage Helen Brandt" in office.cannot("change_person", person="helen", manager="helen")
    assert "Change the manager of Tom Becker first" in office.cannot("change_person", person="helen", manager="tom")
    assert "Nora Lindqvist reports to Priya Raman" in office.cannot("change_person", person="priya", manager="nora")


def test_a_rep_as_manager_is_pointed_out(office: Office) -> None:
    reply = office.does("change_person", person="nora", manager="tom")

    assert any("Make Tom Becker a manager" in note for note in reply.notes)


def test_the_last_administrator_stays(desk: Desks, office: Office) -> None:
    assert "last administrator" in office.cannot("change_person", person="priya", role="manager")
    assert "last administrator" in office.cannot("change_person", person="priya", active=False)

    made = office.does("change_person", person="victor", role="admin")
    victor = desk("victor")
    assert victor.calls("change_person", person="priya", role="rep").state is ReplyState.DONE
    undone = victor.presses(made.buttons[-1])
    assert undone.state is ReplyState.REFUSED
    assert "Victor Hale is the last administrator" in undone.head
    assert rep(office, "victor@leadlight.example").role == "admin"


def test_two_administrators_cannot_dismiss_each_other_at_once(desk: Desks, office: Office) -> None:
    office.does("change_person", person="victor", role="admin")
    priya, victor = desk("priya"), desk("victor")

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(priya.calls, "change_person", person="victor", role="rep")
        other = pool.submit(victor.calls, "change_person", person="priya", role="rep")
        states = {one.result().state, other.result().state}

    assert states == {ReplyState.DONE, ReplyState.REFUSED}
    with office.company.database.begin_read() as session:
        assert len(staff.list_administrators(session, office.company.workspace_id)) == 1


def test_what_is_wrong_is_said_with_what_to_do(office: Office) -> None:
    assert "Write it like dana@example.com" in office.cannot("add_person", email="dana", full_name="Dana")
    assert "is here already" in office.cannot("add_person", email="TOM@leadlight.example", full_name="Tom")
    assert "has the address" in office.cannot("change_person", person="nora", email="tom@leadlight.example")
    assert "needs a name" in office.cannot("add_person", email="x@leadlight.example", full_name="  ")
    assert "Nobody here is called “zebulon”" in office.cannot("change_person", person="zebulon", role="rep")
    assert "time zone" in office.cannot("change_person", person="nora", time_zone="Middle-earth")


def test_nothing_new_is_no_change(desk: Desks, office: Office) -> None:
    reply = desk("priya").calls("change_person", person="nora", role="rep", active=True)

    assert reply.state is ReplyState.ANSWERED
    assert reply.head.startswith("Nothing changed")


def test_a_new_person_who_owns_something_is_not_taken_back(desk: Desks, office: Office) -> None:
    added = office.does("add_person", email="lee@leadlight.example", full_name="Lee Park")
    assert desk("helen").types("assign_lead jane doe owner=lee").state is not ReplyState.NOT_FOUND

    undone = office.takes_back(added)

    assert undone.state is ReplyState.REFUSED
    assert "has a lead (Jane Doe) since" in undone.head


def test_a_person_of_another_workspace_is_nobody_here(office: Office) -> None:
    from tests.database_contents import add_neighbour

    neighbour = add_neighbour(office.company)
    with office.company.database.begin_read() as session:
        stranger = session.scalar(select(Rep.id).where(Rep.workspace_id == neighbour, Rep.name == "Tom Becker"))

    assert "Nobody here is called" in office.cannot("change_person", person=f"U{stranger}", role="admin")

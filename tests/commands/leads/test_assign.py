"""Giving leads away, as reps and managers see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from commands.contract.reply import ReplyState
from storage.tables import FollowUp, Lead, Rep, Workspace
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]


def owner(company: Company, number: int) -> int | None:
    with company.database.begin_read() as session:
        return session.get_one(Lead, number).owner_id


def test_a_rep_gives_an_own_lead_to_anyone_active_and_its_follow_ups_go_along(desk: Desks, company: Company) -> None:
    reply = desk("nora").types("assign_lead jane doe owner=ruth")

    assert reply.state is ReplyState.DONE
    assert "You will no longer see Jane Doe" in reply.notes[0]
    assert owner(company, 1) == company.person("ruth")
    with company.database.begin_read() as session:
        waiting = session.scalars(select(FollowUp).where(FollowUp.lead_id == 1, FollowUp.done_at.is_(None)))
        assert {each.owner_id for each in waiting} == {company.person("ruth")}
    assert desk("nora").types("set_lead_status jane doe status=open").state is ReplyState.NOT_FOUND
    assert desk("ruth").types("set_lead_status jane doe status=open").state is ReplyState.DONE


def test_a_manager_takes_a_lead_of_the_team(desk: Desks, company: Company) -> None:
    reply = desk("helen").types("assign_lead jane doe owner=me")

    assert reply.state is ReplyState.DONE
    assert owner(company, 1) == company.person("helen")


def test_what_is_only_visible_is_not_given_away(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Workspace).values(visibility="workspace"))

    reply = desk("dana").types("assign_lead jane doe owner=me")

    assert reply.state is ReplyState.REFUSED
    assert "Jane Doe is Nora Lindqvist's" in reply.head
    assert desk("victor").types("assign_lead jane doe owner=me").state is ReplyState.REFUSED


@pytest.mark.parametrize("to", ["team", "everyone", "nobody at all"])
def test_a_lead_goes_to_one_colleague(desk: Desks, company: Company, to: str) -> None:
    before = contents(company.database)

    assert desk("nora").types(f"assign_lead jane doe owner={to}").state in (ReplyState.REFUSED, ReplyState.NOT_FOUND)
    assert contents(company.database) == before


def test_nobody_who_left_gets_a_lead(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Tom").values(active=False))

    refused = desk("nora").types("assign_lead jane doe owner=tom")

    assert refused.state is ReplyState.REFUSED
    assert refused.head == "Tom Becker has left, so nothing was given away. Name a colleague who works here."
    assert owner(company, 1) == company.person("nora")


def test_several_leads_are_listed_counted_and_asked_about(desk: Desks, company: Company) -> None:
    nora = desk("nora")

    card = nora.types('assign_leads source="trade show" owner=dana')
    done = nora.confirm(card)

    assert card.state is ReplyState.CONFIRM
    assert card.figures["count"] == len(card.records) == 3
    assert done.state is ReplyState.DONE
    assert {owner(company, int(each.id[1:])) for each in card.records} == {company.person("dana")}


def test_a_manager_gives_away_the_teams_leads_only(desk: Desks, company: Company) -> None:
    team = {company.person(name) for name in ("helen", "nora", "dana", "tom")}

    card = desk("helen").types("assign_leads band=hot owner=helen")

    assert card.records
    assert {owner(company, int(each.id[1:])) for each in card.records} <= team


def test_nothing_to_give_is_said_so(desk: Desks) -> None:
    assert desk("nora").types("assign_leads company=nowhere owner=dana").state is ReplyState.REFUSED

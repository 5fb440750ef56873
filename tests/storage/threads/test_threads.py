"""What is kept of talk: turns for a day, what a model used, and votes that outlive them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from storage.tables import ModelUsage, Turn, Vote
from storage.threads import model_usage, turns, votes
from tests.company import Company
from tests.database_contents import add_neighbour


def keep(company: Company, said: str, *, thread: str = "t1", rep: str = "nora", later: timedelta = timedelta()) -> None:
    with company.database.begin_write() as session:
        turns.save_turn(
            session,
            workspace_id=company.workspace_id,
            rep_id=company.person(rep),
            thread=thread,
            now=company.now + later,
            said=said,
            calls=[{"verb": "list_leads", "arguments": {}, "state": "answered"}],
            records=["L1", "L2"],
        )


def last(company: Company, *, near: str = "", rep: str = "nora", workspace: int | None = None) -> list[str]:
    with company.database.begin_read() as session:
        number = company.workspace_id if workspace is None else workspace
        found = turns.list_last_turns(session, number, company.person(rep), "t1", company.now, near=near)
        return [turn.said for turn in found]


def test_turns_come_back_oldest_first_and_only_of_this_thread(company: Company) -> None:
    keep(company, "one")
    keep(company, "two")
    keep(company, "elsewhere", thread="t2")
    keep(company, "somebody else", rep="dana")

    assert last(company) == ["one", "two"]
    assert last(company, near="t") == ["one", "two", "elsewhere"]
    assert last(company, near="%") == []
    assert last(company, workspace=add_neighbour(company)) == []


def test_turns_are_gone_after_a_day(company: Company) -> None:
    keep(company, "yesterday", later=-timedelta(hours=25))
    assert last(company) == []
    keep(company, "today")

    with company.database.begin_write() as session:
        assert session.scalar(select(func.count()).select_from(Turn)) == 1
        assert turns.delete_old_turns(session, company.now + timedelta(days=2)) == 1
        assert session.scalar(select(func.count()).select_from(Turn)) == 0


def test_a_workspace_can_be_forgotten(company: Company) -> None:
    keep(company, "today")
    with company.database.begin_write() as session:
        turns.delete_turns(session, company.workspace_id)
        assert session.scalar(select(func.count()).select_from(Turn)) == 0


def test_usage_adds_up_when_several_write_at_once(company: Company) -> None:
    def add(number: int) -> None:
        with company.database.begin_write() as session:
            model_usage.add_usage(
                session,
                workspace_id=company.workspace_id,
                rep_id=company.person("nora" if number % 2 else "dana"),
                now=company.now,
                model="m",
                tokens_in=100,
                tokens_out=10,
                cost=Decimal("0.0025"),
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    with company.database.begin_read() as session:
        used = model_usage.sum_usage_today(session, company.workspace_id, company.person("nora"), company.now)
        assert (used.rep, used.workspace) == (1100, 2200)
        assert model_usage.sum_cost_today(session, company.workspace_id, company.now) == Decimal("0.05")
        tomorrow = company.now + timedelta(days=1)
        assert (
            model_usage.sum_usage_today(session, company.workspace_id, company.person("nora"), tomorrow).workspace == 0
        )
        assert session.scalar(select(func.sum(ModelUsage.rounds))) == 20


@pytest.mark.parametrize("first", [True, False])
def test_a_second_vote_takes_the_place_of_the_first(company: Company, first: bool) -> None:
    for good in (first, not first):
        with company.database.begin_write() as session:
            votes.save_vote(
                session,
                workspace_id=company.workspace_id,
                rep_id=company.person("nora"),
                key="answer:7",
                good=good,
                now=company.now,
                understood_by="model",
                command="list_leads",
                model="m",
            )
    with company.database.begin_read() as session:
        assert votes.count_votes(session, company.workspace_id) == {("model", not first): 1}


def test_a_vote_outlives_the_turn(company: Company) -> None:
    keep(company, "yesterday", later=-timedelta(hours=25))
    with company.database.begin_write() as session:
        votes.save_vote(
            session,
            workspace_id=company.workspace_id,
            rep_id=company.person("nora"),
            key="answer:7",
            good=True,
            now=company.now - timedelta(hours=25),
        )
    keep(company, "today")
    with company.database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(Vote)) == 1

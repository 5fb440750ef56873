"""Sums over opportunities equal what plain arithmetic makes of the same rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from storage.database.doors import Database, Session
from storage.database.expressions import month_name
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.opportunities.opportunity_groups import Group
from storage.opportunities.opportunity_sums import GroupOrder, Slice, Sums
from storage.people.visibility import Scope
from storage.tables import Account, Opportunity, Rep
from storage.tables.column_types import MOST_MONEY
from storage.workspaces.workspace_vocabulary import create_workspace, load_vocabulary

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
Row = dict[str, Any]

DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.none() | st.decimals(0, MOST_MONEY, places=2) | st.decimals(0, 100_000, places=2),
            "currency": st.sampled_from(["USD", "USD", "EUR", "JPY"]),
            "probability": st.integers(0, 100),
            "stage": st.integers(0, 6),
            "owner": st.sampled_from([None, 0, 1, 2]),
            "account": st.sampled_from([None, 0, 1]),
            "product": st.sampled_from([None, "GTX Pro", "GTX Basic"]),
            "close_date": st.none() | st.dates(date(2024, 1, 1), date(2027, 12, 31)),
            "created_at": st.integers(0, 365 * 24 * 3).map(lambda hours: NOW - timedelta(hours=hours)),
        }
    ),
    max_size=12,
)
EACH = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Ground:
    """A workspace whose opportunities are exactly the given ones, until the session is rolled back."""

    def __init__(self, session: Session, deals: list[Row]) -> None:
        session.execute(delete(Opportunity))
        workspace = create_workspace(session, name="Sums", now=NOW).id
        words = load_vocabulary(session, workspace)
        assert words is not None
        common = {"workspace_id": workspace, "created_at": NOW, "version": 1}
        manager = Rep(**common, name="Head")
        session.add(manager)
        session.flush()
        people = [Rep(**common, name=f"Rep {n}", manager_id=[None, manager.id, manager.id][n]) for n in range(3)]
        accounts = [Account(**common, name=f"A{n}", name_key=f"a{n}", updated_at=NOW, industry="Food") for n in (0, 1)]
        session.add_all([*people, *accounts])
        session.flush()
        self.rows: list[Row] = []
        for number, deal in enumerate(deals):
            stage = words.stages[deal["stage"]]
            self.rows.append(
                {
                    **common,
                    "name": f"Deal {number}",
                    "updated_at": NOW,
                    "amount": deal["amount"],
                    "currency": deal["currency"],
                    "probability": deal["probability"],
                    "stage_id": stage.id,
                    "state": stage.state,
                    "owner_id": None if deal["owner"] is None else people[deal["owner"]].id,
                    "account_id": None if deal["account"] is None else accounts[deal["account"]].id,
                    "product": deal["product"],
                    "close_date": deal["close_date"],
                    "created_at": deal["created_at"],
                }
            )
        if self.rows:
            session.execute(insert(Opportunity), self.rows)
        self.people = people
        self.manager = manager
        self.scope = Scope(session, workspace, None, ())

    def seen_by(self, *owners: int) -> Scope:
        return Scope(self.scope.session, self.scope.workspace_id, owners, owners)


def plainly(rows: list[Row]) -> Sums:
    """The same sums by hand; amounts only mean something for rows of one currency."""
    priced = [row for row in rows if row["amount"] is not None]
    cycles = [
        (row["close_date"] - row["created_at"].date()).days
        for row in rows
        if row["state"] != "open" and row["close_date"] and row["close_date"] >= row["created_at"].date()
    ]
    return Sums(
        count=len(rows),
        priced=len(priced),
        amount=sum((row["amount"] for row in priced), Decimal(0)),
        weighted=sum((row["amount"] * row["probability"] / 100 for row in priced), Decimal(0)),
        won=sum(row["state"] == "won" for row in rows),
        lost=sum(row["state"] == "lost" for row in rows),
        days=sum(cycles),
        cycles=len(cycles),
    )


def same(found: Sums, rows: list[Row], figure: opportunity_sums.Figure) -> bool:
    expected = plainly(rows)
    return all(getattr(found, name) == getattr(expected, name) for name in opportunity_sums.PARTS_OF[figure])


@EACH
@given(deals=DEALS, figure=st.sampled_from(sorted(opportunity_sums.PARTS_OF)))
def test_sums_of_each_currency_are_exact(database: Database, deals: list[Row], figure: opportunity_sums.Figure) -> None:
    with database.begin_write() as session:
        ground = Ground(session, deals)

        found = opportunity_sums.sum_by_currency(ground.scope, OpportunityFilter(states=None), figure)

        assert set(found) == {row["currency"] for row in ground.rows}
        for currency, (each,) in found.items():
            assert same(each, [row for row in ground.rows if row["currency"] == currency], figure)
        session.rollback()


KEYS: dict[Group, Any] = {
    "owner": lambda row: row["owner_id"],
    "account": lambda row: row["account_id"],
    "product": lambda row: row["product"],
    "stage": lambda row: row["stage_id"],
    "industry": lambda row: "Food" if row["account_id"] else None,
    "month": lambda row: row["close_date"] and f"{row['close_date']:%Y-%m}",
    "quarter": lambda row: (
        row["close_date"] and f"{row['close_date'].year}-{(row['close_date'].month - 1) // 3 * 3 + 1:02d}"
    ),
}


@EACH
@given(deals=DEALS, group=st.sampled_from(sorted(KEYS)), figure=st.sampled_from(sorted(opportunity_sums.PARTS_OF)))
def test_sums_of_groups_are_exact_and_nothing_is_lost(
    database: Database, deals: list[Row], group: Group, figure: opportunity_sums.Figure
) -> None:
    with database.begin_write() as session:
        ground = Ground(session, [{**deal, "currency": "USD"} for deal in deals])

        found, groups = opportunity_sums.sum_by_group(
            ground.scope, OpportunityFilter(states=None), group, figure, [Slice()], GroupOrder()
        )

        assert groups == len(found) == len({KEYS[group](row) for row in ground.rows})
        for key, (each,) in found:
            name = month_name(key) if group in ("month", "quarter") and key is not None else key
            assert same(each, [row for row in ground.rows if KEYS[group](row) == name], figure)
        session.rollback()


@EACH
@given(deals=DEALS)
def test_slices_of_two_periods_and_currencies_do_not_mix(database: Database, deals: list[Row]) -> None:
    first, second = (date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), None)
    with database.begin_write() as session:
        ground = Ground(session, deals)
        slices = [Slice(currency, days) for currency in ("EUR", "USD") for days in (first, second)]

        wanted = OpportunityFilter(states=("won", "lost"), closing=(first, second))
        found, _ = opportunity_sums.sum_by_group(ground.scope, wanted, "product", "amount", slices, GroupOrder())

        for product, parts in found:
            for part, each in zip(slices, parts, strict=True):
                assert part.days is not None
                start, end = part.days
                rows = [
                    row
                    for row in ground.rows
                    if row["product"] == product
                    and row["currency"] == part.currency
                    and row["state"] != "open"
                    and row["close_date"]
                    and start <= row["close_date"] <= (end or date.max)
                ]
                assert same(each, rows, "amount")
        session.rollback()


@EACH
@given(deals=DEALS)
def test_only_visible_opportunities_are_summed(database: Database, deals: list[Row]) -> None:
    with database.begin_write() as session:
        ground = Ground(session, deals)
        owner = ground.people[1].id

        found = opportunity_sums.sum_by_currency(ground.seen_by(owner), OpportunityFilter(states=None))
        groups, _ = opportunity_sums.sum_by_group(
            ground.seen_by(owner), OpportunityFilter(states=None), "owner", "count", [Slice()], GroupOrder()
        )

        assert sum(each.count for (each,) in found.values()) == sum(row["owner_id"] == owner for row in ground.rows)
        assert {key for key, _ in groups} <= {owner}
        session.rollback()


@pytest.mark.parametrize(("month", "start"), [(1, "2026-10"), (2, "2026-11"), (12, "2026-09")])
def test_quarters_follow_the_fiscal_year(database: Database, month: int, start: str) -> None:
    deal = {"amount": Decimal(1), "currency": "USD", "probability": 1, "stage": 5, "owner": 0, "account": None}
    deal |= {"product": None, "close_date": date(2026, 11, 18), "created_at": NOW}
    with database.begin_write() as session:
        ground = Ground(session, [deal])
        found, _ = opportunity_sums.sum_by_group(
            ground.scope,
            OpportunityFilter(states=None),
            "quarter",
            "count",
            [Slice()],
            GroupOrder(by_figure=False),
            fiscal_start_month=month,
        )
        assert [month_name(key) for key, _ in found] == [start]
        session.rollback()


def test_a_team_is_the_manager_with_the_people_below(database: Database) -> None:
    deal = {"amount": Decimal(10), "currency": "USD", "probability": 1, "stage": 5, "account": None}
    deal |= {"product": None, "close_date": date(2026, 11, 18), "created_at": NOW}
    with database.begin_write() as session:
        ground = Ground(session, [{**deal, "owner": owner} for owner in (0, 1, 2, 2, None)])
        session.execute(
            insert(Opportunity), [{**ground.rows[0], "name": "The head's own", "owner_id": ground.manager.id}]
        )
        found, _ = opportunity_sums.sum_by_group(
            ground.scope, OpportunityFilter(states=None), "team", "amount", [Slice()], GroupOrder(by_figure=True)
        )
        assert [(key, each.amount) for key, (each,) in found] == [(ground.manager.id, 40), (None, 20)]
        session.rollback()


def test_an_ordering_keeps_as_many_as_were_asked_for_and_counts_all(database: Database) -> None:
    deal = {"currency": "USD", "probability": 1, "stage": 5, "account": None, "owner": 0}
    deal |= {"close_date": date(2026, 11, 18), "created_at": NOW}
    with database.begin_write() as session:
        ground = Ground(session, [{**deal, "amount": Decimal(n), "product": f"P{n}"} for n in range(5)])
        found, groups = opportunity_sums.sum_by_group(
            ground.scope, OpportunityFilter(states=None), "product", "amount", [Slice()], GroupOrder(limit=2)
        )
        assert ([key for key, _ in found], groups) == (["P4", "P3"], 5)
        session.rollback()

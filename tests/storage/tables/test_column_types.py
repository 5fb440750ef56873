"""Columns refuse what would be stored wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError

from storage.database.doors import Database
from storage.tables import Opportunity, Stage
from storage.tables.column_types import MOST_MONEY, to_hundredths
from storage.workspaces.workspace_vocabulary import list_workspace_ids

MOMENT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
AMOUNTS = st.decimals(min_value=0, max_value=MOST_MONEY, places=2)


def write(database: Database, *amounts: Decimal | float, created_at: datetime = MOMENT) -> None:
    """Opportunities with these amounts, written as the program writes them in bulk."""
    with database.begin_write() as session:
        workspace_id = list_workspace_ids(session)[0]
        stage_id = session.scalar(select(Stage.id).where(Stage.name == "Proposal"))
        rows = [
            {
                "workspace_id": workspace_id,
                "name": f"deal {number}",
                "amount": amount,
                "currency": "USD",
                "stage_id": stage_id,
                "probability": 50,
                "created_at": created_at,
                "updated_at": MOMENT,
            }
            for number, amount in enumerate(amounts)
        ]
        session.execute(insert(Opportunity), rows)


def test_sums_are_exact(database: Database) -> None:
    write(database, *[Decimal("0.10")] * 3000, Decimal("9999999999999.99"))

    with database.begin_read() as session:
        assert session.scalar(select(func.sum(Opportunity.amount))) == Decimal("10000000000299.99")
        stored = session.scalars(text("SELECT DISTINCT amount FROM opportunity")).all()
    assert set(stored) == {10, 999999999999999}
    assert {type(each) for each in stored} == {int}


def test_amounts_come_back_as_they_went_in(database: Database) -> None:
    amounts = [Decimal(each) for each in ("0", "0.01", "45000", "1234567.89", "9999999999999.99")]
    write(database, *amounts)

    with database.begin_read() as session:
        assert session.scalars(select(Opportunity.amount).order_by(Opportunity.id)).all() == amounts


@pytest.mark.parametrize("amount", [0.1, Decimal("NaN"), Decimal("Infinity"), Decimal("1e14")])
def test_what_is_no_exact_amount_is_refused(database: Database, amount: Decimal | float) -> None:
    with pytest.raises(StatementError, match="amount"):
        write(database, amount)


@given(AMOUNTS)
def test_hundredths_lose_nothing(amount: Decimal) -> None:
    assert Decimal(to_hundredths(amount)) / 100 == amount


@given(st.lists(AMOUNTS, max_size=100))
def test_the_sum_of_hundredths_is_the_sum(amounts: list[Decimal]) -> None:
    assert sum(map(to_hundredths, amounts)) == sum(amounts, Decimal(0)) * 100


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        write(database, Decimal(1), created_at=datetime(2026, 11, 18, 9, 30))  # noqa: DTZ001


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    write(database, Decimal(1), created_at=datetime(2026, 11, 18, 4, 30, tzinfo=timezone(timedelta(hours=-5))))

    with database.begin_read() as session:
        found = session.scalar(select(Opportunity.created_at))
        assert found == MOMENT
        assert found.tzinfo is UTC
        later = select(func.count()).select_from(Opportunity).where(Opportunity.created_at > MOMENT)
        assert session.scalar(later) == 0

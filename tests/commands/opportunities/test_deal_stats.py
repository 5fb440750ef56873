"""What was won and lost, against the same figures worked out from the file."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from commands.contract.reply import Reply, ReplyState
from storage.tables import Opportunity, Rep, Workspace
from tests.commands.company_figures import TEAM, Row, amount, deals, file, grouped, state_of
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]
THIS_YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
LAST_YEAR = {"from": "2025-01-01", "to": "2025-12-31"}


def by(reply: Reply, group: str, key: str = "value") -> dict[Any, Any]:
    return {row[group]: row[key] for row in reply.rows}


def days(row: Row) -> int:
    return (date.fromisoformat(row["close_date"]) - date.fromisoformat(row["created_at"][:10])).days


def test_what_was_won_in_a_period_goes_by_close_date(desk: Sit) -> None:
    reply = desk("helen").calls("deal_stats", measure="won_amount", period=THIS_YEAR)

    won = deals(state="won", owners=TEAM, start="2026-01-01", end="2026-12-31")
    assert reply.figures["value"] == reply.figures["amount"] == amount(won)
    assert reply.figures["count"] == len(won)


def test_two_periods_are_compared_with_the_relative_change(desk: Sit) -> None:
    reply = desk("priya").calls("deal_stats", measure="won_amount", period=THIS_YEAR, compare_period=LAST_YEAR)

    now = amount(deals(state="won", start="2026-01-01", end="2026-12-31"))
    before = amount(deals(state="won", start="2025-01-01", end="2025-12-31"))
    assert (reply.figures["value"], reply.figures["previous"]) == (now, before)
    assert reply.figures["change"] == pytest.approx(float(now / before - 1))


def test_groups_of_either_period_are_compared(desk: Sit) -> None:
    reply = desk("priya").calls(
        "deal_stats",
        measure="won_amount",
        group_by="owner",
        period={"from": "2026-10-01", "to": "2026-12-31"},
        compare_period={"from": "2026-07-01", "to": "2026-09-30"},
    )

    assert by(reply, "owner") == {"Tom Becker": 13000, "Nora Lindqvist": 5500, "Ruth Alvarez": 0, "Dana Whitfield": 0}
    assert by(reply, "owner", "change")["Ruth Alvarez"] == -1
    assert by(reply, "owner", "change")["Tom Becker"] is None


def test_nothing_before_means_no_change_in_percent(desk: Sit) -> None:
    period = {"from": "2020-01-01", "to": "2020-12-31"}
    reply = desk("priya").calls("deal_stats", measure="count", state="won", period=THIS_YEAR, compare_period=period)

    assert (reply.figures["previous"], reply.figures["change"]) == (0, None)


def test_the_win_rate_is_won_of_won_and_lost(desk: Sit) -> None:
    reply = desk("priya").types("deal_stats measure=win_rate group_by=product")

    won, lost = deals(state="won"), deals(state="lost")
    assert reply.figures["rate"] == pytest.approx(len(won) / (len(won) + len(lost)))
    for product, rows in grouped([*won, *lost], lambda row: row["product"]).items():
        rate = sum(state_of(row) == "won" for row in rows) / len(rows)
        assert by(reply, "product")[product] == pytest.approx(rate)


def test_no_closed_deals_have_no_win_rate(desk: Sit) -> None:
    reply = desk("priya").calls("deal_stats", measure="win_rate", period={"from": "2030-01-01"})

    assert (reply.state, reply.figures) == (ReplyState.ANSWERED, {"count": 0, "value": None, "rate": None})


def test_the_sales_cycle_runs_from_creation_to_close_date(desk: Sit) -> None:
    reply = desk("priya").types("deal_stats measure=cycle_days group_by=owner order=best")

    won = deals(state="won")
    assert reply.figures["value"] == pytest.approx(sum(map(days, won)) / len(won))
    values = list(by(reply, "owner").values())
    assert values == sorted(values)


def test_a_deal_closed_before_it_was_created_is_left_out_and_said_so(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(
            update(Opportunity)
            .where(Opportunity.name == "Initech - GTX Basic")
            .values(created_at=company.now + timedelta(days=1))
        )

    reply = desk("nora").types("deal_stats measure=cycle_days")

    rest = [row for row in deals(state="won", owners=["Nora"]) if row["name"] != "Initech - GTX Basic"]
    assert reply.figures["value"] == pytest.approx(sum(map(days, rest)) / len(rest))
    assert "Left out: 1 deal" in reply.notes[0]


def test_the_average_is_of_deals_that_have_an_amount(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Opportunity).where(Opportunity.name == "Initech - GTX Basic").values(amount=None))

    reply = desk("nora").types("deal_stats measure=average_amount")

    rest = [row for row in deals(state="won", owners=["Nora"]) if row["name"] != "Initech - GTX Basic"]
    assert reply.figures["average"] == (amount(rest) / len(rest)).quantize(Decimal("0.01"))
    assert "1 deal without an amount." in reply.notes


def test_open_deals_have_an_average_too(desk: Sit) -> None:
    reply = desk("helen").types("deal_stats measure=average_amount state=open")

    rows = deals(state="open", owners=TEAM)
    assert reply.figures["average"] == (amount(rows) / len(rows)).quantize(Decimal("0.01"))


def test_a_ranking_names_the_best_first_and_the_worst_on_demand(desk: Sit) -> None:
    best = desk("priya").types("deal_stats measure=won_amount group_by=account order=best limit=3")
    worst = desk("priya").types("deal_stats measure=won_amount group_by=account order=worst limit=3")

    names = {each["external_id"]: each["name"] for each in file()["accounts"]}
    totals = {names[key]: amount(rows) for key, rows in grouped(deals(state="won"), lambda row: row["account"]).items()}
    ranked = sorted(totals, key=lambda name: -totals[name])
    assert [row["account"] for row in best.rows] == ranked[:3]
    assert [row["account"] for row in worst.rows] == ranked[::-1][:3]


def test_months_and_quarters_come_in_order(desk: Sit) -> None:
    months = desk("priya").types("deal_stats measure=won_amount group_by=month")
    quarters = desk("priya").types("deal_stats measure=lost_amount group_by=quarter")

    expected = {
        key: amount(rows) for key, rows in grouped(deals(state="won"), lambda row: row["close_date"][:7]).items()
    }
    assert by(months, "month") == expected
    assert list(by(months, "month")) == sorted(expected)
    assert [row["quarter"] for row in quarters.rows] == ["2025-Q3", "2026-Q2", "2026-Q4"]


def test_teams_are_managers_with_the_people_below(desk: Sit) -> None:
    reply = desk("priya").types("deal_stats measure=won_amount group_by=team")

    assert by(reply, "team") == {
        "Helen Brandt": amount(deals(state="won", owners=TEAM)),
        "Victor Hale": amount(deals(state="won", owners=("Victor", "Ruth", "Grace"))),
    }


@pytest.mark.parametrize("words", ["helen", "Helen Brandt", "HELEN'S TEAM", "helen team"])
def test_a_team_is_found_by_its_manager(desk: Sit, words: str) -> None:
    reply = desk("priya").calls("deal_stats", measure="won_amount", team=words)

    assert reply.figures["value"] == amount(deals(state="won", owners=TEAM))


def test_a_team_is_found_by_the_name_its_people_bear(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name.in_(["Ruth", "Tom"])).values(team="East"))

    reply = desk("priya").types("deal_stats measure=won_amount team=east")

    assert reply.figures["value"] == amount(deals(state="won", owners=("Ruth", "Tom")))


@pytest.mark.parametrize(("argument", "existing"), [("team=nobody", "Helen Brandt"), ("product=hats", "GTX Basic")])
def test_an_unknown_team_or_product_is_refused_with_the_existing_ones(desk: Sit, argument: str, existing: str) -> None:
    reply = desk("priya").types(f"deal_stats measure=won_amount {argument}")

    assert reply.state is ReplyState.REFUSED
    assert existing in reply.head


@pytest.mark.parametrize("words", ["gtx basic", "GTXBASIC", "Gtx-Basic"])
def test_a_product_is_found_however_it_is_written(desk: Sit, words: str) -> None:
    reply = desk("priya").calls("deal_stats", measure="won_amount", product=words)

    assert reply.figures["value"] == amount(row for row in deals(state="won") if row["product"] == "GTX Basic")


def test_a_rep_learns_nothing_of_others(desk: Sit) -> None:
    nora = desk("nora")

    everyone = nora.types("deal_stats measure=won_amount owner=everyone group_by=owner")
    team = nora.types("deal_stats measure=won_amount team=victor")

    assert list(by(everyone, "owner")) == ["Nora Lindqvist"]
    assert (team.figures["value"], team.figures["count"]) == (0, 0)
    assert nora.types("deal_stats measure=won_amount owner=dana").state is ReplyState.REFUSED


@pytest.mark.parametrize(
    "call", ["measure=won_amount state=lost", "measure=win_rate state=open", "measure=cycle_days state=open"]
)
def test_a_state_that_a_measure_is_not_about_is_refused(desk: Sit, call: str) -> None:
    assert desk("nora").types(f"deal_stats {call}").state is ReplyState.REFUSED


def test_several_currencies_stand_apart_and_are_never_added(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Opportunity).where(Opportunity.name == "Initech - GTX Basic").values(currency="EUR"))

    reply = desk("nora").types("deal_stats measure=won_amount group_by=product")

    total = amount(deals(state="won", owners=["Nora"]))
    assert {"value", "amount"}.isdisjoint(reply.figures)
    assert {key: each["value"] for key, each in reply.figures["by_currency"].items()} == {
        "EUR": 18000,
        "USD": total - 18000,
    }
    mixed = next(row for row in reply.rows if row["product"] == "GTX Basic")
    assert {key: each["value"] for key, each in mixed["by_currency"].items()} == {"EUR": 18000, "USD": 15000}
    assert next(row for row in reply.rows if row["product"] == "Fleet renewal")["value"] == 60000


def test_quarters_are_those_of_the_fiscal_year(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Workspace).values(fiscal_start_month=2, version=Workspace.version + 1))

    reply = desk("nora").types("deal_stats measure=won_amount group_by=quarter")

    assert by(reply, "quarter")["2026-Q1"] == 60000
    assert by(reply, "quarter")["2025-Q4"] == 3000


@pytest.mark.parametrize("group", ["place", "state", "type"])
def test_deals_are_counted_by_more_groups(desk: Callable[..., Desk], group: str) -> None:
    reply = desk("priya").types(f"deal_stats measure=count state=all group_by={group}")

    assert sum(row["count"] for row in reply.rows) == reply.figures["count"] == len(file()["opportunities"])
    assert all(group in row for row in reply.rows)


def test_deals_by_state_are_open_won_and_lost(desk: Callable[..., Desk]) -> None:
    reply = desk("priya").types("deal_stats measure=count state=all group_by=state")

    assert {row["state"] for row in reply.rows} == {"open", "won", "lost"}


def test_a_rate_of_no_deals_is_none_and_a_rate_of_zero_says_of_how_many(desk: Sit) -> None:
    helen = desk("helen")

    none = helen.types('deal_stats measure=win_rate period=2019 compare_period="april 2026"')
    average = helen.types("deal_stats measure=average_amount period=2026 compare_period=2019")

    assert (none.figures["value"], none.figures["previous"], none.figures["change"]) == (None, 0.0, None)
    assert none.head == (
        "Win rate from 1 Jan to 31 Dec 2019: no deals, against 0.0% (0 of 1) from 1 Apr to 30 Apr 2026."
    )
    assert average.figures["previous"] is None
    assert "against no deals from 1 Jan to 31 Dec 2019." in average.head

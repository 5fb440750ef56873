"""The pipeline in sums and the forecast, against the same figures worked out from the file."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, update

from commands.contract.reply import ReplyState
from storage.tables import Lead, Opportunity, Stage, Workspace
from tests.commands.company_figures import CATEGORY, TEAM, amount, deals, file, grouped, weighted
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]
QUARTER = {"start": "2026-10-01", "end": "2026-12-31"}


@pytest.mark.parametrize(("who", "owners"), [("nora", ["Nora"]), ("helen", TEAM), ("priya", None)])
def test_the_pipeline_is_the_open_opportunities_of_the_usual_owners(
    desk: Sit, who: str, owners: list[str] | None
) -> None:
    reply = desk(who).types("summarize_pipeline")

    rows = deals(state="open", owners=owners)
    assert reply.figures == {"count": len(rows), "amount": amount(rows), "weighted": weighted(rows), "currency": "USD"}
    stages = grouped(rows, lambda row: row["stage"])
    assert {row["stage"]: (row["count"], row["amount"], row["weighted"]) for row in reply.rows} == {
        stage: (len(each), amount(each), weighted(each)) for stage, each in stages.items()
    }


def test_a_weight_is_the_opportunitys_own_probability(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Stage).values(probability=1))
        session.execute(update(Workspace).values(version=Workspace.version + 1))

    assert desk("nora").types("summarize_pipeline").figures["weighted"] == weighted(
        deals(state="open", owners=["Nora"])
    )


def test_groups_may_be_people_accounts_sources_and_months(desk: Sit) -> None:
    users = {each["external_id"]: each["name"] for each in file()["users"]}
    accounts = {each["external_id"]: each["name"] for each in file()["accounts"]}
    keys = {
        "owner": lambda row: users[row["owner"]],
        "account": lambda row: accounts[row["account"]],
        "source": lambda row: row["source"],
        "month": lambda row: row["close_date"][:7],
    }
    for group, key in keys.items():
        reply = desk("priya").types(f"summarize_pipeline group_by={group}")
        assert {row[group]: row["amount"] for row in reply.rows} == {
            name: amount(rows) for name, rows in grouped(deals(state="open"), key).items()
        }


def test_what_has_no_group_stands_under_none(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(
            update(Opportunity)
            .where(Opportunity.name == "Globex - GTX Basic")
            .values(source=None, close_date=None, account_id=None, owner_id=None)
        )

    for group in ("owner", "account", "source", "month"):
        rows = desk("priya").types(f"summarize_pipeline group_by={group}").rows
        assert [row["amount"] for row in rows if row[group] is None] == [12000]


def test_an_empty_pipeline_is_nothing_and_no_error(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Opportunity).values(state="won"))

    reply = desk("nora").types("summarize_pipeline")

    assert (reply.state, reply.rows) == (ReplyState.ANSWERED, ())
    assert reply.figures == {"count": 0, "amount": 0, "weighted": 0, "currency": "USD"}


def test_currencies_stand_apart_in_all_and_in_each_row(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Opportunity).where(Opportunity.name == "Monday Labs - GTX Basic").values(currency="EUR"))

    reply = desk("nora").types("summarize_pipeline")

    assert "amount" not in reply.figures
    assert reply.figures["by_currency"]["EUR"] == {"amount": Decimal(9500), "weighted": Decimal(4750)}
    (proposal,) = [row for row in reply.rows if row["stage"] == "Proposal"]
    assert proposal["by_currency"]["USD"]["amount"] == 12000
    (negotiation,) = [row for row in reply.rows if row["stage"] == "Negotiation"]
    assert (negotiation["amount"], negotiation["currency"]) == (67000, "USD")


def test_the_forecast_holds_each_category_alone_and_unweighted(desk: Sit) -> None:
    reply = desk("helen").types("forecast")

    found = grouped(deals(owners=TEAM, **QUARTER), lambda row: CATEGORY.get(row["stage"], "pipeline"))
    for category in ("closed", "commit", "best_case", "pipeline", "omitted"):
        assert reply.figures[category] == amount(found.get(category, []))
    assert {row["category"]: row["count"] for row in reply.rows} == {
        category: len(found.get(category, [])) for category in ("closed", "commit", "best_case", "pipeline", "omitted")
    }


def test_the_headline_says_what_no_row_does(desk: Sit) -> None:
    found = grouped(deals(owners=TEAM, **QUARTER), lambda row: CATEGORY.get(row["stage"], "pipeline"))
    sure = sum(amount(found.get(each, [])) for each in ("closed", "commit"))
    best = sure + sum(amount(found.get(each, [])) for each in ("best_case", "pipeline"))

    head = desk("helen").types("forecast").head

    assert head.endswith(f": ${sure:,.0f} closed or committed, ${best:,.0f} with best case and pipeline.")


def test_leads_stand_apart_from_the_forecast(company: Company, desk: Sit) -> None:
    with_leads = desk("nora").types("forecast")
    with company.database.begin_write() as session:
        session.execute(delete(Lead))
    without = desk("nora").types("forecast")

    assert "open leads" in with_leads.notes[0]
    assert without.notes == ()
    assert with_leads.figures == without.figures


def test_the_forecast_is_of_this_fiscal_quarter(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Workspace).values(fiscal_start_month=2, version=Workspace.version + 1))

    reply = desk("nora").types("forecast")

    assert reply.receipt is not None
    assert reply.receipt.filter.endswith("from 1 Nov 2026 to 31 Jan 2027")
    rows = deals(owners=["Nora"], start="2026-11-01", end="2027-01-31")
    assert reply.figures["count"] == len(rows)


def test_an_empty_forecast_is_all_zeros(desk: Sit) -> None:
    reply = desk("nora").calls("forecast", period={"from": "2031-01-01", "to": "2031-03-31"})

    assert [reply.figures[name] for name in ("closed", "commit", "best_case", "pipeline", "omitted")] == [0] * 5


def test_another_workspaces_opportunities_are_nobodys_business(company: Company, desk: Sit) -> None:
    before = desk("priya").types("summarize_pipeline").figures
    with company.database.begin_write() as session:
        other = Workspace(name="Other", created_at=company.now)
        session.add(other)
        session.flush()
        row = session.execute(select(Opportunity.__table__).limit(1)).mappings().one()
        session.execute(
            insert(Opportunity),
            [
                {
                    **{key: value for key, value in row.items() if key != "id"},
                    "workspace_id": other.id,
                    "state": "open",
                    "external_id": "X",
                }
            ],
        )

    assert desk("priya").types("summarize_pipeline").figures == before


@pytest.mark.parametrize("group", ["owner", "month"])
def test_a_forecast_by_groups_adds_up_to_the_whole(desk: Callable[..., Desk], group: str) -> None:
    reply = desk("priya").types(f"forecast group_by={group}")

    assert len(reply.rows) > 1
    for category in ("closed", "commit", "best_case", "pipeline", "omitted"):
        assert sum(row[category] for row in reply.rows) == reply.figures[category]

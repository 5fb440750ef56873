"""How many leads came in and were converted, against the file."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from commands.contract.reply import ReplyState
from storage.tables import Lead, Rep
from tests.commands.company_figures import TEAM, Row, file, grouped
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]


def leads(*owners: str) -> list[Row]:
    people = {user["external_id"]: user["first_name"] for user in file()["users"]}
    return [row for row in file()["leads"] if not owners or people.get(row.get("owner")) in owners]


@pytest.mark.parametrize(("who", "owners"), [("nora", ("Nora",)), ("helen", TEAM), ("priya", ())])
def test_all_leads_are_counted_whatever_became_of_them(desk: Sit, who: str, owners: tuple[str, ...]) -> None:
    reply = desk(who).types("lead_stats")

    rows = leads(*owners)
    converted = sum(row["converted"] for row in rows)
    assert reply.figures == {"count": len(rows), "converted": converted, "rate": pytest.approx(converted / len(rows))}


@pytest.mark.parametrize("who", ["nora", "priya"])
@pytest.mark.parametrize("group", ["source", "status", "industry", "month"])
def test_groups_hold_all_of_them(desk: Sit, who: str, group: str) -> None:
    reply = desk(who).types(f"lead_stats group_by={group}")

    rows = leads("Nora") if who == "nora" else leads()
    keys = {"month": lambda row: row["created_at"][:7]}
    found = grouped(rows, keys.get(group, lambda row: row.get(group)))
    assert {row[group]: (row["count"], row["converted"]) for row in reply.rows} == {
        key: (len(each), sum(row["converted"] for row in each)) for key, each in found.items()
    }


def test_a_period_is_that_of_creation(desk: Sit) -> None:
    reply = desk("priya").calls("lead_stats", period={"from": "2026-07-01", "to": "2026-09-30"}, group_by="owner")

    rows = [row for row in leads() if "2026-07-01" <= row["created_at"][:10] <= "2026-09-30"]
    assert reply.figures["count"] == len(rows) == sum(row["count"] for row in reply.rows)


def test_days_and_months_are_the_askers_own(company: Company, desk: Sit) -> None:
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Nora").values(time_zone="America/New_York"))
        session.execute(update(Lead).values(created_at=midnight.replace(hour=midnight.hour - 1)))

    reply = desk("nora").types("lead_stats group_by=month")

    assert [row["month"] for row in reply.rows] == ["2026-10"]


def test_no_leads_have_no_rate(desk: Sit) -> None:
    reply = desk("nora").calls("lead_stats", period={"from": "2030-01-01"}, group_by="month")

    assert (reply.state, reply.rows) == (ReplyState.ANSWERED, ())
    assert reply.figures == {"count": 0, "converted": 0, "rate": None}


def test_a_rep_learns_nothing_of_others(desk: Sit) -> None:
    reply = desk("nora").types("lead_stats owner=everyone group_by=owner")

    assert [row["owner"] for row in reply.rows] == ["Nora Lindqvist"]


def test_the_head_says_which_group_converts_best_and_it_stands_first(desk: Sit) -> None:
    reply = desk("priya").types("lead_stats group_by=source")

    enough = [row for row in reply.rows if row["count"] >= 10]
    best = max(enough, key=lambda row: row["rate"])
    assert reply.rows[0] == best
    assert f"{best['source']} converts best: {best['converted']} of {best['count']} ({best['rate']:.0%})." in reply.head

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.firm import HERO, OPEN_STAGES, PEOPLE, REPS, SOURCES
from bot.demo.rows import Row, rows_of
from bot.demo.rule import Rule
from bot.demo.sample import Sample, invent
from storage.workspaces import SOURCES as KNOWN_SOURCES
from storage.workspaces import STAGES, STATUSES

MOMENTS = {
    "a Monday morning": "2026-11-23T09:15+00:00",
    "a Wednesday": "2026-11-18T13:40+00:00",
    "a Saturday": "2026-11-21T10:00+00:00",
    "a Sunday night": "2026-11-22T23:58+00:00",
    "the first of a quarter": "2027-01-01T08:00+00:00",
    "the last of a year": "2026-12-31T17:30+00:00",
    "a leap day": "2028-02-29T12:00+00:00",
    "the day after a leap day": "2028-03-01T00:00+00:00",
    "before dawn": "2026-11-19T03:10+00:00",
}
ZONES = ("UTC", "America/Los_Angeles", "Asia/Tokyo")


@pytest.fixture(scope="module", params=MOMENTS.values(), ids=MOMENTS.keys())
def sample(request: pytest.FixtureRequest) -> Sample:
    return invent(datetime.fromisoformat(request.param), ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def rows(sample: Sample) -> dict[str, list[Row]]:
    return rows_of(sample)


def test_a_dozen_reps_have_managers_and_an_administrator(rows: dict[str, list[Row]]) -> None:
    known = {row["external_id"] for row in rows["user"]}
    roles = Counter(row["role"] for row in rows["user"])

    assert roles == {"rep": 12, "manager": 3, "admin": 1}
    assert all(row["manager"] in known for row in rows["user"] if row["role"] != "admin")


def test_every_status_stage_and_source_is_there(rows: dict[str, list[Row]]) -> None:
    assert 380 <= len(rows["lead"]) <= 440
    assert {row["status"] for row in rows["lead"]} == {name for name, _ in STATUSES}
    assert {row["stage"] for row in rows["opportunity"]} == {stage[0] for stage in STAGES}
    assert {row["source"] for row in rows["lead"]} == set(KNOWN_SOURCES)
    assert {row["kind"] for row in rows["activity"]} == {"call", "email", "meeting", "note"}


def test_the_one_to_talk_as_has_something_of_everything(sample: Sample) -> None:
    own = [lead for lead in sample.leads if lead.owner.name == HERO]
    stages = {deal.stage for deal in sample.deals if deal.owner.name == HERO}
    due = [task.due for task in sample.tasks if task.owner.name == HERO and not task.done]

    assert {lead.status for lead in own} == {name for name, _ in STATUSES}
    assert stages == {stage[0] for stage in STAGES}
    assert sample.days.today in due
    assert min(due) < sample.days.today < max(due)
    assert any(lead.status == "Qualified" and lead.budget and lead.timeframe and not lead.ended_at for lead in own)


def test_nothing_has_happened_after_now(sample: Sample, rows: dict[str, list[Row]]) -> None:
    for row in _all(rows):
        for field in ("created_at", "at", "converted_at", "as_of", "last_activity_at"):
            assert row.get(field) is None or row[field] <= sample.days.now, row


def test_won_and_lost_deals_lie_in_the_last_year_and_open_ones_ahead(sample: Sample) -> None:
    today = sample.days.today
    late = [deal for deal in sample.deals if deal.stage in OPEN_STAGES and deal.close_date < today]

    for deal in sample.deals:
        assert deal.created_at.date() <= deal.close_date or deal in late, deal
        if deal.stage not in OPEN_STAGES:
            assert today - timedelta(days=370) <= deal.close_date < today
    assert 0 < len(late) < 8
    for state in ("Closed Won", "Closed Lost"):
        quarters = {(today - deal.close_date).days // 91 for deal in sample.deals if deal.stage == state}
        assert {0, 1, 2, 3} <= quarters


def test_people_work_on_working_days_and_at_working_hours(sample: Sample) -> None:
    for work in (*sample.leads, *sample.deals):
        for touch in work.touches:
            if touch.kind != "note":
                assert touch.at.weekday() < 5, touch
                assert time(9) <= touch.at.time() < time(17), touch
    assert all(deal.close_date.weekday() < 5 for deal in sample.deals)
    due = {task.due for task in sample.tasks}
    assert all(day.weekday() < 5 for day in due - {sample.days.today})


def test_a_lead_is_contacted_after_it_arrived_and_before_it_ended(sample: Sample) -> None:
    for lead in sample.leads:
        if lead.status == "Open":
            assert lead.last_contact is None, lead
        else:
            assert lead.last_contact is not None, lead
        for touch in lead.touches:
            assert touch.at >= lead.created_at or touch.at.date() == lead.created_at.date(), lead
            assert lead.ended_at is None or touch.at < lead.ended_at, lead


def test_leads_came_in_since_yesterday_and_some_follow_ups_are_late(sample: Sample, rows: dict[str, list[Row]]) -> None:
    newest = [row for row in rows["lead"] if row["created_at"].date() >= sample.days.yesterday]
    due = Counter(_when(row["due"], sample.days.today) for row in rows["follow_up"] if not row["done"])

    assert 5 <= len(newest) <= 12
    assert due["today"] >= 8
    assert due["late"] >= 8
    assert due["ahead"] > due["late"]


def test_leads_are_scored_yesterday_and_today_and_some_move(sample: Sample, rows: dict[str, list[Row]]) -> None:
    history: dict[str, dict[date, int]] = defaultdict(dict)
    for row in rows["score"]:
        assert 1 <= row["score"] <= 99
        history[row["lead"]][row["as_of"].date()] = row["score"]
    moved = [
        scores[sample.days.today] - scores[sample.days.yesterday]
        for scores in history.values()
        if {sample.days.today, sample.days.yesterday} <= scores.keys()
    ]

    assert len(moved) > 150
    assert max(moved) >= 10
    assert min(moved) < 0
    assert 10 <= sum(change != 0 for change in moved) <= len(moved) / 2


def test_reasons_are_counted_from_the_finished_leads(sample: Sample, rows: dict[str, list[Row]]) -> None:
    finished = [lead for lead in sample.leads if lead.ended_at and lead.ended_at < sample.scored_at[0]]
    overall = sum(lead.status == "Qualified" for lead in finished) / len(finished)
    said = {reason for row in rows["score"] for reason in (*row["reasons"]["raises"], *row["reasons"]["lowers"])}

    for source in SOURCES:
        ends = [lead.status == "Qualified" for lead in finished if lead.source is source]
        rate = sum(ends) / len(ends)
        reason = f"{source.name}: {rate:.0%} of {len(ends)} converted, against {overall:.0%} overall".replace("%", " %")
        assert reason in said or len(ends) <= 10 or abs(rate - overall) < 0.05, reason


def test_an_earlier_score_knows_nothing_of_what_came_later(sample: Sample) -> None:
    at = sample.scored_at[0] - timedelta(days=40)
    rule = Rule(sample.leads, at)

    assert rule.count == sum(lead.ended_at is not None and lead.ended_at < at for lead in sample.leads)


def test_referrals_convert_best_and_bought_lists_worst() -> None:
    rates = {source.name: source.converted / source.finished for source in SOURCES}

    assert max(rates, key=rates.__getitem__) == "Customer Referral"
    assert min(rates, key=rates.__getitem__) == "Purchased List"


def test_every_reference_points_to_a_row_and_no_name_comes_twice(rows: dict[str, list[Row]]) -> None:
    ids = {kind: {row.get("external_id") for row in found} for kind, found in rows.items()}
    targets = {"owner": "user", "manager": "user", "account": "account", "contact": "contact", "lead": "lead"}
    targets |= {f"converted_{kind}": kind for kind in ("account", "contact", "opportunity")}
    targets["opportunity"] = "opportunity"
    for row in _all(rows):
        for field, kind in targets.items():
            assert row.get(field) is None or row[field] in ids[kind], row

    for kind in ("account", "opportunity"):
        names = [row["name"] for row in rows[kind]]
        assert len(names) == len(set(names))
    leads = [f"{row['first_name']} {row['last_name']}" for row in rows["lead"]]
    assert len(leads) == len(set(leads))


def test_the_same_moment_gives_the_same_company_and_another_day_the_same_people() -> None:
    now, later = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2027, 3, 6, 9, tzinfo=UTC)
    once, again, other = (rows_of(invent(each, ZoneInfo("UTC"))) for each in (now, now, later))

    assert once == again
    people, others = ({(row["first_name"], row["last_name"]) for row in each["lead"]} for each in (once, other))
    assert people == others
    assert {row["name"] for row in once["account"]} == {row["name"] for row in other["account"]}


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_the_local_day(zone: str) -> None:
    now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    sample = invent(now, ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()

    assert sample.days.today == today
    assert any(task.due == today for task in sample.tasks)
    assert all(row["at"] <= now for row in rows_of(sample)["activity"])


def test_every_rep_has_work_and_wins() -> None:
    sample = invent(datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("UTC"))
    for rep in REPS:
        assert sum(lead.owner is rep and lead.ended_at is None for lead in sample.leads) >= 10
        assert sum(deal.owner is rep and deal.stage == "Closed Won" for deal in sample.deals) >= 3
    assert {person.team for person in PEOPLE} == {"Sales Operations", "Americas", "Europe", "Asia Pacific"}


def _all(rows: dict[str, list[Row]]) -> Iterator[dict[str, Any]]:
    for found in rows.values():
        yield from found


def _when(due: date, today: date) -> str:
    return "today" if due == today else "late" if due < today else "ahead"

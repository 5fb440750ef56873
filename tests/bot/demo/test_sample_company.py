from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo.date_shift import DATED, Calendar
from bot.demo.sample_company import FILES, HERO, LAST_DAY, NEW, READY, WRITTEN_FOR
from storage.scores.model.training import FEWEST_OF_EACH, FEWEST_ROWS
from storage.workspaces.workspace_vocabulary import SOURCES, STAGES, STATUSES

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
OPEN = {stage[0] for stage in STAGES if stage[3] == "open"}

Row = dict[str, str]
Rows = dict[str, list[Row]]


def written() -> Rows:
    """The rows of the files as they are, by the name of the file."""
    found = {}
    for path in FILES:
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module", params=MOMENTS.values(), ids=MOMENTS.keys())
def calendar(request: pytest.FixtureRequest) -> Calendar:
    return Calendar(datetime.fromisoformat(request.param), ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def rows(calendar: Calendar) -> Rows:
    return {name: [calendar.move_row(row) for row in found] for name, found in written().items()}


def test_the_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 400_000


def test_a_dozen_reps_have_managers_and_an_administrator() -> None:
    people = written()["people"]
    known = {row["external_id"] for row in people}

    assert Counter(row["role"] for row in people) == {"rep": 12, "manager": 3, "admin": 1}
    assert all(row["manager"] in known for row in people if row["role"] != "admin")


def test_every_status_stage_and_source_is_there() -> None:
    files = written()

    assert len(files["leads"]) == 408
    assert len(files["opportunities"]) == 231
    assert {row["status"] for row in files["leads"]} == {name for name, _ in STATUSES}
    assert {row["stage"] for row in files["opportunities"]} == {stage[0] for stage in STAGES}
    assert {row["source"] for row in files["leads"]} == set(SOURCES)
    assert {row["kind"] for row in files["activities"]} == {"call", "email", "meeting", "note", "task"}


def test_there_are_enough_finished_leads_to_learn_from() -> None:
    leads = written()["leads"]
    converted = sum(row["converted"] == "yes" for row in leads)
    finished = converted + sum(row["status"] == "Unqualified" for row in leads)

    assert finished >= FEWEST_ROWS
    assert converted >= FEWEST_OF_EACH


def test_the_one_to_talk_as_has_something_of_everything(rows: Rows, calendar: Calendar) -> None:
    hero = next(row["external_id"] for row in rows["people"] if row["name"] == HERO)
    own = [row for row in rows["leads"] if row["owner"] == hero]
    stages = {row["stage"] for row in rows["opportunities"] if row["owner"] == hero}
    due = [date.fromisoformat(row["due"]) for row in _tasks(rows) if row["owner"] == hero and _is_open(row)]
    named = {f"{row['first_name']} {row['last_name']}" for row in own}

    assert {row["status"] for row in own} == {name for name, _ in STATUSES}
    assert stages == {stage[0] for stage in STAGES}
    assert min(due) < calendar.today < max(due)
    assert calendar.today in due
    assert {NEW, READY} <= named


def test_nothing_has_happened_after_now(rows: Rows, calendar: Calendar) -> None:
    for row in _all(rows):
        for field in ("created_at", "at", "converted_at", "last_activity_at"):
            if row.get(field):
                assert datetime.fromisoformat(row[field]) <= calendar.now, row


def test_won_and_lost_deals_lie_in_the_last_year_and_open_ones_ahead(rows: Rows, calendar: Calendar) -> None:
    late = 0
    for row in rows["opportunities"]:
        closes = date.fromisoformat(row["close_date"])
        if row["stage"] not in OPEN:
            assert calendar.today - timedelta(days=370) <= closes < calendar.today
        late += row["stage"] in OPEN and closes < calendar.today
    # Those that are won or lost in the afternoon of the last working day are still open in the file.
    assert 3 < late < 11


def test_people_work_on_working_days_and_at_working_hours() -> None:
    for row in _all(written()):
        for field in DATED & row.keys():
            assert not row[field] or datetime.fromisoformat(row[field]).weekday() < 5, row
    for row in written()["activities"]:
        if row["kind"] in ("call", "email", "meeting"):
            assert time(9) <= datetime.fromisoformat(row["at"]).time() < time(17), row


def test_a_lead_is_contacted_after_it_arrived(rows: Rows) -> None:
    arrived = {row["external_id"]: datetime.fromisoformat(row["created_at"]) for row in rows["leads"]}
    for row in rows["activities"]:
        if row["lead"] and row["at"]:
            assert datetime.fromisoformat(row["at"]).date() >= arrived[row["lead"]].date(), row
    for row in rows["leads"]:
        assert bool(row["last_activity_at"]) == (row["status"] != "Open"), row


def test_leads_came_in_lately_and_some_follow_ups_are_late(rows: Rows, calendar: Calendar) -> None:
    newest = [
        row for row in rows["leads"] if datetime.fromisoformat(row["created_at"]).date() >= calendar.last_working_day
    ]
    due = Counter(_when(date.fromisoformat(row["due"]), calendar.today) for row in _tasks(rows) if _is_open(row))

    assert 5 <= len(newest) <= 12
    assert due["today"] >= 8
    assert due["late"] >= 8
    assert due["ahead"] > due["late"]


def test_every_reference_points_to_a_row_and_no_name_comes_twice() -> None:
    files = written()
    ids = {name: {row.get("external_id") for row in found} for name, found in files.items()}
    targets = {"owner": "people", "manager": "people", "lead": "leads"}
    for kind in ("account", "contact", "opportunity"):
        name = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
        targets |= {kind: name, f"converted_{kind}": name}
    for row in _all(files):
        for field, name in targets.items():
            assert not row.get(field) or row[field] in ids[name], row

    for name in ("accounts", "opportunities"):
        names = [row["name"] for row in files[name]]
        assert len(names) == len(set(names))
    leads = [f"{row['first_name']} {row['last_name']}" for row in files["leads"]]
    assert len(leads) == len(set(leads))
    assert {person for person, *_ in LAST_DAY} <= ids["people"]
    assert {arguments["name"] for *_, arguments in LAST_DAY} <= {*leads, *names}


def test_every_rep_has_work_and_wins() -> None:
    files = written()
    for person in (row["external_id"] for row in files["people"] if row["role"] == "rep"):
        leads = [row for row in files["leads"] if row["owner"] == person and row["converted"] == "no"]
        deals = [row for row in files["opportunities"] if row["owner"] == person]
        assert sum(row["status"] != "Unqualified" for row in leads) >= 10
        assert sum(row["stage"] == "Closed Won" for row in deals) >= 3
    assert {row["team"] for row in files["people"]} == {"Sales Operations", "Americas", "Europe", "Asia Pacific"}


def test_a_year_of_working_days_stays_a_year(calendar: Calendar) -> None:
    moved = calendar.move_row({"due": (WRITTEN_FOR - timedelta(days=364)).isoformat()})

    assert 362 <= (calendar.today - date.fromisoformat(moved["due"])).days <= 366


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_the_local_day(zone: str) -> None:
    now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    calendar = Calendar(now, ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()

    assert calendar.today == today
    assert calendar.move_row({"due": WRITTEN_FOR.isoformat()}) == {"due": today.isoformat()}
    assert calendar.move_row({"at": f"{WRITTEN_FOR} 23:00"}) == {"at": now.isoformat()}


def _all(rows: Rows) -> Iterator[Row]:
    for found in rows.values():
        yield from found


def _tasks(rows: Rows) -> list[Row]:
    return [row for row in rows["activities"] if row["kind"] == "task"]


def _is_open(row: Row) -> bool:
    return row["status"] != "Completed"


def _when(due: date, today: date) -> str:
    return "today" if due == today else "late" if due < today else "ahead"

"""The morning digest in Slack: once, at the right time, or not at all and then reported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.playground.web_api.api_faults import answers_error, drops_connection, rate_limited, server_error
from commands.digest.schedule import LATE_BY_MOST, DigestSchedule, find_due_digest, find_valid_zone, local_to_utc
from storage.tables import DigestRun, Lead, LeadScore, Rep, Status, Workspace
from storage.workspaces.workspace_vocabulary import create_workspace
from tests.bot.slack.office import Office

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(office: Office, local: str, zone: str = "Europe/Berlin") -> None:
    """Set the bot's clock to a local moment, `2026-11-19 08:30`."""
    moment = datetime.fromisoformat(local).replace(tzinfo=find_valid_zone(zone))
    office.wait(seconds=(moment - office.now()).total_seconds())


def tick(office: Office) -> None:
    office.running.digests.queue_due_digests(office.company.workspace_id)
    office.until(lambda: office.open_rows() == 0, 30)


def runs(office: Office, first_name: str) -> dict[date, str]:
    with office.database.begin_read() as session:
        query = select(DigestRun.local_date, DigestRun.state).join(Rep, Rep.id == DigestRun.rep_id)
        return {row[0]: row[1] for row in session.execute(query.where(Rep.first_name == first_name))}


def only(office: Office, *first_names: str) -> None:
    """Nobody else gets a digest."""
    with office.database.begin_write() as session:
        session.execute(update(Rep).values(digest_enabled=Rep.first_name.in_(first_names), time_zone="Europe/Berlin"))


def test_it_comes_once_at_its_local_time(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-19 08:29")
    tick(http_office)
    assert nora.visible_messages() == []

    at(http_office, "2026-11-19 08:30")
    for _ in range(3):
        tick(http_office)

    (digest,) = nora.visible_messages()
    assert "to work on" in digest.text
    assert runs(http_office, "Nora") == {date(2026, 11, 19): "sent"}


def test_the_first_start_sends_nothing_that_was_due_before_it(http_office: Office) -> None:
    nora, _ = http_office.person("nora"), http_office.person("dana")
    only(http_office, "Nora", "Dana")
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Dana").values(digest_time=time(11, 0)))
    # The office was first opened at 10:30 in Berlin, where digests come at 8:30.
    at(http_office, "2026-11-18 11:15")
    tick(http_office)

    assert nora.visible_messages() == []
    assert runs(http_office, "Nora") == {}
    assert runs(http_office, "Dana") == {date(2026, 11, 18): "sent"}

    at(http_office, "2026-11-19 12:01")
    tick(http_office)
    at(http_office, "2026-11-20 08:30")
    tick(http_office)
    assert runs(http_office, "Nora") == {date(2026, 11, 19): "skipped", date(2026, 11, 20): "sent"}
    assert len(nora.visible_messages()) == 1


def test_who_asks_for_what_is_due_gets_it_also_at_the_first_start(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    http_office.running.digests.queue_due_digests(http_office.company.workspace_id, asked=True)
    http_office.until(lambda: http_office.open_rows() == 0, 30)

    assert len(nora.visible_messages()) == 1


def test_a_rep_who_never_wrote_is_found_by_email(http_office: Office) -> None:
    dana = http_office.person("dana")
    only(http_office, "Dana")
    at(http_office, "2026-11-19 08:30")
    tick(http_office)

    assert len(dana.visible_messages()) == 1


def test_its_thread_knows_its_leads_and_says_why(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-19 08:30")
    tick(http_office)
    (digest,) = nora.visible_messages()

    why = nora.says("why is the first one first?", thread_ts=digest.ts)

    assert "score" in why.text.lower()


def test_its_thread_says_why_a_lead_stood_first_also_when_that_has_passed(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-19 08:30")
    with http_office.database.begin_write() as session:
        its = {"score": 99, "band": "hot", "created_at": http_office.now() - timedelta(hours=2), "last_touch_at": None}
        status = select(Status.id).where(Status.name == "Open").scalar_subquery()
        session.execute(update(Lead).values(score=10))
        session.execute(update(Lead).where(Lead.name == "Jane Roe").values(status_id=status, movement=35, **its))
        lead = session.scalar(select(Lead.id).where(Lead.name == "Jane Roe"))
        night = http_office.now() - timedelta(hours=5)
        kept = {"score": 99, "as_of": night, "model": "imported", "reasons": None}
        session.add(LeadScore(workspace_id=1, lead_id=lead, **kept))
    tick(http_office)
    (digest,) = nora.visible_messages()
    at(http_office, "2026-11-19 10:00")

    why = nora.says("why is she first?", thread_ts=digest.ts)

    assert "Jane Roe" in why.text
    assert "Priority in today's digest 124: new, not contacted yet +15, score up 35 +10." in why.text
    assert "Priority by now 99: nothing urgent, the score alone." in why.text


def test_a_day_off_a_holiday_and_a_stopped_digest_bring_nothing(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-21 08:30")
    tick(http_office)
    with http_office.database.begin_write() as session:
        session.execute(update(Workspace).values(holidays=["2026-11-23"], version=Workspace.version + 1))
    at(http_office, "2026-11-23 08:30")
    tick(http_office)
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).values(digest_enabled=False))
    at(http_office, "2026-11-24 08:30")
    tick(http_office)

    assert nora.visible_messages() == []
    assert runs(http_office, "Nora") == {}


def test_ten_workers_at_once_send_one(http_office: Office) -> None:
    people = [http_office.person(name) for name in ("nora", "dana", "tom")]
    only(http_office, "Nora", "Dana", "Tom")
    at(http_office, "2026-11-19 08:30")

    with ThreadPoolExecutor(10) as workers:
        list(
            workers.map(
                lambda _: http_office.running.digests.queue_due_digests(http_office.company.workspace_id), range(10)
            )
        )
    http_office.until(lambda: http_office.open_rows() == 0, 30)

    assert [len(each.visible_messages()) for each in people] == [1, 1, 1]


@pytest.mark.parametrize(
    "fault",
    [drops_connection(after=True), drops_connection(after=False), server_error(after=True), rate_limited(1)],
    ids=["posted and dropped", "dropped", "posted and 500", "429"],
)
def test_whatever_happens_to_the_post_it_comes_once(http_office: Office, fault: object) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    http_office.slack.faults.plan_fault("chat.postMessage", fault)  # type: ignore[arg-type]
    at(http_office, "2026-11-19 08:30")
    tick(http_office)

    assert len(nora.visible_messages()) == 1
    assert runs(http_office, "Nora") == {date(2026, 11, 19): "sent"}


def test_after_downtime_it_comes_late_and_after_too_long_not_at_all_but_is_reported(http_office: Office) -> None:
    nora, priya = http_office.person("nora"), http_office.person("priya")
    only(http_office, "Nora")
    priya.says("help")
    at(http_office, "2026-11-19 11:59")
    tick(http_office)
    assert len(nora.visible_messages()) == 1

    at(http_office, "2026-11-20 12:01")
    tick(http_office)
    tick(http_office)

    assert len(nora.visible_messages()) == 1
    assert runs(http_office, "Nora")[date(2026, 11, 20)] == "skipped"
    assert sum("skipped" in each.text for each in priya.visible_messages()) == 1


def test_each_day_that_was_missed_is_reported(http_office: Office) -> None:
    nora, priya = http_office.person("nora"), http_office.person("priya")
    only(http_office, "Nora")
    priya.says("help")
    at(http_office, "2026-11-19 08:30")
    tick(http_office)

    at(http_office, "2026-11-24 12:01")
    tick(http_office)

    assert len(nora.visible_messages()) == 1
    reports = [each.text for each in priya.visible_messages() if "skipped" in each.text]
    assert sorted(text.split(" could")[0] for text in reports) == [
        "Digests of Fri 20 Nov",
        "Digests of Mon 23 Nov",
        "Digests of Tue 24 Nov",
    ]


def test_a_time_that_is_set_after_it_has_passed_was_not_missed(http_office: Office) -> None:
    nora, dana, priya = (http_office.person(name) for name in ("nora", "dana", "priya"))
    only(http_office, "Nora", "Dana")
    priya.says("help")
    at(http_office, "2026-11-19 08:00")
    nora.uses_command("/digest", "off")
    for day in ("19", "20", "23"):
        at(http_office, f"2026-11-{day} 08:30")
        tick(http_office)
    at(http_office, "2026-11-23 15:00")
    nora.uses_command("/digest", "on")
    tick(http_office)

    assert runs(http_office, "Nora") == {}
    assert len(runs(http_office, "Dana")) == 3
    assert not any("skipped" in each.text for each in priya.visible_messages())
    at(http_office, "2026-11-24 08:30")
    tick(http_office)
    assert runs(http_office, "Nora") == {date(2026, 11, 24): "sent"}
    assert dana.visible_messages()


def test_a_traveller_has_missed_nothing_in_the_zone_just_entered(http_office: Office) -> None:
    nora, priya = http_office.person("nora"), http_office.person("priya")
    for each in (nora, priya):
        each.says("help")
    only(http_office, "Nora")
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).values(time_zone=None, slack_time_zone="America/New_York"))
    at(http_office, "2026-11-19 08:30", "America/New_York")
    tick(http_office)
    at(http_office, "2026-11-20 06:00", "America/New_York")
    http_office.slack.send_event(
        http_office.slack.team.id,
        "user_change",
        {"type": "user_change", "user": {"id": nora.id, "tz": "Asia/Tokyo", "profile": {}}},
    )
    http_office.slack.wait_until_quiet()
    http_office.until(lambda: http_office.open_rows() == 0)
    tick(http_office)

    assert set(runs(http_office, "Nora")) == {date(2026, 11, 19)}
    assert not any("skipped" in each.text for each in priya.visible_messages())


def test_a_closed_door_stops_one_digest_and_nobody_elses(http_office: Office) -> None:
    nora, dana, priya = (http_office.person(name) for name in ("nora", "dana", "priya"))
    for each in (nora, dana, priya):
        each.says("help")
    only(http_office, "Nora", "Dana")
    http_office.slack.faults.plan_fault("chat.postMessage", answers_error("restricted_action"))
    at(http_office, "2026-11-19 08:30")
    tick(http_office)

    states = {name: runs(http_office, name)[date(2026, 11, 19)] for name in ("Nora", "Dana")}
    assert sorted(states.values()) == ["failed", "sent"]
    assert any("could not deliver" in each.text for each in priya.visible_messages())


def test_a_digest_that_cannot_be_made_keeps_nobody_else_waiting(http_office: Office) -> None:
    dana = http_office.person("dana")
    only(http_office, "Nora", "Dana")
    with http_office.database.begin_write() as session:
        other = create_workspace(session, name="Elsewhere", now=http_office.now())
        # What no command would write: leads in a status that is another workspace's.
        status = session.scalar(select(Status.id).where(Status.workspace_id == other.id).limit(1))
        nora = select(Rep.id).where(Rep.first_name == "Nora").scalar_subquery()
        session.execute(update(Lead).where(Lead.owner_id == nora).values(status_id=status))
    at(http_office, "2026-11-19 08:30")
    tick(http_office)

    assert len(dana.visible_messages()) == 1
    assert runs(http_office, "Dana") == {date(2026, 11, 19): "sent"}


def test_changed_settings_on_the_day_bring_no_second_one(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-19 08:30")
    tick(http_office)
    nora.uses_command("/digest", "9:15")
    at(http_office, "2026-11-19 09:15")
    tick(http_office)

    assert sum("to work on" in each.text for each in nora.visible_messages()) == 1


def test_a_traveller_gets_one_a_local_date(http_office: Office) -> None:
    nora = http_office.person("nora")
    only(http_office, "Nora")
    at(http_office, "2026-11-19 08:30", "Pacific/Auckland")
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).values(time_zone="Pacific/Auckland"))
    tick(http_office)
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).values(time_zone="Pacific/Honolulu"))
    at(http_office, "2026-11-19 08:30", "Pacific/Honolulu")
    tick(http_office)
    at(http_office, "2026-11-20 08:30", "Pacific/Honolulu")
    tick(http_office)

    assert len(nora.visible_messages()) == 2
    assert set(runs(http_office, "Nora")) == {date(2026, 11, 19), date(2026, 11, 20)}


ZONES = (
    "America/New_York",
    "Europe/London",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Beirut",
    "America/Havana",
    "Pacific/Chatham",
    "Europe/Dublin",
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", [time(0, 0), time(1, 30), time(2, 15), time(8, 30)])
def test_a_year_of_hours_has_each_working_day_once(zone: str, clock: time) -> None:
    schedule = DigestSchedule(clock, WEEKDAYS, zone)
    found = []
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        due = find_due_digest(schedule, moment, ())
        if due is not None and (not found or found[-1] != due.local_date):
            found.append(due.local_date)
        moment += timedelta(hours=1)

    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    working = [day for day in days if day.weekday() < 5]
    assert len(found) == len(set(found))
    # At the two ends of the year the zone decides whether the day belongs to it.
    assert set(working[1:-1]) <= set(found)


def test_a_time_that_clocks_skip_is_the_first_after_the_gap_and_one_they_pass_twice_the_first() -> None:
    def local(zone: str, day: date, clock: time) -> str:
        return local_to_utc(day, clock, find_valid_zone(zone)).astimezone(find_valid_zone(zone)).strftime("%H:%M%z")

    assert local("America/New_York", date(2026, 3, 8), time(2, 30)) == "03:00-0400"
    assert local("America/New_York", date(2026, 11, 1), time(1, 30)) == "01:30-0400"
    assert local("America/Santiago", date(2026, 9, 6), time(0, 0)) == "01:00-0300"
    assert local("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10)) == "02:30+1100"


def test_a_digest_is_due_for_three_and_a_half_hours() -> None:
    schedule = DigestSchedule(time(23, 0), (*WEEKDAYS, "sat", "sun"), "UTC")
    due = find_due_digest(schedule, datetime(2026, 11, 19, 2, 0, tzinfo=UTC), ())

    assert due is not None
    assert due.local_date == date(2026, 11, 18)
    assert due.until - due.at == LATE_BY_MOST
    assert find_due_digest(schedule, datetime(2026, 11, 19, 2, 31, tzinfo=UTC), ()) is None

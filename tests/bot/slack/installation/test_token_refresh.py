"""Tokens that end are renewed ahead of time, each refresh token used once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.playground.person import LocalPerson
from bot.playground.web_api.api_faults import Gate, answers_error, answers_late, drops_connection, server_error
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_state import LocalTeam
from bot.slack.installation.token_refresh import refresh_tokens
from storage.database.doors import Database
from storage.tables import Outbox
from tests.bot.slack.many_teams_house import House


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with House(database, app=AppSettings(rotates_tokens=True)) as made:
        yield made


@pytest.fixture
def acme(house: House) -> tuple[LocalTeam, LocalPerson]:
    team, ada = house.team("Acme")
    house.installs(ada)
    return team, ada


def tick(house: House) -> int:
    return refresh_tokens(house.database, house.clients, house.oauth, house.now)


def renewals(house: House) -> int:
    calls = house.slack.ledger.list_calls("oauth.v2.access")
    return sum(each.arguments.get("grant_type") == "refresh_token" for each in calls)


def test_a_token_is_renewed_two_hours_before_its_end_and_not_earlier(
    house: House, acme: tuple[LocalTeam, LocalPerson]
) -> None:
    team, ada = acme
    old = house.slack.world.find_installation(team.id).bot_token
    house.wait(hours=9, minutes=55)
    assert (tick(house), renewals(house)) == (0, 0)

    house.wait(minutes=10)

    assert (tick(house), tick(house), renewals(house)) == (1, 0, 1)
    new = house.slack.world.find_installation(team.id).bot_token
    assert new != old
    assert house.oauth.cipher.decrypt(str(house.installation(team).bot_token)) == new
    house.wait(hours=3)
    assert "No open leads yet" in ada.says("my leads").text


def test_an_idle_team_has_a_living_token_after_a_week(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    _, ada = acme
    for _ in range(7 * 24 * 2):
        house.wait(minutes=30)
        tick(house)

    assert "No open leads yet" in ada.says("my leads").text


def test_the_clock_of_the_server_renews(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    house.wait(hours=11)
    house.running.scheduler.run_due_work()

    assert renewals(house) == 1


def test_several_processes_use_a_refresh_token_once(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    house.wait(hours=11)
    gate = Gate()
    house.slack.faults.plan_fault("oauth.v2.access", answers_late(gate=gate))
    first = threading.Thread(target=tick, args=[house])
    first.start()
    assert gate.wait_until_reached(10)

    others = [threading.Thread(target=tick, args=[house]) for _ in range(4)]
    for each in others:
        each.start()
    for each in others:
        each.join(10)
    gate.let_through()
    first.join(10)

    assert renewals(house) == 1
    assert tick(house) == 0


@pytest.mark.parametrize("fault", [answers_error("internal_error"), server_error(), drops_connection(after=False)])
def test_what_failed_is_tried_again_after_two_minutes(
    house: House, acme: tuple[LocalTeam, LocalPerson], fault: object
) -> None:
    team, _ = acme
    house.wait(hours=11)
    house.slack.faults.plan_fault("oauth.v2.access", fault)  # type: ignore[arg-type]
    assert tick(house) == 0
    assert tick(house) == 0

    house.wait(minutes=2, seconds=1)

    assert tick(house) == 1
    token = house.slack.world.find_installation(team.id).bot_token
    assert house.oauth.cipher.decrypt(str(house.installation(team).bot_token)) == token


def test_a_refusal_is_not_repeated_each_minute_and_stops_no_other_team(
    house: House, acme: tuple[LocalTeam, LocalPerson], caplog: pytest.LogCaptureFixture
) -> None:
    team, _ = acme
    _, bea = house.team("Globex", "Bea Boss")
    house.installs(bea)
    house.slack.world.find_installation(team.id).refresh_token = "used up"
    house.wait(hours=11)

    assert tick(house) == 1
    for _ in range(30):
        house.wait(minutes=1)
        tick(house)

    assert renewals(house) == 2
    assert f"team {team.id} has to install the app again" in caplog.text


def test_an_installation_made_meanwhile_is_not_overwritten(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, ada = acme
    house.wait(hours=11)
    gate = Gate()
    house.slack.faults.plan_fault("oauth.v2.access", answers_late(gate=gate))
    renewing = threading.Thread(target=tick, args=[house])
    renewing.start()
    assert gate.wait_until_reached(10)

    house.installs(ada)
    kept = house.installation(team).bot_token
    gate.let_through()
    renewing.join(10)

    assert house.installation(team).bot_token == kept


def test_a_message_is_kept_where_its_token_has_ended(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    _, ada = acme
    ada.says("my leads")
    house.wait(hours=13)
    ada.says("my leads", waits=False)

    def kept() -> list[str | None]:
        with house.database.begin_read() as session:
            return list(session.scalars(select(Outbox.error).where(Outbox.state == "waiting")))

    house.until(lambda: kept() == ["token_expired"])

"""A team takes the app out, and perhaps puts it in again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.playground.person import LocalPerson
from bot.playground.workspace.slack_state import LocalTeam
from bot.playground.workspace.traffic_ledger import Delivery
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.render import render_notice
from bot.slack.teams.teams import InstalledTeams, SlackTeams
from storage.database.doors import Database
from storage.tables import AuditEntry, Confirmation, Focus, Inbox, Lead, Outbox, Rep, Turn
from tests.bot.slack.many_teams_house import House
from tests.company import load_company

UNINSTALLED = {"type": "app_uninstalled"}


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with House(database) as made:
        yield made


@pytest.fixture
def acme(house: House) -> tuple[LocalTeam, LocalPerson]:
    team, ada = house.team("Acme")
    house.installs(ada)
    return team, ada


def revoked(house: House, team: LocalTeam, *, bot: bool = True) -> dict[str, object]:
    user = house.slack.world.find_installation(team.id).bot_user
    return {"type": "tokens_revoked", "tokens": {"oauth": ["U0OTHER"], "bot": [user] if bot else []}}


def told(house: House, team: LocalTeam, event: dict[str, object]) -> Delivery:
    delivery = house.slack.send_event(team.id, str(event["type"]), event)
    assert delivery is not None
    house.until(lambda: delivery.settled)
    return delivery


def count(house: House, table: type, *conditions: object) -> int:
    with house.database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]


def test_the_token_goes_and_the_records_stay(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, ada = acme
    load_company(house.database, house.workspace(team).id)
    leads = count(house, Lead)
    ada.says("mark may lin as contacted")
    began = house.now()

    house.slack.uninstall_from(team)
    house.until(lambda: house.installation(team).removed_at is not None)
    house.slack.wait_until_quiet()

    kept = house.installation(team)
    assert (kept.bot_token, kept.refresh_token) == (None, None)
    assert kept.removed_at is not None
    assert timedelta() <= kept.removed_at - began < timedelta(minutes=1)
    assert house.teams.find_team(team.id) is None
    assert house.teams.find_team_of_workspace(kept.workspace_id) is None
    assert count(house, Lead) == leads
    assert [count(house, each) for each in (Confirmation, Focus, Turn)] == [0, 0, 0]
    with house.database.begin_read() as session:
        assert not any([*session.scalars(select(Inbox.payload)), *session.scalars(select(Outbox.body))])


@pytest.mark.parametrize("order", [("u", "r"), ("r", "u"), ("u", "u", "r", "r"), ("r",), ("u",)])
def test_the_two_events_may_come_in_any_order_and_twice(
    house: House, acme: tuple[LocalTeam, LocalPerson], order: tuple[str, ...]
) -> None:
    team, _ = acme
    events = {"u": UNINSTALLED, "r": revoked(house, team)}

    deliveries = [told(house, team, events[each]) for each in order]

    assert all(each.attempts[0].status == 200 and len(each.attempts) == 1 for each in deliveries)
    assert house.installation(team).bot_token is None


def test_what_waits_is_settled_and_nothing_more_is_taken_or_sent(
    house: House, acme: tuple[LocalTeam, LocalPerson]
) -> None:
    team, ada = acme
    workspace = house.workspace(team).id
    later = house.now() + timedelta(hours=1)
    house.running.bot.sender.post_messages(
        OutboxMessage(workspace, "later", ada.id, render_notice("hello"), not_before=later)
    )

    told(house, team, UNINSTALLED)
    posts = len(house.slack.ledger.list_calls("chat.postMessage"))
    ada.says("my leads", waits=False)
    house.slack.wait_until_quiet()

    assert count(house, Outbox, Outbox.settled_at.is_(None)) == 0
    assert count(house, Inbox) == 0
    assert len(house.slack.ledger.list_calls("chat.postMessage")) == posts


def test_a_press_after_the_app_is_gone_changes_nothing(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, ada = acme
    load_company(house.database, house.workspace(team).id)
    card = ada.says("mark may lin as contacted").messages[0]
    told(house, team, UNINSTALLED)

    seen = ada.presses(card, "Confirm", waits=False)

    # Slack shows the person an error: there is no token any more with which to tell them anything.
    assert not seen.is_acknowledged
    assert count(house, AuditEntry, AuditEntry.rep_id.is_not(None)) == 0


def test_a_persons_own_token_is_not_the_bots(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, ada = acme

    told(house, team, revoked(house, team, bot=False))

    assert house.installation(team).bot_token is not None
    assert "No open leads yet" in ada.says("my leads").text


def test_another_team_goes_on(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, _ = acme
    _, bea = house.team("Globex", "Bea Boss")
    house.installs(bea)

    house.slack.uninstall_from(team)
    house.until(lambda: house.installation(team).removed_at is not None)

    assert "No open leads yet" in bea.says("my leads").text


def test_a_team_that_comes_back_finds_its_records_and_its_people(
    house: House, acme: tuple[LocalTeam, LocalPerson]
) -> None:
    team, ada = acme
    load_company(house.database, house.workspace(team).id)
    people = count(house, Rep)
    house.slack.uninstall_from(team)
    house.until(lambda: house.installation(team).removed_at is not None)
    house.slack.wait_until_quiet()

    assert house.installs(ada).status == 200

    kept = house.installation(team)
    assert (kept.removed_at, kept.workspace_id) == (None, house.workspace(team).id)
    assert count(house, Rep) == people
    assert "May Lin" in ada.says("who is may lin?").text


def test_a_late_retry_does_not_end_the_installation_that_followed(
    house: House, acme: tuple[LocalTeam, LocalPerson]
) -> None:
    team, ada = acme
    delivery = told(house, team, UNINSTALLED)
    house.wait(minutes=2)
    house.installs(ada)

    house.slack.deliveries.redeliver_event(delivery)

    assert house.installation(team).bot_token is not None


def test_other_processes_know_within_seconds(house: House, acme: tuple[LocalTeam, LocalPerson]) -> None:
    team, _ = acme
    other = SlackTeams(installed=InstalledTeams(house.database, house.oauth.cipher))
    new, bea = house.team("Globex", "Bea Boss")
    assert other.find_team(team.id) is not None
    assert other.find_team(new.id) is None

    house.installs(bea)
    told(house, team, UNINSTALLED)

    house.until(lambda: other.find_team(new.id) is not None and other.find_team(team.id) is None, seconds=4)

"""Who meets the bot for the first time is welcomed: once, with three things to press."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select, update

from bot.playground.person import LocalPerson
from bot.playground.screen.screen_reading import button_labels
from bot.playground.web_api.api_faults import drops_connection, rate_limited
from storage.tables import Lead, Outbox, Rep
from tests.bot.slack.office import Office

HELLO = "Hello Nora, I am Leadlight"
THREE = ["Whom to call first", "My open deals", "What can I ask?"]


@pytest.fixture
def nora(any_office: Office) -> LocalPerson:
    """Nora, who has never met the bot."""
    with any_office.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Nora").values(welcomed_at=None))
    return any_office.person("nora")


def welcomes(office: Office, person: LocalPerson) -> list[str]:
    office.until(lambda: office.open_rows() == 0, 20)
    return [each.text for each in person.visible_messages() if each.text.startswith("Hello ")]


def test_opening_the_messages_tab_brings_a_welcome_with_three_buttons(any_office: Office, nora: LocalPerson) -> None:
    nora.opens_messages_tab()
    (text,) = welcomes(any_office, nora)
    (message,) = nora.visible_messages()

    assert text.startswith(HELLO)
    assert "Your digest comes Monday to Friday at 08:30" in text
    assert button_labels(message) == THREE
    for label in THREE:
        assert nora.presses(message, label).text, label


def test_the_first_message_is_answered_and_welcomed(any_office: Office, nora: LocalPerson) -> None:
    nora.says("who is may lin?")
    any_office.slack.wait_until_quiet()
    assert len(welcomes(any_office, nora)) == 1
    # The welcome and the answer may come in either order.
    assert any("May Lin" in each.text for each in nora.visible_messages()[1:])

    assert "Jane Roe" in nora.says("who is jane roe?").text
    assert len(welcomes(any_office, nora)) == 1


def test_it_comes_once_whatever_happens_at_the_same_time(any_office: Office, nora: LocalPerson) -> None:
    with ThreadPoolExecutor(6) as crowd:
        for _ in range(3):
            crowd.submit(nora.opens_messages_tab, waits=False)
            crowd.submit(nora.says, "my hot leads", waits=False)
    assert len(welcomes(any_office, nora)) == 1

    # A month later the outbox has forgotten it, and the mark remembers.
    with any_office.database.begin_write() as session:
        session.execute(delete(Outbox))
        assert session.scalar(select(Rep.welcomed_at).where(Rep.first_name == "Nora")) is not None
    nora.opens_messages_tab()
    assert len(welcomes(any_office, nora)) == 1


@pytest.mark.parametrize("after", [True, False])
def test_a_post_of_unknown_outcome_is_not_repeated(any_office: Office, nora: LocalPerson, *, after: bool) -> None:
    any_office.slack.faults.plan_fault("chat.postMessage", drops_connection(after=after))
    nora.opens_messages_tab()
    any_office.wait(seconds=5)

    assert len(welcomes(any_office, nora)) == 1


def test_a_slack_that_fails_delays_it(any_office: Office, nora: LocalPerson) -> None:
    any_office.slack.faults.plan_fault("chat.postMessage", rate_limited(1))
    nora.opens_messages_tab()
    any_office.wait(seconds=10)

    assert len(welcomes(any_office, nora)) == 1


def test_who_is_known_already_and_a_stranger_get_none(any_office: Office) -> None:
    dana = any_office.person("dana")
    stranger = any_office.slack.add_person("Sam Stranger", "sam@elsewhere.example")
    for each in (dana, stranger):
        each.opens_messages_tab()
        assert welcomes(any_office, each) == []


def test_where_there_are_no_leads_yet_the_first_button_adds_one(any_office: Office, nora: LocalPerson) -> None:
    with any_office.database.begin_write() as session:
        session.execute(update(Lead).values(owner_id=any_office.company.person("dana")))
    nora.opens_messages_tab()
    welcomes(any_office, nora)
    (message,) = nora.visible_messages()

    assert button_labels(message)[0] == "Add a lead"
    assert "no leads here yet" in message.text
    assert nora.presses(message, "Add a lead").modal is not None

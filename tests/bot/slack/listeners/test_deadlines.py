"""Commands, buttons and forms while something else is slow: answered in time, and either done or not."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from bot.dialogue.dialogue import Conversation
from bot.model.turn.turn_listening import Listening
from bot.playground.screen.screen_view import VisibleChanges
from bot.playground.web_api.api_faults import answers_late
from commands.contract.reply import Reply
from commands.dispatching.request import Request
from tests.bot.slack.office import Office
from tests.company import Company

LOCKED = 5.0
SLOW = 5.0


@contextmanager
def somebody_writes(office: Office) -> Iterator[None]:
    """Another writer holds the database for five seconds."""
    began = time.monotonic()
    connection = sqlite3.connect(str(office.database.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    time.sleep(max(0.0, LOCKED - (time.monotonic() - began)))
    connection.execute("ROLLBACK")
    connection.close()


def in_time(seen: VisibleChanges) -> bool:
    assert seen.delivery is not None
    return seen.delivery.is_acknowledged and seen.delivery.attempts[0].seconds < 3


def told(office: Office, seen: VisibleChanges, words: str) -> None:
    """The person reads this within the three seconds."""
    seen.wait_until(lambda seen: words in seen.text, 3)


def nothing_comes_later(office: Office) -> None:
    time.sleep(1)
    office.until(lambda: office.open_rows() == 0, 30)
    assert office.writes() == 0
    assert office.status("Jane Roe") == "Open"


def test_a_command_that_cannot_write_in_time_is_not_done_and_says_so(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.uses_command("/leadlight", "help")

    with somebody_writes(http_office):
        seen = nora.uses_command("/leadlight", "log_activity jane roe kind=call text=hello", waits=False)
        assert in_time(seen)
        told(http_office, seen, "Please press again")
    nothing_comes_later(http_office)

    assert "Logged" in nora.uses_command("/leadlight", "log_activity jane roe kind=call text=hello").text
    assert http_office.writes() == 1


@pytest.mark.parametrize("button", ["Confirm", pytest.param("Cancel", marks=pytest.mark.slow)])
def test_a_button_that_cannot_write_in_time_is_not_done_and_says_so(http_office: Office, button: str) -> None:
    nora = http_office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]

    with somebody_writes(http_office):
        seen = nora.presses(card, button, waits=False)
        assert in_time(seen)
        told(http_office, seen, "Please press again")
    nothing_comes_later(http_office)

    nora.presses(card, "Confirm", waits=False)
    http_office.until(lambda: http_office.status("Jane Roe") == "Contacted")
    assert http_office.writes() == 1


@pytest.mark.slow
def test_a_choice_that_cannot_be_kept_in_time_can_be_made_again(http_office: Office) -> None:
    nora = http_office.person("nora")
    asked = nora.says("mark jane as contacted").messages[0]

    with somebody_writes(http_office):
        seen = nora.presses(asked, "choose:2", waits=False)
        assert in_time(seen)
        told(http_office, seen, "Please press again")
    nothing_comes_later(http_office)

    again = nora.presses(asked, "choose:2").messages[-1]
    assert "Confirm" in again.text or "?" in again.text


def test_a_form_that_cannot_write_in_time_stays_open_and_says_so(http_office: Office) -> None:
    nora = http_office.person("nora")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None

    with somebody_writes(http_office):
        seen = nora.submits_modal(modal, waits=False)
        assert in_time(seen)
        assert "Please press again" in "".join(seen.errors.values())
    nothing_comes_later(http_office)

    nora.submits_modal(modal, waits=False)
    http_office.until(lambda: http_office.writes() == 1)


def test_what_only_reads_is_answered_while_somebody_writes(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.uses_command("/leadlight", "help")

    with somebody_writes(http_office):
        seen = nora.uses_command("/opps", "", waits=False)
        assert in_time(seen)


class Slow(Conversation):
    """Answers messages as slowly as a busy model."""

    def answer_text(self, request: Request, text: str, listening: Listening | None = None) -> Reply:
        if request.surface == "slack message":
            time.sleep(SLOW)
        return super().answer_text(request, text, listening)


@pytest.fixture
def slow_office(sqlite_company: Company) -> Iterator[Office]:
    with Office(sqlite_company, conversation=Slow) as made:
        yield made


@pytest.mark.slow
def test_commands_are_acknowledged_at_once_while_two_hundred_slow_turns_are_under_way(
    slow_office: Office,
) -> None:
    office = slow_office
    people = [office.person(name) for name in ("nora", "dana", "priya")]
    for person in people:
        person.uses_command("/leadlight", "help")
    said = [people[number % 3].says("my hot leads", waits=False).delivery for number in range(200)]
    seconds = []
    for number in range(40):
        seen = people[number % 3].uses_command("/leads", "hot")
        assert "lead" in seen.text
        assert seen.delivery is not None
        seconds.append(seen.delivery.attempts[0].seconds)

    assert all(each is not None and each.is_acknowledged for each in said)
    assert office.open_rows() > 150
    assert max(seconds) < 3
    assert sorted(seconds)[len(seconds) // 2] < 0.3


def test_a_command_that_waited_for_a_thread_is_not_done_unseen(sqlite_company: Company) -> None:
    with Office(sqlite_company, over="socket") as office:
        nora = office.person("nora")
        nora.uses_command("/leadlight", "help")
        office.slack.faults.plan_fault("users.info", answers_late(4), times=None)
        crowd = [office.slack.add_person(f"Stranger {number}") for number in range(40)]
        with ThreadPoolExecutor(len(crowd)) as asking:
            for each in crowd:
                asking.submit(each.uses_command, "/leads", "hot", waits=False)
            time.sleep(0.7)
            seen = nora.uses_command("/leadlight", "log_activity jane roe kind=call text=hello", waits=False)
        told = "Logged" in seen.text
        time.sleep(3)

        assert office.writes() == int(told)

"""What people see when the disk is full, the database is away or the token was revoked, and what becomes of it."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.dialogue.dialogue import Conversation
from bot.model.turn.turn_listening import Listening
from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.screen.screen_reading import button_labels
from bot.playground.web_api.api_faults import answers_error
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.operations.serve import StopSignal, wait_for_bound_team
from commands.contract.reply import Reply
from commands.dispatching.request import Request
from storage.database import doors
from storage.database.errors import Contention, DiskTrouble
from storage.database.trouble_log import TROUBLES
from storage.tables import Confirmation, Inbox, Outbox
from tests.bot.slack.office import Office
from tests.company import Company
from tests.full_disk import full_disk
from tests.sqlite_files import on_postgresql

FULL = DiskTrouble.for_people


def told(office: Office, person: LocalPerson) -> list[str]:
    """What the bot has said to somebody directly, oldest first."""
    bot = office.slack.installation.bot_user
    return [each.text for each in office.slack.list_messages(person.dm) if each.user == bot]


@pytest.fixture(autouse=True)
def _fresh_log() -> None:
    """Each test logs its trouble for the first time."""
    TROUBLES.forget()


def test_on_a_full_disk_people_are_told_in_one_sentence_and_the_log_in_one_line(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    nora, tom = office.person("nora"), office.person("tom")
    with full_disk():
        for each in (nora, tom):
            each.says("mark jane roe as contacted", waits=False)
            office.until(lambda each=each: told(office, each))

    assert told(office, nora) == told(office, tom) == [FULL]
    lines = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert len([each for each in lines if "free space" in each.getMessage()]) == 1
    assert [each.getMessage() for each in lines if each.exc_info] == []
    assert office.writes() == 0


def test_what_a_full_disk_could_not_take_is_not_done_later_behind_the_persons_back(http_office: Office) -> None:
    office = http_office
    nora = office.person("nora")
    with full_disk():
        nora.says("log a call with jane roe: no answer", waits=False)
        office.until(lambda: told(office, nora))
    for _ in range(3):
        office.wait(seconds=310)
    office.slack.wait_until_quiet()
    assert told(office, nora) == [FULL]
    assert office.states(Inbox) == {}

    assert "Log a call" in nora.says("log a call with jane roe: no answer").text


def test_on_a_full_disk_a_question_is_answered_where_nothing_has_to_be_kept(http_office: Office) -> None:
    nora = http_office.person("nora")
    nora.uses_command("/leadlight", "help")
    with full_disk():
        seen = nora.uses_command("/lead", "jane roe")

    assert "Jane Roe" in seen.messages[-1].text


def test_a_press_on_a_full_disk_changes_nothing_and_keeps_the_card(http_office: Office) -> None:
    nora = http_office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[-1]
    with full_disk():
        seen = nora.presses(card, "Confirm", waits=False).wait_until(lambda seen: seen.messages)
    assert FULL in seen.text
    assert http_office.writes() == 0

    nora.presses(card, "Confirm")
    assert http_office.writes() == 1


class Filling(Conversation):
    """Answers as ever; while `held` is set, the disk fills before the work, or before its answer is kept."""

    held: ExitStack | None = None
    before_work = False

    def answer_text(self, request: Request, text: str, listening: Listening | None = None) -> Reply:
        if self.held is not None and self.before_work:
            self.held.enter_context(full_disk())
        reply = super().answer_text(request, text, listening)
        if self.held is not None and not self.before_work:
            self.held.enter_context(full_disk())
        return reply


def say_while_the_disk_fills(office: Office, said: str, *, before_work: bool) -> list[str]:
    """Let Nora say this; return all that she is told, also when there is room again."""
    talk = office.running.bot.conversation
    assert isinstance(talk, Filling)
    nora = office.person("nora")
    talk.before_work = before_work
    with ExitStack() as talk.held:
        nora.says(said, waits=False)
        office.until(lambda: told(office, nora))
    talk.held = None
    office.wait(seconds=20)
    office.until(lambda: not office.open_rows())
    return told(office, nora)


@pytest.mark.parametrize("said", ["who is jane roe?", "log a call with jane roe: no answer"])
def test_an_answer_that_cannot_be_kept_is_sent_once_all_the_same(sqlite_company: Company, said: str) -> None:
    with Office(sqlite_company, conversation=Filling) as office:
        (answer,) = say_while_the_disk_fills(office, said, before_work=False)

        assert "Jane Roe" in answer
        assert office.states(Inbox) == {"done": 1}
        assert office.states(Outbox) == {}


def test_what_was_refused_on_a_full_disk_is_not_proposed_later(sqlite_company: Company) -> None:
    """The person was told that nothing was changed, so no card of that message may wait for a yes."""
    with Office(sqlite_company, conversation=Filling) as office:
        assert say_while_the_disk_fills(office, "log a call with jane roe: no answer", before_work=True) == [FULL]
        with office.database.begin_read() as session:
            assert session.scalars(select(Confirmation.id)).all() == []


@on_postgresql
def test_a_record_that_somebody_keeps_locked_holds_nobodys_answer_up(
    company: Company, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LOCK_SECONDS", 1)
    company.database.close()
    with Office(company) as office, company.database.engine.connect() as other:
        nora = office.person("nora")
        card = nora.says("mark jane roe as contacted").messages[-1]
        before = len(told(office, nora))
        other.execute(text("SELECT id FROM lead FOR UPDATE"))

        nora.says("mark jane doe as contacted", waits=False)
        pressed = nora.presses(card, "Confirm", waits=False)
        office.until(lambda: len(told(office, nora)) == before + 2, 30)
        other.rollback()

        assert Contention.for_people in told(office, nora)
        assert "not done" in pressed.text
        assert "Confirm" in button_labels(card)
        assert office.writes() == 0
        # Only the one that keeps it locked.
        office.until(lambda: company.database.engine.pool.checkedout() == 1)
    lines = [each.getMessage() for each in caplog.records if "busy with another write" in each.getMessage()]
    assert len(lines) == 1
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


@on_postgresql
def test_a_table_that_somebody_keeps_locked_holds_no_question_up(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LOCK_SECONDS", 1)
    company.database.close()
    with Office(company) as office, company.database.engine.connect() as other:
        nora = office.person("nora")
        nora.says("hi")
        other.execute(text("LOCK TABLE lead IN ACCESS EXCLUSIVE MODE"))

        nora.says("who is jane roe?", waits=False)
        office.until(lambda: told(office, nora)[-1] == Contention.for_people, 30)
        other.rollback()


@on_postgresql
@pytest.mark.parametrize(
    "held",
    [
        "INSERT INTO source (workspace_id, name, name_key, position, retired) VALUES (1, 'x', 'x', 9, false)",
        "SELECT id FROM workspace FOR UPDATE",
    ],
)
def test_a_start_does_not_fail_because_somebody_writes(
    company: Company, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    monkeypatch.setattr(doors, "LOCK_SECONDS", 1)
    company.database.close()
    with LocalSlack() as slack, ThreadPoolExecutor(1) as thread, company.database.engine.connect() as other:
        settings, clients = Settings(_env_file=None, slack_bot_token=slack.bot_token), SlackClients(slack.api_url)
        # The team is bound by the first start; this is any other.
        wait_for_bound_team(settings, company.database, clients, StopSignal())
        other.execute(text(held))
        starting = thread.submit(wait_for_bound_team, settings, company.database, clients, StopSignal())
        while not starting.done() and "busy with another write" not in caplog.text:
            time.sleep(0.02)
        # A record that is added stands in nobody's way.
        assert starting.done() == held.startswith("INSERT")
        other.rollback()
        team = starting.result(30)

    assert team is not None
    assert team.team_id == slack.team.id


@on_postgresql
def test_a_server_that_was_away_for_a_moment_costs_no_answer(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    with Office(company) as office:
        nora = office.person("nora")
        with company.database.begin_read() as session:
            session.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                     " AND datname = current_database()")
            )  # fmt: skip
        seen = nora.says("who is jane roe?")

    assert "Jane Roe" in seen.messages[-1].text
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


@pytest.mark.parametrize("met_before", [True, False], ids=["a rep it knows", "a rep it has to look up"])
def test_a_revoked_token_loses_nothing(http_office: Office, met_before: bool, caplog: pytest.LogCaptureFixture) -> None:
    office = http_office
    nora = office.person("nora")
    if met_before:
        nora.says("hi")
    before = len(told(office, nora))
    office.slack.faults.plan_fault("*", answers_error("token_revoked"), times=None)
    nora.says("who is jane roe?", waits=False)
    for _ in range(8):
        office.wait(seconds=31)
        office.until(lambda: office.open_rows() and not office.states(Inbox)["held"] + office.states(Outbox)["held"])
    office.slack.faults.clear_faults()
    office.wait(seconds=31)
    office.until(lambda: any("Jane Roe" in each for each in told(office, nora)[before:]))

    office.until(lambda: not office.open_rows())
    assert len([each for each in told(office, nora) if "Jane Roe" in each]) == 1
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


def test_after_a_day_without_a_token_what_waited_is_given_up(http_office: Office) -> None:
    office = http_office
    nora = office.person("nora")
    nora.says("hi")
    office.slack.faults.plan_fault("*", answers_error("token_revoked"), times=None)
    nora.says("who is jane roe?", waits=False)
    office.until(lambda: office.states(Outbox)["waiting"] == 1)
    office.wait(seconds=timedelta(days=1, minutes=1).total_seconds())

    office.until(lambda: not office.open_rows())
    assert office.states(Outbox)["dead"] == 1


def test_readiness_tells_of_a_full_disk_a_hanging_database_and_a_dead_token(http_office: Office) -> None:
    office = http_office
    assert office.health.find_trouble() == []

    with full_disk():
        assert office.health.find_trouble() == ["the disk of the database takes no writes"]
    with office.database.begin_write():
        assert office.health.find_trouble() == ["the database takes no write in time"]
    office.until(lambda: office.health.find_trouble() == [])

    nora = office.person("nora")
    nora.says("hi")
    office.slack.faults.plan_fault("*", answers_error("account_inactive"), times=None)
    nora.says("hi", waits=False)
    office.until(lambda: office.health.find_trouble() == ["Slack refuses the bot token"])
    office.slack.faults.clear_faults()
    office.wait(seconds=31)
    office.until(lambda: office.health.find_trouble() == [])

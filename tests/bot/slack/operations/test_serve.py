"""The real process: it starts, answers, is killed in the middle, starts again, and stops in order."""

from __future__ import annotations

import socket
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select, text, update

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.scripted_model.scripted_answers import drips_text, says
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.playground.web_api.api_faults import Gate, answers_late, drops_connection
from storage.database.doors import Database
from storage.tables import AuditEntry, Rep
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.serve_process import Process
from tests.company import Company


@pytest.fixture
def slack(sqlite_company: Company) -> Iterator[LocalSlack]:
    """A Slack whose people get no digests: the process goes by the real clock, and this may be a morning."""
    with sqlite_company.database.begin_write() as session:
        session.execute(update(Rep).values(digest_enabled=False))
    with LocalSlack() as made:
        yield made


def member(slack: LocalSlack, company: Company, first_name: str) -> LocalPerson:
    with company.database.begin_read() as session:
        rep = session.scalar(select(Rep).where(Rep.first_name == first_name))
        assert rep is not None
        return slack.add_person(rep.name, rep.email)


def answers(slack: LocalSlack, person: LocalPerson) -> list[str]:
    return [each.text for each in slack.list_messages(person.dm) if each.user != person.id]


def until(met: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "not so in time"
        time.sleep(0.05)


def writes(database: Database) -> int:
    with database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.rep_id.is_not(None))) or 0


@pytest.mark.parametrize("over", ["http", "socket"])
def test_it_answers_and_stops_within_twenty_seconds(slack: LocalSlack, sqlite_company: Company, over: str) -> None:
    nora = member(slack, sqlite_company, "Nora")
    with Process(slack, sqlite_company.database, over=over) as process:
        assert "leads" in nora.says("my leads").text
        # A socket that is closed while it is written to is no matter of the start.
        started = list(process.log)

        assert process.get("/healthz") == (200, "ok\n")
        assert process.get("/readyz") == (200, "ready\n")
        assert 'leadlight_events_accepted_total{kind="message"} 1.0' in process.get("/metrics")[1]
        assert process.get("/metrics")[1].count("Nora") == 0

        status, seconds = process.stop()

    assert status == 0
    assert seconds < 20
    assert started
    assert [line for line in started if not line.startswith("INFO ")] == [], "a healthy start warns of nothing"


def test_metrics_can_be_served_apart_from_the_public_port(slack: LocalSlack, sqlite_company: Company) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Process(slack, sqlite_company.database, METRICS_PORT=str(port)) as process:
        assert process.get("/metrics")[0] == 404
        assert process.get("/healthz")[0] == 200
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            assert b"leadlight_inbox_open" in answer.read()


@pytest.mark.slow
def test_a_model_that_takes_its_time_does_not_hold_up_the_stop(slack: LocalSlack, sqlite_company: Company) -> None:
    nora = member(slack, sqlite_company, "Nora")
    words = "blorp the snarfle, would you kindly?"
    with LocalModel() as model:
        model.script_answers(drips_text("You have. " * 400, 0.3))
        settings = {"OPENAI_API_KEY": model.key, "OPENAI_BASE_URL": model.url, "OPENAI_MODEL": model.name}
        with Process(slack, sqlite_company.database, OPENAI_SECONDS="100", **settings) as process:
            nora.says(words, waits=False)
            until(lambda: model.asked)
            status, seconds = process.stop()

        model.script_answers(says("I do not know."))
        with Process(slack, sqlite_company.database, **settings):
            until(lambda: answers(slack, nora))
            until(lambda: not open_rows(sqlite_company.database))

    assert (status, seconds < 20) == (0, True)
    assert len(answers(slack, nora)) == 1


@pytest.mark.slow
def test_a_locked_database_does_not_hold_up_the_stop(slack: LocalSlack, sqlite_company: Company) -> None:
    nora = member(slack, sqlite_company, "Nora")
    gate = Gate()
    slack.faults.plan_fault("users.info", answers_late(gate=gate))
    connection = sqlite3.connect(str(sqlite_company.database.url.database), isolation_level=None)
    with Process(slack, sqlite_company.database) as process:
        nora.says("my leads", waits=False)
        assert gate.wait_until_reached(10)
        connection.execute("BEGIN IMMEDIATE")
        _, seconds = process.stop()
    connection.execute("ROLLBACK")
    gate.let_through()

    with Process(slack, sqlite_company.database):
        until(lambda: answers(slack, nora))

    assert seconds < 20


# In every run a kill while posting holds this, and the soak's short form.
@pytest.mark.slow
def test_what_was_accepted_is_answered_after_a_kill(slack: LocalSlack, sqlite_company: Company) -> None:
    nora = member(slack, sqlite_company, "Nora")
    gate = Gate()
    slack.faults.plan_fault("users.info", answers_late(gate=gate))
    with Process(slack, sqlite_company.database) as process:
        nora.says("my leads", waits=False)
        assert gate.wait_until_reached(10)
        process.kill()
    gate.let_through()

    with Process(slack, sqlite_company.database):
        until(lambda: answers(slack, nora))
        until(lambda: not open_rows(sqlite_company.database))

    assert len(answers(slack, nora)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("posted", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_kill_while_posting_leaves_one_answer_and_one_write(
    slack: LocalSlack, sqlite_company: Company, posted: bool
) -> None:
    nora = member(slack, sqlite_company, "Nora")
    gate = Gate()
    slack.faults.plan_fault("chat.postMessage", answers_late(gate=gate) if posted else drops_connection(after=False))
    with Process(slack, sqlite_company.database, SETTLING_SECONDS="5") as process:
        nora.says("log_activity jane roe kind=call text=hello", waits=False)
        if posted:
            assert gate.wait_until_reached(10)
        else:
            until(lambda: slack.ledger.list_calls("chat.postMessage"))
        process.kill()
    gate.let_through()

    with Process(slack, sqlite_company.database):
        until(lambda: answers(slack, nora))
        until(lambda: not open_rows(sqlite_company.database))

    assert writes(sqlite_company.database) == 1
    assert len(answers(slack, nora)) == 1


@pytest.mark.slow
def test_two_processes_answer_each_event_once(slack: LocalSlack, sqlite_company: Company) -> None:
    nora, dana = member(slack, sqlite_company, "Nora"), member(slack, sqlite_company, "Dana")
    with (
        Process(slack, sqlite_company.database, over="socket"),
        Process(slack, sqlite_company.database, over="socket"),
    ):
        for number in range(6):
            nora.says(f"my hot leads {'please ' * (number % 2)}", waits=False)
            dana.says("my leads", waits=False)
        until(lambda: len(answers(slack, nora)) >= 6 and len(answers(slack, dana)) >= 6)
        until(lambda: not open_rows(sqlite_company.database))

    assert (len(answers(slack, nora)), len(answers(slack, dana))) == (6, 6)


def test_a_wrong_token_is_said_in_a_sentence(slack: LocalSlack, sqlite_company: Company) -> None:
    process = Process(slack, sqlite_company.database, SLACK_BOT_TOKEN="xoxb-wrong")
    until(lambda: process.status is not None)

    assert process.status == 1
    assert "SLACK_BOT_TOKEN" in "\n".join(process.log)
    assert "xoxb-wrong" not in "\n".join(process.log)
    assert "Traceback" not in "\n".join(process.log)


@pytest.mark.slow
def test_it_stops_by_itself_when_the_database_becomes_newer(slack: LocalSlack, sqlite_company: Company) -> None:
    nora = member(slack, sqlite_company, "Nora")
    with Process(slack, sqlite_company.database) as process:
        nora.says("my leads")
        before = writes(sqlite_company.database)
        with sqlite_company.database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        nora.says("log_activity jane roe kind=call text=hello", waits=False)

        assert process.ended()

    assert process.status == 1
    assert process.log[-1].endswith("newer than this program (revision 9999). Install the newer Leadlight.")
    assert "Traceback" not in "\n".join(process.log)
    assert writes(sqlite_company.database) == before


def test_it_does_not_start_on_tables_that_are_not_its_own(slack: LocalSlack, sqlite_company: Company) -> None:
    with sqlite_company.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE rep DROP COLUMN slack_time_zone"))
    process = Process(slack, sqlite_company.database)

    assert process.ended()
    assert process.status == 1
    assert "\n".join(process.log).endswith(
        "not as this program expects: the column rep.slack_time_zone is missing. Run: leadlight db upgrade"
    )


def test_tokens_in_each_others_place_are_named_before_slack_is_asked(
    slack: LocalSlack, sqlite_company: Company
) -> None:
    swapped = {"SLACK_BOT_TOKEN": slack.app_token, "SLACK_APP_TOKEN": slack.bot_token}
    process = Process(slack, sqlite_company.database, over="socket", **swapped)

    assert process.ended()
    assert process.status == 1
    assert process.log == [
        "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: xoxb-… is the bot token, xapp-… the app token."
    ]


def test_a_start_without_people_says_that_nobody_is_let_in(slack: LocalSlack, sqlite_company: Company) -> None:
    with sqlite_company.database.begin_write() as session:
        session.execute(update(Rep).values(active=False))
    with Process(slack, sqlite_company.database) as process:
        until(lambda: any("nobody is let in; run: leadlight import people.csv" in line for line in process.log))
        process.stop()


def test_a_slack_that_cannot_be_reached_is_one_line_a_try(slack: LocalSlack, sqlite_company: Company) -> None:
    process = Process(slack, sqlite_company.database, over="socket", SLACK_API_URL="http://127.0.0.1:9/")
    until(lambda: len(process.log) >= 2)
    process.kill()

    assert set(process.log) == {"WARNING leadlight: Slack cannot be reached (URLError); trying again"}

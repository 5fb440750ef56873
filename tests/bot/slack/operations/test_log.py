"""The log says what happened, not what people write, and no secret, at every level of detail."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from bot.playground.local_slack import LocalSlack
from bot.playground.web_api.api_faults import answers_error, drops_connection, server_error
from bot.playground.workspace.app_settings import AppSettings
from tests.bot.slack.office import Office
from tests.bot.slack.operations.test_serve import member, until
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.serve_process import Process
from tests.company import Company

MARK = "zanzibar"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    app = AppSettings(app_token=f"xapp-{MARK}", signing_secret=f"{MARK}-signing")
    with LocalSlack(app, bot_token=f"xoxb-{MARK}") as made:
        yield made


@pytest.mark.parametrize("over", ["http", pytest.param("socket", marks=pytest.mark.slow)])
def test_no_text_and_no_secret_is_logged_also_where_things_fail(
    slack: LocalSlack, sqlite_company: Company, over: str
) -> None:
    nora = member(slack, sqlite_company, "Nora")
    with Process(slack, sqlite_company.database, over=over, LOG_LEVEL="DEBUG") as process:
        nora.says(f"add a lead: {MARK} smith at {MARK} ltd")
        nora.says("yes")
        nora.uses_command("/lead", f"find {MARK}")
        nora.opens_home()
        for fault in (
            answers_error("invalid_blocks"),
            answers_error("restricted_action"),
            server_error(),
            drops_connection(),
        ):
            slack.faults.plan_fault("chat.postMessage", fault)
            nora.says(f"who is {MARK} smith?", waits=False)
            until(lambda: not open_rows(sqlite_company.database))
        slack.deliveries.start_delivery(
            "interactive", "strange", slack.team.id, {"type": "block_actions", "text": MARK}
        )
        slack.send_event(
            slack.team.id, "message.im", {"type": "message", "text": MARK, "channel": "D1", "user": {"a": MARK}}
        )
        if over == "http":
            forged(process, {"type": "event_callback", "event": {"type": "message", "text": MARK}})
        slack.wait_until_quiet()
        process.stop()

    assert [line for line in process.log if MARK in line.lower()] == []


def test_requests_set_the_level_of_no_logger_of_ours(office: Office) -> None:
    # Bolt sets that of the logger with the app's name at every request.
    office.person("nora").says("help")

    named = [logging.getLogger(each) for each in ("leadlight", "bot", "commands", "storage")]
    assert [each.name for each in named if each.level != logging.NOTSET] == []


def forged(process: Process, body: dict[str, object]) -> None:
    """A request that Slack did not sign."""
    headers = {"x-slack-signature": "v0=0", "x-slack-request-timestamp": "1", "content-type": "application/json"}
    request = urllib.request.Request(f"{process.url}/slack/events", json.dumps(body).encode(), headers)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=5)

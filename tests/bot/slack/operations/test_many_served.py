"""`leadlight serve` for many workspaces, as a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from bot.playground.local_slack import LocalSlack
from bot.slack.installation.manifest import required_scopes
from storage.database.doors import Database
from tests.bot.slack.many_teams_house import KEY, get, state_of
from tests.bot.slack.serve_process import Process


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(installed=False) as made:
        yield made


def settings(slack: LocalSlack) -> dict[str, str]:
    app = slack.app
    return {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": app.client_id,
        "SLACK_CLIENT_SECRET": app.client_secret,
        "ENCRYPTION_KEY": KEY,
    }


@pytest.mark.slow
def test_it_serves_without_a_token_of_its_own_and_again_after_a_restart(
    slack: LocalSlack, sqlite_database: Database
) -> None:
    team = slack.add_team("Acme")
    ada = slack.add_person("Ada Boss", "ada@acme.example", team=team)
    with Process(slack, sqlite_database, **settings(slack)) as process:
        slack.world.app = replace(slack.app, redirect_url=f"{process.url}/slack/oauth_redirect")
        begun = get(f"{process.url}/slack/install")
        code = slack.consent.grant_code(ada.user, None, ",".join(required_scopes()))
        query = urlencode({"code": code, "state": state_of(begun)})
        page = get(f"{process.url}/slack/oauth_redirect?{query}", begun.cookie)

        assert page.status == 200, page.text
        assert slack.world.wait_until(ada.visible_messages, 10), "the welcome comes"
        assert "No open leads yet" in ada.says("my leads").text
        assert process.get("/readyz")[0] == 200
        log = "\n".join(process.log)
        assert process.stop()[0] == 0
    token = slack.world.find_installation(team.id).bot_token
    assert not any(each in log for each in (token, code, state_of(begun), KEY, slack.app.client_secret))

    with Process(slack, sqlite_database, **settings(slack)):
        assert "No open leads yet" in ada.says("my leads").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET", marks=pytest.mark.slow),
        pytest.param({"ENCRYPTION_KEY": ""}, "ENCRYPTION_KEY", marks=pytest.mark.slow),
        pytest.param({"ENCRYPTION_KEY": "short"}, "token_urlsafe", marks=pytest.mark.slow),
        ({"SLACK_CLIENT_ID": "", "SLACK_CLIENT_SECRET": ""}, "SLACK_BOT_TOKEN"),
    ],
)
def test_it_does_not_start_with_half_of_the_settings(
    slack: LocalSlack, sqlite_database: Database, changed: dict[str, str], said: str
) -> None:
    process = Process(slack, sqlite_database, **{**settings(slack), **changed})

    assert process.ended()
    assert process.status == 1
    assert said in "\n".join(process.log)
    assert "Traceback" not in "\n".join(process.log)

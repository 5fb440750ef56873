"""Answering to a response_url."""

from __future__ import annotations

import pytest
from slack_sdk.webhook import WebhookClient

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.transport.event_payloads import new_response_path
from bot.playground.web_api.api_faults import server_error


@pytest.fixture
def answer(slack: LocalSlack, nora: LocalPerson) -> WebhookClient:
    return WebhookClient(
        slack.url + new_response_path(slack.world, slack.team.id, nora.dm.id, nora.id), retry_handlers=[]
    )


def test_it_is_good_five_times(answer: WebhookClient, nora: LocalPerson) -> None:
    told = [answer.send(text=str(number)).status_code for number in range(6)]

    assert told == [200] * 5 + [404]
    assert "used_url" in answer.send(text="x").body
    assert [each.text for each in nora.visible_messages()] == ["0", "1", "2", "3", "4"]


def test_it_is_good_for_thirty_minutes(slack: LocalSlack, answer: WebhookClient) -> None:
    slack.advance_clock(minutes=29)
    assert answer.send(text="x").status_code == 200
    slack.advance_clock(minutes=1)

    assert "expired_url" in answer.send(text="x").body


def test_it_shows_to_one_or_all_replaces_and_deletes(
    slack: LocalSlack, answer: WebhookClient, nora: LocalPerson
) -> None:
    answer.send(text="Working …")
    assert slack.list_messages(nora.dm) == []
    answer.send(text="Done", replace_original=True)
    assert [each.text for each in nora.visible_messages()] == ["Done"]
    answer.send(text="For all", response_type="in_channel")
    assert [each.text for each in slack.list_messages(nora.dm)] == ["For all"]
    answer.send(delete_original=True)
    assert [each.text for each in nora.visible_messages()] == ["For all"]


def test_bad_blocks_are_refused(answer: WebhookClient) -> None:
    refused = answer.send(text="x", blocks=[{"type": "marquee"}])

    assert (refused.status_code, refused.body) == (400, "invalid_blocks")


def test_it_goes_wrong_on_demand(slack: LocalSlack, answer: WebhookClient, nora: LocalPerson) -> None:
    slack.faults.plan_fault("response_url", server_error(after=True))

    assert answer.send(text="x").status_code == 500
    assert len(nora.visible_messages()) == 1
    assert slack.ledger.list_calls("response_url")[0].effective

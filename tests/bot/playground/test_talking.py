"""People and a real Bolt app talk over both ways of delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond, Say
from slack_sdk import WebClient

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.workspace.api_refusal import NotPossible

BUTTON = {
    "type": "actions",
    "block_id": "choice",
    "elements": [
        {"type": "button", "action_id": "yes", "value": "17", "text": {"type": "plain_text", "text": "Yes"}},
        {"type": "button", "action_id": "no", "value": "17", "text": {"type": "plain_text", "text": "No"}},
    ],
}
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "amount",
            "label": {"type": "plain_text", "text": "Amount"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}


@pytest.fixture(params=["socket", "http"])
def attach(request: pytest.FixtureRequest) -> Callable[[], object]:
    """Attaches the app to the local Slack, once over Socket Mode and once over signed HTTP."""
    name = "connect" if request.param == "socket" else "serve"
    found: Callable[[], object] = request.getfixturevalue(name)
    return found


def test_a_direct_message_is_answered_in_its_thread(
    slack: LocalSlack, app: App, attach: Callable[[], object], nora: LocalPerson
) -> None:
    @app.event("message")
    def answer(event: dict[str, Any], say: Say) -> None:
        say(f"You said {event['text']}", thread_ts=event["ts"])

    attach()
    seen = nora.says("hello & <goodbye>")

    assert seen.message.text == "You said hello &amp; &lt;goodbye&gt;"
    assert [each.user for each in slack.list_thread(seen.message)] == [nora.id, slack.installation.bot_user]
    payload = seen.delivery.payload if seen.delivery else {}
    assert payload["event"]["channel_type"] == "im"
    assert payload["authorizations"][0]["user_id"] == slack.installation.bot_user


def test_a_mention_in_a_channel_is_an_app_mention(
    slack: LocalSlack, app: App, attach: Callable[[], object], nora: LocalPerson
) -> None:
    @app.event("app_mention")
    def answer(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postEphemeral(channel=event["channel"], user=event["user"], text="Only for you")

    sales = slack.add_channel("sales", nora)
    attach()
    seen = nora.mentions_app("help", sales)

    assert [each.text for each in seen.ephemerals] == ["Only for you"]
    assert len(slack.list_messages(sales)) == 1
    assert len(nora.visible_messages(sales)) == 2


def test_a_command_is_answered_with_the_acknowledgement_and_later_by_its_url(
    app: App, attach: Callable[[], object], nora: LocalPerson
) -> None:
    @app.command("/lead")
    def lead(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
        ack(f"Looking for {command['text']}")
        respond("Found her", replace_original=False)

    attach()
    seen = nora.uses_command("/lead", "jane").wait_until(lambda seen: len(seen.ephemerals) == 2)

    assert {each.text for each in seen.ephemerals} == {"Looking for jane", "Found her"}


def test_a_command_nobody_answers_shows_that(app: App, attach: Callable[[], object], nora: LocalPerson) -> None:
    attach()

    assert nora.uses_command("/nothing").error in ("dispatch_failed", "operation_timeout")


def test_a_button_replaces_its_message(
    app: App, attach: Callable[[], object], nora: LocalPerson, client: WebClient
) -> None:
    @app.action("yes")
    def yes(ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        ack()
        respond(f"You chose {body['actions'][0]['value']}", replace_original=True)

    attach()
    posted = client.chat_postMessage(channel=nora.dm.id, text="Well?", blocks=[BUTTON])
    message = nora.visible_messages()[-1]
    seen = nora.presses(message, "Yes")

    assert message.ts == posted["ts"]
    assert seen.messages == [message]
    assert message.text == "You chose 17"
    with pytest.raises(NotPossible, match="there is no 'Yes' here"):
        nora.presses(message, "Yes")


def test_a_modal_opens_shows_its_errors_and_closes(app: App, attach: Callable[[], object], nora: LocalPerson) -> None:
    @app.shortcut("add")
    def add(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("form")
    def form(ack: Ack, view: dict[str, Any], client: WebClient, body: dict[str, Any]) -> None:
        typed = view["state"]["values"]["amount"]["typed"]["value"]
        if not typed.isdigit():
            ack(response_action="errors", errors={"amount": "Write a number"})
        else:
            ack()
            client.chat_postMessage(channel=body["user"]["id"], text=f"Kept {typed}")

    attach()
    view = nora.uses_shortcut("add").modal
    assert view is not None

    assert nora.submits_modal(view, {"Amount": "much"}).errors == {"amount": "Write a number"}
    assert nora.modal is view
    seen = nora.submits_modal(view, {"Amount": 45})
    assert seen.closed
    assert seen.message.text == "Kept 45"
    assert nora.modal is None


def test_home_is_published_when_it_is_opened(app: App, attach: Callable[[], object], nora: LocalPerson) -> None:
    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        text = {"type": "mrkdwn", "text": f"Tab {event['tab']}, seen before: {'view' in event}"}
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "section", "text": text}]}
        )

    attach()

    assert nora.opens_home().text == "Tab home, seen before: False"
    assert nora.opens_home().text == "Tab home, seen before: True"


def test_a_streamed_answer_is_seen_when_it_is_finished(
    app: App, attach: Callable[[], object], nora: LocalPerson, client: WebClient
) -> None:
    @app.event("message")
    def answer(event: dict[str, Any]) -> None:
        stream = client.chat_stream(channel=event["channel"], thread_ts=event["ts"], buffer_size=4)
        for word in ("**Three** ", "hot ", "leads"):
            stream.append(markdown_text=word)
        stream.stop(blocks=[BUTTON])

    attach()
    seen = nora.says("leads?")

    assert seen.message.text == "**Three** hot leads"
    assert [each["type"] for each in seen.message.blocks] == ["markdown", "actions"]
    assert seen.buttons == ["Yes", "No"]


def test_the_app_hears_of_its_own_messages_and_bolt_ignores_them(
    slack: LocalSlack, app: App, attach: Callable[[], object], nora: LocalPerson, client: WebClient
) -> None:
    heard: list[str] = []

    @app.event("message")
    def note(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    attach()
    client.chat_postMessage(channel=nora.dm.id, text="Good morning")

    assert slack.wait_until_quiet()
    (own,) = slack.ledger.list_deliveries("message.im")
    assert own.payload["event"]["bot_id"] == slack.installation.bot_id
    assert own.is_acknowledged
    assert heard == []


def test_a_person_waits_while_the_app_shows_that_it_is_busy(
    slack: LocalSlack, app: App, attach: Callable[[], object], nora: LocalPerson, client: WebClient
) -> None:
    @app.event("message")
    def answer(event: dict[str, Any]) -> None:
        where = {"channel_id": event["channel"], "thread_ts": event["ts"]}
        client.agents_sessions_setStatus(**where, status="processing")
        first = client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="Looking …")
        client.chat_update(channel=event["channel"], ts=first["ts"], text="Three leads")
        client.agents_sessions_setStatus(**where, status="active")

    attach()

    assert nora.says("leads?").text == "Three leads"


def test_a_person_who_waits_in_vain_says_what_the_app_did(
    app: App, attach: Callable[[], object], nora: LocalPerson
) -> None:
    @app.event("message")
    def nothing() -> None:
        """Says nothing."""

    attach()
    seen = nora.says("leads?", waits=False)

    with pytest.raises(TimeoutError, match=r"delivery message\.im: 200"):
        seen.wait_until_settled(timeout=0.2)


def test_a_process_finds_its_settings(slack: LocalSlack) -> None:
    given = slack.build_environment()

    assert WebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"]).auth_test()["ok"]
    assert given.keys() == {"SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}

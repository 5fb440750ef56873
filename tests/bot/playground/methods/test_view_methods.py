"""Modals and Home: triggers, the stack, hashes, values, menus that ask the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.transport.event_payloads import new_trigger
from bot.playground.workspace.api_refusal import NotPossible

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def form(title: str = "A form", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "typed", "max_length": 10}
    asked = {"type": "input", "block_id": "name", "label": plain("Name"), "element": element}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Go"),
        "blocks": [asked],
        **more,
    }


@pytest.fixture
def trigger(slack: LocalSlack, nora: LocalPerson) -> Callable[[], str]:
    return lambda: new_trigger(slack.world, slack.team.id, nora.id)


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: LocalSlack, client: WebClient, trigger: Callable[[], str]
) -> None:
    used, late = trigger(), trigger()
    client.views_open(trigger_id=used, view=form())

    assert refusal(client.views_open, trigger_id=used, view=form()) == "exchanged_trigger_id"
    slack.advance_clock(3.1)
    assert refusal(client.views_open, trigger_id=late, view=form()) == "expired_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=form()) == "invalid_trigger_id"


def test_the_stack_holds_three_modals(client: WebClient, nora: LocalPerson, trigger: Callable[[], str]) -> None:
    root = client.views_open(trigger_id=trigger(), view=form("One"))["view"]
    second = client.views_push(trigger_id=trigger(), view=form("Two"))["view"]
    client.views_push(trigger_id=trigger(), view=form("Three"))

    assert second["root_view_id"] == second["previous_view_id"] == root["id"]
    assert refusal(client.views_push, trigger_id=trigger(), view=form("Four")) == "push_limit_reached"
    assert nora.modal is not None
    nora.closes_modal(nora.modal)
    assert nora.modal.title == "Two"
    nora.closes_modal(nora.modal, everything=True)
    assert nora.modal is None
    assert refusal(client.views_update, view_id=root["id"], view=form()) == "not_found"


def test_a_stale_hash_is_refused(client: WebClient, nora: LocalPerson, trigger: Callable[[], str]) -> None:
    view = client.views_open(trigger_id=trigger(), view=form())["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=form("Newer"))

    assert refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=form()) == "hash_conflict"
    home = {"type": "home", "blocks": []}
    shown = client.views_publish(user_id=nora.id, view=home)["view"]
    client.views_publish(user_id=nora.id, view=home, hash=shown["hash"])
    assert refusal(client.views_publish, user_id=nora.id, view=home, hash=shown["hash"]) == "hash_conflict"


def test_a_form_takes_only_what_slack_would(client: WebClient, nora: LocalPerson, trigger: Callable[[], str]) -> None:
    client.views_open(trigger_id=trigger(), view=form())
    assert nora.modal is not None

    with pytest.raises(NotPossible, match="'Name' must be filled in"):
        nora.submits_modal(nora.modal)
    with pytest.raises(NotPossible, match="at most 10 characters"):
        nora.submits_modal(nora.modal, {"Name": "x" * 11})
    with pytest.raises(NotPossible, match="0 fields are called 'Nmae'"):
        nora.submits_modal(nora.modal, {"Nmae": "x"})


def test_what_is_filled_in_stays_when_the_view_is_updated(
    app: App, connect: Callable[[], object], client: WebClient, nora: LocalPerson, trigger: Callable[[], str]
) -> None:
    @app.view("form")
    def submitted(ack: Ack, view: Json) -> None:
        ack(response_action="update", view=form(view["state"]["values"]["name"]["typed"]["value"].title()))

    connect()
    client.views_open(trigger_id=trigger(), view=form())
    view = nora.modal
    assert view is not None

    assert nora.submits_modal(view, {"Name": "jane"}).text == "Jane\nName"
    assert view.values == {"name": {"typed": {"type": "plain_text_input", "value": "jane"}}}


def test_an_answer_that_slack_would_not_show_is_an_error(
    app: App, connect: Callable[[], object], client: WebClient, nora: LocalPerson, trigger: Callable[[], str]
) -> None:
    @app.view("form")
    def submitted(ack: Ack) -> None:
        ack(response_action="errors", errors={"nowhere": "No such block"})

    connect()
    client.views_open(trigger_id=trigger(), view=form())
    assert nora.modal is not None

    assert nora.submits_modal(nora.modal, {"Name": "jane"}).error == "invalid_errors"


def test_closing_is_told_to_those_who_asked_for_it(
    slack: LocalSlack,
    app: App,
    connect: Callable[[], object],
    client: WebClient,
    nora: LocalPerson,
    trigger: Callable[[], str],
) -> None:
    @app.view_closed("form")
    def closed(ack: Ack) -> None:
        ack()

    connect()
    for wanted in (False, True):
        client.views_open(trigger_id=trigger(), view=form(notify_on_close=wanted))
        assert nora.modal is not None
        nora.closes_modal(nora.modal)

    assert len(slack.ledger.list_deliveries("view_closed")) == 1


def test_a_menu_asks_the_app_for_its_options(
    app: App, connect: Callable[[], object], client: WebClient, nora: LocalPerson
) -> None:
    @app.options("account")
    def offer(ack: Ack, payload: Json) -> None:
        ack(options=[{"text": plain(f"{payload['value'].title()} Inc."), "value": "1"}])

    @app.action("account")
    def chosen(ack: Ack, action: Json, client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel=nora.id, text=f"Chose {action['selected_option']['text']['text']}")

    connect()
    menu = {"type": "external_select", "action_id": "account", "min_query_length": 2}
    client.chat_postMessage(channel=nora.id, text="x", blocks=[{"type": "actions", "elements": [menu]}])
    message = nora.visible_messages()[-1]

    assert nora.looks_up_options(message, "account", "acme") == ["Acme Inc."]
    assert nora.chooses(message, "account", "Acme Inc.").message.text == "Chose Acme Inc."


def test_an_overflow_menu_and_a_date_are_chosen(
    app: App, connect: Callable[[], object], client: WebClient, nora: LocalPerson
) -> None:
    @app.action("more")
    def more(ack: Ack, action: Json, say: Callable[..., Any]) -> None:
        ack()
        say(action["selected_option"]["value"])

    @app.action("day")
    def day(ack: Ack, action: Json, body: Json, say: Callable[..., Any]) -> None:
        ack()
        say(f"{action['selected_date']} {body['state']['values']['b']['day']['selected_date']}")

    connect()
    elements = [
        {"type": "overflow", "action_id": "more", "options": [{"text": plain("Snooze"), "value": "7"}]},
        {"type": "datepicker", "action_id": "day"},
    ]
    client.chat_postMessage(
        channel=nora.id, text="x", blocks=[{"type": "actions", "block_id": "b", "elements": elements}]
    )
    message = nora.visible_messages()[-1]

    assert nora.chooses(message, "more", "Snooze").message.text == "7"
    assert nora.chooses(message, "day", "2026-11-30").message.text == "2026-11-30 2026-11-30"


def test_one_of_several_equal_buttons_is_named(
    app: App, connect: Callable[[], object], client: WebClient, nora: LocalPerson
) -> None:
    @app.action("why")
    def why(ack: Ack, action: Json, say: Callable[..., Any]) -> None:
        ack()
        say(f"Lead {action['value']}")

    connect()
    blocks = [
        {"type": "actions", "elements": [{"type": "button", "action_id": "why", "value": each, "text": plain("Why?")}]}
        for each in ("L1", "L2")
    ]
    client.chat_postMessage(channel=nora.id, text="x", blocks=blocks)
    message = nora.visible_messages()[-1]

    with pytest.raises(NotPossible, match="there are 2 of 'Why"):
        nora.presses(message, "Why?")
    assert nora.presses(message, "Why?", value="L2").message.text == "Lead L2"
    assert nora.presses(message, "Why?", nth=1).message.text == "Lead L1"

"""Block Kit's limits, at the limit and one beyond, through the real client."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.transport.event_payloads import new_trigger

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def words(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(3), **more}


def option(number: int = 1, label: int = 3, value: int = 1) -> Json:
    return {"text": plain(label), "value": str(number).zfill(value)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": words(1), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(**more: Any) -> Json:
    return {"type": "static_select", "options": [option()], **more}


def confirm(title: int = 1, text: int = 1, yes: int = 1) -> Json:
    return {"title": plain(title), "text": words(text), "confirm": plain(yes), "deny": plain(1)}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]}


def asked(**more: Any) -> Json:
    return {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", **more}}


LIMITS: dict[str, tuple[Json, Json]] = {
    "header": ({"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}),
    "section text": (section(text=words(3000)), section(text=words(3001))),
    "section text is not empty": (section(text=words(1)), section(text=words(0))),
    "fields": (section(fields=[words(1)] * 10), section(fields=[words(1)] * 11)),
    "field": (section(fields=[words(2000)]), section(fields=[words(2001)])),
    "actions": (actions(*[button()] * 25), actions(*[button()] * 26)),
    "context": ({"type": "context", "elements": [words(1)] * 10}, {"type": "context", "elements": [words(1)] * 11}),
    "button text": (actions(button(text=plain(75))), actions(button(text=plain(76)))),
    "button value": (actions(button(value="x" * 2000)), actions(button(value="x" * 2001))),
    "button url": (actions(button(url="x" * 3000)), actions(button(url="x" * 3001))),
    "action_id": (actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256))),
    "block_id": (section(block_id="x" * 255), section(block_id="x" * 256)),
    "options": (
        actions(menu(options=[option(n) for n in range(100)])),
        actions(menu(options=[option(n) for n in range(101)])),
    ),
    "option text": (actions(menu(options=[option(label=75)])), actions(menu(options=[option(label=76)]))),
    "option value": (actions(menu(options=[option(value=150)])), actions(menu(options=[option(value=151)]))),
    "placeholder": (actions(menu(placeholder=plain(150))), actions(menu(placeholder=plain(151)))),
    "overflow": (
        actions({"type": "overflow", "options": [option(n) for n in range(5)]}),
        actions({"type": "overflow", "options": [option(n) for n in range(6)]}),
    ),
    "confirm title": (actions(button(confirm=confirm(title=100))), actions(button(confirm=confirm(title=101)))),
    "confirm text": (actions(button(confirm=confirm(text=300))), actions(button(confirm=confirm(text=301)))),
    "confirm button": (actions(button(confirm=confirm(yes=30))), actions(button(confirm=confirm(yes=31)))),
    "checkboxes": (
        actions({"type": "checkboxes", "options": [option(n) for n in range(10)]}),
        actions({"type": "checkboxes", "options": [option(n) for n in range(11)]}),
    ),
    "table rows": (table(100, 1), table(101, 1)),
    "table columns": (table(1, 20), table(1, 21)),
    "markdown": ({"type": "markdown", "text": "x" * 12_000}, {"type": "markdown", "text": "x" * 12_001}),
    "image alt text": (
        {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x" * 2000},
        {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x" * 2001},
    ),
    "input label": ({**asked(), "label": plain(2000)}, {**asked(), "label": plain(2001)}),
    "feedback buttons": (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(75)}] * 5},
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(75)}] * 6},
    ),
    "block type": ({"type": "divider"}, {"type": "marquee"}),
    "unknown field": (actions(button(style="danger")), actions(button(disabled=True))),
    "plain text only": ({"type": "header", "text": plain(1)}, {"type": "header", "text": words(1)}),
    "initial option": (actions(menu(initial_option=option())), actions(menu(initial_option=option(2)))),
    "options or groups": (
        actions(menu()),
        actions(menu(option_groups=[{"label": plain(1), "options": [option()]}])),
    ),
    "action_ids of a block": (
        actions(button(action_id="a"), button(action_id="b")),
        actions(button(action_id="a"), button(action_id="a")),
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_block_at_its_limit_is_posted_and_one_beyond_is_refused(
    client: WebClient, nora: LocalPerson, limit: str
) -> None:
    at, beyond = LIMITS[limit]

    posted = client.chat_postMessage(channel=nora.dm.id, text="x", blocks=[at])
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=nora.dm.id, text="x", blocks=[beyond])

    assert posted["message"]["blocks"][0]["block_id"]
    assert refused.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks" in refused.value.response["errors"][0]
    assert refused.value.response["response_metadata"]["messages"][0].startswith("[ERROR] ")
    assert len(nora.visible_messages()) == 1


MESSAGES: dict[str, tuple[list[Json], list[Json], str]] = {
    "blocks": ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51, "invalid_blocks"),
    "block_ids": (
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
        "invalid_blocks",
    ),
    "markdown together": (
        [{"type": "markdown", "text": "x" * 6000}] * 2,
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
        "invalid_blocks",
    ),
    "tables": ([table(1, 1)], [table(1, 1), table(1, 1)], "invalid_attachments"),
    "all text together": (
        [section(text=words(3000))] * 4 + [section(text=words(1200))],
        [section(text=words(3000))] * 4 + [section(text=words(1201))],
        "msg_blocks_too_long",
    ),
}


@pytest.mark.parametrize("limit", MESSAGES)
def test_a_message_at_its_limit_is_posted_and_one_beyond_is_refused(
    client: WebClient, nora: LocalPerson, limit: str
) -> None:
    at, beyond, code = MESSAGES[limit]

    client.chat_postMessage(channel=nora.dm.id, text="x", blocks=at)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=nora.dm.id, text="x", blocks=beyond)

    assert refused.value.response["error"] == code


def test_the_same_action_may_stand_in_several_blocks(client: WebClient, nora: LocalPerson) -> None:
    blocks = [actions(button(action_id="contacted", value=str(number))) for number in range(3)]

    assert client.chat_postMessage(channel=nora.dm.id, text="x", blocks=blocks)["ok"]


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(1), "blocks": [section()], **more}


VIEWS: dict[str, tuple[Json, Json, str]] = {
    "title": (modal(title=plain(24)), modal(title=plain(25)), "invalid_arguments"),
    "submit": (modal(submit=plain(24)), modal(submit=plain(25)), "invalid_arguments"),
    "close": (modal(close=plain(24)), modal(close=plain(25)), "invalid_arguments"),
    "metadata": (modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001), "invalid_arguments"),
    "callback_id": (modal(callback_id="x" * 255), modal(callback_id="x" * 256), "invalid_arguments"),
    "blocks": (modal(blocks=[section()] * 100), modal(blocks=[section()] * 101), "invalid_arguments"),
    "inputs need a submit": (
        modal(blocks=[asked()], submit=plain(1)),
        modal(blocks=[asked()]),
        "invalid_arguments",
    ),
    "no tables in views": (modal(), modal(blocks=[table(1, 1)]), "invalid_arguments"),
    "size": (
        modal(blocks=[section(text=words(2400)) for _ in range(100)]),
        modal(blocks=[section(text=words(2500)) for _ in range(100)]),
        "view_too_large",
    ),
}


@pytest.mark.parametrize("limit", VIEWS)
def test_a_view_at_its_limit_is_opened_and_one_beyond_is_refused(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, limit: str
) -> None:
    at, beyond, code = VIEWS[limit]

    client.views_open(trigger_id=new_trigger(slack.world, slack.team.id, nora.id), view=at)
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=new_trigger(slack.world, slack.team.id, nora.id), view=beyond)

    assert refused.value.response["error"] == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "no_text"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "digest"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "d", "event_payload": {"k": "x" * 8000}}}, "metadata_too_large"),
    ],
)
def test_what_a_message_may_not_be(client: WebClient, nora: LocalPerson, arguments: Json, code: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.postMessage", json={"channel": nora.dm.id, **arguments})

    assert refused.value.response["error"] == code


def test_text_is_cut_at_40000_characters_and_an_update_takes_4000(client: WebClient, nora: LocalPerson) -> None:
    posted = client.chat_postMessage(channel=nora.dm.id, text="x" * 40_001)
    client.chat_update(channel=nora.dm.id, ts=posted["ts"], text="x" * 4000)
    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel=nora.dm.id, ts=posted["ts"], text="x" * 4001)

    assert len(posted["message"]["text"]) == 40_000
    assert refused.value.response["error"] == "msg_too_long"

"""What a person sees, as HTML: nothing gets through that is not text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.playground.local_slack import LocalSlack
from bot.playground.page.inline_html import render_mrkdwn
from bot.playground.page.markdown_html import render_markdown
from bot.playground.person import LocalPerson
from bot.playground.transport.event_payloads import new_trigger

Json = dict[str, Any]
TAGS = set(
    "!doctype html head meta title style body main header small div article span time b i s u code pre q hr h3 h4 p"
    " table tr th td button input textarea label details summary ul li footer br".split()
)
ATTACKS = [
    "<script>alert(1)</script>",
    '<img src="https://evil.example/x.png" onerror=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<https://evil.example/"onmouseover="alert(1)|click>',
    "<javascript:alert(1)|click>",
    "![x](https://evil.example/p.png)",
    '[x](https://evil.example/"onload="x)',
    "`<b onclick=x>`",
    "```<svg/onload=alert(1)>```",
    "*<i onclick=x>*",
    "| <script> | </table> |\n|---|---|\n| <img> | x |",
]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def everything(text: str) -> list[Json]:
    """Blocks of every kind that carry the text wherever a text can stand."""
    words: Json = {"type": "mrkdwn", "text": text}
    button = {"type": "button", "text": plain(text[:75]), "value": text, "action_id": text[:255]}
    options = [{"text": plain(text[:75]), "value": text, "description": plain(text[:75])}]
    leaf = {"type": "text", "text": text, "style": {"bold": True}}
    return [
        {"type": "header", "text": plain(text)},
        {"type": "section", "text": words, "fields": [words, plain(text)], "accessory": button},
        {"type": "context", "elements": [words, plain(text)]},
        {"type": "actions", "elements": [{"type": "overflow", "options": options, "action_id": text + "o"}]},
        {
            "type": "actions",
            "elements": [
                {"type": "static_select", "options": options, "initial_option": options[0]},
                {"type": "radio_buttons", "options": options},
                {"type": "static_select", "options": options, "placeholder": plain(text)},
            ],
        },
        {
            "type": "input",
            "block_id": text,
            "label": plain(text),
            "hint": plain(text),
            "element": {"type": "plain_text_input", "initial_value": text, "placeholder": plain(text)},
        },
        {
            "type": "input",
            "label": plain(text),
            "element": {"type": "plain_text_input", "multiline": True, "initial_value": text},
        },
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [leaf, {"type": "link", "url": text, "text": text}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [leaf]}],
                },
            ],
        },
    ]


def only_text(page: str) -> None:
    """No tag but our own, no attribute that acts or fetches."""
    for tag in re.findall(r"<\s*/?\s*([a-zA-Z!][^\s>/]*)", page):
        assert tag.lower() in TAGS, tag
    for attributes in re.findall(r"<[a-z][a-z0-9]*((?:\s+[a-z-]+=\"[^\"]*\")*[^>]*)>", page):
        names = re.findall(r"([a-zA-Z-]+)\s*=", re.sub(r"\"[^\"]*\"", '""', attributes))
        assert not [name for name in names if name.startswith("on") or name in ("href", "src", "action", "style")], (
            attributes
        )


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_is_only_text_wherever_it_stands(
    slack: LocalSlack, client: WebClient, nora: LocalPerson, attack: str
) -> None:
    sales = slack.add_channel("sales", nora)
    nora.says(attack, sales, waits=False)
    client.chat_postMessage(channel=sales.id, text=attack)
    client.chat_postMessage(channel=sales.id, text="x", blocks=everything(attack))
    client.chat_postMessage(channel=sales.id, text="x", blocks=[{"type": "markdown", "text": attack}])
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": attack}]]}
    client.chat_postMessage(channel=sales.id, text="x", blocks=[table], username=attack)
    only_text(nora.render_screen(sales))

    client.views_publish(user_id=nora.id, view={"type": "home", "blocks": everything(attack)})
    only_text(nora.render_home())
    view = {"type": "modal", "title": plain(attack[:24]), "submit": plain(attack[:24]), "blocks": everything(attack)}
    client.views_open(trigger_id=new_trigger(slack.world, slack.team.id, nora.id), view=view)
    only_text(nora.render_screen())


@pytest.fixture
def shown(slack: LocalSlack) -> Callable[[str], str]:
    return lambda text: render_mrkdwn(text, slack.world)


def test_slack_markup_is_shown(shown: Callable[[str], str], nora: LocalPerson) -> None:
    assert shown("*bold* _it_ ~old~ `x*y*z`") == "<b>bold</b> <i>it</i> <s>old</s> <code>x*y*z</code>"
    assert shown("2*3*4 snake_case_name") == "2*3*4 snake_case_name"
    assert shown("a &lt; b &amp; c") == "a &lt; b &amp; c"
    assert shown(f"<@{nora.id}> <!here>") == (
        '<span class="mention">@Nora Jones</span> <span class="mention">@here</span>'
    )
    assert shown("<https://example.com|here>") == '<span class="link" title="https://example.com">here</span>'
    assert shown("one\ntwo :fire: :unknown:") == "one<br>two 🔥 :unknown:"
    assert shown("```\na < b\n```\nafter") == "<pre>a &lt; b</pre>after"


def test_markdown_is_shown() -> None:
    assert render_markdown("## Leads") == "<h4>Leads</h4>"
    assert render_markdown("**three** *hot* ~~old~~ `x`") == "<p><b>three</b> <i>hot</i> <s>old</s> <code>x</code></p>"
    assert render_markdown("1. one\n2. two").count('class="item') == 2
    assert "<th>Name</th>" in render_markdown("| Name | Score |\n|---|---:|\n| Jane | 87 |")
    assert render_markdown("![x](https://e.example/p.png)") == '<p><span class="omitted">[image: x]</span></p>'


def test_a_conversation_shows_threads_below_their_root_and_what_only_she_sees(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    sales, eve = slack.add_channel("sales", nora), slack.add_person("Eve")
    first = client.chat_postMessage(channel=sales.id, text="First")["ts"]
    client.chat_postMessage(channel=sales.id, text="Second")
    client.chat_postMessage(channel=sales.id, text="Reply", thread_ts=first)
    client.chat_postEphemeral(channel=sales.id, user=nora.id, text="Hers alone")
    page = nora.render_screen(sales)

    assert [page.index(each) for each in ("First", "Reply", "Second", "Hers alone")] == sorted(
        page.index(each) for each in ("First", "Reply", "Second", "Hers alone")
    )
    assert "Only visible to you" in page
    assert "Hers alone" not in eve.render_screen(sales)

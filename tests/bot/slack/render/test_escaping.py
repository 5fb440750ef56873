"""What somebody wrote into a record is shown, and does nothing."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.page.inline_html import render_mrkdwn
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_world import World
from bot.slack.render import render_reply, simplify_message
from bot.slack.render.escaping import clean_text, escape_mrkdwn, one_line
from commands.contract.reply import FieldChange, Receipt, Record, Reply, ReplyPart, ReplyState
from commands.values.phrases import cut_text
from commands.values.text import clean_sentence
from tests.bot.slack.render.rendered_blocks import seen, taken, texts

ATTACKS = (
    "<!channel> <!here> <!everyone>",
    "<@U0001> <#C0001> <!subteam^S1>",
    "<https://evil.example/?q=1|your invoice>",
    "<mailto:a@evil.example|write>",
    "<!date^1700000000^{date}^https://evil.example|now>",
    "https://evil.example/c.png?n=4",
    "![pixel](https://evil.example/c.png) [click](https://evil.example)",
    "evil.example/path",
    "someone@evil.example",
    "*bold* _slanted_ ~gone~ `code` ```block```",
    "``` </pre> *out*",
    ":tada: :white_check_mark: :+1:",
    "&lt;!channel&gt; &amp; &#60;",
    "> quoted",
    "\u202egnirts\u202c \u2066isolated\u2069",
    "in\u200bvis\u200d\u2060ible\ufeff \ufe0f",
    "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all") + "tagged",
    "\x00\x07\x1b[31mred\x1b[0m\r\nnext",
)
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
MARKUP = re.compile(r"<(?!br>|/?b>)")


def hostile(words: str) -> Reply:
    """A reply in which a record says this everywhere it can."""
    fields = {"title": words, "company": words, "status": words, "why": words, "next_step": words, "score": 5}
    record = Record("lead", "L1", words, words, fields)
    deal = Record("opportunity", "O1", words, words, {"stage": words, "next_step": words, "owner": words})
    return Reply(
        words,
        records=(record, deal),
        rows=({"stage": words, "count": 1, "amount": 2.5}, {"stage": words, "count": 1, "amount": 2.5}),
        notes=(words, f"+ {words}", f"22 Nov 19:45  note: {words}"),
        receipt=Receipt(words, 1, "2026-11-23T08:00:00+00:00", words),
        also=(
            Reply("All:", records=(record,) * 9),
            Reply(words, ReplyState.CHOOSE, choices=(record, deal), confirmation="C1"),
            Reply(words, ReplyState.CONFIRM, change=(FieldChange("lead", "L1", None, words, "title", words, words),)),
            Reply("Parts", parts=(ReplyPart(words, (record,), (f"{words} → {words}",), lines=(words,)),)),
            Reply("Rows", rows=({"stage": words, "count": 1},)),
        ),
    )


@pytest.mark.parametrize("words", ATTACKS)
def test_no_text_of_a_record_is_read_by_slack(words: str) -> None:
    world = World(AppSettings())
    for shown in (taken(render_reply(hostile(words))), simplify_message(render_reply(hostile(words)))):
        posted = json.dumps(shown.blocks, ensure_ascii=False)
        assert not INVISIBLE.search(posted)
        assert not INVISIBLE.search(shown.text)
        for text in mrkdwn_texts(shown.blocks):
            assert not re.search(r"<|>|https?:|:\w+:|[~`]", text.strip("`")), text
            assert not MARKUP.search(render_mrkdwn(text.removeprefix("```").removesuffix("```"), world))
        kinds = set(re.findall(r'"type": "(\w+)"', posted))
        assert not kinds & {"link", "user", "channel", "broadcast", "emoji", "image", "date", "usergroup", "markdown"}
        assert '"emoji": true' not in posted


@pytest.mark.parametrize("words", ATTACKS)
def test_the_text_of_a_notification_is_as_harmless(words: str) -> None:
    text = render_reply(hostile(words)).text

    assert not re.search(r"[<>*~`]|https?:|\w\.[a-z]|:\w+:", text)


def mrkdwn_texts(value: object) -> list[str]:
    match value:
        case {"type": "mrkdwn", "text": str(text), **more}:
            # Only there does a dot stand as it is: Slack makes no link of a host name by itself.
            assert more.get("verbatim") is True
            return [text]
        case dict():
            return [each for part in value.values() for each in mrkdwn_texts(part)]
        case list() | tuple():
            return [each for part in value for each in mrkdwn_texts(part)]
        case _:
            return []


@pytest.mark.parametrize("words", ["jane.doe@initech.example", "Cart.com Inc.", "St. Mary's"])
def test_a_full_stop_is_one_wherever_people_copy_it_from(words: str) -> None:
    shown = render_reply(hostile(words))

    assert words in json.dumps(shown.blocks, ensure_ascii=False)
    assert "\u2024" not in json.dumps(shown.blocks, ensure_ascii=False)
    # The text of a notification could become a link; what is copied from there is read as it was.
    assert words in clean_sentence(escape_mrkdwn(words))


@given(st.text())
def test_harmless_text_has_no_tag_and_hides_nothing(words: str) -> None:
    shown = render_mrkdwn(escape_mrkdwn(words), World(AppSettings()))

    assert not re.search(r"<(?!br>)", shown)
    assert not INVISIBLE.search(escape_mrkdwn(words))


@given(st.text())
def test_cleaning_twice_changes_nothing_more(words: str) -> None:
    assert clean_text(clean_text(words)) == clean_text(words)
    assert one_line(one_line(words)) == one_line(words)


@given(st.text(), st.integers(1, 50))
def test_what_is_cut_is_short_enough_and_says_so(words: str, longest: int) -> None:
    assert len(cut_text(words, longest)) <= longest
    assert (cut_text(words, longest) == words) == (len(words) <= longest)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Müller & Søn", "Müller &amp; Søn"),
        ("snake_case stays", "snake_case stays"),
        ("3 < 4 > 2", "3 &lt; 4 &gt; 2"),
        ("$1,250.50 at 10:30", "$1,250.50 at 10:30"),
        ("Dr. No", "Dr. No"),
    ],
)
def test_ordinary_text_stays_as_it_is(words: str, shown: str) -> None:
    assert escape_mrkdwn(words) == shown


def test_a_name_in_another_script_is_shown_whole() -> None:
    for name in ("Łukasz Żółć", "李小龍", "محمد علي", "Zoë O’Brien-Çelik", "👩 Ada"):
        assert name in seen(render_reply(Reply("1 lead:", records=(Record("lead", "L1", name),))))


def test_texts_of_rich_text_are_not_changed_in_what_is_visible() -> None:
    shown = render_reply(Reply("Website: https://www.initech.example, jo@initech.example"))

    assert texts(shown.blocks) == ["Website: https://www.initech.example, jo@initech.example"]

"""A list that is longer than a page goes on by a word."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from bot.dialogue.next_page import NextPage, read_next_page
from bot.slack.render.message import render_reply
from bot.terminal.terminal_reply import print_reply
from commands.contract.arguments import MOST_LISTED
from commands.contract.reply import Record, Reply
from commands.wording.list_pages import head_page
from commands.wording.plain_text import render_plain_text
from storage.database.doors import Database
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """What a thread showed is kept alike on both databases (tests/storage/threads), so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def helen(desk: Sit) -> Desk:
    """Helen, who sees everyone's leads: some forty."""
    return desk("helen", thread="t1")


def shown(reply: Reply) -> list[str]:
    return [each.id for each in reply.records[reply.start :]]


def printed(reply: Reply) -> str:
    said = io.StringIO()
    print_reply(Console(file=said, width=200), reply)
    return said.getvalue()


@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("more", NextPage(None, 10)),
        ("More please!", NextPage(None, 10)),
        ("show me some more", NextPage(None, 10)),
        ("next page", NextPage(None, 10)),
        ("the next five", NextPage(None, 5)),
        ("next 20", NextPage(None, 20)),
        ("can you show me the rest", NextPage(None, MOST_LISTED)),
        ("page 3", NextPage(20, 10)),
        ("page 0", None),
        ("next 0", None),
        ("the next one", None),
        ("more than 40k", None),
        ("next week", None),
        ("more hot leads", None),
        ("👍", None),
        ("", None),
    ],
)
def test_what_asks_a_list_to_go_on(said: str, page: NextPage | None) -> None:
    assert read_next_page(said) == page


def test_each_page_shows_what_the_one_before_did_not(helen: Desk) -> None:
    whole = [each.id for each in helen.types("list_leads owner=everyone limit=200").records]
    pages = [helen.says(said) for said in ("leads of everyone", "more", "next 5", "the rest", "more")]

    assert [shown(each) for each in pages] == [whole[:10], whole[10:20], whole[20:25], whole[25:], []]
    assert [each.head for each in pages[1:]] == [
        f"11 to 20 of {len(whole)}:",
        f"21 to 25 of {len(whole)}:",
        f"26 to {len(whole)} of {len(whole)}:",
        f"There are no more: {len(whole)} records in all.",
    ]


def test_every_surface_shows_the_page_and_counts_on(helen: Desk) -> None:
    first, second = helen.says("leads of everyone"), helen.says("more")

    for text in (render_plain_text(second), printed(second), str(render_reply(second).blocks)):
        assert second.records[10].name in text
        assert "11" in text
        assert not any(each.name in text for each in first.records)
    # A number behind “number” is a place in the list, and asks for nobody's phone.
    card = helen.says("show number 12")
    assert (card.records[0].id, card.head.endswith("(lead).")) == (second.records[11].id, True)


@pytest.mark.parametrize("said", ["next 25", "the rest"])
def test_slack_counts_as_shown_what_a_message_shows(desk: Sit, said: str) -> None:
    helen = desk("helen", thread="t1", surface="slack message")
    pages = [helen.says(each) for each in ("leads of everyone", said, "more")]

    assert [(each.start, len(each.records)) for each in pages] == [(0, 10), (10, 20), (20, 30)]


def test_more_goes_on_behind_what_slack_showed_of_a_longer_list(desk: Sit) -> None:
    helen = desk("helen", thread="t1", surface="slack message")
    helen.says("list_leads owner=everyone limit=20")

    assert helen.says("more").start == 10


def test_what_is_too_long_to_list_is_not_said_to_be_all() -> None:
    reply = Reply("", records=(Record("lead", "L1", "Jo"),) * 200, figures={"count": 900})

    assert head_page(reply, 200, 200) == "I list 200 of 900 at the most. Ask for fewer, for example by owner."


@pytest.mark.parametrize("before", ["show jane doe", "help", "how many leads are there?"])
def test_where_no_list_was_shown_more_is_no_page(helen: Desk, before: str) -> None:
    helen.says(before)

    assert helen.says("more").start == 0

"""A short question about one record is answered in one line."""

from collections.abc import Callable

import pytest

from commands.wording.plain_text import render_plain_text
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("what's Jane Doe's number?", "Jane Doe: +1 555 0301 · jane@initech.com"),
        ("Jane Doe's email", "Jane Doe: jane@initech.com · +1 555 0301"),
        ("what is the stage of Initech - Fleet renewal?", "Initech - Fleet renewal: Negotiation"),
    ],
)
def test_one_thing_asked_is_one_line(desk: Sit, said: str, line: str) -> None:
    assert render_plain_text(desk("nora").says(said)) == line


def test_her_number_is_that_of_whom_the_thread_is_about(desk: Sit) -> None:
    nora = desk("nora", thread="t1")
    nora.says("who is Jane Doe?")

    reply = nora.says("what's her number?")

    assert reply.head == "Jane Doe: +1 555 0301 · jane@initech.com"
    assert [each.name for each in reply.records] == ["Jane Doe"]


def test_what_is_not_known_is_said_with_what_is(desk: Sit) -> None:
    reply = desk("nora").says("what's the website of Jane Doe?")

    assert reply.head == "Jane Doe has no website here."


def test_a_question_for_all_of_it_gets_the_card(desk: Sit) -> None:
    assert desk("nora").says("show me Jane Doe").card
    assert desk("nora").says("Jane Doe's contact details").card

"""A surface hears sentence by sentence what passed every check, and what is being done meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.model.grounding.prose import sentences
from bot.playground.scripted_model.scripted_answers import breaks_off, calls_tools, drips_text, says
from bot.playground.scripted_model.scripted_server import LocalModel
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]
HOT = ("list_leads", {"band": "hot"})
TRUE = "You have 4 hot leads. Rich Osborne leads with 91! Jane Doe of Initech is at 87."


@pytest.mark.parametrize("piece", [0, 1, 3, 40])
def test_sentences_come_one_by_one_in_order(talk: Sit, model: LocalModel, piece: int) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE).with_changes(piece=piece))
    nora = talk("nora")
    reply = nora.says()

    assert nora.sentences == list(sentences(TRUE))
    assert reply.head.split("\n")[0] == TRUE
    assert nora.statuses == ["List leads …"]


def test_the_first_sentence_comes_before_the_last_is_written(talk: Sit, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), drips_text("You have 4 hot leads. " + "They are all open. " * 3, 0.02))
    nora = talk("nora")
    moments: list[float] = []
    nora.sentences = type("Heard", (list,), {"append": lambda self, said: moments.append(time.monotonic())})()
    nora.says()

    assert len(moments) == 4
    assert moments[-1] - moments[0] > 0.3


def test_nothing_follows_a_sentence_that_failed(talk: Sit, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), says("You have 4 hot leads. Umbrella Corp is at 99. Jane Doe is at 87."))
    nora = talk("nora")
    reply = nora.says()

    assert nora.sentences == ["You have 4 hot leads."]
    assert reply.head == "4 leads:", "the reply at the end is what stands"


def test_a_decimal_point_or_a_name_does_not_end_a_sentence(talk: Sit, model: LocalModel) -> None:
    won = ("list_opportunities", {"state": "won"})
    model.script_answers(
        calls_tools(won), says("Acme Inc. brought $60,000.00 of it. That is all.").with_changes(piece=1)
    )
    nora = talk("nora")
    nora.says()

    assert nora.sentences == ["Acme Inc. brought $60,000.00 of it.", "That is all."]


def test_what_is_said_before_a_call_is_not_passed_on(talk: Sit, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT, text="Let me look. I see 99 leads."), says("You have 4 hot leads."))
    nora = talk("nora")
    nora.says()

    assert nora.sentences == ["You have 4 hot leads."]


def test_a_cut_stream_leaves_what_the_database_says(talk: Sit, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), breaks_off(says("You have 4 hot leads. Rich Osborne leads")))
    reply = talk("nora").says()

    assert reply.head == "4 leads:"


def test_long_prose_is_cut_at_a_sentence(talk: Sit, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), says("You have 4 hot leads. " * 60))
    nora = talk("nora")
    reply = nora.says()

    assert len(reply.head) < 800
    assert all(each == "You have 4 hot leads." for each in nora.sentences)
    assert " ".join(nora.sentences) == reply.head.split("\n")[0]

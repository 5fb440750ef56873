"""A model that fails costs a rep nothing but the model: a plain sentence, within the deadline, whatever happened."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.model.model_listener import TroubleReport
from bot.model.server.circuit_breaker import FAILURES, LONG_PAUSE, PAUSE, Breaker
from bot.model.server.model_errors import ModelTrouble, TroubleKind
from bot.playground.scripted_model.scripted_answers import (
    ScriptedAnswer,
    breaks_connection,
    breaks_off,
    calls_tools,
    drips_text,
    hangs_for,
    refuses_with,
    says,
    sends_gibberish,
    stalls_before_end,
)
from bot.playground.scripted_model.scripted_server import CompletionRequest, LocalModel
from commands.contract.reply import ReplyState
from storage.database.errors import DatabaseTrouble
from tests.bot.model.talker import Talker
from tests.database_contents import contents

Sit = Callable[..., Talker]
SECONDS = 3.0
"""The deadline of a turn in these tests."""
CONTACTED = ("set_lead_status", {"name": "Will Hartley", "status": "Contacted"})
HOT = ("list_leads", {"band": "hot"})
FAILURES_OF_A_MODEL: dict[str, tuple[ScriptedAnswer, ...]] = {
    "down, 500": (refuses_with(500),),
    "down, 503": (refuses_with(503),),
    "connection broken": (breaks_connection(),),
    "slow, no answer": (hangs_for(60),),
    "too many calls, 429": (refuses_with(429, "rate_limit_exceeded"),),
    "too many calls, wait an hour": (refuses_with(429, **{"retry-after": "3600"}),),
    "out of credit": (refuses_with(429, "insufficient_quota"),),
    "payment required": (refuses_with(402),),
    "wrong key": (refuses_with(401, "invalid_api_key", "Incorrect API key provided: sk-local"),),
    "not allowed": (refuses_with(403),),
    "unknown model": (refuses_with(404, "model_not_found"),),
    "no such address": (refuses_with(404),),
    "bad request": (refuses_with(400),),
    "malformed arguments": (calls_tools(("list_leads", "{not")),),
    "unknown tool": (calls_tools(("send_email", {"to": "x"})),),
    "no JSON": (sends_gibberish(),),
    "no stream": (sends_gibberish(b"<html>bad gateway</html>"),),
    "empty stream": (sends_gibberish(b""),),
    "error within the stream": (sends_gibberish(b'data: {"error": {"message": "overloaded"}}\n\n'),),
    "stream cut in a call": (breaks_off(calls_tools(CONTACTED)),),
    "connection broken in a call": (breaks_connection(calls_tools(CONTACTED)),),
    "stream cut in prose": (breaks_off(says("You have 4")),),
    "cut off by length": (calls_tools(CONTACTED).with_changes(finish="length"),),
    "filtered": (says("You have").with_changes(finish="content_filter"),),
    "slow drip": (drips_text("You have many leads. " * 50, 0.2),),
    "stalls in a call": (stalls_before_end(calls_tools(CONTACTED), 60),),
    "endless prose": (says("All is well. " * 5_000).with_changes(piece=2_000),),
    "endless arguments": (calls_tools(("list_leads", '{"search": "' + "x" * 50_000 + '"}')).with_changes(piece=5_000),),
    "a hundred calls": (calls_tools(*[HOT] * 100).with_changes(piece=0),),
    "endless calls of nothing": (calls_tools(("list_leads", {"limit": "many"})),),
    "nothing at all": (says(""),),
}


@pytest.mark.parametrize("name", FAILURES_OF_A_MODEL)
def test_every_failure_ends_in_a_plain_sentence_in_time(
    talk: Sit, model: LocalModel, name: str, record_property: Callable[[str, object], None]
) -> None:
    nora = talk("nora", seconds=SECONDS)
    before = contents(nora.company.database)
    model.script_answers(*FAILURES_OF_A_MODEL[name])
    started = time.monotonic()
    reply = nora.says()
    took = time.monotonic() - started
    print(f"{name:32} {took:5.2f} s  {reply.state:15} {reply.head}")  # noqa: T201

    assert took < SECONDS
    assert contents(nora.company.database) == before
    assert reply.state in (ReplyState.NOT_UNDERSTOOD, ReplyState.ANSWERED, ReplyState.REFUSED)
    assert reply.state is not ReplyState.NOT_UNDERSTOOD or len(reply.buttons) == 3
    assert reply.confirmation is None
    assert "\n" not in reply.head
    assert "Traceback" not in reply.head


def test_a_server_that_is_not_there(talk: Sit) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        reply = talk("nora", seconds=SECONDS, base_url=url).says()

    assert reply.head.startswith("The language model does not answer right now, and without it")


def test_the_common_sentences_do_not_notice(talk: Sit, model: LocalModel) -> None:
    model.script_answers(hangs_for(60))
    started = time.monotonic()

    assert talk("nora").says("who's hot right now?").state is ReplyState.ANSWERED
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "fault", [breaks_connection(), refuses_with(500), breaks_off(says("You have")), hangs_for(60), sends_gibberish()]
)
def test_what_was_found_before_the_failure_is_shown(talk: Sit, model: LocalModel, fault: ScriptedAnswer) -> None:
    model.script_answers(calls_tools(HOT), fault)
    reply = talk("nora", seconds=SECONDS).says()

    assert (reply.state, reply.head, len(reply.records)) == (ReplyState.ANSWERED, "4 leads:", 4)
    assert reply.notes[-1].startswith("The language model")


def test_a_server_that_stumbles_once_is_asked_again(talk: Sit, model: LocalModel) -> None:
    model.script_answers(refuses_with(503), calls_tools(HOT), breaks_connection(), says("You have 4 hot leads."))

    assert talk("nora").says().head.startswith("You have 4 hot leads.")


def test_a_server_that_knows_no_stream_options_is_asked_without(talk: Sit, model: LocalModel) -> None:
    def plan(asked: CompletionRequest) -> ScriptedAnswer:
        if "stream_options" in asked.body:
            return refuses_with(400, message="Unrecognized request argument supplied: stream_options")
        return says("You have 4 hot leads.") if asked.tool_results else calls_tools(HOT)

    model.script_answers(plan=plan)
    assert talk("nora").says().head.startswith("You have 4 hot leads.")


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_model_that_keeps_failing_is_left_alone_for_a_while(talk: Sit, model: LocalModel) -> None:
    clock = Clock()
    nora = talk("nora", breaker=Breaker(clock))
    model.script_answers(refuses_with(429))
    for _ in range(FAILURES):
        nora.says()
    asked = len(model.asked)
    left_alone = nora.says()

    assert len(model.asked) == asked
    assert left_alone.head.startswith("The language model does not answer right now")
    clock.now += PAUSE + 1
    model.script_answers(plan=lambda asked: says("You have 4 hot leads.") if asked.tool_results else calls_tools(HOT))
    assert nora.says().understood_by == "model"
    assert nora.says().understood_by == "model"


def test_one_trial_that_fails_keeps_it_left_alone(talk: Sit, model: LocalModel) -> None:
    clock = Clock()
    nora = talk("nora", breaker=Breaker(clock))
    model.script_answers(refuses_with(401))
    nora.says()
    clock.now += PAUSE + 1
    nora.says()
    assert len(model.asked) == 1, "a wrong key does not mend itself in a minute"
    clock.now += LONG_PAUSE
    nora.says()
    nora.says()

    assert len(model.asked) == 2


def test_only_one_turn_tries_again() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.record_failure(TroubleKind.KEY)
    clock.now += LONG_PAUSE + 1
    breaker.ensure_closed()
    with pytest.raises(ModelTrouble):
        breaker.ensure_closed()
    breaker.release_trial()
    breaker.ensure_closed()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refuses_with(401), "OPENAI_API_KEY"),
        (refuses_with(404, "model_not_found"), "OPENAI_MODEL"),
        (refuses_with(429, "insufficient_quota"), "credit"),
    ],
)
def test_administrators_are_told_once_what_to_do(
    talk: Sit, model: LocalModel, fault: ScriptedAnswer, words: str
) -> None:
    clock = Clock()
    nora = talk("nora", breaker=Breaker(clock))
    model.script_answers(fault)
    for _ in range(3):
        nora.says()
        clock.now += LONG_PAUSE + 1

    assert len(nora.told) == 1
    assert words in nora.told[0].words
    assert nora.told[0].workspace_id == nora.request.workspace_id
    nora.wait(days=1)
    nora.says()
    assert len(nora.told) == 2


def test_one_stumble_is_nobodys_business(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    model.script_answers(breaks_off(says("You")))
    nora.says()

    assert nora.told == []


@pytest.mark.parametrize("where", ["before", "while it thinks", "between two rounds"])
def test_stop_ends_a_turn_and_what_waits_is_not_carried_out(talk: Sit, model: LocalModel, where: str) -> None:
    nora = talk("nora", seconds=20)
    before = contents(nora.company.database)
    if where == "before":
        nora.stop.set()
        model.script_answers(calls_tools(CONTACTED))
    elif where == "while it thinks":
        model.script_answers(hangs_for(15))
        threading.Timer(0.3, nora.stop.set).start()
    else:

        def plan(asked: CompletionRequest) -> ScriptedAnswer:
            if asked.tool_results:
                nora.stop.set()
            return calls_tools(CONTACTED)

        model.script_answers(plan=plan)
    started = time.monotonic()
    reply = nora.says()

    assert time.monotonic() - started < 2
    assert reply.head == "Stopped. Nothing was changed."
    assert contents(nora.company.database) == before
    nora.stop.clear()
    assert not nora.is_asked()


@pytest.mark.parametrize(
    "answers",
    [
        (refuses_with(400, "content_filter"),),
        (refuses_with(400, "context_length_exceeded"),),
        (refuses_with(413),),
        (says("You have").with_changes(finish="content_filter"),),
        (calls_tools(("show_record", {"name": "nobody"})), refuses_with(400, "some_code_of_theirs")),
    ],
)
def test_what_a_server_will_not_read_takes_the_model_from_nobody_else(
    talk: Sit, model: LocalModel, answers: tuple[ScriptedAnswer, ...]
) -> None:
    """A stranger's text that trips a filter would else end everybody's questions for minutes."""
    nora = talk("nora")
    for _ in range(FAILURES + 1):
        model.script_answers(*answers)
        assert nora.says().head.startswith("The language model did not take that")
    model.script_answers(calls_tools(HOT), says("You have 4 hot leads."))

    assert nora.says().head.startswith("You have 4 hot leads.")
    assert nora.told == []


class BreaksAtTheSecond(list[str]):
    """A surface that can no longer show what is being done."""

    def append(self, status: str) -> None:
        if self:
            raise RuntimeError("cannot be shown")
        super().append(status)


def test_a_fault_leaves_no_card_open_that_nobody_saw(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    nora.statuses = BreaksAtTheSecond()
    model.script_answers(calls_tools(CONTACTED), calls_tools(HOT))
    reply = nora.says()

    assert reply.state is ReplyState.ERROR
    assert not nora.is_asked()


def test_an_answer_is_not_lost_where_its_tokens_cannot_be_kept(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")

    def plan(asked: CompletionRequest) -> ScriptedAnswer:
        with nora.company.database.begin_write() as session:
            session.execute(text("DROP TABLE IF EXISTS model_usage"))
        return says("You have 4 hot leads.") if asked.tool_results else calls_tools(HOT)

    model.script_answers(plan=plan)
    assert nora.says().head.startswith("You have 4 hot leads.")


def test_administrators_are_told_later_where_they_could_not_be_told(talk: Sit, model: LocalModel) -> None:
    clock = Clock()
    nora = talk("nora", breaker=Breaker(clock))
    model.script_answers(refuses_with(401))

    def fails(report: TroubleReport) -> None:
        raise DatabaseTrouble("busy")

    nora.listener.tell = fails
    assert nora.says().state is ReplyState.NOT_UNDERSTOOD
    nora.listener.tell = nora.told.append
    clock.now += LONG_PAUSE + 1
    nora.says()

    assert len(nora.told) == 1

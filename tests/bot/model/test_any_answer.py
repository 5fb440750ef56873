"""Whatever a model returns, a documented reply comes out, and nothing is changed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import is_harmless, sentences
from bot.model.grounding.quotation import quoted, visible
from bot.model.server.completion import Completion
from bot.playground.scripted_model.scripted_answers import ScriptedAnswer
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.reply_object import encode_reply
from commands.contract.reply import ReplyState
from tests.bot.model.conftest import Sit
from tests.bot.model.grounding.test_grounding import ground_of
from tests.bot.model.talker import every
from tests.commands.any_calls import GARBAGE, HOSTILE, calls
from tests.database_contents import contents

WORDS: dict[str, list[str]] = {
    "lead": ["jane doe", "#L1", "#L40", "rich"],
    "contact": ["samir patel", "#C1"],
    "account": ["initech", "globex"],
    "opportunity": ["initech - fleet renewal", "#O2"],
    "user": ["dana whitfield", "U4"],
    "any": ["jane", "novak", "initech", "nobody"],
}
SAID = st.one_of(st.text(max_size=80), st.sampled_from(HOSTILE), st.sampled_from(["You have 4 hot leads.", "Done."]))
ARGUMENTS = st.one_of(GARBAGE.map(lambda value: json.dumps(value, default=str)), st.text(max_size=20))
WANTED = st.one_of(
    calls(WORDS).map(lambda call: (call[0], json.dumps(call[1], default=str))),
    calls(WORDS).map(lambda call: (call[0], json.dumps(call[1], default=str))),
    st.tuples(st.sampled_from(["list_leads", "send_email", "", "undo"]), ARGUMENTS),
)
ANSWERS = st.builds(
    ScriptedAnswer,
    text=SAID,
    calls=st.lists(WANTED, max_size=3).map(tuple),
    usage=st.one_of(st.none(), st.just((100, 10))),
    finish=st.sampled_from([None, None, None, "stop", "tool_calls", "length", "whatever"]),
    ends=st.sampled_from([True, True, True, False]),
    status=st.sampled_from([200] * 8 + [401, 404, 429, 500, 302]),
    raw=st.one_of(st.none(), st.none(), st.none(), st.binary(max_size=60)),
    piece=st.sampled_from([0, 1, 7]),
    ids=st.booleans(),
    places=st.booleans(),
)
OFTEN = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@OFTEN
@given(st.lists(ANSWERS, min_size=1, max_size=4))
def test_any_answer_ends_in_a_documented_reply(talk: Sit, model: LocalModel, answers: list[ScriptedAnswer]) -> None:
    nora = talk("nora", seconds=10)
    before = contents(nora.company.database)
    model.script_answers(*answers)
    reply = nora.says()

    assert contents(nora.company.database) == before
    for each in every(reply):
        assert each.state in set(ReplyState) - {ReplyState.DONE, ReplyState.ERROR}
        assert each.understood_by in ("model", "none", "phrases")
        assert (each.state in (ReplyState.CONFIRM, ReplyState.CHOOSE)) is (each.confirmation is not None)
        assert each.head
    json.dumps(encode_reply(reply))


ANY = st.text(st.characters(), max_size=60)
"""With halves of characters, controls and all."""


@OFTEN
@given(ANY, ANY)
def test_whatever_is_said_there_is_an_answer(talk: Sit, model: LocalModel, said: str, searched: str) -> None:
    nora = talk("nora", seconds=10)
    model.script_answers(
        ScriptedAnswer(calls=(("list_leads", json.dumps({"search": searched})),)), ScriptedAnswer(text=said)
    )
    reply = nora.says(f"blorp the snarfle {said}")

    assert all(each.head and each.state is not ReplyState.ERROR for each in every(reply))


JSONISH = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["choices", "delta", "content", "tool_calls", "function", "index", "id", "name", "usage"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


class Loose:
    """An object with whatever attributes JSON gave it."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.__dict__ |= {key: loose(value) for key, value in found.items()}


def loose(value: Any) -> Any:
    match value:
        case dict():
            return Loose(value)
        case list():
            return [loose(each) for each in value]
        case _:
            return value


@settings(max_examples=300, deadline=None)
@given(st.lists(JSONISH, max_size=5))
def test_any_chunk_can_be_taken_in(chunks: list[Any]) -> None:
    found = Completion()
    for chunk in chunks:
        found.add_chunk(loose(chunk))

    assert isinstance(found.text, str)
    assert all(call.id for call in found.tool_calls)


@OFTEN
@given(st.text(max_size=200))
def test_any_prose_can_be_checked(talk: Sit, text: str) -> None:
    ground = ground_of(talk("nora"), ())
    for sentence in sentences(text):
        is_grounded(sentence, ground)
        is_harmless(sentence)
        assert "\n" not in sentence
        assert sentence == visible(sentence)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(2, 50))
def test_quoting_is_bounded_and_done_once(text: str, longest: int) -> None:
    once = quoted(text, longest)

    assert len(once) <= longest
    assert quoted(once, longest) == once

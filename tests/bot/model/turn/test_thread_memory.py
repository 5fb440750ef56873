"""A thread is remembered for a day: one's own words, and records as one may see them today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import func, select, text, update

from bot.playground.scripted_model.scripted_answers import calls_tools, says
from bot.playground.scripted_model.scripted_server import LocalModel
from storage.tables import Lead, Turn
from storage.threads import turns
from storage.upkeep.upgrade import find_schema_drift
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]


def heard(model: LocalModel) -> str:
    """What the model was told of earlier turns."""
    told = model.asked[0].messages[1:-1]
    return "\n".join(str(each[key]) for each in told for key in ("content", "tool_calls") if each.get(key))


def test_the_model_hears_what_the_thread_was_about(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    nora.says("show rich osborne")
    nora.says("who's hot right now?")
    nora.says("show deals closing this quarter")
    nora.says()

    assert "show rich osborne" in heard(model)
    assert "show_record" in heard(model)
    assert '{"band": ["hot"]}' in heard(model)
    assert '{"closing": {"from": "2026-10-01", "to": "2026-12-31"}}' in heard(model)
    assert "lead Rich Osborne (#L8)" in heard(model)


def test_nobody_hears_another_ones_thread(talk: Sit, model: LocalModel) -> None:
    talk("nora").says("show rich osborne")
    talk("dana").says()
    assert heard(model) == ""

    model.script_answers()
    talk("nora", thread="t2").says()
    assert heard(model) == ""


def test_names_are_told_only_while_they_may_be_seen(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    nora.says("who's hot right now?")
    with nora.company.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == "Rich Osborne").values(owner_id=nora.company.person("dana")))
    nora.says()
    messages = str(model.asked[0].messages)

    assert "Jane Doe" in messages
    assert "Rich Osborne" not in messages


def test_a_day_later_nothing_is_left(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    nora.says("show rich osborne")
    nora.wait(hours=24, minutes=1)
    nora.says()

    assert heard(model) == ""
    with nora.company.database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(Turn)) == 1


def test_a_thread_is_bounded(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    for _ in range(turns.MOST_KEPT + 5):
        nora.says("who's hot right now?")
    nora.says("blorp the snarfle, would you kindly? " + "long " * 500)
    with nora.company.database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(Turn)) == turns.MOST_KEPT
        assert max(session.scalars(select(func.length(Turn.said)))) <= turns.LONGEST
    model.script_answers()
    nora.says()
    assert len(model.asked[0].messages) <= 2 + 3 * 6


def test_a_conversation_in_several_messages_is_one(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora", thread="D1/1.0")
    nora.says("show rich osborne")
    nora.request = replace(nora.request, thread="D1/2.0", near="D1/")
    nora.says()

    assert "show rich osborne" in heard(model)


def test_answers_and_names_are_not_kept(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    model.script_answers(calls_tools(("show_record", {"name": "Rich Osborne"})), says("Rich Osborne is at 91."))
    nora.says()
    with nora.company.database.begin_read() as session:
        kept = str(session.execute(text("SELECT * FROM turn")).all())

    assert "show_record" in kept
    assert "Osborne" not in kept


def test_without_a_model_nothing_is_kept(talk: Sit) -> None:
    nora = talk("nora")
    super(Talker, nora).says("who's hot right now?")
    with nora.company.database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(Turn)) == 0
    assert find_schema_drift(nora.company.database) == []

"""What a model may use is bounded a turn, a person's day and a workspace's day, and is kept with its cost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select

from bot.playground.scripted_model.scripted_answers import breaks_off, calls_tools, refuses_with, says
from bot.playground.scripted_model.scripted_server import LocalModel
from commands.contract.reply import ReplyState
from storage.tables import ModelUsage
from storage.threads import model_usage
from tests.bot.model.talker import PRICES, Talker

Sit = Callable[..., Talker]
HOT = ("list_leads", {"band": "hot"})


def used(nora: Talker) -> list[tuple[int, int, int]]:
    with nora.company.database.begin_read() as session:
        return [(row.rounds, row.tokens_in, row.tokens_out) for row in session.scalars(select(ModelUsage))]


def test_tokens_and_cost_are_kept(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora", **PRICES)
    model.script_answers(
        calls_tools(HOT).with_changes(usage=(1000, 50)), says("You have 4 hot leads.").with_changes(usage=(2000, 100))
    )
    nora.says()

    assert used(nora) == [(2, 3000, 150)]
    with nora.company.database.begin_read() as session:
        cost = model_usage.sum_cost_today(session, nora.request.workspace_id, nora.request.now)
    assert cost == Decimal("0.009")


def test_a_server_that_does_not_count_is_counted(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    model.script_answers(
        calls_tools(HOT).with_changes(usage=None), says("You have 4 hot leads.").with_changes(usage=None)
    )
    nora.says()
    ((rounds, tokens_in, tokens_out),) = used(nora)

    assert rounds == 2
    assert tokens_in > 8_000
    assert tokens_out > 5


def test_a_stream_that_broke_is_counted_and_a_refusal_is_not(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora")
    model.script_answers(refuses_with(429))
    nora.says()
    assert used(nora) == []
    model.script_answers(breaks_off(says("You have")))
    nora.says()
    assert used(nora)[0][1] > 5_000


def test_a_turn_stops_at_its_budget(talk: Sit, model: LocalModel) -> None:
    limits = iter(range(1, 50))
    model.script_answers(
        plan=lambda asked: calls_tools(("list_leads", {"limit": next(limits)})).with_changes(usage=(9_000, 1_000))
    )
    reply = talk("nora", turn_tokens=34_000).says()

    assert len(model.asked) == 3
    assert reply.command == "list_leads"


def test_a_days_budget_of_a_person_is_that_persons(talk: Sit, model: LocalModel) -> None:
    nora, dana = talk("nora", rep_tokens=24_000), talk("dana", rep_tokens=24_000)
    model.script_answers(
        plan=lambda asked: (says("Yes, they are.") if asked.tool_results else calls_tools(HOT)).with_changes(
            usage=(10_000, 100)
        )
    )
    nora.says()
    asked = len(model.asked)
    refused = nora.says()

    assert len(model.asked) == asked
    assert refused.state is ReplyState.NOT_UNDERSTOOD
    assert refused.head.startswith("The language model has been used up for today")
    assert len(nora.told) == 1
    assert dana.says().understood_by == "model"
    assert nora.wait(days=1).says().understood_by == "model"


def test_a_days_budget_of_a_workspace_is_everyones(talk: Sit, model: LocalModel) -> None:
    nora, dana = talk("nora", workspace_tokens=24_000), talk("dana", workspace_tokens=24_000)
    model.script_answers(
        plan=lambda asked: (says("Yes, they are.") if asked.tool_results else calls_tools(HOT)).with_changes(
            usage=(10_000, 100)
        )
    )
    nora.says()

    assert dana.says().state is ReplyState.NOT_UNDERSTOOD
    assert dana.says("who's hot right now?").understood_by == "phrases"


def test_what_is_left_of_a_day_but_holds_no_round_is_used_up(talk: Sit, model: LocalModel) -> None:
    nora = talk("nora", rep_tokens=24_000)
    model.script_answers(
        plan=lambda asked: (says("Yes, they are.") if asked.tool_results else calls_tools(HOT)).with_changes(
            usage=(8_000, 0)
        )
    )
    nora.says()
    asked = len(model.asked)
    refused = nora.says()

    assert len(model.asked) == asked
    assert refused.head.startswith("The language model has been used up for today")
    assert len(nora.told) == 1

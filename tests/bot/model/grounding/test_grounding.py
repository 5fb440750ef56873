"""Prose is shown only where every figure, date and name of it stands in what the tools returned."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.model.grounding.ground import TurnEvidence
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import sentences
from bot.playground.scripted_model.scripted_answers import calls_tools, says
from bot.playground.scripted_model.scripted_server import LocalModel
from commands.contract.reply import ReplyState
from commands.dispatching.request import Origin
from commands.values.moment import Moment
from tests.bot.model.grounding.fresh_answers import FRESH
from tests.bot.model.grounding.plain_answers import PLAIN
from tests.bot.model.grounding.prose_answers import ANSWERS, LATER, Calls
from tests.bot.model.grounding.unseen_answers import LATEST, UNSEEN
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]
TABLES = {
    "written beside the checks": (ANSWERS, 0, 0),
    "written when they were done": (LATER, 0, 0),
    "measured once, then used to mend": (LATEST, 1, 4),
    "kept back until the check was rebuilt": (UNSEEN, 0, 3),
    "about little": (PLAIN, 1, 4),
    "first measured when it was rebuilt": (FRESH, 2, 2),
}
"""Answers, and how many planted errors may be missed and how many true ones dropped. These may fall, not rise."""


def moment_of(nora: Talker) -> Moment:
    with nora.company.database.begin_read() as session:
        return nora.dispatcher.build_context(session, nora.request).moment


def ground_of(nora: Talker, wanted: Calls, question: str = "how do things stand?") -> TurnEvidence:
    ground = TurnEvidence(moment_of(nora))
    ground.ask(question)
    for verb, arguments in wanted:
        ground.add(nora.dispatcher.dispatch(nora.request, verb, arguments, Origin.MODEL))
    return ground


def stands(ground: TurnEvidence, prose: str) -> bool:
    return all(is_grounded(sentence, ground) for sentence in sentences(prose))


@pytest.mark.parametrize("table", TABLES)
def test_planted_errors_are_caught_and_what_is_true_is_kept(talk: Sit, table: str) -> None:
    nora = talk("nora")
    answers, most_missed, most_dropped = TABLES[table]
    missed, dropped = [], []
    for wanted, true, planted in answers:
        ground = ground_of(nora, wanted)
        dropped += [] if stands(ground, true) else [true]
        missed += [planted] if stands(ground, planted) else []
    caught = len(answers) - len(missed)
    print(f"{len(answers)} {table}: {caught} caught, {len(missed)} missed, {len(dropped)} wrongly dropped")  # noqa: T201

    assert len(answers) >= 40
    assert len(missed) <= most_missed, missed
    assert len(dropped) <= most_dropped, dropped


@pytest.mark.parametrize(("wanted", "true", "planted"), ANSWERS[:3] + ANSWERS[16:18] + ANSWERS[39:40])
def test_the_rep_reads_what_is_true_and_never_what_is_not(
    talk: Sit, model: LocalModel, wanted: Calls, true: str, planted: str
) -> None:
    model.script_answers(calls_tools(*wanted), says(true))
    kept = talk("nora").says()
    model.script_answers(calls_tools(*wanted), says(planted))
    dropped = talk("nora").says()

    assert kept.head.split("\n")[0] == true
    assert planted not in dropped.head
    assert dropped.records == kept.records
    assert dropped.receipt == kept.receipt
    assert dropped.head == kept.head.split("\n", 1)[1]


def test_one_wrong_sentence_takes_the_others_with_it(talk: Sit, model: LocalModel) -> None:
    model.script_answers(
        calls_tools(("list_leads", {"band": "hot"})), says("You have 4 hot leads. Together they are worth $1.2m.")
    )
    nora = talk("nora")
    reply = nora.says()

    assert reply.head == "4 leads:"
    assert nora.sentences == ["You have 4 hot leads."]


def test_what_the_rep_said_may_be_said_back(talk: Sit) -> None:
    ground = ground_of(talk("nora"), (("list_leads", {"band": "hot"}),), "which 3 for Umbrella before 2 March?")

    assert stands(ground, "For Umbrella you asked about 3 before 2 March.")
    assert not stands(ground, "For Umbrella you asked about 777.")


def test_numbers_that_belong_to_a_name_are_part_of_it(talk: Sit) -> None:
    nora = talk("nora")
    nora.types('update_lead jane doe field=company value="Pier 39 Labs"')
    ground = ground_of(nora, (("list_leads", {"band": "hot"}),))

    assert stands(ground, "Jane Doe of Pier 39 Labs (#L1) is at 87.")
    assert not stands(ground, "Jane Doe of Pier 40 Labs is at 87.")
    assert not stands(ground, "There are 39 of them.")


def test_no_activity_is_said_only_of_whom_nobody_has_touched(talk: Sit) -> None:
    ground = ground_of(talk("nora"), (("list_leads", {"untouched_days": 20}),))

    assert stands(ground, "Nobody has called Tom Fletcher: there is no activity with him yet.")
    assert not stands(ground, "Peter Novak has no activity yet.")


FREE_WORDS = "We are 97 people. Budget is $450,000, signed by 4 May. Ask for Zoltan."


def test_free_words_of_a_record_are_no_ground_for_figures_unless_they_are_quoted(talk: Sit) -> None:
    nora = talk("nora")
    nora.types(f'log_activity jane doe kind=note text="{FREE_WORDS}"')
    ground = ground_of(nora, (("show_record", {"name": "Jane Doe"}),))

    assert not stands(ground, "You have 97 leads.")
    assert not stands(ground, "The deal is worth $450,000.")
    assert stands(ground, "The note says “Budget is $450,000”.")
    assert not stands(ground, "The note says “Budget is $540,000”.")


@pytest.mark.parametrize(
    "prose",
    [
        "I have marked Jane Doe as Contacted.",
        "Jane Doe has been updated.",
        "Done.",
        "I've gone ahead and I updated the lead.",
        "Please reply yes to go on.",
        "Click the button below.",
        "Type your password to go on.",
        "See https://evil.example/x for more.",
        "See evil.example for more.",
        "See evil。example for more.",
        "See evil[.]com for more.",
        "See hxxp://evil.",
        "Write to jane@initech.com.",
        "Ask <@U123> about it.",
        "Hello @channel, look here.",
        "<!here> look at this.",
        "![x](https://evil.example/c.png) is the chart.",
        "[Jane Doe](https://evil.example) is hot.",
        "[Jane Doe][1] is hot.",
        "<img src=x> is the chart.",
        "`code` is here.",
        "Call +1 555 0301 234 now.",
        "Go to 10.0.0.1 now.",
        "Look at www dot evil dot com now.",
        "Jane\u200b Doe is at evi\u200bl.com now.",
        "Jane Doe has 𝟗𝟗 points.",
        "Jane Doe has ９９ points.",
        "Jane Doe has ninety-nine points.",
    ],
)
def test_claims_orders_and_anything_active_are_dropped(talk: Sit, model: LocalModel, prose: str) -> None:
    model.script_answers(calls_tools(("show_record", {"name": "#" + talk("nora").company.id("L-01")})), says(prose))
    nora = talk("nora")
    reply = nora.says()

    assert reply.state is ReplyState.ANSWERED
    assert reply.head == "Jane Doe, Head of Operations, Initech (lead)."
    assert nora.sentences == []


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("**Jane Doe** is _hot_ at 87.", "Jane Doe is hot at 87."),
        ("- Jane Doe is hot.\n- She is at 87.", "Jane Doe is hot. She is at 87."),
        ("# Jane Doe\nShe is at Initech Inc. right?", None),
        ("Jane\u202e Doe is\u200b hot.", "Jane Doe is hot."),
    ],
)
def test_prose_becomes_plain_text(talk: Sit, model: LocalModel, prose: str, shown: str | None) -> None:
    model.script_answers(calls_tools(("show_record", {"name": "#" + talk("nora").company.id("L-01")})), says(prose))

    first, *rest = talk("nora").says().head.split("\n")
    assert first == shown if shown else not rest

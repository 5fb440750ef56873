"""Words of the trade and help, as a newcomer asks for them."""

from collections.abc import Callable

import pytest

from commands import BY_VERB, COMMANDS
from commands.contract.command import Command
from commands.contract.reply import ReplyState
from commands.guide.explain_term import TERMS
from commands.guide.help import GROUPS, list_group
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.mark.parametrize(
    "term", ["lead", "contact", "account", "opportunity", "deal", "status", "stage", "conversion", "score"]
)
def test_every_word_of_the_contract_is_explained(desk: Sit, term: str) -> None:
    reply = desk("nora").types(f"explain_term {term}")

    assert reply.state is ReplyState.ANSWERED
    assert TERMS[term].meaning in reply.head


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("Leads", "lead"),
        ("opportunities", "opportunity"),
        ("statuses", "status"),
        ("converted", "conversion"),
        ("oportunity", "opportunity"),
        ("warm", "band"),
        ("an account", "account"),
        ("follow-ups", "follow up"),
    ],
)
def test_other_forms_and_words_for_it_are_understood(desk: Sit, said: str, term: str) -> None:
    assert desk("nora").types(f"explain_term {said}").head.lower().startswith(f"{term}: ")


@pytest.mark.parametrize("pair", ["lead and opportunity", "contact vs account", "status, stage"])
def test_two_words_are_told_apart(desk: Sit, pair: str) -> None:
    reply = desk("nora").types(f"explain_term {pair}")

    assert len([note for note in reply.notes if note.split(":")[0].lower() in pair]) == 2


def test_examples_are_the_askers_own_records(desk: Sit) -> None:
    own = desk("nora").types("explain_term opportunity")
    others = desk("tom").types("explain_term opportunity")

    assert "Acme Industries - Fleet renewal" in own.notes[-1]
    assert "Wayfarer Travel - Fleet renewal" in others.notes[-1]


def test_an_unknown_word_is_refused_with_the_known_ones(desk: Sit) -> None:
    reply = desk("nora").types("explain_term flux capacitor")

    assert reply.state is ReplyState.REFUSED
    assert "lead, contact, account, opportunity, deal" in reply.head


def test_help_fits_a_phone_and_gives_an_example_for_each_thing_one_wants_to_do(desk: Sit) -> None:
    reply = desk("nora").types("help")

    assert len(reply.notes) <= 12
    assert "Change: “mark Jane Doe as contacted”" in reply.notes
    assert {button.arguments["topic"] for button in reply.buttons} == set(GROUPS)


def test_every_command_is_in_one_group_of_help(desk: Sit) -> None:
    told = [kind for group in GROUPS for kind in list_group(COMMANDS, group)]

    assert sorted(told, key=COMMANDS.index) == list(COMMANDS)
    for group in GROUPS:
        said = "\n".join(desk("nora").says(f"help {group}").notes)
        assert all(kind.help_line() in said for kind in list_group(COMMANDS, group))


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.verb())
def test_a_command_is_explained_by_its_name_with_an_example_and_its_typed_form(desk: Sit, kind: type[Command]) -> None:
    said = "\n".join(desk("nora").says(f"help {kind.verb()}").notes)

    assert kind.help_line() in said
    assert f"“{kind.examples[0]}”" in said
    assert f"Typed: {kind.verb()}" in said


@pytest.mark.parametrize(
    ("topic", "verb"),
    [
        ("convert", "convert_lead"),
        ("log a call", "log_activity"),
        ("follow-ups", "set_follow_up"),
        ("deals", "list_opportunities"),
        ("digest", "set_digest"),
        ("forecast", "forecast"),
        ("leads", "list_leads"),
        ("summarize_pipeline", "summarize_pipeline"),
        ("scores", "explain_score"),
    ],
)
def test_a_topic_leads_to_its_commands(desk: Sit, topic: str, verb: str) -> None:
    said = "\n".join(desk("nora").calls("help", topic=topic).notes)

    assert BY_VERB[verb].help_line() in said


def test_an_unknown_topic_shows_what_there_is(desk: Sit) -> None:
    reply = desk("nora").calls("help", topic="xyzzy")

    assert reply.head.startswith("I have no help on “xyzzy”.")
    assert reply.notes == desk("nora").types("help").notes

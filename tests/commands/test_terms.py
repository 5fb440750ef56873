"""Words of the trade and help, as a newcomer asks for them."""

from collections.abc import Callable

import pytest

from commands import COMMANDS
from commands.reply import State
from commands.terms import TERMS
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.mark.parametrize(
    "term", ["lead", "contact", "account", "opportunity", "deal", "status", "stage", "conversion", "score"]
)
def test_every_word_of_the_contract_is_explained(desk: Sit, term: str) -> None:
    reply = desk("nora").types(f"explain_term {term}")

    assert reply.state is State.ANSWERED
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

    assert reply.state is State.REFUSED
    assert "lead, contact, account, opportunity, deal" in reply.head


def test_help_names_every_command_with_its_help_line(desk: Sit) -> None:
    said = "\n".join(desk("nora").types("help").notes)

    assert all(f"{kind.verb()}: {kind.help_line()}" in said for kind in COMMANDS)


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
    assert any(f"Typed: {verb}" in note for note in desk("nora").calls("help", topic=topic).notes)


def test_an_unknown_topic_shows_everything(desk: Sit) -> None:
    reply = desk("nora").calls("help", topic="xyzzy")

    assert reply.head.startswith("I have no help on “xyzzy”.")
    assert len(reply.notes) == len(COMMANDS)

"""Who may administer: administrators alone, by buttons and forms alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.dialogue import Conversation
from commands import COMMANDS, FORM_ONLY
from commands.administration.digest_defaults import SetHotLeads, SetQuietDays
from commands.contract.command import Command
from commands.contract.reply import ReplyState
from commands.scores.dispute_score import DisputeScore
from tests.commands.administration.conftest import Office
from tests.company import Company
from tests.database_contents import contents
from tests.database_rows import records
from tests.desk import Desk

Desks = Callable[..., Desk]
CALLS: dict[str, dict[str, Any]] = {
    "add_person": {"email": "new@leadlight.example", "full_name": "New Comer"},
    "change_person": {"person": "tom", "role": "manager"},
    "add_status": {"status_name": "Nurturing", "status_class": "working"},
    "change_status": {"status": "Contacted", "new_name": "Reached"},
    "add_stage": {"stage_name": "Trial", "probability": 60},
    "change_stage": {"stage": "Proposal", "probability": 55},
    "add_source": {"source_name": "Podcast"},
    "change_source": {"source": "Quiz", "retired": True},
    "set_guidelines": {"budget_at_least": "20k"},
    "add_holiday": {"day": "2026-12-25", "last_day": "2026-12-26"},
    "remove_holiday": {"day": "2026-12-24"},
    "set_working_days": {"days": "mon-thu"},
    "set_company": {"currency": "eur", "fiscal_year_starts": "April"},
    "set_bands": {"hot_from": 90, "warm_from": 60},
    "set_shown_scores": {"scores": "imported"},
    "set_digest_defaults": {"time": "7:30", "size": 8, "quiet_days": "nothing urgent"},
    "set_urgency": {"new": 20},
}
administrators_alone = pytest.mark.parametrize("verb", CALLS)


def allow(office: Office, verb: str) -> None:
    if verb == "remove_holiday":
        office.does("add_holiday", day="2026-12-24")


def test_every_command_for_administrators_is_tried_here() -> None:
    everyones = {kind.verb() for kind in (SetQuietDays, SetHotLeads, DisputeScore)}
    assert {*CALLS} | everyones == {kind.verb() for kind in FORM_ONLY}


@administrators_alone
def test_an_administrator_does_it_and_takes_it_back(office: Office, verb: str) -> None:
    allow(office, verb)
    before = records(office.company.database)

    reply = office.does(verb, **CALLS[verb])
    changed = records(office.company.database)
    undone = office.takes_back(reply)

    assert reply.change
    assert changed != before
    assert undone.state is ReplyState.DONE, undone.head
    assert records(office.company.database) == before


@administrators_alone
@pytest.mark.parametrize("person", ["nora", "helen"])
def test_a_rep_and_a_manager_are_refused_and_told_whom_to_ask(
    desk: Desks, company: Company, office: Office, verb: str, person: str
) -> None:
    allow(office, verb)
    before = contents(company.database)

    reply = desk(person).calls(verb, **CALLS[verb])

    assert reply.state is ReplyState.REFUSED
    assert reply.head == "Only an administrator can change that. Ask Priya Raman."
    assert contents(company.database) == before


@pytest.mark.parametrize("kind", FORM_ONLY, ids=lambda kind: kind.verb())
def test_neither_a_sentence_nor_a_typed_form_reaches_it(desk: Desks, office: Office, kind: type[Command]) -> None:
    priya, before = desk("priya"), office.words
    everyones: dict[str, dict[str, Any]] = {
        "set_quiet_days": {"quiet_days": "silent"},
        "set_hot_leads": {"tell": False},
        "dispute_score": {"name": "jane doe"},
    }
    arguments = CALLS.get(kind.verb()) or everyones[kind.verb()]
    typed = " ".join(f'{name}="{value}"' for name, value in arguments.items())

    for said in (f"{kind.verb()} {typed}", f"/{kind.verb()} {typed}"):
        reply = Conversation(priya.dispatcher).answer_text(priya.request, said)
        assert reply.command != kind.verb()
    assert office.words == before


def test_the_commands_of_reps_and_those_for_buttons_alone_are_two_lists() -> None:
    assert not {*COMMANDS} & {*FORM_ONLY}
    assert all(kind.writes for kind in FORM_ONLY)


def test_who_is_no_administrator_any_more_cannot_take_back_what_was_done_as_one(desk: Desks, office: Office) -> None:
    office.does("change_person", person="helen", role="admin")
    resigned = office.does("change_person", person="priya", role="rep")

    reply = office.takes_back(resigned)

    assert reply.state is ReplyState.REFUSED
    assert "Only an administrator" in reply.head
    assert desk("helen").presses(resigned.buttons[-1]).state is ReplyState.DONE


def test_the_console_is_an_administrator(desk: Desks, office: Office) -> None:
    assert desk("console").calls("add_source", source_name="Podcast").state is ReplyState.DONE
    assert "Podcast" in office.words.sources

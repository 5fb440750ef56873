"""A command says everything about itself once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from decimal import Decimal
from typing import Any

import pytest

import commands
from commands import BY_VERB, COMMANDS
from commands.administration import ADMINISTRATION
from commands.arguments import Names, Owners
from commands.command import Command

CONTRACT = (
    "list_leads show_record list_opportunities summarize_pipeline deal_stats forecast lead_stats explain_score "
    "show_activity list_follow_ups whats_changed explain_term preview_digest help set_lead_status "
    "set_lead_status_many qualify_lead convert_lead update_opportunity log_activity set_follow_up "
    "complete_follow_up snooze_lead assign_lead assign_leads create_lead update_lead undo set_digest"
).split()
"""DESIGN.md section 4, in its order."""

each_command = pytest.mark.parametrize("kind", [*COMMANDS, *ADMINISTRATION], ids=lambda kind: kind.verb())


def defined() -> set[type[Command]]:
    """Every command class of the package that can be run."""
    for module in pkgutil.walk_packages(commands.__path__, "commands."):
        importlib.import_module(module.name)
    found, waiting = set(), [Command]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if "run" in vars(kind) and kind is not Command and kind.__module__.startswith("commands."):
            found.add(kind)
    return found


def test_every_command_that_is_written_is_listed_once() -> None:
    assert {*COMMANDS, *ADMINISTRATION} == defined()
    assert len(set(COMMANDS)) == len(COMMANDS) == len(BY_VERB)
    assert len({each.verb() for each in ADMINISTRATION}) == len(ADMINISTRATION)


def test_the_commands_are_those_of_the_contract_in_its_order() -> None:
    assert [kind.verb() for kind in COMMANDS] == CONTRACT


@each_command
def test_a_command_has_a_help_line(kind: type[Command]) -> None:
    assert kind.__doc__ != Command.__doc__
    assert 10 <= len(kind.help_line()) <= 120
    assert kind.help_line().endswith(".")


@each_command
def test_every_argument_is_described(kind: type[Command]) -> None:
    short = [name for name, field in kind.model_fields.items() if len(field.description or "") < 5]

    assert short == []


@each_command
def test_a_command_is_frozen_and_takes_nothing_else(kind: type[Command]) -> None:
    assert kind.model_config.get("frozen")
    assert kind.model_config.get("extra") == "forbid"
    assert "context" not in kind.model_fields
    assert inspect.signature(kind.run).parameters.keys() == {"self", "context"}


@each_command
def test_no_argument_says_who_asks_where_or_when(kind: type[Command]) -> None:
    forged = {"asker", "rep", "rep_id", "user", "user_id", "workspace", "workspace_id", "now", "as_user", "confirmed"}

    assert not forged & kind.model_fields.keys()


@each_command
def test_the_words_of_a_typed_form_go_to_an_argument(kind: type[Command]) -> None:
    assert kind.words is None or kind.words in kind.model_fields


@each_command
def test_what_always_asks_or_runs_at_once_is_a_write(kind: type[Command]) -> None:
    assert kind.writes or not (kind.always_asks or kind.at_once)
    assert not (kind.always_asks and kind.at_once)


@each_command
def test_a_name_is_marked_so_that_the_dispatcher_resolves_it(kind: type[Command]) -> None:
    marks = kind.named_fields()

    assert all(isinstance(mark, Names | Owners) for mark in marks.values())
    if "name" in kind.model_fields:
        assert "name" in marks or kind.verb() == "list_leads"


@each_command
def test_amounts_are_exact(kind: type[Command]) -> None:
    def has_float(annotation: Any) -> bool:
        return annotation is float or any(has_float(part) for part in getattr(annotation, "__args__", ()))

    floats = [name for name, field in kind.model_fields.items() if has_float(field.annotation)]

    assert floats == [], f"use {Decimal}"

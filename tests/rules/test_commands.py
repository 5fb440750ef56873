"""A command says everything about itself once."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import Any, ClassVar, get_origin, get_type_hints

import pytest
from pydantic import TypeAdapter

import commands
from bot.slack.modals.field_types import form_fields
from commands import BY_VERB, COMMANDS, FORM_ONLY
from commands.contract.arguments import Labels, OwnerMark, RecordMark
from commands.contract.command import Command, Facts
from commands.guide.help import GROUPS, list_group
from tests.rules.source_tree import parse_modules

each_command = pytest.mark.parametrize("kind", [*COMMANDS, *FORM_ONLY], ids=lambda kind: kind.verb())


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
    assert {*COMMANDS, *FORM_ONLY} == defined()
    assert len(set(COMMANDS)) == len(COMMANDS) == len(BY_VERB)
    assert len({each.verb() for each in FORM_ONLY}) == len(FORM_ONLY)


@each_command
def test_a_command_has_a_help_line(kind: type[Command]) -> None:
    assert kind.__doc__ != Command.__doc__
    assert 10 <= len(kind.help_line()) <= 120
    assert kind.help_line().endswith(".")


@pytest.mark.parametrize(
    "kind", [each for each in COMMANDS if each.writes and each.undoable], ids=lambda kind: kind.verb()
)
def test_a_change_that_can_be_taken_back_says_how_its_undo_names_it(kind: type[Command]) -> None:
    about = {each for _, each, _, _ in Formatter().parse(kind.undone_as) if each}

    assert kind.undone_as
    # What was said or left to its default: an argument that may be missing could not be named.
    assert about <= {"name", *(name for name, field in kind.model_fields.items() if field.is_required())}


@each_command
def test_every_argument_is_described(kind: type[Command]) -> None:
    short = [name for name, field in kind.model_fields.items() if len(field.description or "") < 5]

    assert short == []


@each_command
def test_a_form_speaks_to_the_person_who_reads_it_and_not_to_the_model(kind: type[Command]) -> None:
    for_the_model = re.compile(r"\bthe rep's\b|\bas the rep\b|\bdefault:|\babsent\b|\b(true|false)\b|\w_\w|#id")

    assert [field.hint for field in form_fields(kind) if for_the_model.search(field.hint)] == []


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


def test_every_fact_of_a_command_can_be_said_in_its_class_statement() -> None:
    facts = {name for name, hint in get_type_hints(Command).items() if get_origin(hint) is ClassVar}

    assert Facts.__annotations__.keys() == {name for name in facts if name in vars(Command) and name != "model_config"}


@each_command
def test_the_facts_of_a_command_are_of_their_types(kind: type[Command]) -> None:
    # mypy does not look at the keywords of a class whose metaclass is not type.
    for fact, hint in get_type_hints(Facts).items():
        said = getattr(kind, fact)
        if said is not getattr(Command, fact):
            TypeAdapter(hint).validate_python(said, strict=True)


def test_a_class_says_nothing_else_of_its_command() -> None:
    with pytest.raises(TypeError, match="Misspelt says wirtes"):
        type(Command)("Misspelt", (Command,), {}, wirtes=True)


def test_a_command_has_from_its_base_what_it_does_not_say_but_for_its_place_in_help_and_its_examples() -> None:
    class Base(Command, group="change", heads_group=True, writes=True, examples=("do it",)):
        """Do it."""

    class Derived(Base):
        """Do it otherwise."""

    assert Derived.writes
    assert (Derived.group, Derived.heads_group, Derived.examples) == (None, False, ())


@each_command
def test_what_can_be_said_is_in_help_with_examples(kind: type[Command]) -> None:
    assert (kind.group is not None) == bool(kind.examples) == (kind in COMMANDS)


@pytest.mark.parametrize("group", GROUPS)
def test_one_command_at_most_heads_its_group(group: str) -> None:
    assert sum(kind.heads_group for kind in list_group(COMMANDS, group)) <= 1


@each_command
def test_what_a_command_says_of_an_argument_is_said_of_one_that_it_has(kind: type[Command]) -> None:
    assert {kind.words, kind.period_field, kind.day_field} - {None} <= kind.model_fields.keys()
    assert kind.period_field is None or "Period" in str(kind.model_fields[kind.period_field].annotation)
    assert kind.day_field is None or "date" in str(kind.model_fields[kind.day_field].annotation)


@each_command
def test_what_always_asks_or_runs_at_once_or_is_not_undone_is_a_write(kind: type[Command]) -> None:
    assert kind.writes or not (kind.always_asks or kind.at_once or not kind.undoable)
    assert not (kind.always_asks and kind.at_once)


@each_command
def test_what_needs_a_record_is_about_that_one(kind: type[Command]) -> None:
    names = kind.marked_fields(RecordMark).get("name")
    needed = names is not None and kind.model_fields["name"].is_required()

    assert not needed or kind.about_one
    assert needed or not (kind.per_record or kind.repeats)


@each_command
def test_labels_are_those_of_a_yes_or_no(kind: type[Command]) -> None:
    described = {name for name, field in kind.model_fields.items() if (field.description or "").startswith("true")}

    assert kind.marked_fields(Labels).keys() == described
    assert all("bool" in str(kind.model_fields[name].annotation) for name in described)


@pytest.mark.parametrize("folder", ["bot", "commands", "storage"])
def test_no_table_says_of_commands_what_their_classes_could_say(folder: str) -> None:
    verbs = {kind.verb() for kind in (*COMMANDS, *FORM_ONLY) if "_" in kind.verb()}
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in parse_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        if any(len(verbs & words) > 1 for words in tables(node.value))
    ]

    assert wrong == []


def tables(value: ast.expr) -> Iterator[set[str]]:
    """The words of each table in a value: the members of a set, the keys of a mapping, the parts of a text."""
    for node in ast.walk(value):
        match node:
            case ast.Dict(keys=parts) | ast.Set(elts=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
                yield {str(part.value) for part in parts if isinstance(part, ast.Constant)}
            case ast.Constant(value=str(words)):
                yield set(words.split())


@each_command
def test_a_name_is_marked_so_that_the_dispatcher_resolves_it(kind: type[Command]) -> None:
    marks = kind.list_reference_fields()

    assert all(isinstance(mark, RecordMark | OwnerMark) for mark in marks.values())
    if "name" in kind.model_fields:
        # Here it says what a new record is to be called.
        assert "name" in marks or kind.verb() in ("list_leads", "create_opportunity")


@each_command
def test_amounts_are_exact(kind: type[Command]) -> None:
    def has_float(annotation: Any) -> bool:
        return annotation is float or any(has_float(part) for part in getattr(annotation, "__args__", ()))

    floats = [name for name, field in kind.model_fields.items() if has_float(field.annotation)]

    assert floats == [], f"use {Decimal}"

"""Builds the form of a command from its arguments, filled with what is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.slack.modals import elements
from bot.slack.modals.field_types import FieldType, FormField, argument_adapter, form_fields, readable_name
from bot.slack.modals.inputs import argument_block, argument_blocks, name_input
from bot.slack.modals.options import find_meant
from bot.slack.payloads.private_metadata import FORM, FormOrigin, PrivateMetadata
from bot.slack.render.blocks import Json
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.current_values import collect_current_values
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Record
from commands.dispatching.prepare import describe_unknown_name
from storage.audit.changed_lines import build_record_lines
from storage.names import name_index
from storage.names.name_index import parse_ref
from storage.records import follow_ups

# Second words of verbs like “hand over”.
PARTICLES = frozenset({"over", "up", "off", "out"})


@dataclass(frozen=True)
class Form:
    """Holds the form of a command for one person.

    `fixed` are the ids of the records that it is about, `given` the values that were proposed, `present` those that
    hold now.
    """

    kind: type[Command]
    fixed: dict[str, str]
    given: dict[str, Any]
    present: dict[str, Any]

    @property
    def initial_values(self) -> dict[str, Any]:
        """Return the JSON values that the inputs show at first: proposed, else present, else default ones."""
        usual = {each.name: each.usual for each in form_fields(self.kind) if each.usual is not None}
        return usual | self.present | self.given

    def asked_fields(self) -> tuple[FormField, ...]:
        """Return the arguments that the form asks for."""
        return tuple(each for each in form_fields(self.kind) if each.name not in self.fixed)

    def present_fingerprint(self) -> str:
        """Return the fingerprint of the values that hold now."""
        return fingerprint_of(self.present)


def fingerprint_of(shown: Any) -> str:
    """Return a short hash of JSON values, to notice that they have changed."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()[:16]


def make_form(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> Form:
    """Make the form with these arguments (ids, or words as they were said). NotFound for an invisible record."""
    given = readable_arguments(kind, context, arguments)
    fixed: dict[str, str] = {}
    for field in form_fields(kind):
        found = identify_record(field, context, given[field.name]) if isinstance(given.get(field.name), str) else None
        if found is not None and field.identifies_record:
            fixed[field.name] = found
            given.pop(field.name)
        elif found is not None:
            given[field.name] = found
    return Form(kind, fixed, given, _present_values(kind, collect_current_values(kind, context, fixed)))


def readable_arguments(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that are valid as JSON values. Names stay as they were said."""
    asked = {field.name: field for field in form_fields(kind)}
    read = {
        name: said if asked[name].type is FieldType.NAME else _read_value(kind, asked[name], context, said)
        for name, said in arguments.items()
        if name in asked and said is not None
    }
    return {name: value for name, value in read.items() if value is not None}


def build_form_view(form: Form, context: Context, place: FormOrigin | None, *, notice: str = "") -> Json:
    """Build the view. `notice` says on top why the form is shown again."""
    blocks = [elements.plain_section(notice)] if notice else []
    blocks += [block for value in form.fixed.values() for block in _record_blocks(context, value)]
    for field in form.asked_fields():
        blocks += argument_blocks(field, context, form.initial_values.get(field.name))
    kept = PrivateMetadata(place, form.fixed, tuple(form.given), form.present_fingerprint())
    verb = form.kind.verb()
    return elements.modal_view(form_title(verb), FORM + verb, kept.to_json(), blocks, submit_label(verb))


def build_name_view(kind: type[Command], context: Context, words: str, place: FormOrigin | None) -> Json:
    """Build the form that asks which record is meant, for commands whose form depends on the record."""
    field = next(each for each in form_fields(kind) if each.name == "name")
    verb = kind.verb()
    blocks = [argument_block(field, name_input(field, context, words or None))]
    return elements.modal_view(form_title(verb), FORM + verb, PrivateMetadata(place).to_json(), blocks, "Next")


def form_title(verb: str) -> str:
    """Return the title of a command's form: `set_follow_up` -> Set follow-up."""
    return readable_name(verb).capitalize()


def submit_label(verb: str) -> str:
    """Return the label of the button that sends a command's form: `set_follow_up` -> Set, `hand_over` -> Hand over."""
    first, *rest = form_title(verb).split()
    return f"{first} {rest[0]}" if rest and rest[0] in PARTICLES else first


def identify_record(field: FormField, context: Context, said: str) -> str | None:
    """Return the id of the visible record that is meant; None for none or several. NotFound for an unknown id."""
    if field.names is None or said in field.names.besides:
        return None
    found = find_meant(field, context, said)
    if len(found) == 1:
        return found[0].ref
    if not found and parse_ref(said) is not None:
        raise NotFound(f"There is no record {said}.")
    return None


def refuse_unknown_name(kind: type[Command], context: Context, words: Any) -> None:
    """Raise NotFound where words name no visible record."""
    field = next(each for each in form_fields(kind) if each.name == "name")
    if isinstance(words, str) and words.strip() and not find_meant(field, context, words):
        raise NotFound(describe_unknown_name(words, field.names.kinds if field.names else ()))


def _read_value(kind: type[Command], field: FormField, context: Context, said: Any) -> Any:
    """Return a value as JSON after the command's own validation; None where it is not valid."""
    try:
        value = argument_adapter(kind, field.name).validate_python(said, context=context.moment)
        return argument_adapter(kind, field.name).dump_python(value, mode="json", by_alias=True, exclude_none=True)
    except (CommandError, ValidationError):
        return None


def _present_values(kind: type[Command], values: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: values[field.name] for field in form_fields(kind) if field.name in values}


def _record_blocks(context: Context, value: str) -> list[Json]:
    """Build the block that names a record that the form is about, in one line."""
    parsed = parse_ref(value)
    if parsed is None or parsed[0] is None:
        return []
    kind, number = parsed[0], parsed[1]
    if kind in name_index.TABLES:
        return [elements.record_block(each, context.today) for each in _load_records(context, value)]
    found = (
        follow_ups.load_named(context.scope, [number])
        if kind == "follow_up"
        else name_index.load_named(context.scope, [(kind, number)])
    )
    return [elements.plain_section(", ".join(filter(None, (each.name, each.company)))) for each in found]


def _load_records(context: Context, value: str) -> tuple[Record, ...]:
    return context.build_records(build_record_lines(context.scope, [context.get_record(value)]))

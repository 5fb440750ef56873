"""The form of a command, made from its arguments and begun with what is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.slack.modals import elements
from bot.slack.modals.field_types import Shape, Sort, reader, shapes, spoken
from bot.slack.modals.inputs import entry, inputs, name_input
from bot.slack.modals.options import meant
from bot.slack.payloads.private_metadata import FORM, Kept, Place
from bot.slack.render.blocks import Json
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.current_values import present
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Record
from storage.audit.changed_lines import lines_of
from storage.names import name_index
from storage.names.name_index import parse_ref
from storage.records import follow_ups


@dataclass(frozen=True)
class Form:
    """A command's form for one person: what is fixed, what was proposed, what holds now."""

    kind: type[Command]
    fixed: dict[str, str]
    given: dict[str, Any]
    present: dict[str, Any]

    @property
    def begun(self) -> dict[str, Any]:
        """What the inputs begin with, as JSON values."""
        usual = {each.name: each.usual for each in shapes(self.kind) if each.usual is not None}
        return usual | self.present | self.given

    def asked(self) -> tuple[Shape, ...]:
        return tuple(each for each in shapes(self.kind) if each.name not in self.fixed)

    def fingerprint(self) -> str:
        """What the form showed as holding now."""
        return fingerprint(self.present)


def fingerprint(shown: Any) -> str:
    """A few letters that change where what was shown changes."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()[:16]


def form_of(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> Form:
    """The form begun with these arguments (ids, or words as they were said). NotFound for a hidden record."""
    given = known(kind, context, arguments)
    fixed: dict[str, str] = {}
    for shape in shapes(kind):
        found = identified(shape, context, given[shape.name]) if isinstance(given.get(shape.name), str) else None
        if found is not None and shape.identifies:
            fixed[shape.name] = found
            given.pop(shape.name)
        elif found is not None:
            given[shape.name] = found
    return Form(kind, fixed, given, _shown_now(kind, present(kind, context, fixed)))


def known(kind: type[Command], context: Context, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the arguments that can be read, as JSON values; names stay as they were said."""
    asked = {shape.name: shape for shape in shapes(kind)}
    read = {
        name: said if asked[name].sort is Sort.NAME else _readable(kind, asked[name], context, said)
        for name, said in arguments.items()
        if name in asked and said is not None
    }
    return {name: value for name, value in read.items() if value is not None}


def view(form: Form, context: Context, place: Place | None, *, notice: str = "") -> Json:
    """The modal. `notice` stands on top, where it says why the form is shown again."""
    blocks = [elements.section(notice)] if notice else []
    blocks += [block for value in form.fixed.values() for block in _about(context, value)]
    for shape in form.asked():
        blocks += inputs(shape, context, form.begun.get(shape.name))
    kept = Kept(place, form.fixed, tuple(form.given), form.fingerprint())
    verb = form.kind.verb()
    return elements.modal(title(verb), FORM + verb, kept.written(), blocks, title(verb).split()[0])


def asking(kind: type[Command], context: Context, words: str, place: Place | None) -> Json:
    """The form that asks which record is meant, before there can be the one that is wanted."""
    shape = next(each for each in shapes(kind) if each.name == "name")
    verb = kind.verb()
    blocks = [entry(shape, name_input(shape, context, words or None))]
    return elements.modal(title(verb), FORM + verb, Kept(place).written(), blocks, "Next")


def title(verb: str) -> str:
    """`set_follow_up` -> Set follow-up."""
    return spoken(verb).capitalize()


def identified(shape: Shape, context: Context, said: str) -> str | None:
    """The id of the one visible record that is meant; None for several, NotFound for none that an id names."""
    if shape.names is None or said in shape.names.besides:
        return None
    found = meant(shape, context, said)
    if len(found) == 1:
        return found[0].ref
    if not found and parse_ref(said) is not None:
        raise NotFound(f"There is no record {said}.")
    return None


def refuse_unknown(kind: type[Command], context: Context, words: Any) -> None:
    """NotFound where words name no visible record."""
    shape = next(each for each in shapes(kind) if each.name == "name")
    if isinstance(words, str) and words.strip() and not meant(shape, context, words):
        raise NotFound(f"I find no {shape.names.kinds[0] if shape.names else 'record'} called “{words}”.")


def _readable(kind: type[Command], shape: Shape, context: Context, said: Any) -> Any:
    """A value as JSON, read as the command would read it; None for one that does not fit."""
    try:
        value = reader(kind, shape.name).validate_python(said, context=context.moment)
        return reader(kind, shape.name).dump_python(value, mode="json", by_alias=True, exclude_none=True)
    except (CommandError, ValidationError):
        return None


def _shown_now(kind: type[Command], values: Mapping[str, Any]) -> dict[str, Any]:
    return {shape.name: values[shape.name] for shape in shapes(kind) if shape.name in values}


def _about(context: Context, value: str) -> list[Json]:
    """The record that a form is about, in one line."""
    parsed = parse_ref(value)
    if parsed is None or parsed[0] is None:
        return []
    kind, number = parsed[0], parsed[1]
    if kind in name_index.TABLES:
        return [elements.about(each, context.today) for each in _records(context, value)]
    found = (
        follow_ups.named(context.scope, [number])
        if kind == "follow_up"
        else name_index.load(context.scope, [(kind, number)])
    )
    return [elements.section(", ".join(filter(None, (each.name, each.company)))) for each in found]


def _records(context: Context, value: str) -> tuple[Record, ...]:
    return context.records(lines_of(context.scope, [context.record(value)]))

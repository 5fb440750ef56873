"""Makes a command of what was said: checks the arguments and turns names into ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from commands.contract.arguments import OwnerMark, RecordMark
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import Ambiguous, CommandError, NotFound
from commands.dispatching.misfits import explain_misfit, refuse_long_value
from commands.dispatching.name_resolution import find_closest_names, identify_record
from commands.values.moment import Moment
from commands.values.phrases import add_article, end_sentence
from storage.names import name_index
from storage.names.name_index import NamedRecord, parse_ref
from storage.people import reps
from storage.records.stored_references import find_by_reference

ME = frozenset({"me", "my", "mine", "i", "myself"})
TEAM = frozenset({"team", "my team", "our", "ours", "us", "we", "the team"})
UNASSIGNED = frozenset({"unassigned", "nobody", "no one", "none", "no owner"})
EVERYONE = frozenset({"everyone", "all", "everybody", "company", "anyone", "the company"})


def prepare_command(
    kind: type[Command], arguments: Mapping[str, Any], context: Context, *, kept: bool = False
) -> tuple[Command, dict[str, Any]]:
    """Return the command with ids for names, and its arguments as a person reads them, with full names.

    `kept` says that these are the arguments of a stored call, in which an id is never a name that looks like one.
    CommandError for a misfit, NotFound and Ambiguous for names.
    """
    command = _validate_arguments(kind, arguments, context.moment)
    ids: dict[str, str] = {}
    readable: dict[str, str] = {}
    for field, mark in command.find_references().items():
        said = getattr(command, field)
        if said is None or (isinstance(mark, RecordMark) and said in mark.besides):
            continue
        if kept and parse_ref(said) is not None:
            found = _find_by_reference(context, field, said)
            ids[field], readable[field] = found.ref, found.name
        elif isinstance(mark, OwnerMark):
            ids[field], readable[field] = _identify_owner(context, field, said)
        else:
            found = _identify_one(context, field, said, command.list_allowed_kinds(field, mark), writes=kind.writes)
            ids[field], readable[field] = found.ref, found.name
    shown = command.get_given_arguments() | readable
    return command.model_copy(update=ids), shown


def _validate_arguments(kind: type[Command], arguments: Mapping[str, Any], moment: Moment) -> Command:
    unknown = [key for key in arguments if key not in kind.model_fields]
    if unknown:
        known = ", ".join(kind.model_fields) or "nothing"
        raise CommandError(f"{kind.verb()} has no argument “{unknown[0]}”. It takes: {known}.")
    for value in arguments.values():
        refuse_long_value(value)
    try:
        return kind.model_validate(dict(arguments), context=moment)
    except ValidationError as error:
        place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise CommandError(explain_misfit(kind, str(place[0]) if place else "", error)) from None


def _identify_one(context: Context, field: str, said: str, kinds: tuple[str, ...], *, writes: bool) -> NamedRecord:
    match = identify_record(context.scope, said, kinds)
    if len(match.found) > 1:
        raise Ambiguous(field, said, sorted(match.found, key=lambda each: (each.name, each.kind, each.id)))
    if not match.found:
        near = find_closest_names(context.scope, said, kinds)
        raise NotFound(describe_unknown_name(said, kinds), did_you_mean=near, field=field)
    # A read with a mended typo shows at once whom it is about; a write on the wrong person would be noticed late.
    if writes and not match.sure:
        context.ask_first(end_sentence(f"You wrote “{said}”; I read {match.found[0].name}"))
    return match.found[0]


def describe_unknown_name(said: str, kinds: tuple[str, ...]) -> str:
    """Say that no visible record of these kinds has a name: `I can't find a lead called “Jane”.`"""
    if tuple(kinds) == ("user",):
        return f"Nobody here is called “{said}”. Say a colleague's name."
    what = WHAT.get(kinds[0], kinds[0]) if len(kinds) == 1 else ""
    return f"I can't find {add_article(what) if what else 'anything'} called “{said}”."


WHAT = {"follow_up": "follow-up"}
"""Kinds of records that people call otherwise."""


def _find_by_reference(context: Context, field: str, reference: str) -> NamedRecord:
    found = find_by_reference(context.scope, reference)
    if found is None:
        raise NotFound(f"There is no record {reference} any more.", field=field)
    return found


def _identify_owner(context: Context, field: str, said: str) -> tuple[str, str]:
    word = said.strip().lower()
    for words, meaning in ((ME, "me"), (TEAM, "team"), (EVERYONE, "everyone"), (UNASSIGNED, "unassigned")):
        if word in words:
            return meaning, meaning
    # First by email, id, full or first name: the index of names knows no emails, and any word of a name fits there.
    people = reps.find_matching_reps(context.scope.session, context.scope.workspace_id, said, also_left=True)
    if len(people) == 1:
        return name_index.format_ref("user", people[0].id), people[0].name
    found = _identify_one(context, field, said, ("user",), writes=False)
    return found.ref, found.name

"""Lists what can be chosen in a form: statuses, stages and sources of the workspace, its people, fixed words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.slack.modals.elements import Option
from bot.slack.modals.field_types import FieldType, FormField, readable_name
from bot.slack.render.limits import OPTION_VALUE, OPTIONS
from commands.contract import giving
from commands.contract.context import Context
from commands.dispatching.name_resolution import identify_record
from commands.values.clock import DAYS
from storage.names.name_index import NamedRecord, format_ref, parse_ref
from storage.people import reps
from storage.tables import Rep

YES, NO = "yes", "no"
ME = "me"
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def list_options(field: FormField, context: Context, chosen: str | None = None) -> tuple[Option, ...]:
    """List the options of an argument, at most as many as a menu takes. Of many people `chosen` is among them."""
    match field.type:
        case FieldType.STATUS:
            return _name_options(each.name for each in context.vocabulary.statuses if not each.retired)
        case FieldType.STAGE:
            return _name_options(each.name for each in context.vocabulary.stages if not each.retired)
        case FieldType.SOURCE:
            return _name_options(context.vocabulary.sources)
        case FieldType.WEEKDAY:
            return tuple(Option(day, name) for day, name in zip(DAYS, DAY_NAMES, strict=True))
        case FieldType.ENUM:
            return tuple(Option(each, readable_name(each).capitalize()) for each in field.words)
        case FieldType.YES_NO:
            return (Option(YES, field.yes_no_labels.yes), Option(NO, field.yes_no_labels.no))
        case FieldType.OWNER:
            return _owner_options(field, context, chosen)
        case FieldType.NAME if field.is_person and field.names is not None:
            besides = tuple(Option(each, each.capitalize()) for each in sorted(field.names.besides))
            return (
                *besides,
                *(Option(format_ref("user", each.id), each.name) for each in list_people(context, chosen)),
            )
        case _:
            return ()


def list_people(context: Context, chosen: str | None = None) -> list[Rep]:
    """List the active people by name; if they are more than a menu takes, those closest to the asker."""
    everyone = reps.list_active_reps(context.scope.session, context.scope.workspace_id)
    nearest = sorted(everyone, key=lambda each: _distance_from_asker(context, each, chosen))
    # Three options stay free for me, my team and everyone.
    kept = {each.id for each in nearest[: OPTIONS - 3]}
    return [each for each in everyone if each.id in kept]


def find_meant(field: FormField, context: Context, words: str) -> tuple[NamedRecord, ...]:
    """Find the visible records or people that words mean; none where a menu cannot take them all."""
    if field.names is None or not words.strip():
        return ()
    found = identify_record(context.scope, words, field.names.kinds).found
    return found if len(found) <= OPTIONS else ()


def _owner_options(field: FormField, context: Context, chosen: str | None) -> tuple[Option, ...]:
    """List the owners to choose from: people, and for a filter also me, my team and everyone."""
    found = list_people(context, chosen)
    if field.gives:
        return _giver_options(context, found, chosen)
    # A required owner gets something, which only a person can; an optional one filters a list.
    if field.required:
        mine = (each for each in found if each.id == context.asker.id)
        others = [each for each in found if each.id != context.asker.id]
        return tuple(
            Option(_owner_value(context, each, chosen), _person_label(context, each)) for each in (*mine, *others)
        )
    groups: tuple[Option, ...] = (Option(ME, "Me"), Option("team", "My team"), Option("everyone", "Everyone I may see"))
    if context.scope.visible is None:
        groups = (*groups, Option("unassigned", "Nobody"))
    seen = (each for each in found if context.scope.may_see(each.id) and each.id != context.asker.id)
    return (*groups, *(Option(format_ref("user", each.id), each.name) for each in seen))


def _giver_options(context: Context, people: Sequence[Rep], chosen: str | None) -> tuple[Option, ...]:
    """List those all of whose records the asker may give away: first who left with something open."""
    leavers = giving.list_leavers(context, limit=OPTIONS)
    # Somebody whose button was pressed meanwhile may have nothing open any more.
    leavers += [each for each in _find_chosen(context, chosen) if not each.active and each not in leavers]
    here = [each for each in people if giving.may_give_all(context, each.id)]
    nobody = (Option("unassigned", "Nobody (without an owner)"),) if context.scope.visible is None else ()
    offered = (Option(_owner_value(context, each, chosen), _person_label(context, each)) for each in (*leavers, *here))
    return (*nobody, *offered)[:OPTIONS]


def _owner_value(context: Context, person: Rep, chosen: str | None) -> str:
    """Return the value of a person's option."""
    # An argument that was said as “me” must match an option for the form to show it as chosen.
    return ME if chosen == ME and person.id == context.asker.id else format_ref("user", person.id)


def _person_label(context: Context, person: Rep) -> str:
    if not person.active:
        return f"{person.name} (left)"
    return f"{person.name} (me)" if person.id == context.asker.id else person.name


def _find_chosen(context: Context, chosen: str | None) -> list[Rep]:
    """Find the person that a value chooses; none for a word such as `me`."""
    parsed = parse_ref(chosen or "")
    person = parsed and reps.find_rep(context.scope.session, context.scope.workspace_id, parsed[1])
    return [person] if person else []


def _distance_from_asker(context: Context, person: Rep, chosen: str | None) -> tuple[int, str]:
    """Rank people: the chosen one, the asker, the asker's team, the manager with theirs, the rest; then by name."""
    rules = (
        format_ref("user", person.id) == chosen,
        person.id == context.asker.id,
        person.id in context.team,
        context.asker.manager_id is not None and context.asker.manager_id in (person.id, person.manager_id),
    )
    return (next((at for at, holds in enumerate(rules) if holds), len(rules)), person.name)


def _name_options(names: Iterable[str]) -> tuple[Option, ...]:
    """Return names as options."""
    # Slack takes no longer values. A longer name can be set by typing it.
    return tuple(Option(each, each) for each in names if each and len(each) <= OPTION_VALUE)[:OPTIONS]

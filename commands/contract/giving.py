"""Giving records away: who may, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.values.phrases import format_count, make_plural
from storage.ledger.change_ledger import KIND_OF
from storage.names.name_index import parse_ref
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.records import ownership
from storage.records.record_line import Line
from storage.tables import Account, Contact, Lead, Opportunity, Rep


def find_new_owner(context: Context, said: str, field: str = "owner") -> Rep:
    """Find the active person who gets the records. CommandError for one who left, and for words that name several."""
    if said in ("team", "everyone", "unassigned"):
        raise CommandError("A record has one owner. Name the colleague who gets it.", field=field)
    if said == "me" and context.asker.id == CONSOLE:
        raise CommandError("The console owns no records. Name the colleague who gets it.", field=field)
    parsed = parse_ref(said)
    number = context.asker.id if said == "me" else parsed[1] if parsed else 0
    taker = reps.find_rep(context.scope.session, context.scope.workspace_id, number)
    if taker is None:
        raise CommandError("There is no such colleague here, so nothing was given away.", field=field)
    if not taker.active:
        raise CommandError(
            f"{taker.name} has left, so nothing was given away. Name a colleague who works here.", field=field
        )
    return taker


def refuse_foreign_record(context: Context, record: Lead | Account | Contact | Opportunity) -> None:
    """Raise CommandError for a record that is not the asker's own or of the team."""
    # Seeing is not owning: under visibility `workspace` everybody sees every lead, and could take the best ones.
    if context.asker.is_admin or record.owner_id in context.team:
        return
    owner = context.load_people_names([record.owner_id]).get(record.owner_id or 0)
    if owner is None:
        raise CommandError(f"{record.name} has no owner. Ask an administrator to assign it.", field="name")
    raise CommandError(
        f"{record.name} is {owner}'s. Only {owner}, their manager or an administrator may give it away.", field="name"
    )


def may_give_all(context: Context, owner_id: int) -> bool:
    """Tell whether the asker may give away all that a person has: administrators, and managers of their team."""
    return context.asker.is_admin or (context.asker.role == "manager" and owner_id in context.team)


def list_leavers(context: Context, *, limit: int) -> list[Rep]:
    """List those who left with something open that the asker may give away, by name."""
    if not context.asker.is_admin and context.asker.role != "manager":
        return []
    within = None if context.asker.is_admin else context.team
    return ownership.list_leavers(context.scope, limit=limit, within=within)


Given = TypeVar("Given", Lead, Opportunity)


def give_record(context: Context, record: Given, line: Line, owner: str) -> Reply:
    """Give a record, which `line` shows, to a colleague. CommandError where the asker may not, or there is none."""
    refuse_foreign_record(context, record)
    taker = find_new_owner(context, owner)
    if not ownership.give_records(context.ledger, [record], taker):
        return Reply(f"{record.name} is {taker.name}'s already.", records=context.build_records([line]))
    return Reply(
        f"{record.name} is now {taker.name}'s.",
        question=f"Give {record.name} to {taker.name}?",
        records=context.build_records([line.with_fields(owner_id=taker.id)]),
        notes=warn_of_lost_access(context, record.name, taker),
    )


def give_several(
    context: Context, records: Sequence[Given], lines: Sequence[Line], owner: str, conditions: str
) -> Reply:
    """Give records of one kind, which `lines` show, to a colleague. CommandError where one may not be given."""
    taker = find_new_owner(context, owner)
    # All are looked at before the first is given away: one that may not be given stops the whole.
    for each in records:
        refuse_foreign_record(context, each)
    kind = KIND_OF[type(records[0])]
    given = ownership.give_records(context.ledger, records, taker)
    if not given:
        return Reply(f"All {format_count(len(records), kind)} are {taker.name}'s already.")
    shown = {each.number: each for each in lines}
    return Reply(
        f"{format_count(len(given), kind)} now {taker.name}'s.",
        question=f"Give {format_count(len(given), kind)} to {taker.name}?",
        records=context.build_records(shown[each.id].with_fields(owner_id=taker.id) for each in given),
        figures={"count": len(given)},
        notes=warn_of_lost_access(context, _name_gift(given), taker),
        receipt=context.build_receipt(conditions, len(given), None),
    )


def _name_gift(given: Sequence[Lead | Opportunity]) -> str:
    """Name what is given away: the one record, or `these leads`."""
    return given[0].name if len(given) == 1 else f"these {make_plural(KIND_OF[type(given[0])])}"


def warn_of_lost_access(context: Context, what: str, taker: Rep) -> tuple[str, ...]:
    """Warn that the asker will not see what is given away any more."""
    if context.scope.may_see(taker.id):
        return ()
    return (f"You will no longer see {what}. Undo takes it back within 24 hours, unless somebody changes it first.",)

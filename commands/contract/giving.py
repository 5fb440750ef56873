"""Giving records away: who may, and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.values.phrases import make_plural
from storage.ledger.change_ledger import KIND_OF
from storage.names.name_index import parse_ref
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.records import ownership
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


def name_gift(given: Sequence[Lead | Opportunity]) -> str:
    """Name what is given away: the one record, or `these leads`."""
    return given[0].name if len(given) == 1 else f"these {make_plural(KIND_OF[type(given[0])])}"


def warn_of_lost_access(context: Context, what: str, taker: Rep) -> tuple[str, ...]:
    """Warn that the asker will not see what is given away any more."""
    if context.scope.may_see(taker.id):
        return ()
    return (f"You will no longer see {what}. Undo takes it back within 24 hours, unless somebody changes it first.",)

"""Refuses what would break a workspace: each class keeps a status, each state a stage, somebody stays administrator."""

from __future__ import annotations

from commands.contract.context import Context
from commands.contract.errors import CommandError
from storage.ledger.change_ledger import NotedChange
from storage.people import staff
from storage.tables import Rep, Stage, Status
from storage.workspaces import definitions

# Every rule goes by the class, never by the name: statuses are the workspace's own and may be called anything.
CLASSES = {
    "open": "leads that nobody has contacted yet",
    "working": "leads that were contacted",
    "qualified": "leads that are ready to convert",
    "closed": "leads that will not buy",
}
"""The classes of status, and which leads each means."""
STATES = {"open": "open deals", "won": "won deals", "lost": "lost deals"}


def refuse_broken_invariants(context: Context) -> None:
    """Raise CommandError where the changes of this transaction took away something the rules need.

    To be called at the end of every change by an administrator, and when one is taken back.
    """
    # Checked on what was changed, so that a change and its undo come under the same rule.
    noted = context.ledger.noted
    _require_status_classes(context, [each for each in noted if each.kind == "status"])
    _require_stage_states(context, [each for each in noted if each.kind == "stage"])
    people = [each for each in noted if each.kind == "user"]
    _require_administrator(context, people)
    _refuse_manager_cycles(context, people)


def _require_status_classes(context: Context, noted: list[NotedChange]) -> None:
    """Refuse to remove the last status of a class."""
    lost = [(each, _load_removed_value(context, each, Status, "status_class")) for each in noted if _is_removed(each)]
    used = definitions.list_used_classes(context.scope.session, context.scope.workspace_id) if lost else set()
    for each, status_class in lost:
        if status_class not in used:
            raise CommandError(
                f"“{each.name}” is the last status for {CLASSES[status_class]}, and the rules need one."
                " Add another of that class first."
            )


def _require_stage_states(context: Context, noted: list[NotedChange]) -> None:
    """Refuse to remove the last open, won or lost stage."""
    lost = [(each, _load_removed_value(context, each, Stage, "state")) for each in noted if _is_removed(each)]
    used = definitions.list_used_states(context.scope.session, context.scope.workspace_id) if lost else set()
    for each, state in lost:
        if state not in used:
            raise CommandError(f"“{each.name}” is the last stage for {STATES[state]}. Add another one first.")


def _is_removed(note: NotedChange) -> bool:
    """Tell whether this change retired or deleted the row."""
    return bool(note.raw_after) if note.column == "retired" else note.column == "record" and note.raw_after is None


def _load_removed_value(context: Context, note: NotedChange, table: type[Status] | type[Stage], column: str) -> str:
    """Load a column of a row that this transaction retired or deleted."""
    # A deleted row is gone from the session; the ledger kept it as it was. Only undo deletes one: an added row.
    if note.column == "record":
        return str(note.raw_before[column])
    return str(getattr(context.scope.session.get_one(table, note.record_id), column))


def _require_administrator(context: Context, noted: list[NotedChange]) -> None:
    """Refuse to leave the workspace without an administrator."""
    lost = [each for each in noted if _lost_admin_role(context, each)]
    if lost and not staff.list_administrators(context.scope.session, context.scope.workspace_id):
        raise CommandError(
            f"{lost[0].name} is the last administrator. Make somebody else an administrator first, then do this again."
        )


def _lost_admin_role(context: Context, note: NotedChange) -> bool:
    match note.column:
        case "role":
            return bool(note.raw_before == "admin")
        case "active":
            rep = context.scope.session.get(Rep, note.record_id)
            return bool(note.raw_before) and (rep is None or rep.role == "admin")
        case "record":
            return note.raw_before is not None and note.raw_before["role"] == "admin"
        case _:
            return False


def _refuse_manager_cycles(context: Context, noted: list[NotedChange]) -> None:
    """Refuse to make anybody their own manager, directly or through others."""
    # In a circle everyone would be below everyone, and each would see all records of the others.
    for each in noted:
        if each.column != "manager_id" or each.raw_after is None:
            continue
        above = staff.find_managers_above(context.scope.session, context.scope.workspace_id, each.raw_after)
        if each.record_id == each.raw_after:
            raise CommandError(f"{each.name} cannot manage {each.name}. Name somebody else, or nobody.")
        if each.record_id in above:
            raise CommandError(
                f"{each.after} reports to {each.name}, directly or through others, so {each.after} cannot manage"
                f" {each.name}. Change the manager of {each.after} first."
            )

"""Takes back a change, within 24 hours and as long as nothing came in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from commands.administration.invariants import refuse_broken_invariants
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.reply import Reply
from commands.values.phrases import end_sentence, format_count, format_day, join_words
from commands.wording.change_words import ISO_DAY, format_value
from storage.audit import undo, undo_conflicts
from storage.audit.changed_lines import build_record_lines
from storage.audit.undo_conflicts import UndoConflict
from storage.ledger.change_ledger import ATTACHED
from storage.ledger.changed_records import RecordKey, group_by_record, load_records
from storage.people.visibility import CONSOLE
from storage.records.ownership import KINDS
from storage.records.stored_references import find_by_reference
from storage.tables import AuditEntry, Change
from storage.tables.column_types import is_record_number


def _read_number(value: Any) -> Any:
    # A model sends the number as a number; a bool is one too for Python, and none here.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Undo(
    Command,
    group="change",
    writes=True,
    at_once=True,
    undoable=False,
    words="change",
    offer="Undo my last change",
    examples=("undo that",),
):
    """Take back a change, by default your last one."""

    change: Annotated[
        str | None,
        BeforeValidator(_read_number),
        Field(description="Number of the change; your last one where none is given"),
    ] = None

    def run(self, context: Context) -> Reply:
        entry = self._find_entry(context)
        changes = undo.list_entry_changes(context.scope.session, entry)
        settings = undo.is_administrative(changes)
        # Locked like any change of settings: whoever was an administrator then need not be one now.
        if settings:
            lock_workspace_as_admin(context)
        _check_age_and_kind(context, entry, changes)
        # Loaded once and held to the end: a session forgets what nobody holds, and would read it again at every step.
        changed = load_records(context.scope.session, group_by_record(changes))
        _check_undoable(context, entry, changes, changed)
        undo.undo_changes(context.ledger, changes, changed)
        # Taking back “add a status” may remove the last one of its class.
        if settings:
            refuse_broken_invariants(context)
        records = undo.load_changed_records(context.scope.session, changes)
        return Reply(
            end_sentence(f"Undone: {_describe_entry(context, entry, changes)}"),
            records=context.build_records(build_record_lines(context.scope, records)),
            undoes=entry.id,
        )

    def _find_entry(self, context: Context) -> AuditEntry:
        if self.change is None:
            newest = undo.find_last_change(context.scope, context.asker.id, context.now)
            if newest is None:
                raise NotFound("There is nothing of yours from the last 24 hours to take back.")
            number = newest.id
        else:
            said = self.change.strip().removeprefix("#")
            if not is_record_number(said):
                raise CommandError(f"“{self.change}” is not the number of a change. Say undo alone for your last one.")
            number = int(said)
        entry = undo.lock_entry(context.scope, number)
        if entry is None or not _may_undo(context, entry):
            raise NotFound("There is no change of yours under that number.")
        return entry


def _may_undo(context: Context, entry: AuditEntry) -> bool:
    """Tell whether the asker may take this back: own changes, as a manager the team's, as an administrator all."""
    asker = context.asker
    if asker.is_admin or entry.rep_id == (None if asker.id == CONSOLE else asker.id):
        return True
    return asker.role == "manager" and entry.rep_id in context.team


def _check_age_and_kind(context: Context, entry: AuditEntry, changes: list[Change]) -> None:
    """Raise CommandError with the reason where such a change is never taken back, or not any more."""
    # They come first, because they cost a look at the entry; what came in between takes many queries.
    session = context.scope.session
    before = undo.find_undoing_entry(session, entry)
    if before is not None:
        raise CommandError(f"That was taken back already, {_format_entry_time(context, before)} by {before.who}.")
    if entry.undoes_id is not None:
        raise CommandError("That was an undo itself. Repeat the command instead.")
    if entry.at <= context.now - undo.WITHIN:
        raise CommandError(
            f"That was {_format_entry_time(context, entry)}, more than 24 hours ago, and can no longer be taken back."
        )
    if entry.command == "import":
        raise CommandError("An import is not taken back here. Import the former file again, or restore a backup.")
    if not changes:
        raise CommandError("That changed nothing that could be taken back.")
    if len(changes) > undo.MOST_CHANGES:
        raise CommandError(f"That changed more than {undo.MOST_CHANGES:,} things and cannot be taken back at once.")


def _check_undoable(
    context: Context, entry: AuditEntry, changes: list[Change], changed: Mapping[RecordKey, Any]
) -> None:
    """Raise CommandError with the reason where something stands in the way of taking the change back."""
    # Before the conflicts, whose reasons name what others did with a record that may be out of sight by now.
    hidden = undo_conflicts.find_hidden_records(context.scope, changes, changed, context.asker.id)
    gave = entry.rep_id == context.asker.id
    if hidden and not (gave and hidden[0].given):
        raise CommandError(f"{hidden[0].name} is no longer yours to see. Ask its owner or a manager to change it back.")
    found = undo_conflicts.find_undo_conflict(context.scope, entry, changes, changed)
    # Whoever gave a record away may take it back, but is not told what others did with it since.
    if found is not None and found.name in {each.name for each in hidden}:
        raise CommandError(
            f"{found.name} was changed since it was given away, so it can no longer be taken back. "
            "Ask its owner or a manager to give it back."
        )
    if found is not None:
        raise CommandError(f"{_explain_conflict(context, found)}, so this can no longer be taken back.")


def _explain_conflict(context: Context, found: UndoConflict) -> str:
    kind = found.kind.replace("_", " ")
    by = f" by {found.who}" if found.who else ""
    at = f" {_format_local_time(context, found.at)}" if found.at else ""
    return f"The {kind} {found.name} {found.reason}{by}{at}"


def _format_entry_time(context: Context, entry: AuditEntry) -> str:
    return _format_local_time(context, entry.at)


def _format_local_time(context: Context, at: Any) -> str:
    local = at.astimezone(context.moment.zone)
    return f"on {format_day(local.date())} at {local:%H:%M}"


def _describe_entry(context: Context, entry: AuditEntry, changes: list[Change]) -> str:
    """Describe an entry as its command says it: `the conversion of Jane Doe`; several records of a kind are counted."""
    about = _describe_changed_records(context, entry, changes)
    kind = context.commands.get(entry.command)
    if kind is None or not kind.undone_as or ("{name}" in kind.undone_as and not about):
        return ", ".join(filter(None, (entry.command.replace("_", " "), about)))
    said = {name: _format_argument(context, value) for name, value in (entry.arguments or {}).items()}
    return kind.undone_as.format_map(said | {"name": about})


def _describe_changed_records(context: Context, entry: AuditEntry, changes: list[Change]) -> str:
    gifts = {(change.kind, change.record_id) for change in changes if change.column == "owner_id"}
    # Where all were given away, those of every kind are counted.
    if len(gifts) > 1 and len(gifts) == len(changes):
        counts = Counter(kind for kind, _ in gifts)
        return join_words([format_count(counts[kind], kind.replace("_", "-")) for kind in KINDS if counts[kind]])
    # A follow-up or a call is called after whom it is about.
    if changes and all(change.kind in ATTACHED for change in changes):
        record = find_by_reference(context.scope, str((entry.arguments or {}).get("name")))
        return record.name if record else ""
    for kind in ("lead", "opportunity", "contact", "account"):
        names = list(dict.fromkeys((change.record_id, change.name) for change in changes if change.kind == kind))
        if names:
            return names[0][1] if len(names) == 1 else format_count(len(names), kind)
    return ""


def _format_argument(context: Context, value: Any) -> str:
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return format_day(date.fromisoformat(value[:10]), context.today)
    return format_value(value)

"""What a person is shown before a write, and whether it still holds when they confirm it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from commands.contract.reply import FieldChange, Record
from storage.ledger.change_ledger import ChangeLedger, NotedChange
from storage.names import name_index


def fingerprint_card(ledger: ChangeLedger) -> str:
    """Fingerprint the changes that a card shows, before and after, to compare them with those of the yes."""
    # A new record has another number each time it is tried, so it goes by its name; a moment is another one each time,
    # so columns of moments are left out. Everything else that differs on the yes was changed by somebody meanwhile.
    changes = [
        [note.kind, note.name, note.field, note.before, note.after]
        if note.column == "record"
        else [note.kind, 0 if ledger.is_new(note) else note.record_id, note.field, note.before, note.after]
        for note in ledger.noted
        if note.is_worth_telling and not note.field.endswith("_at")
    ]
    return hashlib.sha256(json.dumps(changes, default=str, sort_keys=True).encode()).hexdigest()[:16]


def keep_existing_records(records: tuple[Record, ...], noted: list[NotedChange]) -> tuple[Record, ...]:
    """Keep the records that exist already; those a proposal would only create have no id yet."""
    created = {(note.kind, note.record_id) for note in noted if note.column == "record"}
    return tuple(each for each in records if name_index.parse_ref(each.id) not in created)


def hide_new_ids(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Hide the ids of records that a proposal would only create: they have no number yet."""
    created = {(change.kind, change.id) for change in changes if change.field == "record" and change.before is None}
    return tuple(replace(change, id="") if (change.kind, change.id) in created else change for change in changes)


def compose_question(changes: tuple[FieldChange, ...]) -> str:
    """Compose what a card asks where its command has no question of its own."""
    names_ = {change.name for change in changes}
    return f"Change {next(iter(names_))}?" if len(names_) == 1 else f"Change {len(names_)} records?"


def describe_done(changes: tuple[FieldChange, ...]) -> str:
    """Say what was done, where the same request comes a second time and the first did the work."""
    names_ = {change.name for change in changes}
    return f"Done: {next(iter(names_))}." if len(names_) == 1 else f"Done: {len(names_)} records."

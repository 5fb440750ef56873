"""What a person is shown before a write, and whether it still holds when they confirm it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from commands.contract.reply import Changed, Record
from storage.ledger.change_ledger import Ledger, Noted
from storage.names import name_index


def seen(ledger: Ledger) -> dict[str, Any]:
    """What a person saw on a card, to be compared when they confirm: versions, and every change they read."""
    changes = [
        [note.kind, note.name, note.field, note.before, note.after]
        if note.column == "record"
        else [
            note.kind,
            note.record_id if f"{note.kind} {note.record_id}" in ledger.versions() else 0,
            note.field,
            note.before,
            note.after,
        ]
        for note in ledger.noted
        if note.spoken and not note.field.endswith("_at")
    ]
    print_ = hashlib.sha256(json.dumps(changes, default=str, sort_keys=True).encode()).hexdigest()[:16]
    return {**ledger.versions(), "shown": print_}


def already_there(records: tuple[Record, ...], noted: list[Noted]) -> tuple[Record, ...]:
    """The records of a card without those that would only come to be: they have no id yet."""
    created = {(note.kind, note.record_id) for note in noted if note.column == "record"}
    return tuple(each for each in records if name_index.parse_ref(each.id) not in created)


def unborn(changes: tuple[Changed, ...]) -> tuple[Changed, ...]:
    """Changes as a card shows them: a record that would be created has no number yet."""
    created = {(change.kind, change.id) for change in changes if change.field == "record" and change.before is None}
    return tuple(replace(change, id="") if (change.kind, change.id) in created else change for change in changes)


def question(changes: tuple[Changed, ...]) -> str:
    """What a card asks where its command has no question of its own."""
    names_ = {change.name for change in changes}
    return f"Change {next(iter(names_))}?" if len(names_) == 1 else f"Change {len(names_)} records?"


def done_words(changes: tuple[Changed, ...]) -> str:
    """What is said where the same request comes a second time and its work was done by the first."""
    names_ = {change.name for change in changes}
    return f"Done: {next(iter(names_))}." if len(names_) == 1 else f"Done: {len(names_)} records."

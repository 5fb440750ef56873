"""Builds the card that a person is shown before a write, and its fingerprint, which tells whether it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import FieldChange, Record, Reply, ReplyState
from storage.ledger.change_ledger import KIND_OF, TARGETS, ChangeLedger, NotedChange, holds_moment
from storage.names import name_index


class Overtaken(CommandError):
    """Raised where what a card showed is not what a yes to it would do by now."""


def build_card(context: Context, reply: Reply, asks: Sequence[str]) -> tuple[Reply, str]:
    """Build the card that asks for a yes to what the ledger has noted, and its fingerprint.

    `asks` are the command's own reasons to ask. Those about what the person wrote are settled once it is stored.
    """
    noted = context.ledger.noted
    changes = _hide_new_ids(context.build_changes(noted))
    question = _compose_question(reply, changes)
    card = replace(
        reply,
        state=ReplyState.CONFIRM,
        head=question,
        notes=(*context.asks, *reply.notes),
        change=changes,
        records=_keep_existing_records(reply.records, noted),
        buttons=reply.instead,
    )
    return card, _fingerprint_card(context.ledger, question, asks)


def _fingerprint_card(ledger: ChangeLedger, question: str, asks: Sequence[str]) -> str:
    """Fingerprint what a card asks and the changes it asks about, to compare them with those of the yes."""
    changes = [_describe_note(ledger, note) for note in ledger.noted if note.is_worth_telling and _is_lasting(note)]
    shown = [question, *asks, changes]
    return hashlib.sha256(json.dumps(shown, default=str, sort_keys=True).encode()).hexdigest()[:16]


def _is_lasting(note: NotedChange) -> bool:
    """Tell whether it comes out the same each time it is tried: a moment is another one."""
    return not holds_moment(note.kind, note.column)


def _describe_note(ledger: ChangeLedger, note: NotedChange) -> list[Any]:
    """Describe a change as it comes out each time it is tried, as long as nobody changes what it goes by."""
    number = 0 if ledger.is_new(note) else note.record_id
    if note.column != "record":
        raw = [_hide_new_number(ledger, note.column, each) for each in (note.raw_before, note.raw_after)]
        return [note.kind, number, note.field, note.before, note.after, *raw]
    # Of a record that goes, its number tells which; of a new one everything that it would hold.
    if note.raw_after is None:
        return [note.kind, number, note.field, note.before]
    row = {
        column: _hide_new_number(ledger, column, value)
        for column, value in note.raw_after.items()
        if column != "id" and not holds_moment(note.kind, column)
    }
    return [note.kind, note.field, note.after, row]


def _hide_new_number(ledger: ChangeLedger, column: str, value: Any) -> Any:
    """Put `new` for the number of a record that is created too: it has another number each time it is tried."""
    target = TARGETS.get(column)
    return "new" if target is not None and ledger.is_created(KIND_OF[target], value) else value


def _keep_existing_records(records: tuple[Record, ...], noted: list[NotedChange]) -> tuple[Record, ...]:
    """Keep the records that exist already; those a proposal would only create have no id yet."""
    created = {(note.kind, note.record_id) for note in noted if note.column == "record"}
    return tuple(each for each in records if name_index.parse_ref(each.id) not in created)


def _hide_new_ids(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Hide the ids of records that a proposal would only create: they have no number yet."""
    created = {(change.kind, change.id) for change in changes if change.field == "record" and change.before is None}
    return tuple(replace(change, id="") if (change.kind, change.id) in created else change for change in changes)


def _compose_question(reply: Reply, changes: tuple[FieldChange, ...]) -> str:
    """Compose what a card asks: the command's own question, else which records are to change."""
    if reply.question:
        return reply.question
    names_ = {change.name for change in changes}
    return f"Change {next(iter(names_))}?" if len(names_) == 1 else f"Change {len(names_)} records?"

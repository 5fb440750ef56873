"""Keeps what a call did as an audit entry that can be undone, and replies from it to a request that is repeated."""

from __future__ import annotations

from dataclasses import replace

from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Button, FieldChange, Reply, ReplyState
from commands.values.phrases import end_sentence
from storage.audit import audit_log


def audit_and_offer_undo(context: Context, command: Command, reply: Reply, *, key: str | None) -> Reply:
    """Write the audit entry of what was done, and offer to undo it."""
    # What was like that already leaves no entry: the log tells of changes, and undo looks for the last one.
    if not context.ledger.noted:
        # Or this very request has done it, in a transaction that ended while this one waited for its lock.
        return (recall_done(context, key) if key else None) or reply
    arguments = command.get_given_arguments()
    entry = audit_log.build_entry(
        context.asker, context.now, context.surface, command.verb(), arguments, undoes=reply.undoes, key=key
    )
    number = context.ledger.write_entry(entry)
    undo = _offer_undo(number) if command.undoable else ()
    changes = context.build_changes(context.ledger.noted)
    return replace(reply, state=ReplyState.DONE, change=changes, buttons=(*reply.buttons, *undo))


def recall_done(context: Context, key: str) -> Reply | None:
    """Build the reply to a repeated request from the audit log; None where nothing was done under this key yet."""
    entry = audit_log.find_entry_by_key(context.scope.session, context.scope.workspace_id, context.asker.id, key)
    if entry is None:
        return None
    if entry.undone:
        return Reply("That was done, and undone again since.", ReplyState.DONE, command=entry.command)
    undo = () if entry.undoes else _offer_undo(entry.number)
    changes = context.build_changes(entry.noted)
    return Reply(_describe_done(changes), ReplyState.DONE, change=changes, buttons=undo, command=entry.command)


def _offer_undo(number: int) -> tuple[Button, ...]:
    return (Button("Undo", "undo", {"change": str(number)}),)


def _describe_done(changes: tuple[FieldChange, ...]) -> str:
    """Say what was done, where the same request comes a second time and the first did the work."""
    names_ = {change.name for change in changes}
    return end_sentence(f"Done: {next(iter(names_))}") if len(names_) == 1 else f"Done: {len(names_)} records."

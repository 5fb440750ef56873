"""Keeps the questions that wait for a person's yes or choice, each answered once, within fifteen minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from commands.contract.errors import Ambiguous, CommandError, NoOpenQuestion, NotSettled
from commands.contract.reply import Button, Record, Reply, ReplyState
from commands.dispatching.request import Origin, PendingCall, Request
from storage.database.doors import Session
from storage.names.name_index import NamedRecord
from storage.tables import Confirmation
from storage.threads import confirmations

MOST_CHOICES = 10
ON_ITS_WAY = timedelta(seconds=5)
"""How long an answer may take to stand where its card stood. Until then a second press is one too many."""
ALREADY = {
    "done": "That was done already. Nothing was changed again.",
    "cancelled": "That was cancelled. Please ask again.",
    "chosen": "That was answered already.",
    "replaced": "I asked that again since. Please answer there.",
    "overtaken": "The record changed in the meantime, so nothing was done. Please look again and repeat it.",
}


def find_open_question(session: Session, request: Request) -> Confirmation | None:
    """Find the thread's open question, a confirmation or a choice; a repeated request finds the one it answered."""
    return confirmations.find_open_proposal(
        session, request.workspace_id, request.rep_id, request.thread, request.now, near=request.near, key=request.key
    )


def load_proposal(session: Session, request: Request, confirmation_id: str) -> tuple[str, dict[str, Any]]:
    """Load the verb and arguments of this person's own open proposal.

    CommandError where it is not open any more.
    """
    row = confirmations.find_proposal(session, request.workspace_id, request.rep_id, confirmation_id)
    row = require_open_question(row, request)
    return row.command, dict(row.arguments)


def lock_question(session: Session, request: Request, confirmation_id: str) -> Confirmation | None:
    """Load this person's own question, open or not, and lock it until the transaction ends."""
    return confirmations.lock_proposal(session, request.workspace_id, request.rep_id, confirmation_id)


def require_open_question(row: Confirmation | None, request: Request) -> Confirmation:
    """Return the question if it is open. CommandError otherwise, which says how it was answered."""
    # The row was looked for among this person's own, so somebody else's question is none here.
    if row is None:
        raise NoOpenQuestion("There is no question of yours waiting under that.")
    if row.used_at is not None:
        # What was done or chosen may be answered by a card with buttons of its own, which must not be lost. Where
        # the question still stands long after, it never came.
        stands = row.outcome in ("done", "chosen") and row.expires_at > request.now
        raise (NotSettled if stands else CommandError)(ALREADY.get(row.outcome or "", ALREADY["done"]))
    if row.expires_at <= request.now:
        raise CommandError("That question is more than fifteen minutes old. Please ask again.")
    return row


def find_first_key(row: Confirmation | None, request: Request, outcome: str) -> str | None:
    """Return the key of the request that answered this question alike before; None where none did.

    Whoever presses again later has not seen what came of it: a process may have died between doing it and answering. A
    request without a key is answered where it is made, so nothing of it is lost.
    """
    if row is None or row.used_at is None or row.outcome != outcome or request.key is None:
        return None
    lost = row.used_by == request.key or request.now - row.used_at >= ON_ITS_WAY
    return row.used_by if lost else None


def settle_question(session: Session, row: Confirmation, request: Request, outcome: str) -> None:
    """Mark a question as answered by this request; no other request can answer it again."""
    confirmations.mark_used(session, row, outcome, request.now, request.key)


def settle_as_cancelled(session: Session, request: Request, confirmation_id: str) -> Reply:
    """Cancel a question: it can never be answered after this."""
    row = lock_question(session, request, confirmation_id)
    if not find_first_key(row, request, "cancelled"):
        settle_question(session, require_open_question(row, request), request, "cancelled")
        request.begin_commit()
    return Reply("All right, nothing was changed.")


def settle_as_overtaken(session: Session, request: Request, confirmation_id: str) -> None:
    """Close a proposal whose records have changed since it was shown."""
    row = lock_question(session, request, confirmation_id)
    if row is not None and row.used_at is None:
        settle_question(session, row, request, "overtaken")


def take_choice(
    session: Session, request: Request, number: int, confirmation_id: str | None
) -> tuple[PendingCall, str | None]:
    """Make the call that a choice stands for, and mark its question as answered.

    Return the call and the key of the request that chose first: what that one did is not done again.
    """
    if confirmation_id is None:
        row = find_open_question(session, request)
    else:
        row = lock_question(session, request, confirmation_id)
    if row is None or row.choices is None:
        raise NoOpenQuestion("There is nothing to choose from.")
    chosen = _read_choice(row, number)
    # Another number than the first is no repetition, and that one's card stays.
    first = find_first_key(row, request, "chosen") if chosen == (row.command, row.arguments) else None
    late = row.expires_at <= request.now and first != request.key
    if first is None or late or confirmations.replace_follow_ups(session, row, request.now):
        require_open_question(row, request)
    if chosen is None:
        raise NotSettled(f"Choose a number from 1 to {len(row.choices)}.")
    # With the origin of the first call: choosing a record is no yes to what a sentence or a model wanted.
    call = PendingCall(*chosen, Origin(row.origin))
    if first is None:
        row.command, row.arguments = chosen
        settle_question(session, row, request, "chosen")
        request.begin_commit()
    return call, first or request.key


def _read_choice(row: Confirmation, number: int) -> tuple[str, dict[str, Any]] | None:
    """Read the call that the Nth choice (from 1) stands for; None where there are not so many."""
    choices = row.choices or []
    if not 1 <= number <= len(choices):
        return None
    choice = choices[number - 1]
    # An offer is a whole call; any other choice is a record, for the argument that was not clear.
    if row.field is None:
        return choice["command"], choice["arguments"]
    return row.command, {**row.arguments, row.field: choice}


def is_open_offer(row: Confirmation) -> bool:
    """Tell whether a question offers whole calls, and waits."""
    return row.choices is not None and row.field is None and row.used_at is None


def save_offers(session: Session, request: Request, offers: Sequence[Button]) -> str:
    """Save the calls that a sentence may have meant, one of which is taken by its number; return the question's id."""
    calls = [{"command": each.command, "arguments": each.arguments} for each in offers]
    call = PendingCall(offers[0].command, offers[0].arguments, Origin.SENTENCE)
    return save_question(session, request, call, choices=json.loads(json.dumps(calls, default=str)))


def save_question(
    session: Session,
    request: Request,
    call: PendingCall,
    *,
    shown: str = "",
    choices: list[Any] | None = None,
    field: str | None = None,
) -> str:
    """Save a call that waits for a yes to what was `shown`, or for one of the `choices` (of a field, or whole calls).

    Return its id.
    """
    return confirmations.save_proposal(
        session,
        workspace_id=request.workspace_id,
        rep_id=request.rep_id,
        thread=request.thread,
        now=request.now,
        command=call.verb,
        # Arguments that were refused as ambiguous are as the surface gave them, and not all of that is JSON.
        arguments=json.loads(json.dumps(call.kept or call.arguments, default=str)),
        origin=call.origin,
        shown=shown,
        choices=choices,
        field=field,
    )


def ask_which(session: Session, request: Request, call: PendingCall, several: Ambiguous) -> Reply:
    """Ask which of several records a call is about."""
    shown = confirmations.find_focus(
        session, request.workspace_id, request.rep_id, request.thread, request.now, near=request.near
    )
    choices = _put_first(several.choices, shown.records if shown else [])[:MOST_CHOICES]
    waiting = save_question(session, request, call, choices=[each.ref for each in choices], field=several.field)
    request.begin_commit()
    more = f" and {len(several.choices) - len(choices)} more; add a word" if several.choices[MOST_CHOICES:] else ""
    return Reply(
        f"Which “{several.words}” do you mean{more}?",
        ReplyState.CHOOSE,
        choices=tuple(_build_choice(each) for each in choices),
        confirmation=waiting,
        command=call.verb,
        arguments=call.arguments,
    )


def _put_first(choices: Sequence[NamedRecord], shown: Sequence[str]) -> list[NamedRecord]:
    """Put the choices that the thread has shown before the others, in the order in which it showed them."""
    place = {reference: number for number, reference in enumerate(shown)}
    return sorted(choices, key=lambda each: place.get(each.ref, len(place)))


def _build_choice(each: NamedRecord) -> Record:
    fields = {"company": each.company, "email": each.email if each.name == each.company else None}
    shown = {name: value for name, value in fields.items() if value}
    return Record(each.kind, each.ref, each.name, each.external_id, shown)

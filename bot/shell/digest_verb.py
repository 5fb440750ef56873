"""The verb `digest`: the morning messages, shown or sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.reply_object import jsonable
from bot.settings import read_settings
from bot.terminal.person_option import Person
from bot.terminal.seat import Seat, take_seat
from bot.terminal.terminal_reply import console, show
from bot.terminal.verb_outcome import Failed, Outcome
from commands.contract.reply import Reply
from commands.digest.build import digest_of
from commands.digest.content import Digest
from commands.digest.preview_set import preview
from storage.people import reps
from storage.people.visibility import CONSOLE

WORDS = {
    "sent": "sent",
    "queued": "kept in the outbox; without Slack nothing was sent",
    "silent": "nothing to say today, so nothing was sent",
    "skipped": "too late, so it was skipped",
    "failed": "could not be delivered",
    "unreachable": "Slack knows no member with this email",
}


def show_digests(outcome: Outcome, person: Person, *, everyone: bool, dry_run: bool) -> None:
    """Print the digest of one person, or of everyone who gets one; send what is due, unless it is a dry run."""
    seat = take_seat(person)
    if not everyone and seat.request.rep_id == CONSOLE:
        raise Failed("Say whose: leadlight digest --as EMAIL, or --all", "refused")
    if dry_run:
        _show(outcome, seat, everyone=everyone)
    else:
        _send(outcome, seat, everyone=everyone)


def _show(outcome: Outcome, seat: Seat, *, everyone: bool) -> None:
    found = [_digest(seat, number) for number in (_everyone(seat) if everyone else [seat.request.rep_id])]
    if outcome.json:
        objects: list[dict[str, Any]] = [jsonable(digest.as_json()) | {"sent": False} for digest, _ in found]
        outcome.print_object({"results": objects} if everyone else objects[0])
        return
    for _, reply in found:
        show(console(), reply)
        console().print()


def _send(outcome: Outcome, seat: Seat, *, everyone: bool) -> None:
    from bot.shell.digest_sending import Sending

    request = seat.request
    sending = Sending(read_settings(), seat.dispatcher.database, request.workspace_id, request.now)
    states = sending.send(None if everyone else request.rep_id)
    objects = []
    for run, state in sorted(states.items()):
        content = sending.content(run) or jsonable(_digest(seat, run[0])[0].as_json())
        objects.append(content | {"sent": state == "sent", "outcome": state})
    if not everyone and not objects:
        objects = [jsonable(_digest(seat, request.rep_id)[0].as_json()) | {"sent": False, "outcome": "not due"}]
    if outcome.json:
        outcome.print_object({"results": objects} if everyone else objects[0])
        return
    for each in objects:
        console().print(f"{each['rep']}, {each['local_date']}: {WORDS.get(each['outcome'], each['outcome'])}.")
    if not objects:
        console().print("Nobody's digest is due now.")


def _everyone(seat: Seat) -> list[int]:
    with seat.dispatcher.database.reading() as session:
        return [rep.id for rep in reps.active(session, seat.request.workspace_id) if rep.digest_enabled]


def _digest(seat: Seat, number: int) -> tuple[Digest, Reply]:
    with seat.dispatcher.database.reading() as session:
        context = seat.dispatcher.context(session, replace(seat.request, rep_id=number))
        rep = reps.get(session, seat.request.workspace_id, number)
        digest = digest_of(
            session,
            context.asker,
            vocabulary=context.vocabulary,
            defaults=context.defaults,
            now=context.now,
            size=rep.digest_size if rep else None,
        )
        return digest, preview(digest, context, context.asker)

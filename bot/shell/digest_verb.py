"""The verb `digest`: the morning messages, shown or sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rich.text import Text

from bot.reply_object import encode_value
from bot.settings import read_settings
from bot.terminal.person_option import AskerOptions
from bot.terminal.seat import Seat, take_seat
from bot.terminal.terminal_reply import open_console, print_reply
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from commands.contract.reply import Reply
from commands.digest.build import build_digest
from commands.digest.content import Digest
from commands.digest.preview_set import build_digest_reply
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


def show_digests(outcome: VerbOutcome, person: AskerOptions, *, everyone: bool, dry_run: bool) -> None:
    """Print the digest of one person, or of everyone who gets one; send what is due, unless it is a dry run."""
    seat = take_seat(person)
    if not everyone and seat.request.rep_id == CONSOLE:
        raise VerbFailure("Say whose: leadlight digest --as EMAIL, or --all", "refused")
    if dry_run:
        _print_digests(outcome, seat, everyone=everyone)
    else:
        _send_digests(outcome, seat, everyone=everyone)


def _print_digests(outcome: VerbOutcome, seat: Seat, *, everyone: bool) -> None:
    found = [_build_digest(seat, rep_id) for rep_id in (_list_recipients(seat) if everyone else [seat.request.rep_id])]
    if outcome.json:
        objects: list[dict[str, Any]] = [encode_value(digest.to_json()) | {"sent": False} for digest, _ in found]
        outcome.print_object({"results": objects} if everyone else objects[0])
        return
    for digest, reply in found:
        if everyone:
            open_console().print(Text(digest.rep, style="cyan"))
        print_reply(open_console(), reply)
        open_console().print()


def _send_digests(outcome: VerbOutcome, seat: Seat, *, everyone: bool) -> None:
    from bot.shell.digest_sending import DigestSender

    request = seat.request
    sending = DigestSender(read_settings(), seat.dispatcher.database, request.workspace_id, request.now)
    states = sending.send_due(None if everyone else request.rep_id)
    objects = []
    for run, state in sorted(states.items()):
        # Only a digest that had something to say keeps it; for the others it is built once more to be shown.
        content = sending.load_content(run) or encode_value(_build_digest(seat, run[0])[0].to_json())
        objects.append(content | {"sent": state == "sent", "outcome": state})
    # Who asks for one digest gets one object, also where it is not due yet.
    if not everyone and not objects:
        objects = [
            encode_value(_build_digest(seat, request.rep_id)[0].to_json()) | {"sent": False, "outcome": "not due"}
        ]
    if outcome.json:
        outcome.print_object({"results": objects} if everyone else objects[0])
        return
    for each in objects:
        open_console().print(f"{each['rep']}, {each['local_date']}: {WORDS.get(each['outcome'], each['outcome'])}.")
    if not objects:
        open_console().print("Nobody's digest is due now.")


def _list_recipients(seat: Seat) -> list[int]:
    with seat.dispatcher.database.begin_read() as session:
        return [rep.id for rep in reps.list_active_reps(session, seat.request.workspace_id) if rep.digest_enabled]


def _build_digest(seat: Seat, rep_id: int) -> tuple[Digest, Reply]:
    with seat.dispatcher.database.begin_read() as session:
        context = seat.dispatcher.build_context(session, replace(seat.request, rep_id=rep_id))
        rep = reps.find_rep(session, seat.request.workspace_id, rep_id)
        digest = build_digest(
            session,
            context.asker,
            vocabulary=context.vocabulary,
            defaults=context.defaults,
            now=context.now,
            size=rep.digest_size if rep else None,
        )
        return digest, build_digest_reply(digest, context, context.asker)

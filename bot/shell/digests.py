"""The verb `digest`: what the morning message holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.objects import jsonable
from bot.shell.options import Person
from bot.shell.outcome import Failed, Outcome
from bot.shell.person import Seat, take_seat
from bot.terminal import console, show
from commands.digest import preview
from commands.digest_content import Digest
from commands.digest_making import digest_of
from commands.reply import Reply
from storage import reps
from storage.access import CONSOLE


def show_digests(outcome: Outcome, person: Person, *, everyone: bool, dry_run: bool) -> None:
    """Print the digest of one person, or of everyone who gets one."""
    if not dry_run:
        raise Failed("Sending digests is not there yet. See what one holds: leadlight digest --dry-run")
    seat = take_seat(person)
    if not everyone and seat.request.rep_id == CONSOLE:
        raise Failed("Say whose: leadlight digest --as EMAIL, or --all", "refused")
    found = [_digest(seat, number) for number in (_everyone(seat) if everyone else [seat.request.rep_id])]
    if outcome.json:
        objects: list[dict[str, Any]] = [jsonable(digest.as_json()) | {"sent": False} for digest, _ in found]
        outcome.print_object({"results": objects} if everyone else objects[0])
        return
    for _, reply in found:
        show(console(), reply)
        console().print()


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

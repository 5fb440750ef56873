"""The verb `erase`: a person outside, such as a lead or a contact, taken out of everything that is kept."""

from __future__ import annotations

import sys
from collections import Counter

from bot.settings import read_settings
from bot.terminal.person_option import AskerOptions
from bot.terminal.seat import read_moment, take_seat
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from commands.values.phrases import format_count
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE, Asker
from storage.upkeep.erasure import erase_person
from storage.upkeep.person_records import Person, SeveralPeople, find_person


class _Preview(Exception):
    """Takes a tried erasure back."""


def erase_person_outside(outcome: VerbOutcome, words: str, person: AskerOptions, *, yes: bool) -> None:
    """Erase the person of an email address or a record's id, after a yes. Raises VerbFailure where nobody is found."""
    seat = take_seat(person)
    database = seat.dispatcher.database
    workspace_id = seat.request.workspace_id
    asker = _find_asker(database, workspace_id, seat.request.rep_id)
    if not asker.is_admin:
        raise VerbFailure("Only an administrator can erase a person.", "refused")
    now = read_moment(person.now, read_settings().timezone)
    try:
        with database.begin_read() as session:
            found = find_person(session, workspace_id, words)
    except SeveralPeople as several:
        raise VerbFailure(
            f"{len(several.refs)} records of different names have this address: {', '.join(several.refs)}. "
            f"Say which by its id, like “#{several.refs[0]}”.",
            "refused",
        ) from None
    if found is None:
        raise VerbFailure(
            f"I know no lead or contact “{words}”. Give an email address or an id like #L12.", "not_found"
        )
    if not yes:
        counts = Counter[str]()
        try:
            with database.begin_write() as session:
                counts = erase_person(session, found, asker, now)
                raise _Preview
        except _Preview:
            pass
        _tell(outcome, "confirm", found, f"This erases {', '.join(found.refs)} for good", counts)
        if outcome.json or not sys.stdin.isatty() or input("Erase it? Type yes: ").strip().lower() != "yes":
            if not outcome.json:
                print("Nothing was erased. To do it: add --yes.", file=sys.stderr)  # noqa: T201
            outcome.status = 3
            return
    with database.begin_write() as session:
        counts = erase_person(session, found, asker, now)
    database.truncate_journal()
    _tell(outcome, "done", found, f"Erased {', '.join(found.refs)}", counts)


def _find_asker(database: Database, workspace_id: int, rep_id: int) -> Asker:
    if rep_id == CONSOLE:
        return reps.make_console_asker(workspace_id)
    with database.begin_read() as session:
        found = reps.find_rep(session, workspace_id, rep_id)
        if found is None:
            raise VerbFailure("This person is not active any more.", "refused")
        return reps.make_asker(found)


def _tell(outcome: VerbOutcome, state: str, person: Person, head: str, counts: Counter[str]) -> None:
    """Say what is gone, in counts and ids: a name that is to be forgotten is not printed."""
    if outcome.json:
        figures = {what: number for what, number in counts.items() if number}
        outcome.print_object({"state": state, "records": list(person.refs), "figures": figures})
        return
    print(f"{head}: {', '.join(f'{number:,} × {what}' for what, number in counts.items() if number)}.")  # noqa: T201
    if person.namesakes:
        others = format_count(person.namesakes, "other person", "other people")
        print(f"{others} of the same name: texts that say only the name were left.")  # noqa: T201
    print("A file that still has this person brings them back when it is imported: take them out there too.")  # noqa: T201
    if person.shared:
        shared = format_count(person.shared, "address or number", "addresses or numbers")
        print(f"{shared} of others too: left where it stands elsewhere.")  # noqa: T201

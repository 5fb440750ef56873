"""Who sits at the terminal, in which workspace, at what time."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model.listener_opening import listener_of
from bot.settings import Settings, read_settings
from bot.terminal.person_option import Person
from bot.terminal.verb_outcome import Failed
from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.workspaces import workspace_vocabulary

if TYPE_CHECKING:
    from bot.model.model_listener import Listener


@dataclass(frozen=True)
class Seat:
    """A person at a terminal with a database open."""

    dispatcher: Dispatcher
    request: Request
    name: str
    listener: Listener | None = None
    """A language model, asked where the phrases are not sure."""


def open_database(settings: Settings) -> Database:
    """The database of the settings, at the schema this program was made for."""
    start_logging(settings)
    database = Database(settings.database_url.get_secret_value())
    database.check_revision()
    return database


def start_logging(settings: Settings) -> None:
    """Logs go to stderr; those of libraries that print what they carry stay at warnings."""
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for name in ("sqlalchemy", "alembic", "apscheduler", "slack_bolt", "slack_sdk", "openai", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)


def take_seat(person: Person) -> Seat:
    """Open the database and find the person. Failed names what does not exist."""
    settings = read_settings()
    database = open_database(settings)
    workspace_id = workspace_of(database, person.workspace)
    rep_id, name = _rep(database, workspace_id, person.as_)
    request = Request(workspace_id, rep_id, "shell", moment_of(person.now, settings.timezone), person.thread or "")
    dispatcher = Dispatcher(database, BY_VERB, settings.defaults)
    return Seat(dispatcher, request, name, listener_of(settings, dispatcher))


def workspace_of(database: Database, wanted: int | None) -> int:
    """The workspace that was named, else the only one."""
    with database.reading() as session:
        known = workspace_vocabulary.workspace_ids(session)
    if wanted is not None:
        if wanted not in known:
            raise Failed(f"There is no workspace {wanted}.", "not_found")
        return wanted
    if len(known) != 1:
        listed = ", ".join(str(each) for each in known)
        raise Failed(f"There are several workspaces ({listed}). Say which: --workspace {known[0]}", "refused")
    return known[0]


def moment_of(now: str | None, zone: str) -> datetime:
    """`--now`, where no offset is given in the settings' time zone; else the clock."""
    if now is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise Failed(f"“{now}” is not a moment. Write it like 2026-11-18T09:30+00:00", "refused") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _rep(database: Database, workspace_id: int, words: str | None) -> tuple[int, str]:
    if words is None:
        return CONSOLE, "console"
    with database.reading() as session:
        found = [(rep.id, rep.name) for rep in reps.matching(session, workspace_id, words)]
    if not found:
        raise Failed(f"There is no active person “{words}”. Give an email, a name or an id.", "not_found")
    if len(found) > 1:
        names = ", ".join(name for _, name in found)
        raise Failed(f"“{words}” fits several people ({names}). Give an email or the full name.", "refused")
    return found[0]

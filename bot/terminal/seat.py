"""Who sits at the terminal, in which workspace, at what time."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model.listener_opening import make_listener
from bot.settings import Settings, read_settings
from bot.terminal.person_option import AskerOptions
from bot.terminal.verb_outcome import VerbFailure
from commands import BY_VERB
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.people import reps
from storage.people.visibility import CONSOLE
from storage.workspaces import workspace_vocabulary

if TYPE_CHECKING:
    from bot.model.model_listener import Listener


@dataclass(frozen=True)
class Seat:
    """Holds who asks at a terminal, and the dispatcher and language model that answer them."""

    dispatcher: Dispatcher
    request: Request
    name: str
    listener: Listener | None = None


def open_database(settings: Settings) -> Database:
    """Open the database of the settings. Raises DatabaseTrouble where its schema is not this program's."""
    start_logging(settings)
    database = Database(settings.database_url.get_secret_value())
    database.check_revision()
    return database


def start_logging(settings: Settings) -> None:
    """Log to stderr, and let libraries log warnings only."""
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    # At DEBUG they log whole bodies, and Bolt logs that of a wrongly signed request at INFO: names and addresses
    # of customers do not belong into a log.
    for name in ("sqlalchemy", "alembic", "apscheduler", "slack_bolt", "slack_sdk", "openai", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A call to Slack that fails is raised to us too, and told once in words of our own.
    logging.getLogger("slack_sdk.web").setLevel(logging.CRITICAL)


def take_seat(person: AskerOptions) -> Seat:
    """Open the database and find the person. Raises VerbFailure, which names what does not exist."""
    settings = read_settings()
    database = open_database(settings)
    workspace_id = find_workspace(database, person.workspace)
    rep_id, name = _find_rep(database, workspace_id, person.as_)
    request = Request(workspace_id, rep_id, "shell", read_moment(person.now, settings.timezone), person.thread or "")
    dispatcher = Dispatcher(database, BY_VERB, settings.defaults)
    return Seat(dispatcher, request, name, make_listener(settings, dispatcher))


def find_workspace(database: Database, wanted: int | None) -> int:
    """Find the workspace that was named, else the only one. Raises VerbFailure where there are several."""
    with database.begin_read() as session:
        known = workspace_vocabulary.list_workspace_ids(session)
    if wanted is not None:
        if wanted not in known:
            raise VerbFailure(f"There is no workspace {wanted}.", "not_found")
        return wanted
    if len(known) != 1:
        listed = ", ".join(str(each) for each in known)
        raise VerbFailure(f"There are several workspaces ({listed}). Say which: --workspace {known[0]}", "refused")
    return known[0]


def read_moment(now: str | None, zone: str) -> datetime:
    """Read `--now` into UTC, in the time zone `zone` where it has no offset; without `--now`, take the clock."""
    if now is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise VerbFailure(f"“{now}” is not a moment. Write it like 2026-11-18T09:30+00:00", "refused") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _find_rep(database: Database, workspace_id: int, words: str | None) -> tuple[int, str]:
    # Whoever can open the database can read all of it anyway, so the console asks as an administrator.
    if words is None:
        return CONSOLE, "console"
    with database.begin_read() as session:
        found = [(rep.id, rep.name) for rep in reps.find_matching_reps(session, workspace_id, words)]
    if not found:
        raise VerbFailure(f"There is no active person “{words}”. Give an email, a name or an id.", "not_found")
    if len(found) > 1:
        names = ", ".join(name for _, name in found)
        raise VerbFailure(f"“{words}” fits several people ({names}). Give an email or the full name.", "refused")
    return found[0]

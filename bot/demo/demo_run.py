"""`leadlight demo`: a sample company in a database that lives as long as the demo."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from bot.demo.company_load import load
from bot.demo.date_shift import Calendar
from bot.demo.demo_session import SUGGESTIONS, play
from bot.demo.local_zone import zone_here
from bot.demo.progress_bar import steps
from bot.demo.sample_company import HERO, NAME
from bot.dialogue.dialogue import Conversation
from bot.terminal.seat import Seat
from bot.terminal.terminal_chat import run_chat
from bot.terminal.terminal_reply import open_console, print_reply
from bot.terminal.verb_outcome import STATUS
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database
from storage.people import reps

THREAD = "demo"


@dataclass
class Demo:
    """The sample company, ready to be talked to."""

    seat: Seat
    database: Database
    still: bool
    """Whether the clock stands at the moment the company was made for."""

    def answer(self, words: str) -> Reply:
        """What the bot says to the hero."""
        now = self.seat.request.now if self.still else datetime.now(UTC)
        return Conversation(self.seat.dispatcher).answer_text(replace(self.seat.request, now=now), words.strip())


def run_demo(once: str | None = None, screen: Console | None = None, *, now: datetime | None = None) -> int:
    """Make the company, then answer one sentence, play the session, or chat. Returns the exit status."""
    screen = screen or open_console()
    with _cleaning_up(), TemporaryDirectory(prefix="leadlight-demo-", ignore_cleanup_errors=True) as folder:
        demo = prepare(Path(folder), now=now)
        with closing(demo.database):
            if once is not None:
                reply = demo.answer(once)
                print_reply(screen, reply)
                return STATUS[reply.state]
            _introduce(screen, demo)
            if sys.stdin is None or not sys.stdin.isatty():
                return _play(screen, demo)
            run_chat(demo.seat, demo.answer, SUGGESTIONS)
            screen.print(Text("Removing the sample company. How to begin with your own: README.md.", style="dim"))
            return 0


def prepare(folder: Path, *, now: datetime | None = None) -> Demo:
    """The sample company in a fresh database in this folder."""
    moment, zone = now or datetime.now(UTC), zone_here()
    with steps() as step:
        database = Database(f"sqlite:///{folder / 'leadlight.db'}")
        workspace_id = load(database, folder, Calendar(moment, ZoneInfo(zone)), step)
    with database.begin_read() as session:
        hero = reps.find_matching_reps(session, workspace_id, HERO)[0].id
    request = Request(workspace_id, hero, "demo", moment, THREAD)
    dispatcher = Dispatcher(database, BY_VERB, WorkspaceDefaults(time_zone=zone))
    return Demo(Seat(dispatcher, request, HERO), database, still=now is not None)


def _introduce(screen: Console, demo: Demo) -> None:
    screen.print(Text(NAME, style="bold"))
    screen.print(Text("12 reps, 408 leads, 231 opportunities; all invented, dated from today."))
    screen.print(
        Text(f"It lives in {Path(demo.database.where).parent} and is removed at the end.", style="dim"), soft_wrap=True
    )
    screen.print()


def _play(screen: Console, demo: Demo) -> int:
    """The session of eight turns. 1 where something went wrong on the bot's side."""
    status = 0
    screen.print(Text(f"You are {HERO}.", style="dim"))
    for said in play(demo.answer):
        screen.print()
        screen.print(Text.assemble(("› ", "dim"), (said.words, "cyan")))
        print_reply(screen, said.reply)
        status = status or int(said.reply.state is ReplyState.ERROR)
    return status


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """Leave in good order too when the terminal is closed or the program is told to end."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

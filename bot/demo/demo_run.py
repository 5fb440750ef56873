"""Runs `leadlight demo`: the sample company in a database that lives as long as the demo."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from bot.demo.company_load import STEPS, ReportStep, load_company
from bot.demo.date_shift import Calendar
from bot.demo.demo_session import SUGGESTIONS, play_session
from bot.demo.sample_company import HERO, NAME
from bot.dialogue.dialogue import Conversation
from bot.exit_on_signals import exit_on_signals
from bot.terminal.seat import Seat
from bot.terminal.terminal_chat import run_chat
from bot.terminal.terminal_reply import open_console, print_reply
from bot.terminal.verb_outcome import STATUS
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.people import reps

THREAD = "demo"


@dataclass
class Demo:
    """Holds the sample company, ready to be talked to. With `clock_stands` it is always the moment it was made for."""

    seat: Seat
    database: Database
    clock_stands: bool

    def answer(self, words: str) -> Reply:
        """Answer what the hero says."""
        now = self.seat.request.now if self.clock_stands else datetime.now(UTC)
        return Conversation(self.seat.dispatcher).answer_text(replace(self.seat.request, now=now), words.strip())


def run_demo(once: str | None = None, screen: Console | None = None, *, now: datetime | None = None) -> int:
    """Make the company, then answer one sentence, play the session, or chat. Return the exit status."""
    screen = screen or open_console()
    with exit_on_signals(), TemporaryDirectory(prefix="leadlight-demo-", ignore_cleanup_errors=True) as folder:
        demo = prepare_demo(Path(folder), now=now)
        with closing(demo.database):
            if once is not None:
                reply = demo.answer(once)
                print_reply(screen, reply)
                return STATUS[reply.state]
            _introduce(screen, demo)
            if sys.stdin is None or not sys.stdin.isatty():
                return _print_session(screen, demo)
            run_chat(demo.seat, demo.answer, SUGGESTIONS)
            screen.print(Text("Removing the sample company. How to begin with your own: README.md.", style="dim"))
            return 0


def prepare_demo(folder: Path, *, now: datetime | None = None) -> Demo:
    """Make the sample company in a fresh database in this folder; its today is that of `now`."""
    moment, zone = now or datetime.now(UTC), _find_local_zone()
    with _show_progress() as report_step:
        database = Database(f"sqlite:///{folder / 'leadlight.db'}")
        workspace_id = load_company(database, folder, Calendar(moment, ZoneInfo(zone)), report_step)
    with database.begin_read() as session:
        hero = reps.find_matching_reps(session, workspace_id, HERO)[0].id
    request = Request(workspace_id, hero, "demo", moment, THREAD)
    dispatcher = Dispatcher(database, BY_VERB, WorkspaceDefaults(time_zone=zone))
    return Demo(Seat(dispatcher, request, HERO), database, clock_stands=now is not None)


@contextmanager
def _show_progress() -> Iterator[ReportStep]:
    """Show a bar while the company is made; print nothing where stderr is no terminal."""
    screen = Console(stderr=True)
    bar = Progress(TextColumn("{task.description:<28}"), BarColumn(), console=screen, transient=True)
    with bar if screen.is_terminal else nullcontext():
        task = bar.add_task("", total=STEPS)

        def report_step(words: str) -> None:
            bar.update(task, description=words, advance=1)

        yield report_step


def _find_local_zone() -> str:
    """Find the name of this computer's time zone; UTC where it cannot be told."""
    named = os.environ.get("TZ", "").removeprefix(":")
    # A name is needed, not an offset: only the name knows when the clock changes. /etc/localtime links to it.
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in filter(None, (named, linked)):
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"


def _introduce(screen: Console, demo: Demo) -> None:
    screen.print(Text(NAME, style="bold"))
    screen.print(Text("12 reps, 408 leads, 231 opportunities; all invented, dated from today."))
    screen.print(
        Text(f"It lives in {Path(demo.database.where).parent} and is removed at the end.", style="dim"), soft_wrap=True
    )
    screen.print()


def _print_session(screen: Console, demo: Demo) -> int:
    """Play and print the session. Return 1 where something went wrong on the bot's side, else 0."""
    status = 0
    screen.print(Text(f"You are {HERO}.", style="dim"))
    for said in play_session(demo.answer):
        screen.print()
        screen.print(Text.assemble(("› ", "dim"), (said.words, "cyan")))
        print_reply(screen, said.reply)
        status = status or int(said.reply.state is ReplyState.ERROR)
    return status

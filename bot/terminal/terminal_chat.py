"""The chat at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from rich.text import Text

from bot.terminal.seat import Seat
from bot.terminal.terminal_reply import open_console, print_reply
from commands.contract.reply import Reply


def run_chat(seat: Seat, answer: Callable[[str], Reply], suggestions: Sequence[str] = ()) -> None:
    """Read lines from a person and print answers, until an empty line, Ctrl-D or Ctrl-C."""
    with suppress(ImportError):
        import readline  # noqa: F401  the arrow keys then work in input()
    screen = open_console()
    screen.print(Text(f"You are {seat.name}. Ask in plain words; an empty line ends.", style="dim"))
    for suggestion in suggestions:
        screen.print(Text(f"  {suggestion}", style="dim italic"))
    while True:
        try:
            line = input("› ")
        except (EOFError, KeyboardInterrupt):
            screen.print()
            return
        if not line.strip():
            return
        print_reply(screen, answer(line))
        screen.print()

"""The `leadlight` program (README.md, "The program")."""

from bot.shell.program import main

__all__ = ["main"]

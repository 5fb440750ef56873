"""The `leadlight` program (DESIGN.md section 5)."""

from bot.shell.program import main

__all__ = ["main"]

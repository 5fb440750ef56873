"""One command to see everything: a sample company, and a place to talk to the bot as one of its reps."""

from __future__ import annotations


def run_demo(once: str | None = None) -> int:
    """Answer one sentence, or chat; without a terminal play a short session. Returns the exit status."""
    # The company alone needs neither the conversation nor a terminal.
    from bot.demo.demo_run import run_demo as run

    return run(once)

"""The demo: a sample company, and a place to talk to the bot as one of its reps."""

from __future__ import annotations


def run_demo(once: str | None = None) -> int:
    """Answer one sentence, or chat; without a terminal play a short session. Return the exit status."""
    # Who needs only the sample company imports this package too, and needs neither conversation nor terminal.
    from bot.demo.demo_run import run_demo as run

    return run(once)

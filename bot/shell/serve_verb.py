"""The verb that runs the bot in Slack."""

from __future__ import annotations

from bot.settings import read_settings
from bot.terminal.seat import open_database
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome


def run_bot(outcome: VerbOutcome) -> None:
    """Serve Slack until told to stop."""
    from bot.slack.operations.serve import ServeTrouble, end_process, serve

    settings = read_settings()
    database = open_database(settings)
    try:
        serve(settings, database)
    except ServeTrouble as trouble:
        raise VerbFailure(str(trouble)) from None
    end_process()

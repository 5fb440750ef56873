"""When my digest comes, and how to change that."""

from __future__ import annotations

from bot.slack.home.parts import heading, opens, runs
from bot.slack.render.blocks import Json, actions, paragraph, said
from commands.administration.digest_defaults import quiet_words, tells_quiet_days
from commands.contract.context import Context
from commands.digest.preview_set import settings_words
from storage.tables import Rep


def digest_settings(context: Context, rep: Rep | None) -> list[Json]:
    """Nothing for the console, which gets no digest."""
    if rep is None:
        return []
    if not rep.digest_enabled:
        switch = [runs("Turn on", "set_digest", {"enabled": True}), opens("Time, days, length", "set_digest")]
        words = "Your digest is off."
    else:
        quiet = quiet_words(tells_quiet_days(rep, context.vocabulary), one=True)
        words = f"{settings_words(context, rep)} With nothing to say it {quiet}."
        switch = [
            opens("Time, days, length", "set_digest"),
            opens("Quiet days", "set_quiet_days"),
            runs("Turn off", "set_digest", {"enabled": False}),
        ]
    return [heading("My digest"), paragraph(said(words)), *actions([*switch, runs("Show it now", "preview_digest")])]

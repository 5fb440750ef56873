"""When my digest comes, and how to change that."""

from __future__ import annotations

from bot.slack.home.parts import form_button, header_block, run_button
from bot.slack.render.blocks import Json, actions_block, rich_text_block, text_element
from commands.administration.digest_defaults import describe_quiet_days, tells_quiet_days
from commands.contract.context import Context
from commands.digest.preview_set import describe_digest_settings
from storage.tables import Rep


def digest_section(context: Context, rep: Rep | None) -> list[Json]:
    """Build the section that says when the digest comes, and changes that.

    Nothing for the console, which gets no digest.
    """
    if rep is None:
        return []
    if not rep.digest_enabled:
        switch = [
            run_button("Turn on", "set_digest", {"enabled": True}),
            form_button("Time, days, length", "set_digest"),
        ]
        words = "Your digest is off."
    else:
        quiet = describe_quiet_days(tells_quiet_days(rep, context.vocabulary), one=True)
        words = f"{describe_digest_settings(context, rep)} With nothing to say it {quiet}."
        switch = [
            form_button("Time, days, length", "set_digest"),
            form_button("Quiet days", "set_quiet_days"),
            run_button("Turn off", "set_digest", {"enabled": False}),
        ]
    return [
        header_block("My digest"),
        rich_text_block(text_element(words)),
        *actions_block([*switch, run_button("Show it now", "preview_digest")]),
    ]

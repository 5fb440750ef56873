"""Questions that wait for a press: yes or no, and which one."""

from __future__ import annotations

from bot.slack.render.blocks import Json, button, marked
from bot.slack.render.records import line
from commands.contract.reply import Reply


def confirm_buttons(confirmation: str) -> list[Json]:
    """Yes, otherwise, no."""
    return [
        button("Confirm", "confirm", confirmation, "primary"),
        button("Change", "change", confirmation),
        button("Cancel", "cancel", confirmation),
    ]


def choice_rows(reply: Reply) -> list[Json]:
    """The records that were meant, each with a button."""
    kinds = len({each.kind for each in reply.choices}) > 1
    return [
        marked(line(number, each, kinds=kinds), button("Choose", f"choose:{number}", f"{reply.confirmation}:{number}"))
        for number, each in enumerate(reply.choices, 1)
    ]

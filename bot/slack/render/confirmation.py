"""Questions that wait for a press: yes or no, and which one."""

from __future__ import annotations

from bot.slack.render.blocks import Json, button_element, mrkdwn_section
from bot.slack.render.records import record_elements
from commands.contract.reply import Reply


def confirm_buttons(confirmation: str) -> list[Json]:
    """Build the buttons Confirm, Change and Cancel."""
    return [
        button_element("Confirm", "confirm", confirmation, "primary"),
        button_element("Change", "change", confirmation),
        button_element("Cancel", "cancel", confirmation),
    ]


def choice_rows(reply: Reply) -> list[Json]:
    """Build a row for each record that was meant, with a button to choose it."""
    kinds = len({each.kind for each in reply.choices}) > 1
    return [
        mrkdwn_section(
            record_elements(number, each, kinds=kinds),
            button_element("Choose", f"choose:{number}", f"{reply.confirmation}:{number}"),
        )
        for number, each in enumerate(reply.choices, 1)
    ]

"""Builds the section by which managers and administrators hand over what a person has."""

from __future__ import annotations

from bot.slack.home.parts import form_button, header_block, setting_blocks
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.giving import list_leavers, may_give_all
from storage.names.name_index import format_ref

# Among more buttons than these nobody finds a name; the form offers them all.
MOST_LEAVERS = 12
AWAY = "When somebody leaves or is away for long, a colleague takes over all that is open."
LEFT = "Nobody works on these, and they are in nobody’s digest."


def handing_over_section(context: Context) -> list[Json]:
    """Build the section; nothing for those who may hand over nobody's records."""
    others = [each for each in context.team if each != context.asker.id]
    if not context.asker.is_admin and not any(may_give_all(context, each) for each in others):
        return []
    left = list_leavers(context, limit=MOST_LEAVERS)
    return [
        header_block("Hand over"),
        *setting_blocks(
            "Left, with open records" if left else "Somebody’s records",
            LEFT if left else AWAY,
            [
                *(
                    form_button(f"Hand over {each.name}’s", "hand_over", {"from": format_ref("user", each.id)})
                    for each in left
                ),
                form_button("Hand over somebody’s records", "hand_over"),
            ],
        ),
    ]

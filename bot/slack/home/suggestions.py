"""What I can ask, each to be pressed."""

from __future__ import annotations

from typing import Any

from bot.slack.home.parts import form_button, header_block, run_button
from bot.slack.render.blocks import Json, actions_block, context_block

EXAMPLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("my hot leads", "list_leads", {"owner": "me", "band": "hot"}),
    ("my leads untouched for 14 days", "list_leads", {"owner": "me", "untouched_days": 14}),
    ("my overdue deals", "list_opportunities", {"owner": "me", "overdue": True}),
    ("what is due this week?", "list_follow_ups", {"when": "week"}),
    ("pipeline by stage", "summarize_pipeline", {"group_by": "stage"}),
    ("what did I win this quarter?", "deal_stats", {"measure": "won_amount", "owner": "me", "period": "this quarter"}),
)
"""What is said, and the call it means: the button carries the call, so that it is right without any reading."""


def suggestions_section() -> list[Json]:
    """Build the section of what can be asked, each a button."""
    return [
        header_block("What you can ask"),
        context_block("Write to me as you would to a colleague, or press one of these. I answer in our messages."),
        *actions_block(
            [
                *(run_button(said, verb, arguments) for said, verb, arguments in EXAMPLES),
                form_button("Add a lead", "create_lead"),
                run_button("Help", "help"),
            ]
        ),
    ]

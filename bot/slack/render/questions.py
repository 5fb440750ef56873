"""Questions that wait for a press: yes or no, and which one."""

from __future__ import annotations

from bot.slack.render.blocks import Json, button, section
from bot.slack.render.words import one_line
from commands.record_words import called, facts, kind_words
from commands.reply import Record, Reply


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
        section(_choice(number, each, kinds), button("Choose", f"choose:{number}", f"{reply.confirmation}:{number}"))
        for number, each in enumerate(reply.choices, 1)
    ]


def _choice(number: int, record: Record, kinds: bool) -> str:
    kind = f" ({kind_words(record.kind)})" if kinds else ""
    matters = " · ".join(fact.text for fact in facts(record))
    return f"{number}. {one_line(called(record))}{kind}" + (f"\n{one_line(matters)}" if matters else "")

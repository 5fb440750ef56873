"""Going on with a long list: the same call again, shown from a later record on."""

from __future__ import annotations

from bot.slack.calls import Call, written
from bot.slack.render.blocks import Json, button, fits
from commands import BY_VERB
from commands.reply import Reply
from commands.spoken import counted

PAGE = 10
MOST = 200
"""The largest `limit` that commands take (commands/arguments.py)."""


def more(reply: Reply, start: int) -> Json | None:
    """The button for the next page, if there is one."""
    if reply.command not in BY_VERB or not reply.records:
        return None
    limited = "limit" in BY_VERB[reply.command].model_fields
    end = start + PAGE
    known = _count(reply) if limited else len(reply.records)
    if end >= min(known, MOST):
        return None
    arguments = dict(reply.arguments or {})
    if limited:
        arguments["limit"] = min(MOST, end + PAGE)
    call = Call(reply.command, arguments, start=end)
    return button(f"Next {min(PAGE, known - end)}", "more", written(call)) if fits(call) else None


def page_words(reply: Reply, start: int) -> str:
    """The head of a later page: `11 to 20 of 37`."""
    end = min(start + PAGE, len(reply.records))
    if start >= end:
        return f"There are no more: {counted(_count(reply), 'record')} in all."
    return f"{start + 1:,} to {end:,} of {_count(reply):,}:"


def _count(reply: Reply) -> int:
    """How many match in all; what is shown where the figures do not say."""
    count = reply.figures.get("count")
    return max(count, len(reply.records)) if isinstance(count, int) else len(reply.records)

"""Going on with a long list: the same call again, shown from a later record on."""

from __future__ import annotations

from bot.slack.payloads.button_value import Call, written
from bot.slack.render.blocks import Json, button, fits
from commands import BY_VERB
from commands.contract.arguments import MOST_LISTED
from commands.contract.reply import Reply, State
from commands.values.phrases import counted
from commands.wording.plain_text import shows_changes

PAGE = 10
LONGEST = 50
"""Lines beyond which an answer that is not paged does not grow."""


def paged(reply: Reply) -> bool:
    """Whether the reply is a list of records that can go on."""
    return reply.state is State.ANSWERED and not (reply.parts or reply.card or shows_changes(reply))


def again(reply: Reply, *, start: int = 0, limit: int | None = None) -> Call:
    """The call that the reply answers, about the same record even where others are called alike."""
    arguments = dict(reply.arguments or {})
    if "name" in arguments and (reply.card or len(reply.records) == 1):
        arguments["name"] = reply.records[0].id
    if limit is not None:
        arguments["limit"] = min(MOST_LISTED, limit)
    return Call(reply.command or "", arguments, start=start)


def more(reply: Reply, start: int) -> Json | None:
    """The button for the next page of a list of records, if there is one."""
    end = start + PAGE
    if reply.command not in BY_VERB or len(reply.records) < end:
        return None
    known = _count(reply) if _limited(reply) else len(reply.records)
    if end >= min(known, MOST_LISTED):
        return None
    call = again(reply, start=end, limit=end + PAGE if _limited(reply) else None)
    return button(f"Next {min(PAGE, known - end)}", "more", written(call)) if fits(call) else None


def longer(reply: Reply) -> Json | None:
    """The button that shows more of an answer in lines, which is not paged: the whole answer again, longer."""
    if reply.command not in BY_VERB or not _limited(reply):
        return None
    shown = (reply.arguments or {}).get("limit") or BY_VERB[reply.command].model_fields["limit"].default
    if not isinstance(shown, int) or shown >= min(_count(reply), LONGEST):
        return None
    call = again(reply, limit=shown + 2 * PAGE)
    return button("Show more", "more", written(call)) if fits(call) else None


def _limited(reply: Reply) -> bool:
    return "limit" in BY_VERB[reply.command or ""].model_fields


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

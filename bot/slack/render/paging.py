"""Pages long lists: a button repeats the same call and shows it from a later record on."""

from __future__ import annotations

from bot.slack.payloads.button_value import ButtonCall, encode_button_value
from bot.slack.render.blocks import Json, button_element, fits_button
from commands import BY_VERB
from commands.contract.arguments import MOST_LISTED
from commands.contract.reply import Reply, ReplyState
from commands.wording.list_pages import PAGE, count_matches, head_page
from commands.wording.plain_text import shows_changes

# The most lines to which “Show more” extends an answer that has no pages.
LONGEST = 50


def is_paged(reply: Reply) -> bool:
    """Return whether the reply is a list of records, which is shown in pages."""
    return reply.state is ReplyState.ANSWERED and not (reply.parts or reply.card or shows_changes(reply))


def repeat_call(reply: Reply, *, start: int = 0, limit: int | None = None) -> ButtonCall:
    """Return the call that the reply answers, to run it again."""
    # By its id it is the same record again, even where others have the same name.
    arguments = dict(reply.arguments or {})
    if "name" in arguments and (reply.card or len(reply.records) == 1):
        arguments["name"] = reply.records[0].id
    if limit is not None:
        arguments["limit"] = min(MOST_LISTED, limit)
    return ButtonCall(reply.command or "", arguments, start=start)


def next_page_button(reply: Reply) -> Json | None:
    """Build the button for the next page of a list of records; None on the last one."""
    end = reply.start + PAGE
    if reply.command not in BY_VERB or len(reply.records) < end:
        return None
    known = count_matches(reply) if _takes_limit(reply) else len(reply.records)
    if end >= min(known, MOST_LISTED):
        return None
    call = repeat_call(reply, start=end, limit=end + PAGE if _takes_limit(reply) else None)
    return (
        button_element(f"Next {min(PAGE, known - end)}", "more", encode_button_value(call))
        if fits_button(call)
        else None
    )


def show_more_button(reply: Reply) -> Json | None:
    """Build the button that shows an answer without pages again, with more lines; None where there are no more."""
    if reply.command not in BY_VERB or not _takes_limit(reply):
        return None
    shown = (reply.arguments or {}).get("limit") or BY_VERB[reply.command].model_fields["limit"].default
    if not isinstance(shown, int) or shown >= min(count_matches(reply), LONGEST):
        return None
    call = repeat_call(reply, limit=shown + 2 * PAGE)
    return button_element("Show more", "more", encode_button_value(call)) if fits_button(call) else None


def _takes_limit(reply: Reply) -> bool:
    return "limit" in BY_VERB[reply.command or ""].model_fields


def page_heading(reply: Reply) -> str:
    """Return the heading of a later page: `11 to 20 of 37:`."""
    return head_page(reply, reply.start, min(reply.start + PAGE, len(reply.records)))

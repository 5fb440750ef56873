"""Words the replies to a sentence: what an answer leaves out of it, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.short_answers import read_yes_or_no
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.prepare import describe_unknown_name
from commands.language.offers import CLOSEST
from commands.language.understood import NotUnderstood, Understood
from commands.records.record_detail import answer_detail
from storage.names.text_lengths import MOST_SENTENCE_WORDS

QUIET = Reply(
    "Say what you need in a sentence, for example “my hot leads” or “called Jane, no answer”.",
    ReplyState.NOT_UNDERSTOOD,
    buttons=CLOSEST,
    understood_by="none",
)
WHICH_ONE = Reply("Which one? Type its number or its name.", ReplyState.NOT_UNDERSTOOD, understood_by="none")
TOO_LONG = replace(
    QUIET,
    head=f"That is longer than I can read ({MOST_SENTENCE_WORDS} words at the most). Say it in a sentence or two.",
)


def say_as_asked(reply: Reply, asked: Understood) -> Reply:
    """Shorten an answer to what was asked for, and say what it leaves out."""
    reply = _say_left_out(answer_detail(reply, asked.detail), asked.left_out)
    if asked.hour and reply.state in (ReplyState.CONFIRM, ReplyState.DONE):
        reply = replace(reply, notes=(*reply.notes, f"Only the day is kept, not {asked.hour}."))
    return replace(reply, understood_by="phrases")


def _say_left_out(reply: Reply, left_out: Sequence[str]) -> Reply:
    """Say what an answer leaves out of the question. A proposed change shows what it would do, and needs no more."""
    if not left_out or reply.state is not ReplyState.ANSWERED:
        return reply
    words = " and ".join(f"“{each}”" for each in left_out)
    # A head that ends in a colon stands above a list: the colon goes to the end of all that is said.
    listed = reply.head.endswith(":")
    head = f"{reply.head.removesuffix(':')}. I left out {words}:" if listed else f"{reply.head} I left out {words}."
    return replace(reply, left_out=tuple(left_out), head=head)


def reply_not_understood(each: NotUnderstood) -> Reply:
    """Say in one line that nothing was understood, with the closest commands as buttons."""
    words = re.sub(r"\s+", " ", each.words).strip()
    words = words if len(words) <= 80 else words[:77] + "…"
    if each.because is not None:
        head = each.because
    elif any(read_yes_or_no(words)):
        head = "Nothing here waits for a yes or a no."
    elif each.nobody:
        near = f" Did you mean {' or '.join(each.near)}?" if each.near else ""
        head = f"{describe_unknown_name(each.nobody, ()).removesuffix('.')}, so I did nothing.{near}"
    elif each.perhaps:
        meant = f"“{each.closest[0].label}”" if len(each.closest) == 1 else "one of these"
        head = f"I am not sure what “{words}” asks for, so I did nothing. Did you mean {meant}?"
    else:
        head = f"I did not understand “{words}”, so I did nothing."
    return Reply(head, ReplyState.NOT_UNDERSTOOD, buttons=tuple(each.closest[:3]), understood_by="none")

"""A reply as a Slack message."""

from __future__ import annotations

from dataclasses import replace

from bot.slack.render.blocks import Message, numbered, paragraph, said
from bot.slack.render.escaping import cut_escaped, inert
from bot.slack.render.layout import answer_of
from bot.slack.render.limits import LONGEST_TEXT, Answer, fit
from bot.slack.render.paging import PAGE, page_words, paged
from commands.contract.reply import Reply
from commands.wording.plain_text import plain_text


def message(reply: Reply, *, shareable: bool = False, start: int = 0) -> Message:
    """The reply as it is read on a phone.

    `shareable` adds a button that shows it to the whole channel. A long list is shown from its record number
    `start` (from 0) on.
    """
    answers = [answer_of(reply, shareable=shareable, start=start), *(answer_of(each) for each in reply.also)]
    return Message(notification(plain_text(_page(reply, start))), tuple(numbered(fit(answers))))


def _page(reply: Reply, start: int) -> Reply:
    if not start or not paged(reply):
        return reply
    return replace(reply, head=page_words(reply, start), records=reply.records[start : start + PAGE])


def notice(words: str) -> Message:
    """One plain sentence: what went wrong, what was not done."""
    return Message(notification(words), fit([Answer((paragraph(said(words)),))]))


def notification(words: str) -> str:
    """Text of a message, at most so long that an update takes it too."""
    return cut_escaped(inert(words).strip(), LONGEST_TEXT) or "–"

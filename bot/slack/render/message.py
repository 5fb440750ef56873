"""Renders replies as Slack messages."""

from __future__ import annotations

from dataclasses import replace

from bot.slack.render.blocks import SlackMessage, number_action_ids, rich_text_block, text_element
from bot.slack.render.escaping import cut_escaped, escape_mrkdwn
from bot.slack.render.layout import lay_out_answer
from bot.slack.render.limits import LONGEST_TEXT, AnswerBlocks, fit_blocks
from bot.slack.render.paging import is_paged, page_heading
from commands.contract.reply import Reply
from commands.wording.list_pages import PAGE
from commands.wording.plain_text import render_plain_text


def render_reply(reply: Reply, *, shareable: bool = False) -> SlackMessage:
    """Render a reply.

    `shareable` adds a button that shows it to the whole channel.
    """
    answers = [lay_out_answer(reply, shareable=shareable), *(lay_out_answer(each) for each in reply.also)]
    return SlackMessage(
        notification_text(render_plain_text(_cut_to_page(reply))),
        tuple(number_action_ids(fit_blocks(answers))),
    )


def _cut_to_page(reply: Reply) -> Reply:
    if not reply.start or not is_paged(reply):
        return reply
    page = reply.records[reply.start : reply.start + PAGE]
    return replace(reply, head=page_heading(reply), records=page, start=0)


def render_notice(words: str) -> SlackMessage:
    """Render one plain sentence, such as what went wrong."""
    return SlackMessage(notification_text(words), fit_blocks([AnswerBlocks((rich_text_block(text_element(words)),))]))


def notification_text(words: str) -> str:
    """Return the `text` of a message, short enough for an update."""
    return cut_escaped(escape_mrkdwn(words).strip(), LONGEST_TEXT) or "–"

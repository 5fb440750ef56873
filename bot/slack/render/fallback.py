"""Renders messages and views in blocks that every Slack knows, for one that refuses the newer ones."""

from __future__ import annotations

from bot.slack.render.blocks import Json, SlackMessage, mrkdwn_section, section_block
from bot.slack.render.escaping import escape_mrkdwn
from bot.slack.render.figure_table import table_as_text
from bot.slack.render.limits import VIEW_BLOCKS, AnswerBlocks, fit_blocks

OLD_BLOCK_TYPES = frozenset(("section", "actions", "context", "divider", "header", "image", "input"))
FOOT_BLOCK_TYPES = frozenset(("actions", "context"))


def simplify_message(message: SlackMessage) -> SlackMessage:
    """Render the message without tables and rich text. All buttons are kept."""
    blocks = [_simplify_block(each) for each in message.blocks]
    # The buttons at the end are the foot, which stays where the body has to be cut.
    end = len(blocks)
    while end and blocks[end - 1]["type"] in FOOT_BLOCK_TYPES:
        end -= 1
    return SlackMessage(message.text, fit_blocks([AnswerBlocks(tuple(blocks[:end]), tuple(blocks[end:]))]))


def simplify_view(view: Json) -> Json:
    """Render a form or a Home without tables and rich text. Its inputs stay as they are."""
    return {
        **view,
        "blocks": list(
            fit_blocks([AnswerBlocks(tuple(_simplify_block(each) for each in view["blocks"]))], VIEW_BLOCKS)
        ),
    }


def _simplify_block(block: Json) -> Json:
    match block["type"]:
        case "table":
            return _simplify_block(table_as_text(block))
        case "rich_text":
            return _rich_text_as_section(block)
        case kind if kind in OLD_BLOCK_TYPES:
            return block
        case _:
            return section_block("…")


def _rich_text_as_section(block: Json) -> Json:
    """Render rich text as a section."""
    parts = block["elements"]
    words = [leaf for part in parts for leaf in part["elements"]]
    # Columns are only aligned in letters of one width, which a code block has.
    if any(part["type"] == "rich_text_preformatted" for part in parts):
        code = escape_mrkdwn("".join(leaf["text"] for leaf in words), verbatim=True)
        return {"type": "section", "text": {"type": "mrkdwn", "text": f"```{code}```", "verbatim": True}}
    return mrkdwn_section(words)

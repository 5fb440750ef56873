"""The same message in blocks that every Slack has, for one that refuses the newer ones."""

from __future__ import annotations

from bot.slack.render.blocks import Json, Message, marked, section
from bot.slack.render.escaping import inert
from bot.slack.render.figure_table import as_text
from bot.slack.render.limits import VIEW_BLOCKS, Answer, fit

OLD = frozenset(("section", "actions", "context", "divider", "header", "image", "input"))

FOOT = frozenset(("actions", "context"))


def plain(message: Message) -> Message:
    """The message without table and rich text; nothing that can be pressed is lost."""
    blocks = [_older(each) for each in message.blocks]
    end = len(blocks)
    while end and blocks[end - 1]["type"] in FOOT:
        end -= 1
    return Message(message.text, fit([Answer(tuple(blocks[:end]), tuple(blocks[end:]))]))


def plain_view(view: Json) -> Json:
    """A form or a Home without rich text; its inputs stay as they are."""
    return {**view, "blocks": list(fit([Answer(tuple(_older(each) for each in view["blocks"]))], VIEW_BLOCKS))}


def _older(block: Json) -> Json:
    match block["type"]:
        case "table":
            return _older(as_text(block))
        case "rich_text":
            return _written(block)
        case kind if kind in OLD:
            return block
        case _:
            return section("…")


def _written(block: Json) -> Json:
    """Rich text as a section, or, where letters must stand below each other, as code."""
    parts = block["elements"]
    words = [leaf for part in parts for leaf in part["elements"]]
    if any(part["type"] == "rich_text_preformatted" for part in parts):
        code = inert("".join(leaf["text"] for leaf in words))
        return {"type": "section", "text": {"type": "mrkdwn", "text": f"```{code}```", "verbatim": True}}
    return marked(words)

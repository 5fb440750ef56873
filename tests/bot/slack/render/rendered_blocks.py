"""What is seen and can be pressed in blocks, and whether Slack would take them."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.playground.kit.surface_rules import check_message_blocks, interactive_elements
from bot.slack.payloads.button_value import ButtonCall, decode_button_value
from bot.slack.render import SlackMessage, simplify_message

Json = dict[str, Any]


def taken(message: SlackMessage) -> SlackMessage:
    """The message, after the local Slack took it and its plain twin, block by block."""
    for each in (message, simplify_message(message)):
        check_message_blocks(list(each.blocks), map("b{}".format, count(1)).__next__)
        assert 1 <= len(each.text) <= 4_000
    return message


def elements(message: SlackMessage) -> list[Json]:
    """Everything that can be pressed, in order."""
    return [each for block in message.blocks for each in interactive_elements(block)]


def labels(message: SlackMessage) -> list[str]:
    """The labels of the visible buttons."""
    return [each["text"]["text"] for each in elements(message) if each["type"] == "button"]


def in_menus(message: SlackMessage) -> list[list[str]]:
    """The labels within each menu."""
    return [[o["text"]["text"] for o in each["options"]] for each in elements(message) if each["type"] == "overflow"]


def calls(message: SlackMessage) -> dict[str, ButtonCall]:
    """The calls behind labels, of buttons and of menus; the last one of a label."""
    found: dict[str, ButtonCall] = {}
    for each in elements(message):
        if each["type"] == "overflow":
            found |= {option["text"]["text"]: decode_button_value(option["value"]) for option in each["options"]}
        elif each["action_id"].split(":")[0] in ("call", "open", "more", "share"):
            found[each["text"]["text"]] = decode_button_value(each["value"])
    return found


def texts(value: Any) -> list[str]:
    """Every text in blocks, in order."""
    match value:
        case {"type": "text" | "plain_text" | "mrkdwn" | "raw_text", "text": str(text)}:
            return [text]
        case dict():
            return [each for part in value.values() for each in texts(part)]
        case list() | tuple():
            return [each for part in value for each in texts(part)]
        case _:
            return []


def seen(message: SlackMessage) -> str:
    """All text of the blocks; words of one paragraph together, blocks on lines of their own."""
    return "\n".join("".join(texts(block)) for block in message.blocks)

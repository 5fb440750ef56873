"""What is seen and can be pressed in blocks, and whether Slack would take them."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.playground.kit.surface_rules import interactive, message_blocks
from bot.slack.payloads.button_value import Call, read
from bot.slack.render import Message, plain

Json = dict[str, Any]


def taken(message: Message) -> Message:
    """The message, after the local Slack took it and its plain twin, block by block."""
    for each in (message, plain(message)):
        message_blocks(list(each.blocks), map("b{}".format, count(1)).__next__)
        assert 1 <= len(each.text) <= 4_000
    return message


def elements(message: Message) -> list[Json]:
    """Everything that can be pressed, in order."""
    return [each for block in message.blocks for each in interactive(block)]


def labels(message: Message) -> list[str]:
    """The labels of the visible buttons."""
    return [each["text"]["text"] for each in elements(message) if each["type"] == "button"]


def in_menus(message: Message) -> list[list[str]]:
    """The labels within each menu."""
    return [[o["text"]["text"] for o in each["options"]] for each in elements(message) if each["type"] == "overflow"]


def calls(message: Message) -> dict[str, Call]:
    """The calls behind labels, of buttons and of menus; the last one of a label."""
    found: dict[str, Call] = {}
    for each in elements(message):
        if each["type"] == "overflow":
            found |= {option["text"]["text"]: read(option["value"]) for option in each["options"]}
        elif each["action_id"].split(":")[0] in ("call", "open", "more", "share"):
            found[each["text"]["text"]] = read(each["value"])
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


def seen(message: Message) -> str:
    """All text of the blocks; words of one paragraph together, blocks on lines of their own."""
    return "\n".join("".join(texts(block)) for block in message.blocks)

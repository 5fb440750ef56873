"""Adds the buttons below an answer of the language model with which a person votes on it."""

from __future__ import annotations

import json
from typing import Any

from bot.slack.render.blocks import SlackMessage
from commands.contract.reply import Reply

ACTION = "vote"


def add_feedback_buttons(said: SlackMessage, reply: Reply, key: str) -> SlackMessage:
    """Add two feedback buttons to a message, where the language model understood the question.

    `key` identifies the answer that the vote is about.
    """
    if reply.understood_by != "model":
        return said
    about = {"k": key[:150], "c": reply.command}

    def feedback_button(label: str, good: bool) -> dict[str, Any]:
        value = json.dumps({**about, "g": good}, separators=(",", ":"))
        return {
            "text": {"type": "plain_text", "text": label},
            "value": value,
            "accessibility_label": f"{label}: vote on this answer",
        }

    block = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": ACTION,
                "positive_button": feedback_button("Good answer", good=True),
                "negative_button": feedback_button("Bad answer", good=False),
            }
        ],
    }
    return SlackMessage(said.text, (*said.blocks, block))

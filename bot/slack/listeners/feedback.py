"""Feedback on answers of the model: two buttons below them, and the votes they bring."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App

from bot.slack.listeners.interactions import Quickly, Refused
from bot.slack.payloads.interaction import key_of, pressed
from bot.slack.render import Message, notice
from bot.slack.teams.teams import Team
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Request
from storage.threads import votes

SURFACE = "slack feedback"
ACTION = "vote"
THANKS = "Thank you. That helps to make my answers better."


def asking(said: Message, reply: Reply, key: str) -> Message:
    """The message with its two feedback buttons, where a model understood the question."""
    if reply.understood_by != "model":
        return said
    about = {"k": key[:150], "c": reply.command}

    def button(label: str, good: bool) -> dict[str, Any]:
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
                "positive_button": button("Good answer", good=True),
                "negative_button": button("Bad answer", good=False),
            }
        ],
    }
    return Message(said.text, (*said.blocks, block))


class Votes:
    """Keeps what reps think of answers; the words of the answer are not kept with it."""

    def __init__(self, quickly: Quickly, model: str | None) -> None:
        self._quickly = quickly
        self._model = model

    def register(self, app: App) -> None:
        app.action(ACTION)(self.vote)

    def vote(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """One vote a person and answer; the last one counts."""
        act = pressed(body)
        key = key_of(act, action, "vote")

        def work(team: Team, request: Request) -> None:
            found = json.loads(str(action.get("value")))
            with self._quickly.bot.database.writing() as session:
                votes.vote(
                    session,
                    workspace_id=request.workspace_id,
                    rep_id=request.rep_id,
                    key=str(found["k"])[:200],
                    good=bool(found["g"]),
                    now=request.now,
                    understood_by="model",
                    command=found.get("c"),
                    model=self._model,
                )

        try:
            self._quickly.run(act, SURFACE, key, work)
            said = THANKS
        except Refused as refused:
            said = str(refused)
        self._quickly.whisper(act, notice(said), f"answer:{key}")
        ack()

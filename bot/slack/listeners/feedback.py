"""Feedback on answers of the model: two buttons below them, and the votes they bring."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App

from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.payloads.interaction import interaction_key, read_interaction
from bot.slack.render import SlackMessage, render_notice
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Request
from storage.threads import votes

SURFACE = "slack feedback"
ACTION = "vote"
THANKS = "Thank you. That helps to make my answers better."


def add_feedback_buttons(said: SlackMessage, reply: Reply, key: str) -> SlackMessage:
    """Add the two feedback buttons to a message, where a model understood the question."""
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


class FeedbackListener:
    """Listens to feedback buttons and keeps what reps think of answers, without the words of the answer."""

    def __init__(self, quickly: InteractionRunner, model: str | None) -> None:
        self._quickly = quickly
        self._model = model

    def register(self, app: App) -> None:
        """Register the listener with Bolt."""
        app.action(ACTION)(self.on_feedback_button)

    def on_feedback_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Record one vote a person and answer; the last one counts."""
        act = read_interaction(body)
        key = interaction_key(act, action, "vote")

        def record_vote(team: SlackTeam, request: Request) -> None:
            found = json.loads(str(action.get("value")))
            with self._quickly.bot.database.begin_write() as session:
                votes.save_vote(
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
            self._quickly.run_work(act, SURFACE, key, record_vote)
            said = THANKS
        except InteractionRefused as refused:
            said = str(refused)
        self._quickly.reply_ephemeral(act, render_notice(said), f"answer:{key}")
        ack()

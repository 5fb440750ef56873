"""Listens to the feedback buttons below answers of the language model."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App

from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.payloads.interaction import interaction_key, read_interaction
from bot.slack.render import render_notice
from bot.slack.render.feedback_buttons import ACTION
from bot.slack.teams.teams import SlackTeam
from commands.dispatching.request import Request
from storage.threads import votes

SURFACE = "slack feedback"
THANKS = "Thank you. That helps to make my answers better."


class FeedbackListener:
    """Listens to feedback buttons and stores the votes, without the words of the answer."""

    def __init__(self, interactions: InteractionRunner, model: str | None) -> None:
        self._interactions = interactions
        self._model = model

    def register(self, app: App) -> None:
        """Register the listener with Bolt."""
        app.action(ACTION)(self.on_feedback_button)

    def on_feedback_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Record the vote of a person on an answer; a second one replaces it."""
        act = read_interaction(body)
        key = interaction_key(act, action, "vote")

        def record_vote(team: SlackTeam, request: Request) -> None:
            found = json.loads(str(action.get("value")))
            with self._interactions.bot.database.begin_write() as session:
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
            self._interactions.run_work(act, SURFACE, key, record_vote)
            said = THANKS
        except InteractionRefused as refused:
            said = str(refused)
        self._interactions.reply_ephemeral(act, render_notice(said), f"answer:{key}")
        ack()

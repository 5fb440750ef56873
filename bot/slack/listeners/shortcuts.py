"""Listens to the two shortcuts of the app."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.slack.api.plain_views import show_view
from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.modals.shortcut_forms import add_lead_form, find_lead
from bot.slack.payloads.interaction import interaction_key, read_interaction
from bot.slack.payloads.mrkdwn import read_mrkdwn
from bot.slack.render import render_reply
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import Reply
from commands.dispatching.request import Request

SURFACE = "slack shortcut"


class ShortcutListeners:
    """Listens to the message shortcut “Find this lead” and the global shortcut “Add a lead”."""

    def __init__(self, interactions: InteractionRunner) -> None:
        self._interactions = interactions
        self._bot = interactions.bot

    def register(self, app: App) -> None:
        """Register the listeners with Bolt."""
        app.shortcut("find_lead")(self.on_find_lead)
        app.shortcut("add_lead")(self.on_add_lead)

    def on_find_lead(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer the asker alone with the leads that this message speaks of."""
        act = read_interaction(body)
        key = interaction_key(act, body, "shortcut")
        text = str((body.get("message") or {}).get("text") or "")

        def search_message(team: SlackTeam, request: Request) -> Reply:
            return find_lead(self._bot.dispatcher, request, read_mrkdwn(text, team.bot_user_id, {}))

        try:
            self._interactions.reply_new(
                act, render_reply(self._interactions.run_work(act, SURFACE, key, search_message)), f"answer:{key}"
            )
        except InteractionRefused as refused:
            self._interactions.reply_refusal(act, refused, f"answer:{key}")
        ack()

    def on_add_lead(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form for a new lead."""
        act = read_interaction(body)
        key = interaction_key(act, body, "shortcut")

        def open_lead_form(team: SlackTeam, request: Request) -> None:
            view = add_lead_form(self._bot.dispatcher, request)
            show_view(
                self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id
            )

        try:
            self._interactions.run_work(act, SURFACE, key, open_lead_form)
        except InteractionRefused as refused:
            self._interactions.reply_refusal(act, refused, f"answer:{key}")
        ack()

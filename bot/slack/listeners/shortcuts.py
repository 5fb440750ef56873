"""The message shortcut “Find this lead” and the global shortcut “Add a lead”."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.slack.api.plain_views import show
from bot.slack.listeners.interactions import Quickly, Refused
from bot.slack.modals.shortcut_forms import add_lead_form, find_lead
from bot.slack.payloads.interaction import key_of, pressed
from bot.slack.payloads.mrkdwn import plain_words
from bot.slack.render import message
from bot.slack.teams.teams import Team
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Request

SURFACE = "slack shortcut"


class Shortcuts:
    """What can be begun from a message or from anywhere."""

    def __init__(self, quickly: Quickly) -> None:
        self._quickly = quickly
        self._bot = quickly.bot

    def register(self, app: App) -> None:
        app.shortcut("find_lead")(self.find)
        app.shortcut("add_lead")(self.add)

    def find(self, ack: Ack, body: dict[str, Any]) -> None:
        """Who of my leads does this message speak of? Answered to the asker alone."""
        act = pressed(body)
        key = key_of(act, body, "shortcut")
        text = str((body.get("message") or {}).get("text") or "")

        def work(team: Team, request: Request) -> Reply:
            return find_lead(self._bot.dispatcher, request, plain_words(text, team.bot_user_id, {}))

        try:
            self._quickly.beside(act, message(self._quickly.run(act, SURFACE, key, work)), f"answer:{key}")
        except Refused as refused:
            self._quickly.refuse(act, refused, f"answer:{key}")
        ack()

    def add(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form for a new lead."""
        act = pressed(body)
        key = key_of(act, body, "shortcut")

        def work(team: Team, request: Request) -> None:
            view = add_lead_form(self._bot.dispatcher, request)
            show(self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id)

        try:
            self._quickly.run(act, SURFACE, key, work)
        except Refused as refused:
            self._quickly.refuse(act, refused, f"answer:{key}")
        ack()

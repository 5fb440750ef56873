"""Submitted forms: field errors travel in the acknowledgement, what was done is answered where it was opened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.slack.inbox.publish_home import Homes
from bot.slack.listeners.interactions import Quickly, Refused
from bot.slack.modals import Errors, NextView, origin_of, submitted
from bot.slack.payloads.interaction import Pressed, pressed
from bot.slack.render import message, plain_view
from commands.contract.reply import Reply, State

SURFACE = "slack form"


class Views:
    """Takes what a form was filled with to its command."""

    def __init__(self, quickly: Quickly, homes: Homes) -> None:
        self._quickly = quickly
        self._bot = quickly.bot
        self._homes = homes

    def register(self, app: App) -> None:
        app.view(re.compile(".*"))(self.submit)

    def submit(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """One submission: its view and the view's hash make a second delivery the same."""
        act = opened_at(body, view)
        key = f"view:{view.get('id')}:{view.get('hash')}"[:110]
        try:
            outcome = self._quickly.run(
                act, SURFACE, key, lambda team, request: submitted(self._bot.dispatcher, request, view)
            )
        except Refused as refused:
            ack(response_action="errors", errors={first_input(view): str(refused)})
            return
        match outcome:
            case Errors(fields):
                ack(response_action="errors", errors=fields)
            case NextView(following):
                ack(
                    response_action="update", view=plain_view(following) if self._bot.clients.plain_views else following
                )
            case Reply():
                self._answer(act, outcome, key)
                ack(response_action="clear")

    def _answer(self, act: Pressed, reply: Reply, key: str) -> None:
        self._bot.metrics.answered.labels("form", reply.state).inc()
        if act.home and reply.state is State.DONE:
            self._homes.show_again(act)
        self._quickly.beside(act, message(reply), f"answer:{key}")


def opened_at(body: dict[str, Any], view: dict[str, Any]) -> Pressed:
    """The interaction, placed where the form was opened. A form that was opened at Home is answered there too."""
    act = pressed(body)
    place = origin_of(view)
    if place is None:
        return replace(act, home=True, channel=None)
    urls = body.get("response_urls") or []
    return replace(
        act,
        channel=place.channel,
        thread_ts=place.thread_ts,
        message_ts=place.message_ts,
        ephemeral=place.ephemeral,
        response_url=urls[0].get("response_url") if urls else None,
    )


def first_input(view: dict[str, Any]) -> str:
    """Where an error stands that belongs to no field: Slack shows errors beside inputs only."""
    blocks = view.get("blocks") or []
    inputs = [each.get("block_id") for each in blocks if each.get("type") == "input"]
    return str(inputs[0] if inputs else blocks[0].get("block_id") if blocks else "form")

"""Listens to submitted forms: errors go into the acknowledgement, answers to where the form was opened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.slack.inbox.publish_home import HomePublisher
from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.modals import FieldErrors, NextView, read_form_origin, submit_form
from bot.slack.payloads.interaction import Interaction, read_interaction
from bot.slack.render import render_reply, simplify_view
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.request import Request

SURFACE = "slack form"


class ViewSubmissionListeners:
    """Listens to submitted forms and runs their commands."""

    def __init__(self, interactions: InteractionRunner, homes: HomePublisher) -> None:
        self._interactions = interactions
        self._bot = interactions.bot
        self._homes = homes

    def register(self, app: App) -> None:
        """Register the listener with Bolt."""
        app.view(re.compile(".*"))(self.on_view_submission)

    def on_view_submission(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Carry out one submission."""
        act = submission_interaction(body, view)
        # Slack gives a submission no id of its own; its view with the hash of that state of it stands for one.
        key = f"view:{view.get('id')}:{view.get('hash')}"[:110]

        def carry_out_form(team: SlackTeam, request: Request) -> FieldErrors | NextView | Reply:
            outcome = submit_form(self._bot.dispatcher, request, view)
            if isinstance(outcome, Reply):
                self._bot.conversation.remember_focus(request, [outcome])
            return outcome

        try:
            outcome = self._interactions.run_work(act, SURFACE, key, carry_out_form)
        except InteractionRefused as refused:
            ack(response_action="errors", errors={first_input_block(view): str(refused)})
            return
        match outcome:
            case FieldErrors(fields):
                ack(response_action="errors", errors=fields)
            case NextView(following):
                ack(
                    response_action="update",
                    view=simplify_view(following) if self._bot.clients.plain_views else following,
                )
            case Reply():
                self._answer_submission(act, outcome, key)
                ack(response_action="clear")

    def _answer_submission(self, act: Interaction, reply: Reply, key: str) -> None:
        self._bot.metrics.answered.labels("form", reply.state).inc()
        if act.home and reply.state is ReplyState.DONE:
            self._homes.republish_home(act)
        self._interactions.reply_new(act, render_reply(reply), f"answer:{key}")


def submission_interaction(body: dict[str, Any], view: dict[str, Any]) -> Interaction:
    """Read the interaction of a submission, with the place where the form was opened instead of the view."""
    act = read_interaction(body)
    place = read_form_origin(view)
    # A form without a place was opened from Home: it is answered directly, and the Home is published again.
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


def first_input_block(view: dict[str, Any]) -> str:
    """Return the id of the block that shows an error of the whole form."""
    # Slack shows errors beside inputs only.
    blocks = view.get("blocks") or []
    inputs = [each.get("block_id") for each in blocks if each.get("type") == "input"]
    return str(inputs[0] if inputs else blocks[0].get("block_id") if blocks else "form")

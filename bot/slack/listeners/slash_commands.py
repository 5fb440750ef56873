"""Listens to slash commands; each is answered in its acknowledgement, to the asker alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

from slack_bolt import Ack, App

from bot.slack.api.plain_views import show_view
from bot.slack.inbox.answer_command import MOMENT, enqueue_question
from bot.slack.inbox.worker import InboxWorker
from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.modals import open_form_view
from bot.slack.payloads.button_value import ButtonCall
from bot.slack.payloads.interaction import Interaction, slash_interaction
from bot.slack.payloads.mrkdwn import mentioned_users, read_mrkdwn
from bot.slack.payloads.private_metadata import FormOrigin
from bot.slack.render import SlackMessage, render_notice, render_reply, simplify_message
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import Reply, ReplyState
from commands.contract.typed_form import read_typed_form
from commands.dispatching.request import Request
from storage.names.text_lengths import LONGEST_SENTENCE

SURFACE = "slack command"


class SlashCommandListeners:
    """Listens to `/leadlight`, `/lead`, `/leads`, `/opps`, `/convert` and `/digest`."""

    def __init__(self, interactions: InteractionRunner, worker: InboxWorker) -> None:
        self._interactions = interactions
        self._bot = interactions.bot
        self._worker = worker

    def register(self, app: App) -> None:
        """Register the listeners with Bolt."""
        for command in COMMANDS:
            app.command(command)(self.on_slash_command)

    def on_slash_command(self, ack: Ack, command: dict[str, Any]) -> None:
        """Answer a command in its acknowledgement."""
        act = slash_interaction(command)
        # Some servers send no trigger id. Slack never sends a command twice, so a random key does no harm then.
        key = f"command:{act.trigger_id or uuid4().hex}"
        words = str(command.get("text") or "")

        def answer_command(team: SlackTeam, request: Request) -> SlackMessage | None:
            said = read_mrkdwn(words, team.bot_user_id, self._bot.people.rep_names(team, mentioned_users(words)))
            if command["command"] == "/convert" and 0 < len(said) <= LONGEST_SENTENCE:
                return self._open_conversion_form(team, request, said, act)
            reply = self._reply_to_command(command["command"], request, said)
            if reply.state is ReplyState.NOT_UNDERSTOOD and said and self._bot.conversation.listener is not None:
                enqueue_question(self._bot, self._worker, team, act, said, f"asked:{key}")
                return render_notice(MOMENT)
            self._bot.metrics.answered.labels("command", reply.state).inc()
            return render_reply(reply, shareable=not act.conversation.is_direct)

        try:
            said = self._interactions.run_work(act, SURFACE, key, answer_command, opens=True)
        except InteractionRefused as refused:
            said = render_notice(str(refused))
        if said is None:
            ack()
        else:
            # Slack never says that it refused the blocks of an acknowledgement, so only the oldest ones are used.
            said = simplify_message(said)
            ack(text=said.text, blocks=list(said.blocks), response_type="ephemeral")

    def _reply_to_command(self, command: str, request: Request, words: str) -> Reply:
        # Without the language model: it could not answer within three seconds.
        say = self._bot.phrases.answer_text
        match command, words.lower():
            case _, "" | "help" if command in ("/leadlight", "/lead", "/convert"):
                return say(request, "help")
            case _ if len(words) > LONGEST_SENTENCE:
                return say(request, words)
            case "/lead", _:
                return self._look_up_lead(request, words)
            case "/leads", "":
                return say(request, "list_leads")
            case "/leads", _:
                return say(request, f"list_leads {words}" if "=" in words else f"{words} leads")
            case "/opps", "":
                return say(request, "list_opportunities")
            case "/opps", _:
                return say(request, f"list_opportunities {words}" if "=" in words else f"{words} opportunities")
            case "/digest", "" | "now":
                return self._bot.phrases.carry_out(request, "preview_digest", {})
            case "/digest", "on" | "off":
                enabled = {"enabled": words.lower() == "on"}
                return self._bot.phrases.carry_out(request, "set_digest", enabled)
            case "/digest", _:
                return self._change_digest(request, words)
            case _:
                return say(request, words)

    def _look_up_lead(self, request: Request, words: str) -> Reply:
        """Show the lead of this name, or answer the words as a sentence where there is none."""
        if read_typed_form(words, self._bot.dispatcher.commands) is not None:
            return self._bot.phrases.answer_text(request, words)
        named = self._bot.phrases.carry_out(request, "show_record", {"name": words})
        if named.state is not ReplyState.NOT_FOUND:
            return named
        said = self._bot.phrases.answer_text(request, words)
        return named if said.state is ReplyState.NOT_UNDERSTOOD else said

    def _change_digest(self, request: Request, words: str) -> Reply:
        """Read `8:30`, `days=mon,tue` or `weekdays at 8` as digest settings."""
        if CLOCK.fullmatch(words.strip()):
            return self._bot.phrases.carry_out(request, "set_digest", {"time": words.strip()})
        if "=" in words:
            return self._bot.phrases.answer_text(request, f"set_digest {words}")
        return self._bot.phrases.answer_text(request, f"my digest {words}")

    def _open_conversion_form(
        self, team: SlackTeam, request: Request, words: str, act: Interaction
    ) -> SlackMessage | None:
        """Open the conversion form. Where the name fits no lead to convert, or several, return the message about it."""
        found = self._bot.phrases.carry_out(replace(request, key=None), "show_record", {"name": words, "kind": "lead"})
        # A converted lead answers with what it became: its first record is the contact.
        if found.state is not ReplyState.ANSWERED or not found.card or found.records[0].kind != "lead":
            return render_reply(found)
        place = FormOrigin(act.channel) if act.channel else None
        view = open_form_view(
            self._bot.dispatcher, request, ButtonCall("convert_lead", {"name": found.records[0].id}), place
        )
        show_view(self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id)
        return None


# By command: what it is for, and an example of what to type behind it.
COMMANDS = {
    "/leadlight": ("Ask or do anything", "my hot leads, or help"),
    "/lead": ("Look up a lead, or do something with it", "jane doe"),
    "/leads": ("List your leads", "hot, or untouched for 10 days"),
    "/opps": ("List your opportunities", "closing this month"),
    "/convert": ("Convert a qualified lead", "jane doe"),
    "/digest": ("See or set your morning digest", "now, on, off or 8:30"),
}
CLOCK = re.compile(r"\d{1,2}([:.]\d{2})?\s*([ap]\.?m\.?)?", re.I)

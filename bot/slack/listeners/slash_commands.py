"""Slash commands: answered in their acknowledgement, to the asker alone (DESIGN.md section 4)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

from slack_bolt import Ack, App

from bot.slack.api.plain_views import show
from bot.slack.inbox.answer_command import MOMENT, take_up
from bot.slack.inbox.worker import Worker
from bot.slack.listeners.interactions import Quickly, Refused
from bot.slack.modals import opened
from bot.slack.payloads.button_value import Call
from bot.slack.payloads.interaction import Pressed, commanded
from bot.slack.payloads.mrkdwn import mentioned, plain_words
from bot.slack.payloads.private_metadata import Place
from bot.slack.render import Message, message, notice, plain
from bot.slack.teams.teams import Team
from commands.contract.reply import Reply, State
from commands.contract.typed_form import read_typed
from commands.dispatching.dispatcher import Origin, Request

SURFACE = "slack command"


class Slash:
    """`/leadlight`, `/lead`, `/leads`, `/opps`, `/convert` and `/digest`."""

    def __init__(self, quickly: Quickly, worker: Worker) -> None:
        self._quickly = quickly
        self._bot = quickly.bot
        self._worker = worker

    def register(self, app: App) -> None:
        for command in COMMANDS:
            app.command(command)(self.answer)

    def answer(self, ack: Ack, command: dict[str, Any]) -> None:
        """The answer travels in the acknowledgement."""
        act = commanded(command)
        key = f"command:{act.trigger_id or uuid4().hex}"
        words = str(command.get("text") or "")

        def work(team: Team, request: Request) -> Message | None:
            said = plain_words(words, team.bot_user_id, self._bot.people.names(team, mentioned(words)))
            if command["command"] == "/convert" and said:
                return self._convert(team, request, said, act)
            reply = self._reply(command["command"], request, said)
            if reply.state is State.NOT_UNDERSTOOD and said and self._bot.conversation.listener is not None:
                take_up(self._bot, self._worker, team, act, said, f"asked:{key}")
                return notice(MOMENT)
            self._bot.metrics.answered.labels("command", reply.state).inc()
            return message(reply, shareable=not act.spot.direct)

        try:
            said = self._quickly.run(act, SURFACE, key, work, opens=True)
        except Refused as refused:
            said = notice(str(refused))
        if said is None:
            ack()
        else:
            # Nobody tells whether an acknowledgement was refused, so it has only what every Slack takes.
            said = plain(said)
            ack(text=said.text, blocks=list(said.blocks), response_type="ephemeral")

    def _reply(self, command: str, request: Request, words: str) -> Reply:
        say = self._bot.phrases.answer
        match command, words.lower():
            case _, "" | "help" if command in ("/leadlight", "/lead", "/convert"):
                return say(request, "help")
            case "/lead", _:
                return self._named(request, words)
            case "/leads", "":
                return say(request, "list_leads")
            case "/leads", _:
                return say(request, f"list_leads {words}" if "=" in words else f"{words} leads")
            case "/opps", "":
                return say(request, "list_opportunities")
            case "/opps", _:
                return say(request, f"list_opportunities {words}" if "=" in words else f"{words} opportunities")
            case "/digest", "" | "now":
                return self._bot.dispatcher.dispatch(request, "preview_digest", {}, Origin.TYPED)
            case "/digest", "on" | "off":
                enabled = {"enabled": words.lower() == "on"}
                return self._bot.dispatcher.dispatch(request, "set_digest", enabled, Origin.TYPED)
            case "/digest", _:
                return self._digest(request, words)
            case _:
                return say(request, words)

    def _named(self, request: Request, words: str) -> Reply:
        """A name, or anything else that can be said."""
        if read_typed(words, self._bot.dispatcher.commands) is not None:
            return self._bot.phrases.answer(request, words)
        named = self._bot.dispatcher.dispatch(request, "show_record", {"name": words}, Origin.TYPED)
        if named.state is not State.NOT_FOUND:
            return named
        said = self._bot.phrases.answer(request, words)
        return named if said.state is State.NOT_UNDERSTOOD else said

    def _digest(self, request: Request, words: str) -> Reply:
        """`8:30`, `days=mon,tue`, `weekdays at 8`: a setting, typed or said."""
        if CLOCK.fullmatch(words.strip()):
            return self._bot.dispatcher.dispatch(request, "set_digest", {"time": words.strip()}, Origin.TYPED)
        if "=" in words:
            return self._bot.phrases.answer(request, f"set_digest {words}")
        return self._bot.phrases.answer(request, f"my digest {words}")

    def _convert(self, team: Team, request: Request, words: str, act: Pressed) -> Message | None:
        """Open the conversion form; a name that means several or none is answered as text."""
        found = self._bot.dispatcher.dispatch(
            replace(request, key=None), "show_record", {"name": words, "kind": "lead"}, Origin.TYPED
        )
        if found.state is not State.ANSWERED or not found.records:
            return message(found)
        place = Place(act.channel) if act.channel else None
        view = opened(self._bot.dispatcher, request, Call("convert_lead", {"name": found.records[0].id}), place)
        show(self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id)
        return None


COMMANDS = {
    "/leadlight": ("Ask or do anything", "my hot leads, or help"),
    "/lead": ("Look up a lead, or do something with it", "jane doe"),
    "/leads": ("List your leads", "hot, or untouched for 10 days"),
    "/opps": ("List your opportunities", "closing this month"),
    "/convert": ("Convert a qualified lead", "jane doe"),
    "/digest": ("See or set your morning digest", "now, on, off or 8:30"),
}
"""What each command is for, and an example of what stands behind it."""

CLOCK = re.compile(r"\d{1,2}([:.]\d{2})?\s*([ap]\.?m\.?)?", re.I)

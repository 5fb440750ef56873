"""Buttons and menus: of messages, of App Home, and within forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.slack.api.plain_views import show
from bot.slack.inbox.publish_home import Homes
from bot.slack.listeners.interactions import Quickly, Refused
from bot.slack.listeners.share_answer import shared
from bot.slack.modals import changed, opened
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.payloads.button_value import Call, read
from bot.slack.payloads.interaction import Pressed, key_of, pressed
from bot.slack.render import Message, message, notice
from bot.slack.teams.teams import Team
from commands.contract.reply import Reply, State
from commands.dispatching.deadline import TOO_LATE
from commands.dispatching.dispatcher import Request

SURFACE = "slack button"
STALE = "That button is from an older version of me. Please ask again."


class Presses:
    """Carries out what a button carries; the person's answer replaces a question, or stands beside the rest."""

    def __init__(self, quickly: Quickly, homes: Homes) -> None:
        self._quickly = quickly
        self._bot = quickly.bot
        self._homes = homes

    def register(self, app: App) -> None:
        app.action(re.compile(r"^(call|menu|more)(:|$)"))(self.call)
        app.action(re.compile(r"^open(:|$)"))(self.call)
        app.action("confirm")(self.settle)
        app.action("cancel")(self.settle)
        app.action(re.compile(r"^choose(:|$)"))(self.settle)
        app.action("change")(self.change)
        app.action("share")(self.share)
        app.action(re.compile(".*"))(self.within_form)

    def call(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Run the call of a button or a menu, or open its form."""
        act = pressed(body)
        key = key_of(act, action)
        try:
            call = read(value_of(action))
        except ValueError:
            self._quickly.beside(act, notice(STALE), f"answer:{key}")
            ack()
            return
        try:
            if call.opens:
                self._quickly.run(act, SURFACE, key, lambda team, request: self._open(team, request, act, call))
            else:
                reply = self._quickly.run(
                    act,
                    SURFACE,
                    key,
                    lambda team, request: self._bot.conversation.carry_out(request, call.verb, call.arguments),
                )
                self._answer(act, call, reply, key)
        except Refused as refused:
            self._quickly.refuse(act, refused, f"answer:{key}")
        ack()

    def settle(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Confirm, Cancel or a choice: the card becomes the answer and has no buttons of its own any more."""
        act = pressed(body)
        key = key_of(act, action)
        value = str(action.get("value") or "")

        def work(team: Team, request: Request) -> Reply:
            match str(action["action_id"]).partition(":")[0]:
                case "confirm":
                    return self._bot.conversation.confirm(request, value)
                case "cancel":
                    return self._bot.dispatcher.cancel(request, value)
                case _:
                    confirmation, _, number = value.rpartition(":")
                    return self._bot.conversation.choose(request, int(number) if number.isdigit() else 0, confirmation)

        try:
            reply = self._quickly.run(act, SURFACE, key, work)
        except Refused as refused:
            self._quickly.refuse(act, refused, f"answer:{key}")
            ack()
            return
        self._bot.metrics.answered.labels("button", reply.state).inc()
        if reply.state is State.ERROR or (reply.state is State.REFUSED and reply.head == TOO_LATE):
            self._quickly.beside(act, message(reply), f"answer:{key}")
        else:
            self._quickly.in_place(act, message(reply), f"answer:{key}")
        ack()

    def change(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the form of what a card proposes, filled with what it proposes."""
        act = pressed(body)
        key = key_of(act, action)

        def work(team: Team, request: Request) -> None:
            verb, arguments = self._bot.dispatcher.proposal(request, str(action.get("value")))
            self._open(team, request, act, Call(verb, arguments, opens=True))

        try:
            self._quickly.run(act, SURFACE, key, work)
        except Refused as refused:
            if refused.passing:
                self._quickly.refuse(act, refused, f"answer:{key}")
            else:
                self._quickly.in_place(act, notice(str(refused)), f"answer:{key}")
        ack()

    def share(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show an answer to everybody in the channel, as this person's explicit act."""
        act = pressed(body)
        key = key_of(act, action)

        def work(team: Team, request: Request) -> Outgoing:
            try:
                call = read(value_of(action))
            except ValueError:
                raise Refused(STALE) from None
            return shared(self._bot, team, request, act, call, f"answer:{key}")

        try:
            self._bot.poster.post(self._quickly.run(act, SURFACE, key, work))
        except Refused as refused:
            self._quickly.refuse(act, refused, f"answer:{key}")
        ack()

    def within_form(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A choice in a form that changes what else it asks; everything else is only acknowledged."""
        view = body.get("view")
        if isinstance(view, dict) and str(view.get("callback_id", "")).startswith("form:"):
            act = pressed(body)

            def work(team: Team, request: Request) -> None:
                made = changed(self._bot.dispatcher, request, view, action)
                if made is not None:
                    client = self._bot.clients.posting(team.token)
                    show(self._bot.clients, client.views_update, made, view_id=view["id"], hash=view.get("hash"))

            try:
                self._quickly.run(act, SURFACE, key_of(act, action), work)
            except Refused as refused:
                self._quickly.refuse(act, refused, f"answer:{key_of(act, action)}")
        ack()

    def _open(self, team: Team, request: Request, act: Pressed, call: Call) -> None:
        view = opened(self._bot.dispatcher, request, call, act.place)
        show(self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id)

    def _answer(self, act: Pressed, call: Call, reply: Reply, key: str) -> None:
        self._bot.metrics.answered.labels("button", reply.state).inc()
        said: Message = message(reply, start=call.start, shareable=not act.spot.direct and not act.home)
        if act.home and reply.state is State.DONE:
            self._homes.show_again(act)
        if call.verb == "undo" and reply.state is State.DONE:
            self._quickly.in_place(act, said, f"answer:{key}")
        else:
            self._quickly.beside(act, said, f"answer:{key}")


def value_of(action: Mapping[str, Any]) -> str:
    """The value of a button, or of the option that was chosen in a menu."""
    option = action.get("selected_option")
    return str(option.get("value") if isinstance(option, dict) else action.get("value"))

"""Listens to buttons and menus in messages, in App Home and in forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.slack.api.plain_views import show_view
from bot.slack.inbox.publish_home import HomePublisher
from bot.slack.listeners.interactions import InteractionRefused, InteractionRunner
from bot.slack.modals import open_form_view, update_form_view
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.payloads.button_value import ButtonCall, decode_button_value
from bot.slack.payloads.interaction import Interaction, interaction_key, read_interaction
from bot.slack.render import SlackMessage, render_notice, render_reply
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.open_questions import load_proposal
from commands.dispatching.request import Origin, Request

SURFACE = "slack button"
STALE = "That button is from an older version of me. Please ask again."
SHARED_CHANNEL = "People of other organisations read in this channel, so I do not share records here."
SHARING_UNKNOWN = (
    "I cannot see whether people of other organisations read in this channel, so I do not share records here."
)
NOT_MEMBER = "I am not in this channel, so I cannot share here. Invite me with /invite and press again."


class ActionListeners:
    """Listens to buttons and menus, runs the call that they carry, and answers.

    A question is replaced by its answer. Any other answer is a new message.
    """

    def __init__(self, interactions: InteractionRunner, homes: HomePublisher) -> None:
        self._interactions = interactions
        self._bot = interactions.bot
        self._homes = homes

    def register(self, app: App) -> None:
        """Register the listeners with Bolt."""
        app.action(re.compile(r"^(call|menu|more)(:|$)"))(self.on_call_button)
        app.action(re.compile(r"^open(:|$)"))(self.on_call_button)
        app.action("confirm")(self.on_proposal_button)
        app.action("cancel")(self.on_proposal_button)
        app.action(re.compile(r"^choose(:|$)"))(self.on_proposal_button)
        app.action("change")(self.on_change_button)
        app.action("share")(self.on_share_button)
        # Bolt takes the first listener that matches, so this one gets what is left: the inputs of forms.
        app.action(re.compile(".*"))(self.on_form_action)

    def on_call_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Run the call of a button or a menu, or open its form."""
        act = read_interaction(body)
        key = interaction_key(act, action)
        try:
            call = decode_button_value(action_value(action))
        except ValueError:
            self._interactions.reply_new(act, render_notice(STALE), f"answer:{key}")
            ack()
            return
        try:
            if call.opens:
                self._interactions.run_work(
                    act, SURFACE, key, lambda team, request: self._open_form(team, request, act, call)
                )
            else:
                reply = self._interactions.run_work(
                    act,
                    SURFACE,
                    key,
                    lambda team, request: self._bot.conversation.carry_out(request, call.verb, call.arguments),
                )
                self._answer_call(act, call, reply, key)
        except InteractionRefused as refused:
            self._interactions.reply_refusal(act, refused, f"answer:{key}")
        ack()

    def on_proposal_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Confirm or cancel what a card proposes, or choose a record: the answer replaces the card and its buttons."""
        act = read_interaction(body)
        key = interaction_key(act, action)
        value = str(action.get("value") or "")

        def answer_proposal(team: SlackTeam, request: Request) -> Reply:
            match str(action["action_id"]).partition(":")[0]:
                case "confirm":
                    return self._bot.conversation.confirm_proposal(request, value)
                case "cancel":
                    return self._bot.dispatcher.cancel_proposal(request, value)
                case _:
                    confirmation, _, number = value.rpartition(":")
                    return self._bot.conversation.pick_choice(
                        request, int(number) if number.isdecimal() else 0, confirmation
                    )

        try:
            reply = self._interactions.run_work(act, SURFACE, key, answer_proposal)
        except InteractionRefused as refused:
            self._interactions.reply_refusal(act, refused, f"answer:{key}")
            ack()
            return
        self._bot.metrics.answered.labels("button", reply.state).inc()
        # What stands there stays where pressing again may help, and where it is the answer to an earlier press.
        if reply.keeps_card:
            self._interactions.reply_ephemeral(act, render_reply(reply), f"answer:{key}")
        else:
            self._interactions.replace_message(act, render_reply(reply), f"answer:{key}")
        ack()

    def on_change_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the form of the command that a card proposes, filled with what it proposes."""
        act = read_interaction(body)
        key = interaction_key(act, action)

        def open_proposal_form(team: SlackTeam, request: Request) -> None:
            with self._bot.database.begin_read() as session:
                verb, arguments = load_proposal(session, request, str(action.get("value")))
            self._open_form(team, request, act, ButtonCall(verb, arguments, opens=True))

        try:
            self._interactions.run_work(act, SURFACE, key, open_proposal_form)
        except InteractionRefused as refused:
            # A proposal that is over for good loses its buttons.
            if refused.settles:
                self._interactions.replace_message(act, render_notice(str(refused)), f"answer:{key}")
            else:
                self._interactions.reply_refusal(act, refused, f"answer:{key}")
        ack()

    def on_share_button(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show an answer to everybody in the channel, because this person asks for it."""
        act = read_interaction(body)
        key = interaction_key(act, action)

        def make_shared_answer(team: SlackTeam, request: Request) -> OutboxMessage:
            try:
                call = decode_button_value(action_value(action))
            except ValueError:
                raise InteractionRefused(STALE) from None
            return share_answer(self._bot, team, request, act, call, f"answer:{key}")

        try:
            self._bot.sender.post_messages(self._interactions.run_work(act, SURFACE, key, make_shared_answer))
        except InteractionRefused as refused:
            self._interactions.reply_refusal(act, refused, f"answer:{key}")
        ack()

    def on_form_action(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Update a form after a choice that changes what else it asks; acknowledge everything else."""
        view = body.get("view")
        if isinstance(view, dict) and str(view.get("callback_id", "")).startswith("form:"):
            act = read_interaction(body)

            def update_view(team: SlackTeam, request: Request) -> None:
                made = update_form_view(self._bot.dispatcher, request, view, action)
                if made is not None:
                    client = self._bot.clients.posting(team.token)
                    show_view(self._bot.clients, client.views_update, made, view_id=view["id"], hash=view.get("hash"))

            try:
                self._interactions.run_work(act, SURFACE, interaction_key(act, action), update_view)
            except InteractionRefused as refused:
                self._interactions.reply_refusal(act, refused, f"answer:{interaction_key(act, action)}")
        ack()

    def _open_form(self, team: SlackTeam, request: Request, act: Interaction, call: ButtonCall) -> None:
        view = open_form_view(self._bot.dispatcher, request, call, act.form_origin)
        show_view(self._bot.clients, self._bot.clients.posting(team.token).views_open, view, trigger_id=act.trigger_id)

    def _answer_call(self, act: Interaction, call: ButtonCall, reply: Reply, key: str) -> None:
        self._bot.metrics.answered.labels("button", reply.state).inc()
        shown = replace(reply, start=call.start)
        said: SlackMessage = render_reply(shown, shareable=not act.conversation.is_direct and not act.home)
        if act.home and reply.state is ReplyState.DONE:
            self._homes.republish_home(act)
        # An Undo that was used up would only be refused, so its message loses the button.
        if call.verb == "undo" and reply.state is ReplyState.DONE:
            self._interactions.replace_message(act, said, f"answer:{key}")
        else:
            self._interactions.reply_new(act, said, f"answer:{key}")


def share_answer(
    bot: Bot, team: SlackTeam, request: Request, act: Interaction, call: ButtonCall, key: str
) -> OutboxMessage:
    """Make the message that shows an answer to the channel, computed anew with the rights of who shares it.

    InteractionRefused where the channel is shared with other organisations, or Slack does not say.
    """
    if act.channel is None:
        raise InteractionRefused("There is no channel to share this in.")
    try:
        channel = bot.clients.reading(team.token).conversations_info(channel=act.channel)["channel"]
    except SlackApiError:
        raise InteractionRefused(SHARING_UNKNOWN) from None
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        raise InteractionRefused(SHARED_CHANNEL)
    if channel.get("is_member") is False:
        raise InteractionRefused(NOT_MEMBER)
    kind = bot.dispatcher.commands.get(call.verb)
    if kind is None or kind.writes:
        raise InteractionRefused("Only answers can be shared.")
    reply = bot.dispatcher.dispatch(request, call.verb, call.arguments, Origin.TYPED)
    if reply.state is not ReplyState.ANSWERED:
        raise InteractionRefused(reply.head)
    # A button is for the person who asked; in the channel anybody could press it.
    plain = replace(reply, buttons=())
    return OutboxMessage(
        team.workspace_id, key, act.channel, render_reply(plain), user=act.user_id, thread_ts=act.thread_ts
    )


def action_value(action: Mapping[str, Any]) -> str:
    """Return the value of a button, or of the option that was chosen in a menu."""
    option = action.get("selected_option")
    return str(option.get("value") if isinstance(option, dict) else action.get("value"))

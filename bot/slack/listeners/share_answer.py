"""“Share here”: an answer that was shown to one person, shown to the channel by that person's explicit act."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.slack.listeners.interactions import InteractionRefused
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.payloads.button_value import ButtonCall
from bot.slack.payloads.interaction import Interaction
from bot.slack.render import render_reply
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Origin, Request

OUTSIDE = "People of other organisations read in this channel, so I do not share records here."
UNSURE = "I cannot see whether people of other organisations read in this channel, so I do not share records here."

OUTSIDER = "I am not in this channel, so I cannot share here. Invite me with /invite and press again."


def share_answer(
    bot: Bot, team: SlackTeam, request: Request, act: Interaction, call: ButtonCall, key: str
) -> OutboxMessage:
    """Make the message that shows an answer to the channel, read anew with the rights of the one who shares it.

    InteractionRefused where the channel is shared with other organisations, or that cannot be seen.
    """
    if act.channel is None:
        raise InteractionRefused("There is no channel to share this in.")
    try:
        channel = bot.clients.reading(team.token).conversations_info(channel=act.channel)["channel"]
    except SlackApiError:
        raise InteractionRefused(UNSURE) from None
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        raise InteractionRefused(OUTSIDE)
    if channel.get("is_member") is False:
        raise InteractionRefused(OUTSIDER)
    kind = bot.dispatcher.commands.get(call.verb)
    if kind is None or kind.writes:
        raise InteractionRefused("Only answers can be shared.")
    reply = bot.dispatcher.dispatch(request, call.verb, call.arguments, Origin.TYPED)
    if reply.state is not ReplyState.ANSWERED:
        raise InteractionRefused(reply.head)
    plain = replace(reply, buttons=())
    return OutboxMessage(
        team.workspace_id, key, act.channel, render_reply(plain), user=act.user_id, thread_ts=act.thread_ts
    )

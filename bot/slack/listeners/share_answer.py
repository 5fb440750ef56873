"""“Share here”: an answer that was shown to one person, shown to the channel by that person's explicit act."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.slack.listeners.interactions import Refused
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.payloads.button_value import Call
from bot.slack.payloads.interaction import Pressed
from bot.slack.render import message
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import Team
from commands.contract.reply import State
from commands.dispatching.dispatcher import Origin, Request

OUTSIDE = "People of other organisations read in this channel, so I do not share records here."
UNSURE = "I cannot see whether people of other organisations read in this channel, so I do not share records here."

OUTSIDER = "I am not in this channel, so I cannot share here. Invite me with /invite and press again."


def shared(bot: Bot, team: Team, request: Request, act: Pressed, call: Call, key: str) -> Outgoing:
    """The answer for everybody in the channel, read anew with the rights of the one who shares it.

    Refused where the channel is shared with other organisations, or that cannot be seen.
    """
    if act.channel is None:
        raise Refused("There is no channel to share this in.")
    try:
        channel = bot.clients.reading(team.token).conversations_info(channel=act.channel)["channel"]
    except SlackApiError:
        raise Refused(UNSURE) from None
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        raise Refused(OUTSIDE)
    if channel.get("is_member") is False:
        raise Refused(OUTSIDER)
    kind = bot.dispatcher.commands.get(call.verb)
    if kind is None or kind.writes:
        raise Refused("Only answers can be shared.")
    reply = bot.dispatcher.dispatch(request, call.verb, call.arguments, Origin.TYPED)
    if reply.state is not State.ANSWERED:
        raise Refused(reply.head)
    plain = replace(reply, buttons=())
    return Outgoing(team.workspace_id, key, act.channel, message(plain), user=act.user_id, thread_ts=act.thread_ts)

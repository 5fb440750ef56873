"""Welcomes a rep who meets the bot for the first time, once."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.slack.api.errors import TROUBLE
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.payloads.conversation import SlackConversation, is_direct_channel
from bot.slack.render import render_reply
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import KnownRep
from commands.guide.welcome import build_welcome
from storage.database.doors import Session
from storage.database.errors import DatabaseTrouble
from storage.slack import user_bindings
from storage.tables import Outbox

log = logging.getLogger(__name__)
KEY = "welcome"
SURFACE = "slack message"


def make_welcome(
    bot: Bot, team: SlackTeam, who: KnownRep, user_id: str, channel: str | None = None
) -> list[OutboxMessage]:
    """Make the welcome for a rep who has not got it yet; nothing for anybody else.

    `channel` is the conversation in which they met, if it is theirs and the bot's alone.
    """
    if who.welcomed:
        return []
    address = channel if channel is not None and is_direct_channel(channel) else user_id
    request = bot.make_request(team, who, SURFACE, SlackConversation(address), key="")
    with bot.database.begin_read() as session:
        reply = build_welcome(bot.dispatcher.build_context(session, request))
    # Until it is posted and remembered, the outbox lets one with this key through.
    return [OutboxMessage(team.workspace_id, f"{KEY}:{who.rep_id}", address, render_reply(reply))]


def welcome_user(bot: Bot, team_id: str, user_id: str) -> None:
    """Welcome a Slack user at once, if they are a rep who has not got the welcome yet. Never raises."""
    try:
        team = bot.teams.find_team(team_id)
        who = bot.identify_user(team, user_id) if team is not None else None
        if team is not None and isinstance(who, KnownRep):
            bot.sender.post_messages(*make_welcome(bot, team, who, user_id))
    except (*TROUBLE, DatabaseTrouble) as error:
        # It comes when they write first.
        log.warning("a welcome could not be sent: %s", type(error).__name__)


def record_welcome(session: Session, row: Outbox, now: datetime) -> None:
    """Remember that a rep has got the welcome, when its outbox row is settled. Rows of other messages are ignored."""
    kind, _, number = row.key.partition(":")
    if kind == KEY and number.isdigit() and row.state == "done":
        user_bindings.mark_welcomed(session, int(number), now)

"""The common way of commands, presses and forms: who asks, the work in time, a sentence where that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import replace
from typing import TypeVar

from bot.slack.api.errors import TROUBLE
from bot.slack.outbox.outbox_message import DeliveryMethod, OutboxMessage
from bot.slack.payloads.interaction import Interaction
from bot.slack.render import SlackMessage, render_notice
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import TooSlow
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import GUEST, Stranger
from commands.contract.errors import CommandError
from commands.dispatching.deadline import TOO_LATE
from commands.dispatching.dispatcher import Request
from storage.database.errors import DatabaseTrouble

log = logging.getLogger(__name__)
NOT_SURE = "That took too long. Please look whether it was done before you press again."
NO_SLACK = "Slack did not answer me in time, so it was not done. Please press again."
KEPT_WITHIN = 0.15
"""Seconds: with those of `bot.slack.runtime.deadline_pool` still within Slack's three."""

WENT_WRONG = "Something went wrong on my side, and nothing was done. Please try again."

T = TypeVar("T")


class InteractionRefused(Exception):
    """Carries the sentence that the person gets instead of an answer. `passing`: pressed again, it may be done."""

    def __init__(self, words: str, *, passing: bool = False) -> None:
        super().__init__(words)
        self.passing = passing


class InteractionRunner:
    """Runs the work of one interaction for the person who made it, in time, and answers where it was made."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._answers = ThreadPoolExecutor(16, thread_name_prefix="answer")

    def run_work(
        self, act: Interaction, surface: str, key: str, work: Callable[[SlackTeam, Request], T], *, opens: bool = False
    ) -> T:
        """Run `work` for the person. InteractionRefused, with what to say, where they are unknown or time runs out.

        `key` names the interaction, so that its second delivery changes nothing again.
        """
        team = self.bot.teams.find_team(act.team_id)
        if team is None or act.user_team not in (None, team.team_id):
            raise InteractionRefused(GUEST)
        try:
            return self.bot.quick.run_in_time(
                lambda deadline: work(
                    team, replace(self._make_request(team, act, surface, key, opens), deadline=deadline)
                )
            )
        except TooSlow as slow:
            self.bot.metrics.late.inc()
            raise InteractionRefused(TOO_LATE if slow.sure else NOT_SURE, passing=True) from None
        except CommandError as error:
            raise InteractionRefused(str(error)) from None
        except TROUBLE as error:
            log.warning("Slack failed within an interaction: %s", type(error).__name__)
            raise InteractionRefused(NO_SLACK, passing=True) from None
        except InteractionRefused:
            raise
        except Exception:
            # Whatever it was, a person who pressed reads a sentence.
            log.exception("an interaction could not be worked on")
            raise InteractionRefused(WENT_WRONG, passing=True) from None

    def _make_request(self, team: SlackTeam, act: Interaction, surface: str, key: str, opens: bool) -> Request:
        who = self.bot.identify_user(team, act.user_id)
        if isinstance(who, Stranger):
            raise InteractionRefused(who.words)
        return self.bot.make_request(team, who, surface, act.conversation, key, opens=opens)

    def reply_refusal(self, act: Interaction, refused: InteractionRefused, key: str) -> None:
        """Tell the person why not.

        What passes is told at once, also where the database is what holds things up.
        """
        outgoing = self._address_reply(act, render_notice(str(refused)), key)
        if refused.passing and outgoing is not None:
            self._answers.submit(self.bot.poster.send_without_storing, outgoing)
        else:
            self._post_reply(act, outgoing)

    # Answers of presses and forms go through the outbox, so that a slow Slack loses none of them.

    def reply_new(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Answer with a new message where it was pressed: to the person alone where others read too."""
        self._post_reply(act, self._address_reply(act, said, key))

    def replace_message(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Replace the message that was pressed; where there is none, answer with a new one."""
        team = self.bot.teams.find_team(act.team_id)
        if team is None or act.message_ts is None or act.channel is None:
            return self.reply_new(act, said, key)
        url = self.bot.trusted_response_url(act.response_url)
        base = OutboxMessage(team.workspace_id, key, act.channel, said, user=act.user_id, thread_ts=act.thread_ts)
        if act.ephemeral:
            if url is None:
                return self.reply_new(act, said, key)
            return self._post_reply(act, replace(base, way=DeliveryMethod.RESPOND, url=url, in_place=True))
        return self._post_reply(act, replace(base, way=DeliveryMethod.UPDATE, ts=act.message_ts))

    def reply_ephemeral(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Answer with an ephemeral message, which the person alone sees and which does not stay."""
        team = self.bot.teams.find_team(act.team_id)
        if team is None or act.channel is None:
            return self.reply_new(act, said, key)
        return self._post_reply(
            act,
            OutboxMessage(
                team.workspace_id,
                key,
                act.channel,
                said,
                DeliveryMethod.WHISPER,
                user=act.user_id,
                thread_ts=act.thread_ts,
            ),
        )

    def _address_reply(self, act: Interaction, said: SlackMessage, key: str) -> OutboxMessage | None:
        team = self.bot.teams.find_team(act.team_id)
        if team is None:
            return None
        spot = act.conversation
        if act.channel is None or act.home:
            return OutboxMessage(team.workspace_id, key, act.user_id, said)
        url = self.bot.trusted_response_url(act.response_url)
        thread = act.thread_ts
        if spot.is_direct and (url is None or not (act.ephemeral or act.anybodys)):
            return OutboxMessage(
                team.workspace_id, key, act.channel, said, user=act.user_id, thread_ts=act.reply_thread_ts
            )
        if url is not None:
            return OutboxMessage(
                team.workspace_id,
                key,
                act.channel,
                said,
                DeliveryMethod.RESPOND,
                user=act.user_id,
                url=url,
                thread_ts=thread,
            )
        return OutboxMessage(
            team.workspace_id, key, act.channel, said, DeliveryMethod.WHISPER, user=act.user_id, thread_ts=thread
        )

    def _post_reply(self, act: Interaction, outgoing: OutboxMessage | None) -> None:
        if outgoing is None:
            return
        kept = self._answers.submit(self._post_or_send, outgoing)
        try:
            kept.result(KEPT_WITHIN)
        except StillRunning:
            # It was done, so the press is acknowledged in time; its answer follows when the database lets it in.
            log.warning("an answer waits for the database")

    def _post_or_send(self, outgoing: OutboxMessage) -> None:
        """Post an answer through the outbox; where the database does not take it, at least send it."""
        try:
            self.bot.poster.post_messages(outgoing)
        except DatabaseTrouble:
            log.warning("an answer could not be kept, so it is sent without")
            self.bot.poster.send_without_storing(outgoing)

"""Runs the work behind slash commands, buttons and forms in time, and answers where they were used."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import replace
from typing import TypeVar

from bot.failure_log import explain_failure, log_failure
from bot.slack.api.errors import TROUBLE
from bot.slack.inbox.edit_digests import DigestEdits
from bot.slack.outbox.outbox_message import DeliveryMethod, OutboxMessage
from bot.slack.payloads.interaction import Interaction
from bot.slack.render import SlackMessage, render_notice
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import TooSlow
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import GUEST, Stranger
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.dispatching.deadline import TOO_LATE, Deadline
from commands.dispatching.request import Request
from storage.database.errors import DatabaseTrouble

log = logging.getLogger(__name__)
NOT_SURE = "That took too long. Please look whether it was done before you press again."
NO_SLACK = "Slack did not answer me in time, so it was not done. Please press again."
# Seconds to wait until an answer is stored. With the 2.4 + 0.4 of the deadline pool it stays within Slack's three.
KEPT_WITHIN = 0.15
WENT_WRONG = "Something went wrong on my side, and nothing was done. Please try again."

T = TypeVar("T")


class InteractionRefused(Exception):
    """Carries the sentence that the person gets instead of an answer.

    `passing` says that pressing again may help, `settles` that the question on the card that was pressed is over.
    """

    def __init__(self, words: str, *, passing: bool = False, settles: bool = False) -> None:
        super().__init__(words)
        self.passing = passing
        self.settles = settles


class InteractionRunner:
    """Runs the work of one interaction for the person who made it, in time, and answers where it was made."""

    def __init__(self, bot: Bot, digests: DigestEdits) -> None:
        self.bot = bot
        self._digests = digests
        self._answers = ThreadPoolExecutor(16, thread_name_prefix="answer")

    def run_work(
        self, act: Interaction, surface: str, key: str, work: Callable[[SlackTeam, Request], T], *, opens: bool = False
    ) -> T:
        """Run `work` for the person within the time that Slack gives; return its result.

        InteractionRefused, with the sentence for the person, where they are unknown, time runs out or the work fails.
        `key` identifies the interaction: a second delivery of the same one changes nothing again.
        """
        team = self.bot.teams.find_team(act.team_id)
        if team is None or act.user_team not in (None, team.team_id):
            raise InteractionRefused(GUEST)

        def run_request(deadline: Deadline) -> tuple[T, Request]:
            request = replace(self._make_request(team, act, surface, key, opens), deadline=deadline)
            return work(team, request), request

        try:
            result, request = self.bot.deadline_pool.run_in_time(run_request)
        except TooSlow as slow:
            self.bot.metrics.late.inc()
            raise InteractionRefused(TOO_LATE if slow.sure else NOT_SURE, passing=True) from None
        except CommandError as error:
            raise InteractionRefused(str(error), settles=not error.keeps_card) from None
        except TROUBLE as error:
            log.warning("Slack failed within an interaction: %s", type(error).__name__)
            raise InteractionRefused(NO_SLACK, passing=True) from None
        except InteractionRefused:
            raise
        except Exception as error:
            # Whatever went wrong, the person who pressed gets a sentence.
            log_failure(log, error, "an interaction could not be worked on")
            raise InteractionRefused(explain_failure(error) or WENT_WRONG, passing=True) from None
        if isinstance(result, Reply):
            reply = result
            # Not in this thread: the interaction has to be acknowledged within three seconds.
            self.bot.deadline_pool.run_later(lambda: self._digests.note_answer(team, request, act.conversation, reply))
        return result

    def _make_request(self, team: SlackTeam, act: Interaction, surface: str, key: str, opens: bool) -> Request:
        who = self.bot.identify_user(team, act.user_id)
        if isinstance(who, Stranger):
            raise InteractionRefused(who.words)
        return self.bot.make_request(team, who, surface, act.conversation, key, opens=opens)

    def reply_refusal(self, act: Interaction, refused: InteractionRefused, key: str) -> None:
        """Tell the person why it was not done."""
        # Where pressing again may help the sentence is sent without the outbox: it must come at once, and the database
        # may be what was too slow.
        outgoing = self._address_reply(act, render_notice(str(refused)), key)
        if refused.passing and outgoing is not None:
            self._answers.submit(self.bot.sender.send_without_storing, outgoing)
        else:
            self._post_reply(act, outgoing)

    def reply_new(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Answer with a new message where it was pressed, which the person alone sees where others read too."""
        self._post_reply(act, self._address_reply(act, said, key))

    def replace_message(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Replace the message that was pressed. Where that is not possible, answer with a new one."""
        team = self.bot.teams.find_team(act.team_id)
        if team is None or act.message_ts is None or act.channel is None:
            return self.reply_new(act, said, key)
        url = self.bot.trusted_response_url(act.response_url)
        base = OutboxMessage(team.workspace_id, key, act.channel, said, user=act.user_id, thread_ts=act.thread_ts)
        # An ephemeral message can only be replaced through the response URL.
        if act.ephemeral:
            if url is None:
                return self.reply_new(act, said, key)
            return self._post_reply(act, replace(base, way=DeliveryMethod.RESPOND, url=url, in_place=True))
        return self._post_reply(act, replace(base, way=DeliveryMethod.UPDATE, ts=act.message_ts))

    def reply_ephemeral(self, act: Interaction, said: SlackMessage, key: str) -> None:
        """Answer with an ephemeral message: the person alone sees it, and it does not stay."""
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
        conversation = act.conversation
        if act.channel is None or act.home:
            return OutboxMessage(team.workspace_id, key, act.user_id, said)
        url = self.bot.trusted_response_url(act.response_url)
        thread = act.thread_ts
        # A post stays, so it is preferred in a conversation with the bot. Below an ephemeral message, or in a
        # conversation of others, the bot can only answer through the response URL.
        if conversation.is_direct and (url is None or not (act.ephemeral or act.is_message_shortcut)):
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
        # Through the outbox, so that a slow Slack loses no answer.
        kept = self._answers.submit(self._post_or_send, outgoing)
        try:
            kept.result(KEPT_WITHIN)
        except StillRunning:
            # The work is done, so the press is acknowledged now; the answer follows when the database takes it.
            log.warning("an answer waits for the database")

    def _post_or_send(self, outgoing: OutboxMessage) -> None:
        """Post an answer through the outbox. Where the database does not take it, send it without."""
        try:
            self.bot.sender.post_messages(outgoing)
        except DatabaseTrouble:
            log.warning("an answer could not be kept, so it is sent without")
            self.bot.sender.send_without_storing(outgoing)

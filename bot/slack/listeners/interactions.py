"""The common way of commands, presses and forms: who asks, the work in time, a sentence where that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import replace
from typing import TypeVar

from bot.slack.api.errors import TROUBLE
from bot.slack.outbox.outbox_message import Outgoing, Way
from bot.slack.payloads.interaction import Pressed
from bot.slack.render import Message, notice
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import TooSlow
from bot.slack.teams.teams import Team
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


class Refused(Exception):
    """The person gets this sentence instead of an answer. `passing`: pressed again, it may well be done."""

    def __init__(self, words: str, *, passing: bool = False) -> None:
        super().__init__(words)
        self.passing = passing


class Quickly:
    """Runs the work of one interaction for the person who made it."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._answers = ThreadPoolExecutor(16, thread_name_prefix="answer")

    def run(
        self, act: Pressed, surface: str, key: str, work: Callable[[Team, Request], T], *, opens: bool = False
    ) -> T:
        """What `work` gives. Refused, with what to say, where the person is unknown or it cannot be done in time.

        `key` names the interaction, so that its second delivery changes nothing again.
        """
        team = self.bot.teams.of(act.team_id)
        if team is None or act.user_team not in (None, team.team_id):
            raise Refused(GUEST)
        try:
            return self.bot.quick.run(
                lambda deadline: work(team, replace(self._request(team, act, surface, key, opens), deadline=deadline))
            )
        except TooSlow as slow:
            self.bot.metrics.late.inc()
            raise Refused(TOO_LATE if slow.sure else NOT_SURE, passing=True) from None
        except CommandError as error:
            raise Refused(str(error)) from None
        except TROUBLE as error:
            log.warning("Slack failed within an interaction: %s", type(error).__name__)
            raise Refused(NO_SLACK, passing=True) from None
        except Refused:
            raise
        except Exception:
            # Whatever it was, a person who pressed reads a sentence.
            log.exception("an interaction could not be worked on")
            raise Refused(WENT_WRONG, passing=True) from None

    def _request(self, team: Team, act: Pressed, surface: str, key: str, opens: bool) -> Request:
        who = self.bot.who(team, act.user_id)
        if isinstance(who, Stranger):
            raise Refused(who.words)
        return self.bot.request(team, who, surface, act.spot, key, opens=opens)

    def refuse(self, act: Pressed, refused: Refused, key: str) -> None:
        """Tell the person why not. What passes is told at once, also where the database is what holds things up."""
        outgoing = self._beside(act, notice(str(refused)), key)
        if refused.passing and outgoing is not None:
            self._answers.submit(self.bot.poster.tell, outgoing)
        else:
            self._send(act, outgoing)

    # Answers of presses and forms go through the outbox, so that a slow Slack loses none of them.

    def beside(self, act: Pressed, said: Message, key: str) -> None:
        """A new message where it was pressed: to the person alone where others read too."""
        self._send(act, self._beside(act, said, key))

    def in_place(self, act: Pressed, said: Message, key: str) -> None:
        """The message that was pressed becomes this one; where there is none, a new one."""
        team = self.bot.teams.of(act.team_id)
        if team is None or act.message_ts is None or act.channel is None:
            return self.beside(act, said, key)
        url = self.bot.trusted(act.response_url)
        base = Outgoing(team.workspace_id, key, act.channel, said, user=act.user_id, thread_ts=act.thread_ts)
        if act.ephemeral:
            if url is None:
                return self.beside(act, said, key)
            return self._send(act, replace(base, way=Way.RESPOND, url=url, in_place=True))
        return self._send(act, replace(base, way=Way.UPDATE, ts=act.message_ts))

    def whisper(self, act: Pressed, said: Message, key: str) -> None:
        """A word to the person alone, which does not stay."""
        team = self.bot.teams.of(act.team_id)
        if team is None or act.channel is None:
            return self.beside(act, said, key)
        return self._send(
            act,
            Outgoing(team.workspace_id, key, act.channel, said, Way.WHISPER, user=act.user_id, thread_ts=act.thread_ts),
        )

    def _beside(self, act: Pressed, said: Message, key: str) -> Outgoing | None:
        team = self.bot.teams.of(act.team_id)
        if team is None:
            return None
        spot = act.spot
        if act.channel is None or act.home:
            return Outgoing(team.workspace_id, key, act.user_id, said)
        url = self.bot.trusted(act.response_url)
        thread = act.thread_ts
        if spot.direct and (url is None or not (act.ephemeral or act.anybodys)):
            return Outgoing(team.workspace_id, key, act.channel, said, user=act.user_id, thread_ts=act.root)
        if url is not None:
            return Outgoing(
                team.workspace_id, key, act.channel, said, Way.RESPOND, user=act.user_id, url=url, thread_ts=thread
            )
        return Outgoing(team.workspace_id, key, act.channel, said, Way.WHISPER, user=act.user_id, thread_ts=thread)

    def _send(self, act: Pressed, outgoing: Outgoing | None) -> None:
        if outgoing is None:
            return
        kept = self._answers.submit(self._keep, outgoing)
        try:
            kept.result(KEPT_WITHIN)
        except StillRunning:
            # It was done, so the press is acknowledged in time; its answer follows when the database lets it in.
            log.warning("an answer waits for the database")

    def _keep(self, outgoing: Outgoing) -> None:
        """Keep an answer and send it; where the database does not take it, at least send it."""
        try:
            self.bot.poster.post(outgoing)
        except DatabaseTrouble:
            log.warning("an answer could not be kept, so it is sent without")
            self.bot.poster.tell(outgoing)

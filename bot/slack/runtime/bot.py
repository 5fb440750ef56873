"""Holds everything that the listeners and the workers of one process share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bot.dialogue.dialogue import Conversation
from bot.slack.api.clients import SlackClients
from bot.slack.outbox.delivery import SLACK_HOSTS
from bot.slack.outbox.sender import OutboxSender
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.runtime.deadline_pool import DeadlinePool
from bot.slack.runtime.intake_turns import IntakeTurns
from bot.slack.runtime.metrics import Metrics
from bot.slack.teams.teams import SlackTeam, SlackTeams
from bot.slack.teams.users import KnownRep, SlackUsers, Stranger
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database


@dataclass(frozen=True)
class Bot:
    """Holds the parts of a running bot, built once in `bot.slack.app`."""

    database: Database
    dispatcher: Dispatcher
    conversation: Conversation
    phrases: Conversation
    """Like `conversation`, but without the language model: for answers that are due within three seconds."""
    clients: SlackClients
    teams: SlackTeams
    people: SlackUsers
    sender: OutboxSender
    deadline_pool: DeadlinePool
    metrics: Metrics
    turns: IntakeTurns
    clock: Callable[[], datetime] = field(repr=False)

    def identify_user(self, team: SlackTeam, user_id: str) -> KnownRep | Stranger:
        """Find the rep behind a Slack user, or the reason why they may not ask."""
        return self.people.identify_user(team, user_id, self.clock())

    def make_request(
        self,
        team: SlackTeam,
        known: KnownRep,
        surface: str,
        conversation: SlackConversation,
        key: str,
        *,
        opens: bool = False,
    ) -> Request:
        """Make the request of a rep: who asks, from where and when.

        `opens` says that it begins a thread. What the last thread of the conversation was about counts there too.
        """
        return Request(
            workspace_id=team.workspace_id,
            rep_id=known.rep_id,
            surface=surface,
            now=self.clock(),
            thread=conversation.thread_key,
            near=conversation.thread_key_prefix if opens else "",
            key=key,
        )

    def trusted_response_url(self, url: object) -> str | None:
        """Return a response URL if it leads to Slack, None for any other."""
        # It comes with the payload. Whatever is posted to another host would be sent to strangers.
        if not isinstance(url, str):
            return None
        host = urlsplit(url).hostname
        return url if host in (*SLACK_HOSTS, urlsplit(self.clients.api_url).hostname) else None

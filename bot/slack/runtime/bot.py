"""Everything that the listeners and the workers of one process share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bot.dialogue.dialogue import Conversation
from bot.slack.api.clients import Clients
from bot.slack.outbox.delivery import SLACK_HOSTS
from bot.slack.outbox.sender import Poster
from bot.slack.payloads.conversation import Spot
from bot.slack.runtime.deadline_pool import Quick
from bot.slack.runtime.metrics import Metrics
from bot.slack.teams.teams import Team, Teams
from bot.slack.teams.users import Known, People, Stranger
from commands.dispatching.dispatcher import Dispatcher, Request
from storage.database.doors import Database


@dataclass(frozen=True)
class Bot:
    """The parts of a running bot, made once in `bot.slack.app`."""

    database: Database
    dispatcher: Dispatcher
    conversation: Conversation
    phrases: Conversation
    """The same without a language model, for what has to be answered within three seconds."""
    clients: Clients
    teams: Teams
    people: People
    poster: Poster
    quick: Quick
    metrics: Metrics
    clock: Callable[[], datetime] = field(repr=False)

    def who(self, team: Team, user_id: str) -> Known | Stranger:
        return self.people.who(team, user_id, self.clock())

    def request(self, team: Team, known: Known, surface: str, spot: Spot, key: str, *, opens: bool = False) -> Request:
        """Who asks, from where and when. `opens`: this begins a thread, which goes on where the last one ended."""
        return Request(
            workspace_id=team.workspace_id,
            rep_id=known.rep_id,
            surface=surface,
            now=self.clock(),
            thread=spot.thread,
            near=spot.around if opens else "",
            key=key,
        )

    def trusted(self, url: object) -> str | None:
        """A response URL that leads to Slack, None for any other."""
        if not isinstance(url, str):
            return None
        host = urlsplit(url).hostname
        return url if host in (*SLACK_HOSTS, urlsplit(self.clients.api_url).hostname) else None

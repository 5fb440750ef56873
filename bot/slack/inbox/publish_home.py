"""App Home, published when somebody opens it and when something on it has changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.slack.api.errors import TROUBLE
from bot.slack.api.plain_views import show
from bot.slack.home import home_view, stranger_home
from bot.slack.inbox.worker import Errand, Job
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.payloads.conversation import Spot
from bot.slack.payloads.interaction import Pressed
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import Team
from bot.slack.teams.users import Stranger

log = logging.getLogger(__name__)
SURFACE = "slack home"
PROMPTS = ("Who should I call first?", "Show my open deals", "What is due today?", "What can I ask?")


class Homes:
    """Shows each person their own Home."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def errands(self) -> dict[str, Errand]:
        return {"home": Errand(self._opened), "prompts": Errand(self._prompts)}

    def _opened(self, job: Job) -> Sequence[Outgoing]:
        self.publish(job.team, job.payload["user"])
        return ()

    def publish(self, team: Team, user_id: str) -> None:
        """Put the Home of this moment in place of the last one."""
        who = self._bot.who(team, user_id)
        if isinstance(who, Stranger):
            view = stranger_home(who.words)
        else:
            request = self._bot.request(team, who, SURFACE, Spot(user_id), key="")
            view = home_view(self._bot.dispatcher, request)
        show(self._bot.clients, self._bot.clients.reading(team.token).views_publish, view, user_id=user_id)

    def show_again(self, act: Pressed) -> None:
        """After a change: the Home is published anew, outside the three seconds of the press."""
        team = self._bot.teams.of(act.team_id)
        if team is not None:
            self._bot.quick.later(lambda: self._published(team, act.user_id))

    def _published(self, team: Team, user_id: str) -> None:
        try:
            self.publish(team, user_id)
        except TROUBLE as error:
            log.warning("a Home could not be published: %s", type(error).__name__)

    def _prompts(self, job: Job) -> Sequence[Outgoing]:
        """What can be asked, above the empty messages tab."""
        prompts = [{"title": each, "message": each} for each in PROMPTS]
        try:
            self._bot.clients.posting(job.team.token).api_call(
                "assistant.threads.setSuggestedPrompts",
                json={"channel_id": job.payload["channel"], "prompts": prompts},
            )
        except SlackApiError as error:
            # A Slack without the agent view has no place for them.
            log.info("suggested prompts were refused: %s", error.response.get("error"))
        return ()

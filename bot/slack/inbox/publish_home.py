"""Publishes App Home when somebody opens it or something on it has changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.slack.api.errors import TROUBLE
from bot.slack.api.plain_views import show_view
from bot.slack.home import home_view, stranger_home
from bot.slack.inbox.welcome import make_welcome
from bot.slack.inbox.worker import Job, JobKind
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.payloads.interaction import Interaction
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import Stranger

log = logging.getLogger(__name__)
SURFACE = "slack home"
# Slack shows four prompts at most.
PROMPTS = ("Who should I call first?", "Show my open deals", "What is due today?", "What can I ask?")


class HomePublisher:
    """Publishes to each person their own Home."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def make_job_kinds(self) -> dict[str, JobKind]:
        """Return how the jobs `home` and `prompts` are worked on."""
        return {"home": JobKind(self._publish_for_job), "prompts": JobKind(self._set_suggested_prompts)}

    def _publish_for_job(self, job: Job) -> Sequence[OutboxMessage]:
        self.publish_home(job.team, job.payload["user"])
        return ()

    def publish_home(self, team: SlackTeam, user_id: str) -> None:
        """Publish a person's Home as it is now (views.publish)."""
        who = self._bot.identify_user(team, user_id)
        if isinstance(who, Stranger):
            view = stranger_home(who.words)
        else:
            request = self._bot.make_request(team, who, SURFACE, SlackConversation(user_id), key="")
            view = home_view(self._bot.dispatcher, request)
        show_view(self._bot.clients, self._bot.clients.reading(team.token).views_publish, view, user_id=user_id)

    def republish_home(self, act: Interaction) -> None:
        """Publish the Home again after a change that was made on it. Returns at once."""
        # Not in this thread: the press has to be acknowledged within three seconds.
        team = self._bot.teams.find_team(act.team_id)
        if team is not None:
            self._bot.deadline_pool.run_later(lambda: self._try_publish(team, act.user_id))

    def _try_publish(self, team: SlackTeam, user_id: str) -> None:
        try:
            self.publish_home(team, user_id)
        except TROUBLE as error:
            log.warning("a Home could not be published: %s", type(error).__name__)

    def _set_suggested_prompts(self, job: Job) -> Sequence[OutboxMessage]:
        """Set the prompts that Slack suggests in the messages tab, and welcome who opens it for the first time."""
        prompts = [{"title": each, "message": each} for each in PROMPTS]
        try:
            self._bot.clients.posting(job.team.token).api_call(
                "assistant.threads.setSuggestedPrompts",
                json={"channel_id": job.payload["channel"], "prompts": prompts},
            )
        except SlackApiError as error:
            # Servers without the agent view do not know the method.
            log.info("suggested prompts were refused: %s", error.response.get("error"))
        who = self._bot.identify_user(job.team, job.payload["user"])
        return (
            ()
            if isinstance(who, Stranger)
            else make_welcome(self._bot, job.team, who, job.payload["user"], job.payload["channel"])
        )

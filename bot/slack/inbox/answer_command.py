"""Answers slash commands that only the language model may understand, after the command was acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from bot.failure_log import explain_failure
from bot.slack.inbox.worker import InboxWorker, Job, JobKind
from bot.slack.outbox.outbox_message import DeliveryMethod, OutboxMessage
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.payloads.interaction import Interaction
from bot.slack.render import SlackMessage, render_notice, render_reply
from bot.slack.render.feedback_buttons import add_feedback_buttons
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import Stranger

KIND = "asked"
SURFACE = "slack command"
MOMENT = "One moment, I am thinking about it…"
SORRY = "Something went wrong on my side and I could not answer. Nothing was changed. Please try again."


def enqueue_question(bot: Bot, worker: InboxWorker, team: SlackTeam, act: Interaction, words: str, key: str) -> None:
    """Put the question of a slash command into the inbox; its response URL will answer it, to the asker alone."""
    payload = {
        "user": act.user_id,
        "channel": act.channel,
        "text": words,
        "url": bot.trusted_response_url(act.response_url),
    }
    job: Job | None = None
    try:
        with bot.database.begin_write() as session:
            _, job = worker.enqueue_event(
                session, team, kind=KIND, key=key, payload=payload, lane=f"{team.team_id}:{act.user_id}"
            )
    except Exception:
        # The row was rolled back, so its thread is free again; the asker is told that it failed.
        worker.consumer.drop_item(job)
        raise
    worker.consumer.start_item(job)


class CommandAnswerer:
    """Answers the questions that `enqueue_question` put into the inbox."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def make_job_kind(self) -> JobKind:
        """Return how these jobs are worked on."""
        return JobKind(self.answer_command, self.report_failure)

    def answer_command(self, job: Job) -> Sequence[OutboxMessage]:
        """Answer one question, at the response URL of its command."""
        who = self._bot.identify_user(job.team, job.payload["user"])
        if isinstance(who, Stranger):
            return [self._make_outbox_message(job, render_notice(who.words))]
        conversation = SlackConversation(job.payload["channel"] or job.payload["user"])
        request = self._bot.make_request(job.team, who, SURFACE, conversation, job.key, opens=True)
        reply = self._bot.conversation.answer_text(request, job.payload["text"])
        self._bot.metrics.answered.labels("command", reply.state).inc()
        return [
            self._make_outbox_message(
                job, add_feedback_buttons(render_reply(reply, shareable=not conversation.is_direct), reply, job.key)
            )
        ]

    def report_failure(self, job: Job, error: Exception) -> Sequence[OutboxMessage]:
        """Return the sentence for a question that could not be answered."""
        return [self._make_outbox_message(job, render_notice(explain_failure(error) or SORRY))]

    def _make_outbox_message(self, job: Job, said: SlackMessage) -> OutboxMessage:
        workspace, key, user = job.team.workspace_id, f"answer:{job.key}", job.payload["user"]
        url = job.payload.get("url")
        # Where the response URL is not to be trusted, the answer goes to the asker directly.
        if url is None:
            return OutboxMessage(workspace, key, user, said)
        return OutboxMessage(workspace, key, job.payload["channel"], said, DeliveryMethod.RESPOND, user=user, url=url)

"""A command whose sentence only a language model may understand: taken up like a message, answered when it is ready."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Put a slash command's question into the inbox.

    It is answered at the command's response URL, to the asker alone.
    """
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
        # Not kept, so not held either; the fault goes on to whoever asked.
        worker.pump.drop_item(job)
        raise
    worker.pump.start_item(job)


class CommandAnswerer:
    """Answers slash commands that only the language model may understand."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def make_handler(self) -> JobKind:
        """Return the handler of these jobs."""
        return JobKind(self.answer_command, self.report_failure)

    def answer_command(self, job: Job) -> Sequence[OutboxMessage]:
        """Answer one question, at the response URL of its command."""
        who = self._bot.identify_user(job.team, job.payload["user"])
        if isinstance(who, Stranger):
            return [self._make_outbox_message(job, render_notice(who.words))]
        spot = SlackConversation(job.payload["channel"] or job.payload["user"])
        request = self._bot.make_request(job.team, who, SURFACE, spot, job.key, opens=True)
        reply = self._bot.conversation.answer_text(request, job.payload["text"])
        self._bot.metrics.answered.labels("command", reply.state).inc()
        return [
            self._make_outbox_message(
                job, add_feedback_buttons(render_reply(reply, shareable=not spot.is_direct), reply, job.key)
            )
        ]

    def report_failure(self, job: Job) -> Sequence[OutboxMessage]:
        """Return the sentence for a question that could not be answered."""
        return [self._make_outbox_message(job, render_notice(SORRY))]

    def _make_outbox_message(self, job: Job, said: SlackMessage) -> OutboxMessage:
        workspace, key, user = job.team.workspace_id, f"answer:{job.key}", job.payload["user"]
        url = job.payload.get("url")
        if url is None:
            return OutboxMessage(workspace, key, user, said)
        return OutboxMessage(workspace, key, job.payload["channel"], said, DeliveryMethod.RESPOND, user=user, url=url)

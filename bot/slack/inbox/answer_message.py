"""Answers direct messages and mentions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.failure_log import KnownFailure, explain_failure
from bot.model.turn.turn_listening import Listening
from bot.slack.inbox.edit_digests import DigestEdits
from bot.slack.inbox.stop_button import watch_stop_button
from bot.slack.inbox.streaming import StreamedAnswer
from bot.slack.inbox.welcome import make_welcome
from bot.slack.inbox.worker import Job, JobKind
from bot.slack.outbox.outbox_message import DeliveryMethod, OutboxMessage
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.payloads.mrkdwn import mentioned_users, read_mrkdwn
from bot.slack.render import SlackMessage, render_notice, render_reply
from bot.slack.render.feedback_buttons import add_feedback_buttons
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import GUEST, Stranger
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.request import Request
from storage.slack import work_queues
from storage.tables import Inbox

SURFACE = "slack message"
SORRY = "Something went wrong on my side and I could not answer. Nothing was changed. Please try again."
LOOKING = "is looking it up…"
# The attempt whose failure the person is told, rather than being kept waiting for another one.
WORTH_ANOTHER_TRY = 3


class AnswerFailed(KnownFailure):
    """Says that an answer failed, nothing was changed, and another attempt may work."""


class MessageAnswerer:
    """Answers what people write to the bot."""

    def __init__(self, bot: Bot, digests: DigestEdits) -> None:
        self._bot = bot
        self._digests = digests

    def make_job_kind(self) -> JobKind:
        """Return how these jobs are worked on."""
        return JobKind(self.answer_message, self.report_failure, self.show_progress)

    def answer_message(self, job: Job) -> Sequence[OutboxMessage]:
        """Answer one message in its thread. In a channel the asker alone sees the answer."""
        team, event = job.team, job.payload
        # In a shared channel people of other organisations can mention the bot, too.
        if event.get("from") not in (None, team.team_id):
            return self._refuse_stranger(job, Stranger(GUEST))
        who = self._bot.identify_user(team, event["user"])
        if isinstance(who, Stranger):
            return self._refuse_stranger(job, who)
        conversation = find_conversation(job.payload)
        mentioned = mentioned_users(event["text"])
        names = self._bot.people.name_users(team, mentioned, self._bot.clock()) if mentioned else {}
        words = read_mrkdwn(event["text"], team.bot_user_id, names)
        opens = "thread_ts" not in event
        request = self._bot.make_request(team, who, SURFACE, conversation, job.key, opens=opens)
        live = StreamedAnswer(
            self._bot.clients.posting(team.token),
            team,
            conversation,
            event["user"],
            lambda ts: self._remember_shown_message(job, ts),
        )
        reply = self._ask_conversation(request, words, job, live)
        # An earlier attempt may have begun to show the answer before its process died.
        shown = live.stop_stream() or event.get("shown")
        if reply.state is ReplyState.ERROR and job.attempt < WORTH_ANOTHER_TRY:
            raise AnswerFailed(reply.head)
        self._bot.metrics.answered.labels("message", reply.state).inc()
        self._digests.note_answer(team, request, conversation, reply)
        said = add_feedback_buttons(
            render_reply(reply, shareable=not conversation.is_direct and not conversation.shared), reply, job.key
        )
        welcome = make_welcome(self._bot, team, who, event["user"], event["channel"])
        return [*welcome, self._make_outbox_message(job, said, shown=shown)]

    def _ask_conversation(self, request: Request, words: str, job: Job, live: StreamedAnswer) -> Reply:
        if self._bot.conversation.listener is None:
            return self._bot.conversation.answer_text(request, words)
        listening = Listening(live.show_sentence, live.show_status, live.stop)
        with watch_stop_button(self._bot, job, live.conversation, live.stop):
            return self._bot.conversation.answer_text(request, words, listening)

    def _remember_shown_message(self, job: Job, ts: str) -> None:
        """Remember the message in which the answer has begun, so that another attempt replaces it."""
        with self._bot.database.begin_write() as session:
            row = work_queues.find_held_row(session, Inbox, job.number, job.attempt)
            if row is not None:
                work_queues.add_to_payload(session, row, shown=ts)

    def report_failure(self, job: Job, error: Exception) -> Sequence[OutboxMessage]:
        """Return the sentence for a message that could not be answered."""
        words = explain_failure(error) or SORRY
        return [self._make_outbox_message(job, render_notice(words), shown=job.payload.get("shown"))]

    def show_progress(self, job: Job) -> None:
        """Show below the message that the answer takes a moment."""
        conversation = find_conversation(job.payload)
        client = self._bot.clients.posting(job.team.token)
        if conversation.is_direct:
            try:
                client.assistant_threads_setStatus(
                    channel_id=conversation.channel, thread_ts=str(conversation.thread_ts), status=LOOKING
                )
                return
            except SlackApiError:
                # Servers without the agent view have no status line; a message is shown instead.
                pass
        client.chat_postEphemeral(
            channel=conversation.channel,
            user=job.payload["user"],
            # Slack does not show an ephemeral message in a thread that has no reply yet.
            thread_ts=conversation.thread_ts if conversation.is_direct else job.payload.get("thread_ts"),
            text="One moment, I am looking…",
        )

    def _refuse_stranger(self, job: Job, stranger: Stranger) -> Sequence[OutboxMessage]:
        """Answer a stranger with one kind sentence a day, and another bot not at all."""
        # Two bots that answer each other would never stop.
        if stranger.silent:
            return ()
        day = self._bot.clock().date().isoformat()
        return [
            self._make_outbox_message(job, render_notice(stranger.words), key=f"stranger:{job.payload['user']}:{day}")
        ]

    def _make_outbox_message(
        self, job: Job, said: SlackMessage, key: str | None = None, shown: str | None = None
    ) -> OutboxMessage:
        outgoing = address_answer(job.team, job.payload, key or f"answer:{job.key}", said)
        if shown is None:
            return outgoing
        conversation = find_conversation(job.payload)
        return replace(
            outgoing,
            channel=conversation.channel,
            way=DeliveryMethod.UPDATE,
            thread_ts=conversation.thread_ts,
            ts=shown,
            user=None,
        )


def address_answer(team: SlackTeam, event: Mapping[str, Any], key: str, said: SlackMessage) -> OutboxMessage:
    """Address the answer to a message: in its thread, where others read too to the asker alone."""
    conversation = find_conversation(event)
    if conversation.is_direct:
        return OutboxMessage(team.workspace_id, key, conversation.channel, said, thread_ts=conversation.thread_ts)
    if conversation.shared:
        # People of other organisations read this channel, so the answer is sent to the person directly.
        return OutboxMessage(team.workspace_id, key, event["user"], said)
    return OutboxMessage(
        team.workspace_id, key, conversation.channel, said, DeliveryMethod.WHISPER,
        thread_ts=event.get("thread_ts"), user=event["user"],
    )  # fmt: skip


def find_conversation(event: Mapping[str, Any]) -> SlackConversation:
    """Return the conversation of a message, with the thread in which it is answered."""
    # With the agent view every message of a person is the root of a thread of its own.
    return SlackConversation(event["channel"], event.get("thread_ts") or event["ts"], bool(event.get("shared")))

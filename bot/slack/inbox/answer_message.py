"""A message or a mention, answered."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from bot.model.turn.turn_listening import Listening
from bot.slack.inbox.stop_button import watched
from bot.slack.inbox.streaming import Live
from bot.slack.inbox.worker import Errand, Job
from bot.slack.listeners.feedback import asking
from bot.slack.outbox.outbox_message import Outgoing, Way
from bot.slack.payloads.conversation import Spot
from bot.slack.payloads.mrkdwn import mentioned, plain_words
from bot.slack.render import Message, message, notice
from bot.slack.runtime.bot import Bot
from bot.slack.teams.users import GUEST, Stranger
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Request
from storage.slack import work_queues
from storage.tables import Inbox

SURFACE = "slack message"
SORRY = "Something went wrong on my side and I could not answer. Nothing was changed. Please try again."
LOOKING = "is looking it up…"


WORTH_ANOTHER_TRY = 3
"""Attempts after which a person is told that it did not work, rather than kept waiting."""


class NotNow(Exception):
    """The answer was a fault of ours or of the database, which may be over in a moment. Nothing was changed."""


class Messages:
    """Answers what people write to the bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def errand(self) -> Errand:
        return Errand(self.answer, self.sorry, self.progress)

    def answer(self, job: Job) -> Sequence[Outgoing]:
        """One message in the thread; in a channel it is shown to the asker alone."""
        team, event = job.team, job.payload
        if event.get("from") not in (None, team.team_id):
            return self._stranger(job, Stranger(GUEST))
        who = self._bot.who(team, event["user"])
        if isinstance(who, Stranger):
            return self._stranger(job, who)
        spot = spot_of(job)
        words = plain_words(event["text"], team.bot_user_id, self._bot.people.names(team, mentioned(event["text"])))
        opens = "thread_ts" not in event
        request = self._bot.request(team, who, SURFACE, spot, job.key, opens=opens)
        live = Live(self._bot.clients.posting(team.token), team, spot, event["user"], lambda ts: self._keep(job, ts))
        reply = self._answered(request, words, job, live)
        shown = live.end() or event.get("shown")
        if reply.state is State.ERROR and job.attempt < WORTH_ANOTHER_TRY:
            raise NotNow(reply.head)
        self._bot.metrics.answered.labels("message", reply.state).inc()
        said = asking(message(reply, shareable=not spot.direct and not spot.shared), reply, job.key)
        return [self._said(job, said, shown=shown)]

    def _answered(self, request: Request, words: str, job: Job, live: Live) -> Reply:
        if self._bot.conversation.listener is None:
            return self._bot.conversation.answer(request, words)
        listening = Listening(live.sentence, live.status, live.stop)
        with watched(self._bot, job, live.spot, live.stop):
            return self._bot.conversation.answer(request, words, listening)

    def _keep(self, job: Job, ts: str) -> None:
        """Remember the message in which the answer has begun, so that another attempt goes on with it."""
        with self._bot.database.writing() as session:
            row = work_queues.held_by(session, Inbox, job.number, job.attempt)
            if row is not None:
                work_queues.note(session, row, shown=ts)

    def sorry(self, job: Job) -> Sequence[Outgoing]:
        return [self._said(job, notice(SORRY), shown=job.payload.get("shown"))]

    def progress(self, job: Job) -> None:
        """A line below the message that says that the answer is on its way."""
        spot = spot_of(job)
        client = self._bot.clients.posting(job.team.token)
        if spot.direct:
            try:
                client.assistant_threads_setStatus(
                    channel_id=spot.channel, thread_ts=str(spot.thread_ts), status=LOOKING
                )
                return
            except SlackApiError:
                pass
        client.chat_postEphemeral(
            channel=spot.channel,
            user=job.payload["user"],
            # A whisper is not shown in a thread that nobody has begun.
            thread_ts=spot.thread_ts if spot.direct else job.payload.get("thread_ts"),
            text="One moment, I am looking…",
        )

    def _stranger(self, job: Job, stranger: Stranger) -> Sequence[Outgoing]:
        """One kind sentence a day, and none to another bot."""
        if stranger.silent:
            return ()
        day = self._bot.clock().date().isoformat()
        return [self._said(job, notice(stranger.words), key=f"stranger:{job.payload['user']}:{day}")]

    def _said(self, job: Job, said: Message, key: str | None = None, shown: str | None = None) -> Outgoing:
        spot = spot_of(job)
        workspace, key = job.team.workspace_id, key or f"answer:{job.key}"
        if shown is not None:
            return Outgoing(workspace, key, spot.channel, said, Way.UPDATE, thread_ts=spot.thread_ts, ts=shown)
        if spot.direct:
            return Outgoing(workspace, key, spot.channel, said, thread_ts=spot.thread_ts)
        user = job.payload["user"]
        if spot.shared:
            # Others than the team's own people read in this channel, so the answer goes to the person alone.
            return Outgoing(workspace, key, user, said)
        thread = job.payload.get("thread_ts")
        return Outgoing(workspace, key, spot.channel, said, Way.WHISPER, thread_ts=thread, user=user)


def spot_of(job: Job) -> Spot:
    """Where the message stands. A message that begins a thread is the thread's root."""
    event = job.payload
    return Spot(event["channel"], event.get("thread_ts") or event["ts"], bool(event.get("shared")))

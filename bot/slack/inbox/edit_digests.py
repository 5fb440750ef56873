"""Edits a posted digest when something on it is done: its line is ticked off in the message itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.errors import OutcomeUnknown, RetryLater, Simplify, error_code, interpret_error
from bot.slack.inbox.worker import Job, JobKind
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.render import SlackMessage, render_reply, simplify_message
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import SlackTeam
from bot.slack.teams.users import KnownRep
from commands.contract.reply import Reply, ReplyState
from commands.digest.content import Digest, read_stored_digest, store_digest
from commands.digest.preview_set import build_digest_reply
from commands.digest.tick_off import tick_off_digest
from commands.dispatching.request import Request
from storage.database.errors import DatabaseTrouble
from storage.digests import digest_runs
from storage.slack import work_queues

log = logging.getLogger(__name__)
KIND = "digest edit"
SURFACE = "digest"
# The digest of today is ticked off wherever something on it was done; an older one only by what is done from it.
NEWEST_FOR = timedelta(hours=24)


class DigestEdits:
    """Ticks off in posted digests what their readers have done since."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def make_job_kind(self) -> JobKind:
        """Return how these jobs are worked on."""
        return JobKind(self._edit_for_job)

    def note_answer(self, team: SlackTeam, request: Request, conversation: SlackConversation, reply: Reply) -> None:
        """Have the digests edited on which an answer may have ticked something off. Does not wait for Slack."""
        if ReplyState.DONE not in (reply.state, *(each.state for each in reply.also)):
            return
        # What was done stands, and its answer is shown, whether or not a digest can be ticked off.
        with suppress(DatabaseTrouble):
            with self._bot.database.begin_read() as session:
                since = request.now - NEWEST_FOR
                found = digest_runs.list_posted_runs(session, request.rep_id, since, conversation.thread_ts)
            if found:
                self._enqueue_edit(team, request, found)

    def _enqueue_edit(self, team: SlackTeam, request: Request, runs: Sequence[int]) -> None:
        # The edits of one reader are made one after the other, each from what holds then: the last one is right.
        lane = f"{KIND}:{team.team_id}:{request.rep_id}"
        payload = {"rep": request.rep_id, "runs": list(runs)}
        with self._bot.database.begin_write() as session:
            work_queues.accept_event(
                session, workspace_id=team.workspace_id, key=f"{KIND}:{uuid4().hex}", kind=KIND, payload=payload,
                now=self._bot.clock(), lane=lane,
            )  # fmt: skip

    def _edit_for_job(self, job: Job) -> Sequence[OutboxMessage]:
        for number in job.payload["runs"]:
            self._edit_digest(job.team, KnownRep(job.payload["rep"]), number)
        return ()

    def _edit_digest(self, team: SlackTeam, reader: KnownRep, number: int) -> None:
        """Edit one digest if something on it has changed since its message was made or edited last."""
        request = self._bot.make_request(team, reader, SURFACE, SlackConversation(""), key="")
        with self._bot.database.begin_read() as session:
            run = digest_runs.load_posted_run(session, reader.rep_id, number)
            if run is None:
                return
            context = self._bot.dispatcher.build_context(session, request)
            shown = read_stored_digest(run.whole)
            ticked = tick_off_digest(shown, context, run.created_at)
            if ticked == shown:
                return
            # Its days and its receipt stay those of the morning.
            morning = self._bot.dispatcher.build_context(session, replace(request, now=run.created_at))
            message = render_reply(build_digest_reply(ticked, morning, morning.asker, sent=True))
        if self._update_message(self._bot.clients.posting(team.token), run.channel, run.posted_ts, message):
            self._remember_shown(number, ticked)

    def _update_message(self, client: WebClient, channel: str, ts: str, message: SlackMessage) -> bool:
        """Replace a message; return False where that will never be possible. Raises for what may pass."""
        try:
            client.chat_update(channel=channel, ts=ts, text=message.text, blocks=list(message.blocks))
        except SlackApiError as error:
            match interpret_error(error):
                case RetryLater() | OutcomeUnknown():
                    raise
                case Simplify() if (plain := simplify_message(message)) != message:
                    return self._update_message(client, channel, ts, plain)
                case _:
                    log.info("a digest could not be edited: %s", error_code(error))
                    return False
        return True

    def _remember_shown(self, number: int, shown: Digest) -> None:
        with self._bot.database.begin_write() as session:
            digest_runs.save_shown(session, number, store_digest(shown))

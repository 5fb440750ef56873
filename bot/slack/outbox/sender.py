"""Sends the messages of the outbox, each once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.queue_consumer import LEASE, QueueConsumer
from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import (
    DEAD_TOKEN,
    TROUBLE,
    Outcome,
    OutcomeUnknown,
    Rejected,
    Reroute,
    RetryLater,
    Sent,
    Simplify,
    error_code,
    interpret_error,
)
from bot.slack.outbox.delivery import ChannelResolver, ClaimedMessage, NoSlackAccount, find_posted_ts, send_message
from bot.slack.outbox.failure_notices import report_undelivered
from bot.slack.outbox.outbox_message import DeliveryMethod, OutboxMessage
from bot.slack.outbox.rate_limits import RateLimits
from bot.slack.render import SlackMessage, simplify_message
from bot.slack.teams.teams import SlackTeam, SlackTeams
from storage.database.doors import Database, Session
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

log = logging.getLogger(__name__)
GIVES_UP_AFTER = timedelta(hours=24)
SOON = timedelta(seconds=0.05)
# Attempts to look for a message of unknown outcome before that is given up and reported.
MOST_LOOKS = 5
GIVEN_UP = "given up after a day: "
TOO_LATE = "too late"
NO_ACCOUNT = "no Slack account"
UNREADABLE = "cannot be looked for: "
# With these answers the bot will never be able to read the conversation, so looking again is no use.
FORBIDDEN = ("missing_scope", "unknown_method", "not_allowed_token_type", "no_permission", "channel_not_found")


class OutboxSender:
    """Stores messages in the outbox and sends them.

    Slack has no idempotency key. Where the outcome of a post is unknown, the sender waits `settling` and looks for the
    message by the random key in its metadata before it posts again; where it cannot look, it leaves the message as it
    is and tells the administrators.

    `find_account` returns the Slack user of a rep. `on_outcome` is told the label of each attempt. `on_settled` is
    called for every row that is settled, in the same transaction, and returns messages to send because of it. Without
    `sends` messages are only stored, for another process to send.
    """

    def __init__(
        self,
        database: Database,
        clients: SlackClients,
        teams: SlackTeams,
        clock: Callable[[], datetime],
        find_account: Callable[[SlackTeam, int], str | None],
        *,
        settling: timedelta,
        threads: int = 8,
        sends: bool = True,
        stand_back: Callable[[], None] = lambda: None,
        on_outcome: Callable[[str], None] = lambda outcome: None,
        on_settled: Callable[[Session, Outbox, datetime], list[OutboxMessage]] = lambda session, row, now: [],
    ) -> None:
        self._database = database
        self._clients = clients
        self._teams = teams
        self._clock = clock
        self._settling = settling
        self._sends = sends
        self._on_outcome = on_outcome
        self._on_settled = on_settled
        self._rate_limits = RateLimits()
        # The teams whose tokens Slack refused when they were last used.
        self._refused: set[str] = set()
        self._channels = ChannelResolver(clients, find_account)
        self.consumer: QueueConsumer[ClaimedMessage] = QueueConsumer(
            "sender",
            database,
            Outbox,
            make_item=self._claim_message,
            work=self._send_claimed,
            clock=clock,
            threads=threads,
            stand_back=stand_back,
        )

    @property
    def own_token_is_dead(self) -> bool:
        """Tell whether Slack refused the token of the settings when it was last used."""
        return any(map(self._teams.is_own, self._refused))

    def enqueue_message(self, session: Session, outgoing: OutboxMessage) -> ClaimedMessage | None:
        """Store a message in the outbox in this transaction.

        Pass what is returned to `send_enqueued` after the commit, or to `consumer.drop_item` after a rollback.
        """
        now = self._clock()
        team = self._teams.find_team_of_workspace(outgoing.workspace_id)
        later = outgoing.not_before is not None and outgoing.not_before > now
        # Where a thread is free the row is stored as claimed already, which saves reading and claiming it again.
        if team is None or later or not self._sends or not self.consumer.reserve_thread():
            self._insert_row(session, outgoing, now)
            return None
        claimed: ClaimedMessage | None = None
        try:
            wait = self._rate_limits.take_slot(team.team_id, outgoing.way, outgoing.channel)
            body, token = outgoing.outbox_body(), work_queues.make_token()
            if wait or _is_expired(body, now):
                self._insert_row(session, replace(outgoing, not_before=now + timedelta(seconds=wait)), now)
                return None
            number = self._insert_row(session, outgoing, now, token=token, lease=LEASE)
            if number is not None:
                claimed = ClaimedMessage(
                    number, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
                    token, body, now, None,
                )  # fmt: skip
        finally:
            if claimed is None:
                self.consumer.release_thread()
        return claimed

    def _insert_row(self, session: Session, outgoing: OutboxMessage, now: datetime, **claimed: Any) -> int | None:
        return work_queues.put_message(
            session,
            workspace_id=outgoing.workspace_id,
            key=outgoing.key,
            channel=outgoing.channel,
            thread_ts=outgoing.thread_ts,
            user=outgoing.user,
            body=outgoing.outbox_body(),
            now=now,
            not_before=outgoing.not_before,
            **claimed,
        )

    def send_enqueued(self, enqueued: Sequence[ClaimedMessage | None]) -> None:
        """Start sending what was enqueued, now that it is committed."""
        for claimed in enqueued:
            self.consumer.start_item(claimed)

    def post_messages(self, *messages: OutboxMessage) -> None:
        """Enqueue and send messages in a transaction of their own."""
        enqueued: list[ClaimedMessage | None] = []
        try:
            with self._database.begin_write() as session:
                enqueued += [self.enqueue_message(session, each) for each in messages]
        except Exception:
            # The rows were rolled back, so their threads are free again.
            for claimed in enqueued:
                self.consumer.drop_item(claimed)
            raise
        self.send_enqueued(enqueued)

    def send_without_storing(self, outgoing: OutboxMessage) -> None:
        """Send a message at once without storing it first, for when the database is what holds things up.

        If Slack refuses it, it is stored and sent like any other.
        """
        team = self._teams.find_team_of_workspace(outgoing.workspace_id)
        if team is None:
            return
        claimed = ClaimedMessage(
            0, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
            work_queues.make_token(), outgoing.outbox_body(), self._clock(), None,
        )  # fmt: skip
        if not isinstance(self._attempt_delivery(claimed), Sent | OutcomeUnknown):
            self.post_messages(outgoing)

    def _claim_message(self, session: Session, row: Inbox | Outbox, now: datetime) -> ClaimedMessage | None:
        """Make a claimed row ready to be sent. None where it has to wait, or can never be sent and is settled."""
        assert isinstance(row, Outbox)
        team = self._teams.find_team_of_workspace(row.workspace_id)
        if team is None or row.body is None:
            self._settle_row(session, row, "dead", now, "no Slack team is served for this workspace")
            return None
        way = DeliveryMethod(row.body["way"])
        if row.tried_at is not None and way is DeliveryMethod.POST and now < row.tried_at + self._settling:
            # Whoever tried may have died in the middle of the post, and Slack takes a while to show what it has.
            work_queues.postpone(session, row, row.tried_at + self._settling)
            return None
        # A message that may have been posted is looked for even when it is too late to send it.
        if row.tried_at is None and _is_expired(row.body, now):
            self._settle_row(session, row, "dead", now, TOO_LATE)
            return None
        wait = self._rate_limits.take_slot(team.team_id, way, row.channel)
        if wait:
            work_queues.postpone(session, row, now + timedelta(seconds=wait))
            return None
        tried = work_queues.begin_attempt(row, now)
        return ClaimedMessage(
            row.id, row.attempts, row.key, team, way, row.channel, row.thread_ts, row.user, row.token, dict(row.body),
            row.created_at, tried,
        )  # fmt: skip

    def _send_claimed(self, claimed: ClaimedMessage) -> None:
        outcome = self._attempt_delivery(claimed)
        self._on_outcome(outcome.label)
        if isinstance(outcome, RetryLater) and outcome.error in DEAD_TOKEN:
            self._refused.add(claimed.team.team_id)
        elif isinstance(outcome, Sent):
            self._refused.discard(claimed.team.team_id)
        now = self._clock()
        with self._database.begin_write() as session:
            row = work_queues.find_held_row(session, Outbox, claimed.number, claimed.attempt)
            if row is None:
                # The lease ran out and another attempt took over; it will find the message in Slack.
                return
            enqueued = [
                self.enqueue_message(session, each)
                for each in self._record_outcome(session, row, claimed, outcome, now)
            ]
        self.send_enqueued(enqueued)

    def _attempt_delivery(self, claimed: ClaimedMessage) -> Outcome:
        """Send the message, unless an earlier attempt turns out to have posted it. Never raises for Slack."""
        client = self._clients.posting(claimed.team.token)
        try:
            channel = self._channels.resolve_channel(claimed.team, claimed.channel)
        except NoSlackAccount:
            return Rejected(NO_ACCOUNT)
        except SlackApiError as error:
            # Nothing was posted yet, so an outcome that would be unknown for a post is simply tried again.
            known = interpret_error(error)
            return RetryLater(5, error_code(error)) if isinstance(known, OutcomeUnknown) else known
        except TROUBLE as error:
            return RetryLater(5, type(error).__name__)
        if claimed.tried_before is not None and claimed.way is DeliveryMethod.POST:
            try:
                ts = find_posted_ts(self._clients.reading(claimed.team.token), claimed, channel)
            except SlackApiError as error:
                known = interpret_error(error)
                if isinstance(known, RetryLater):
                    return known
                return OutcomeUnknown(f"{UNREADABLE}{error_code(error)}")
            except TROUBLE as error:
                return OutcomeUnknown(f"{UNREADABLE}{type(error).__name__}")
            if ts is not None:
                return Sent(channel, ts)
        try:
            return Sent(channel, send_message(client, claimed, channel))
        except TROUBLE as error:
            return interpret_error(error)

    def _record_outcome(
        self, session: Session, row: Outbox, claimed: ClaimedMessage, outcome: Outcome, now: datetime
    ) -> list[OutboxMessage]:
        """Record how a delivery attempt ended; return the messages to send because of it."""
        match outcome:
            case Sent(channel, ts):
                work_queues.record_post(row, channel, ts)
                self._settle_row(session, row, "done", now)
                return []
            case RetryLater(seconds, error):
                # A dead token says nothing about the channel, and a new one may be there any moment.
                if error not in DEAD_TOKEN:
                    self._rate_limits.pause_channel(claimed.team.team_id, claimed.way, claimed.channel, seconds)
                work_queues.mark_tried(row, claimed.tried_before)
                return self._retry_later(session, row, claimed, now + timedelta(seconds=seconds), error)
            case Simplify(error) if not claimed.body.get("plain"):
                # A Slack that refuses newer blocks in messages refuses them in views as well.
                self._clients.plain_views = True
                work_queues.replace_body(row, {**claimed.body, **simplify_body(claimed), "plain": True})
                work_queues.put_back(session, row, now + SOON, error)
                return []
            case Reroute(error) | Rejected(error) if claimed.way is not DeliveryMethod.POST or claimed.user is not None:
                self._settle_row(session, row, "dead", now, error)
                return [self._as_direct_message(claimed)]
            case Reroute("unknown_method" as error) if row.attempts < MOST_LOOKS:
                # No other method can stand in for chat.postMessage, and a server that is restarting may know it soon.
                return self._retry_later(session, row, claimed, now + timedelta(seconds=2**row.attempts), error)
            case OutcomeUnknown(error) if claimed.way is DeliveryMethod.UPDATE or (
                claimed.way is DeliveryMethod.RESPOND and claimed.in_place
            ):
                # Replacing a message twice by the same words does no harm, so there is nothing to look for.
                return self._retry_later(
                    session, row, claimed, now + timedelta(seconds=2 ** min(row.attempts, 6)), error
                )
            case OutcomeUnknown(error) if claimed.way is DeliveryMethod.POST:
                return self._record_unknown_outcome(session, row, claimed, now, error)
            case OutcomeUnknown(error):
                # An ephemeral message cannot be looked for. It may come twice, once as a direct message, but never not.
                self._settle_row(session, row, "unknown", now, error)
                return [self._as_direct_message(claimed)]
            case Simplify(error) | Reroute(error) | Rejected(error):
                return self._record_undeliverable(session, row, claimed, now, error)

    def _retry_later(
        self, session: Session, row: Outbox, claimed: ClaimedMessage, when: datetime, error: str
    ) -> list[OutboxMessage]:
        if _is_expired(claimed.body, when):
            self._settle_row(session, row, "dead", self._clock(), TOO_LATE)
            return []
        if when - claimed.created_at > GIVES_UP_AFTER:
            return self._record_undeliverable(session, row, claimed, self._clock(), f"{GIVEN_UP}{error}")
        work_queues.put_back(session, row, when, error)
        return []

    def _record_unknown_outcome(
        self, session: Session, row: Outbox, claimed: ClaimedMessage, now: datetime, error: str
    ) -> list[OutboxMessage]:
        """Put the row back until Slack has had time to show the message, or give up where it cannot be looked for."""
        work_queues.mark_tried(row, claimed.tried_before or row.tried_at)
        unreadable = error.startswith(UNREADABLE)
        forbidden = error.removeprefix(UNREADABLE) in FORBIDDEN
        if forbidden or (unreadable and row.attempts >= MOST_LOOKS):
            log.error("outbox %s: outcome unknown and not to be found out: %s", row.id, error)
            self._settle_row(session, row, "unknown", now, error)
            return report_undelivered(session, claimed, "unknown")
        work_queues.put_back(session, row, now + self._settling, error)
        return []

    def _record_undeliverable(
        self, session: Session, row: Outbox, claimed: ClaimedMessage, now: datetime, error: str
    ) -> list[OutboxMessage]:
        log.error("outbox %s: not sent and never will be: %s", row.id, error)
        self._settle_row(session, row, "dead", now, error)
        # With a dead token no report would arrive either; a rep without an account is reported by the digests.
        if error.removeprefix(GIVEN_UP) in (*DEAD_TOKEN, NO_ACCOUNT):
            return []
        return report_undelivered(session, claimed, error)

    def _settle_row(self, session: Session, row: Outbox, state: str, now: datetime, error: str | None = None) -> None:
        work_queues.settle_row(session, row, state, now, error)
        # Stored as waiting: rows are settled where no thread can be reserved, too.
        for each in self._on_settled(session, row, now):
            self._insert_row(session, each, now)

    def _as_direct_message(self, claimed: ClaimedMessage) -> OutboxMessage:
        """Make the same message a direct one to its reader, where it cannot be delivered as it was addressed."""
        message = SlackMessage(str(claimed.body["text"]), tuple(claimed.body["blocks"]))
        reader = claimed.channel if claimed.way is DeliveryMethod.UPDATE else claimed.user or claimed.channel
        thread = claimed.thread_ts if claimed.way is DeliveryMethod.UPDATE else None
        return OutboxMessage(claimed.team.workspace_id, f"{claimed.key}:directly", reader, message, thread_ts=thread)


def _is_expired(body: dict[str, Any], now: datetime) -> bool:
    """Return whether it is too late to send a message."""
    return "until" in body and now > datetime.fromisoformat(body["until"])


def simplify_body(claimed: ClaimedMessage) -> dict[str, Any]:
    """Return text and blocks of the message without the newer blocks, which this Slack refused."""
    made = simplify_message(SlackMessage(str(claimed.body["text"]), tuple(claimed.body["blocks"])))
    return {"text": made.text, "blocks": list(made.blocks)}

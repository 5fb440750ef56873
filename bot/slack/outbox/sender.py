"""Sends what stands in the outbox, each message once."""

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


class OutboxSender:
    """Takes messages into the outbox and sees them through.

    A message whose sending had an unknown outcome is looked for by its own key after `settling`, before it is
    sent again; where it cannot be looked for it stays as it is, and the administrators are told. `concluded`
    hears of every message that is settled, in the same transaction, and gives messages that follow from it.
    Without `sends` messages are kept for another process to send.
    """

    def __init__(
        self,
        database: Database,
        clients: SlackClients,
        teams: SlackTeams,
        clock: Callable[[], datetime],
        account: Callable[[SlackTeam, int], str | None],
        *,
        settling: timedelta,
        threads: int = 8,
        sends: bool = True,
        observed: Callable[[str], None] = lambda outcome: None,
        concluded: Callable[[Session, Outbox, datetime], list[OutboxMessage]] = lambda session, row, now: [],
    ) -> None:
        self._database = database
        self._clients = clients
        self._teams = teams
        self._clock = clock
        self._settling = settling
        self._sends = sends
        self._observed = observed
        self._concluded = concluded
        self._rates = RateLimits()
        self._addresses = ChannelResolver(clients, account)
        self.pump: QueueConsumer[ClaimedMessage] = QueueConsumer(
            "poster", database, Outbox, hold=self._claim_message, work=self._send_claimed, clock=clock, threads=threads
        )

    def enqueue_message(self, session: Session, outgoing: OutboxMessage) -> ClaimedMessage | None:
        """Put a message into the outbox in this transaction.

        Give what is returned to `send_enqueued` after the commit.
        """
        now = self._clock()
        team = self._teams.find_team_of_workspace(outgoing.workspace_id)
        later = outgoing.not_before is not None and outgoing.not_before > now
        if team is None or later or not self._sends or not self.pump.reserve_thread():
            self._insert_row(session, outgoing, now)
            return None
        letter: ClaimedMessage | None = None
        try:
            wait = self._rates.take_slot(team.team_id, outgoing.way, outgoing.channel)
            body, token = outgoing.outbox_body(), work_queues.make_token()
            if wait or _is_expired(body, now):
                self._insert_row(session, replace(outgoing, not_before=now + timedelta(seconds=wait)), now)
                return None
            number = self._insert_row(session, outgoing, now, token=token, lease=LEASE)
            if number is not None:
                letter = ClaimedMessage(
                    number, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
                    token, body, now, None,
                )  # fmt: skip
        finally:
            if letter is None:
                self.pump.release_thread()
        return letter

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

    def send_enqueued(self, letters: Sequence[ClaimedMessage | None]) -> None:
        """Start sending what was enqueued, now that it is committed."""
        for letter in letters:
            self.pump.start_item(letter)

    def post_messages(self, *messages: OutboxMessage) -> None:
        """Enqueue and send messages in a transaction of their own."""
        letters: list[ClaimedMessage | None] = []
        try:
            with self._database.begin_write() as session:
                letters += [self.enqueue_message(session, each) for each in messages]
        except Exception:
            # Not kept, so not held either; the fault goes on.
            for letter in letters:
                self.pump.drop_item(letter)
            raise
        self.send_enqueued(letters)

    def send_without_storing(self, outgoing: OutboxMessage) -> None:
        """Send a message at once, without the outbox: it helps only now, when the database may be what holds things up.

        What Slack does not take this way is stored and sent like everything else.
        """
        team = self._teams.find_team_of_workspace(outgoing.workspace_id)
        if team is None:
            return
        letter = ClaimedMessage(
            0, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
            work_queues.make_token(), outgoing.outbox_body(), self._clock(), None,
        )  # fmt: skip
        if not isinstance(self._attempt_delivery(letter), Sent | OutcomeUnknown):
            self.post_messages(outgoing)

    def _claim_message(self, session: Session, row: Inbox | Outbox, now: datetime) -> ClaimedMessage | None:
        """Claim a row for sending; put it off where a limit would be broken, end it where nothing can be sent."""
        assert isinstance(row, Outbox)
        team = self._teams.find_team_of_workspace(row.workspace_id)
        if team is None or row.body is None:
            self._settle_row(session, row, "dead", now, "no Slack team is served for this workspace")
            return None
        way = DeliveryMethod(row.body["way"])
        if row.tried_at is not None and way is DeliveryMethod.POST and now < row.tried_at + self._settling:
            # Whoever tried may have died in the middle of it: Slack needs time to show what it has.
            work_queues.postpone(session, row, row.tried_at + self._settling)
            return None
        if row.tried_at is None and _is_expired(row.body, now):
            self._settle_row(session, row, "dead", now, TOO_LATE)
            return None
        wait = self._rates.take_slot(team.team_id, way, row.channel)
        if wait:
            work_queues.postpone(session, row, now + timedelta(seconds=wait))
            return None
        tried = work_queues.begin_attempt(row, now)
        return ClaimedMessage(
            row.id, row.attempts, row.key, team, way, row.channel, row.thread_ts, row.user, row.token, dict(row.body),
            row.created_at, tried,
        )  # fmt: skip

    def _send_claimed(self, letter: ClaimedMessage) -> None:
        outcome = self._attempt_delivery(letter)
        self._observed(outcome.label)
        now = self._clock()
        with self._database.begin_write() as session:
            row = work_queues.find_held_row(session, Outbox, letter.number, letter.attempt)
            if row is None:
                return
            letters = [
                self.enqueue_message(session, each) for each in self._record_outcome(session, row, letter, outcome, now)
            ]
        self.send_enqueued(letters)

    def _attempt_delivery(self, letter: ClaimedMessage) -> Outcome:
        """Look for the message where an earlier attempt may have posted it, else send it."""
        client = self._clients.posting(letter.team.token)
        try:
            channel = self._addresses.resolve_channel(letter.team, letter.channel)
        except NoSlackAccount:
            return Rejected(NO_ACCOUNT)
        except SlackApiError as error:
            known = interpret_error(error)
            return RetryLater(5, error_code(error)) if isinstance(known, OutcomeUnknown) else known
        except TROUBLE as error:
            return RetryLater(5, type(error).__name__)
        if letter.tried_before is not None and letter.way is DeliveryMethod.POST:
            try:
                ts = find_posted_ts(self._clients.reading(letter.team.token), letter, channel)
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
            return Sent(channel, send_message(client, letter, channel))
        except TROUBLE as error:
            return interpret_error(error)

    def _record_outcome(
        self, session: Session, row: Outbox, letter: ClaimedMessage, outcome: Outcome, now: datetime
    ) -> list[OutboxMessage]:
        """Record how a delivery attempt ended; return the messages that follow from it."""
        match outcome:
            case Sent(channel, ts):
                work_queues.record_post(row, channel, ts)
                self._settle_row(session, row, "done", now)
                return []
            case RetryLater(seconds, error):
                self._rates.pause_channel(letter.team.team_id, letter.way, letter.channel, seconds)
                work_queues.mark_tried(row, letter.tried_before)
                return self._retry_later(session, row, letter, now + timedelta(seconds=seconds), error)
            case Simplify(error) if not letter.body.get("plain"):
                self._clients.plain_views = True
                work_queues.replace_body(row, {**letter.body, **simplify_body(letter), "plain": True})
                work_queues.put_back(session, row, now + SOON, error)
                return []
            case Reroute(error) | Rejected(error) if letter.way is not DeliveryMethod.POST or letter.user is not None:
                self._settle_row(session, row, "dead", now, error)
                return [self._as_direct_message(letter)]
            case Reroute("unknown_method" as error) if row.attempts < MOST_LOOKS:
                # There is no other way than to post: a server that does not know it may be about to.
                return self._retry_later(session, row, letter, now + timedelta(seconds=2**row.attempts), error)
            case OutcomeUnknown(error) if letter.way is DeliveryMethod.UPDATE or (
                letter.way is DeliveryMethod.RESPOND and letter.in_place
            ):
                # Putting the same words in the same place twice is doing it once.
                return self._retry_later(
                    session, row, letter, now + timedelta(seconds=2 ** min(row.attempts, 6)), error
                )
            case OutcomeUnknown(error) if letter.way is DeliveryMethod.POST:
                return self._record_unknown_outcome(session, row, letter, now, error)
            case OutcomeUnknown(error):
                self._settle_row(session, row, "unknown", now, error)
                return [self._as_direct_message(letter)]
            case Simplify(error) | Reroute(error) | Rejected(error):
                return self._record_undeliverable(session, row, letter, now, error)

    def _retry_later(
        self, session: Session, row: Outbox, letter: ClaimedMessage, when: datetime, error: str
    ) -> list[OutboxMessage]:
        if _is_expired(letter.body, when):
            self._settle_row(session, row, "dead", self._clock(), TOO_LATE)
            return []
        if when - letter.created_at > GIVES_UP_AFTER:
            return self._record_undeliverable(session, row, letter, self._clock(), f"given up after a day: {error}")
        work_queues.put_back(session, row, when, error)
        return []

    def _record_unknown_outcome(
        self, session: Session, row: Outbox, letter: ClaimedMessage, now: datetime, error: str
    ) -> list[OutboxMessage]:
        """Put the row off until Slack has had time to show the message: nobody knows yet whether it is there."""
        work_queues.mark_tried(row, letter.tried_before or row.tried_at)
        unreadable = error.startswith(UNREADABLE)
        forbidden = error.removeprefix(UNREADABLE) in FORBIDDEN
        if forbidden or (unreadable and row.attempts >= MOST_LOOKS):
            log.error("outbox %s: outcome unknown and not to be found out: %s", row.id, error)
            self._settle_row(session, row, "unknown", now, error)
            return report_undelivered(session, letter, "unknown")
        work_queues.put_back(session, row, now + self._settling, error)
        return []

    def _record_undeliverable(
        self, session: Session, row: Outbox, letter: ClaimedMessage, now: datetime, error: str
    ) -> list[OutboxMessage]:
        log.error("outbox %s: not sent and never will be: %s", row.id, error)
        self._settle_row(session, row, "dead", now, error)
        return [] if error in (*DEAD_TOKEN, NO_ACCOUNT) else report_undelivered(session, letter, error)

    def _settle_row(self, session: Session, row: Outbox, state: str, now: datetime, error: str | None = None) -> None:
        work_queues.settle_row(session, row, state, now, error)
        for each in self._concluded(session, row, now):
            self._insert_row(session, each, now)

    def _as_direct_message(self, letter: ClaimedMessage) -> OutboxMessage:
        """Make the same message a direct one to its reader, where the first way is closed."""
        message = SlackMessage(str(letter.body["text"]), tuple(letter.body["blocks"]))
        reader = letter.channel if letter.way is DeliveryMethod.UPDATE else letter.user or letter.channel
        thread = letter.thread_ts if letter.way is DeliveryMethod.UPDATE else None
        return OutboxMessage(letter.team.workspace_id, f"{letter.key}:directly", reader, message, thread_ts=thread)


MOST_LOOKS = 5
TOO_LATE = "too late"
NO_ACCOUNT = "no Slack account"
UNREADABLE = "cannot be looked for: "
FORBIDDEN = ("missing_scope", "unknown_method", "not_allowed_token_type", "no_permission", "channel_not_found")


def _is_expired(body: dict[str, Any], now: datetime) -> bool:
    """Return whether a message has missed the time in which it has a meaning."""
    return "until" in body and now > datetime.fromisoformat(body["until"])


def simplify_body(letter: ClaimedMessage) -> dict[str, Any]:
    """Return text and blocks of the message without what this Slack refused."""
    made = simplify_message(SlackMessage(str(letter.body["text"]), tuple(letter.body["blocks"])))
    return {"text": made.text, "blocks": list(made.blocks)}

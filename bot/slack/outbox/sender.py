"""Sends what stands in the outbox, each message once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.queue_consumer import LEASE, Pump
from bot.slack.api.clients import Clients
from bot.slack.api.errors import (
    DEAD_TOKEN,
    TROUBLE,
    Later,
    Never,
    Otherwise,
    Outcome,
    Plainer,
    Sent,
    Unknown,
    outcome_of,
    said_by,
)
from bot.slack.outbox.delivery import Address, Letter, Unreachable, found_again, send
from bot.slack.outbox.failure_notices import undelivered
from bot.slack.outbox.outbox_message import Outgoing, Way
from bot.slack.outbox.rate_limits import Rates
from bot.slack.render import Message, plain
from bot.slack.teams.teams import Team, Teams
from storage.database.doors import Database
from storage.slack import work_queues
from storage.tables import Inbox, Outbox

log = logging.getLogger(__name__)
GIVES_UP_AFTER = timedelta(hours=24)
SOON = timedelta(seconds=0.05)


class Poster:
    """Takes messages into the outbox and sees them through.

    A message whose sending had an unknown outcome is looked for by its own key after `settling`, before it is sent
    again; where it cannot be looked for it stays as it is, and the administrators are told. `concluded` hears of
    every message that is settled, in the same transaction, and gives messages that follow from it. Without `sends`
    messages are kept for another process to send.
    """

    def __init__(
        self,
        database: Database,
        clients: Clients,
        teams: Teams,
        clock: Callable[[], datetime],
        account: Callable[[Team, int], str | None],
        *,
        settling: timedelta,
        threads: int = 8,
        sends: bool = True,
        observed: Callable[[str], None] = lambda outcome: None,
        concluded: Callable[[Session, Outbox, datetime], list[Outgoing]] = lambda session, row, now: [],
    ) -> None:
        self._database = database
        self._clients = clients
        self._teams = teams
        self._clock = clock
        self._settling = settling
        self._sends = sends
        self._observed = observed
        self._concluded = concluded
        self._rates = Rates()
        self._addresses = Address(clients, account)
        self.pump: Pump[Letter] = Pump(
            "poster", database, Outbox, hold=self._hold, work=self._post, clock=clock, threads=threads
        )

    def enlist(self, session: Session, outgoing: Outgoing) -> Letter | None:
        """Keep a message in this transaction. Give what comes back to `send_off` after the commit."""
        now = self._clock()
        team = self._teams.of_workspace(outgoing.workspace_id)
        later = outgoing.not_before is not None and outgoing.not_before > now
        if team is None or later or not self._sends or not self.pump.reserve():
            self._put(session, outgoing, now)
            return None
        letter: Letter | None = None
        try:
            wait = self._rates.wait(team.team_id, outgoing.way, outgoing.channel)
            body, token = outgoing.body(), work_queues.new_token()
            if wait or _is_over(body, now):
                self._put(session, replace(outgoing, not_before=now + timedelta(seconds=wait)), now)
                return None
            number = self._put(session, outgoing, now, token=token, lease=LEASE)
            if number is not None:
                letter = Letter(
                    number, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
                    token, body, now, None,
                )  # fmt: skip
        finally:
            if letter is None:
                self.pump.release()
        return letter

    def _put(self, session: Session, outgoing: Outgoing, now: datetime, **claimed: Any) -> int | None:
        return work_queues.put(
            session,
            workspace_id=outgoing.workspace_id,
            key=outgoing.key,
            channel=outgoing.channel,
            thread_ts=outgoing.thread_ts,
            user=outgoing.user,
            body=outgoing.body(),
            now=now,
            not_before=outgoing.not_before,
            **claimed,
        )

    def send_off(self, letters: Sequence[Letter | None]) -> None:
        """Start sending what was enlisted, now that it is kept."""
        for letter in letters:
            self.pump.go(letter)

    def post(self, *messages: Outgoing) -> None:
        """Keep and send messages in a transaction of their own."""
        letters: list[Letter | None] = []
        try:
            with self._database.writing() as session:
                letters += [self.enlist(session, each) for each in messages]
        except Exception:
            # Not kept, so not held either; the fault goes on.
            for letter in letters:
                self.pump.give_up(letter)
            raise
        self.send_off(letters)

    def tell(self, outgoing: Outgoing) -> None:
        """Send without keeping: what helps only now, when the database may be what holds things up.

        What Slack does not take this way is kept and sent like everything else.
        """
        team = self._teams.of_workspace(outgoing.workspace_id)
        if team is None:
            return
        letter = Letter(
            0, 1, outgoing.key, team, outgoing.way, outgoing.channel, outgoing.thread_ts, outgoing.user,
            work_queues.new_token(), outgoing.body(), self._clock(), None,
        )  # fmt: skip
        if not isinstance(self._attempt(letter), Sent | Unknown):
            self.post(outgoing)

    def _hold(self, session: Session, row: Inbox | Outbox, now: datetime) -> Letter | None:
        """The row as it is sent; put off where a limit would be broken, ended where nothing can be sent."""
        assert isinstance(row, Outbox)
        team = self._teams.of_workspace(row.workspace_id)
        if team is None or row.body is None:
            self._end(session, row, "dead", now, "no Slack team is served for this workspace")
            return None
        way = Way(row.body["way"])
        if row.tried_at is not None and way is Way.POST and now < row.tried_at + self._settling:
            # Whoever tried may have died in the middle of it: Slack needs time to show what it has.
            work_queues.postpone(session, row, row.tried_at + self._settling)
            return None
        if row.tried_at is None and _is_over(row.body, now):
            self._end(session, row, "dead", now, TOO_LATE)
            return None
        wait = self._rates.wait(team.team_id, way, row.channel)
        if wait:
            work_queues.postpone(session, row, now + timedelta(seconds=wait))
            return None
        tried = work_queues.begin_attempt(row, now)
        return Letter(
            row.id, row.attempts, row.key, team, way, row.channel, row.thread_ts, row.user, row.token, dict(row.body),
            row.created_at, tried,
        )  # fmt: skip

    def _post(self, letter: Letter) -> None:
        outcome = self._attempt(letter)
        self._observed(outcome.label)
        now = self._clock()
        with self._database.writing() as session:
            row = work_queues.held_by(session, Outbox, letter.number, letter.attempt)
            if row is None:
                return
            letters = [self.enlist(session, each) for each in self._settle(session, row, letter, outcome, now)]
        self.send_off(letters)

    def _attempt(self, letter: Letter) -> Outcome:
        """Look for the message where an earlier attempt may have posted it, else send it."""
        client = self._clients.posting(letter.team.token)
        try:
            channel = self._addresses.channel(letter.team, letter.channel)
        except Unreachable:
            return Never(NO_ACCOUNT)
        except SlackApiError as error:
            known = outcome_of(error)
            return Later(5, said_by(error)) if isinstance(known, Unknown) else known
        except TROUBLE as error:
            return Later(5, type(error).__name__)
        if letter.tried_before is not None and letter.way is Way.POST:
            try:
                ts = found_again(self._clients.reading(letter.team.token), letter, channel)
            except SlackApiError as error:
                known = outcome_of(error)
                if isinstance(known, Later):
                    return known
                return Unknown(f"{UNREADABLE}{said_by(error)}")
            except TROUBLE as error:
                return Unknown(f"{UNREADABLE}{type(error).__name__}")
            if ts is not None:
                return Sent(channel, ts)
        try:
            return Sent(channel, send(client, letter, channel))
        except TROUBLE as error:
            return outcome_of(error)

    def _settle(self, session: Session, row: Outbox, letter: Letter, outcome: Outcome, now: datetime) -> list[Outgoing]:
        """Write down what came of an attempt; gives the messages that follow from it."""
        match outcome:
            case Sent(channel, ts):
                work_queues.record_post(row, channel, ts)
                self._end(session, row, "done", now)
                return []
            case Later(seconds, error):
                self._rates.refused(letter.team.team_id, letter.way, letter.channel, seconds)
                work_queues.mark_tried(row, letter.tried_before)
                return self._again(session, row, letter, now + timedelta(seconds=seconds), error)
            case Plainer(error) if not letter.body.get("plain"):
                self._clients.plain_views = True
                work_queues.replace_body(row, {**letter.body, **plainer(letter), "plain": True})
                work_queues.put_back(session, row, now + SOON, error)
                return []
            case Otherwise(error) | Never(error) if letter.way is not Way.POST or letter.user is not None:
                self._end(session, row, "dead", now, error)
                return [self._directly(letter)]
            case Otherwise("unknown_method" as error) if row.attempts < MOST_LOOKS:
                # There is no other way than to post: a server that does not know it may be about to.
                return self._again(session, row, letter, now + timedelta(seconds=2**row.attempts), error)
            case Unknown(error) if letter.way is Way.UPDATE or (letter.way is Way.RESPOND and letter.in_place):
                # Putting the same words in the same place twice is doing it once.
                return self._again(session, row, letter, now + timedelta(seconds=2 ** min(row.attempts, 6)), error)
            case Unknown(error) if letter.way is Way.POST:
                return self._unknown(session, row, letter, now, error)
            case Unknown(error):
                self._end(session, row, "unknown", now, error)
                return [self._directly(letter)]
            case Plainer(error) | Otherwise(error) | Never(error):
                return self._dead(session, row, letter, now, error)

    def _again(self, session: Session, row: Outbox, letter: Letter, when: datetime, error: str) -> list[Outgoing]:
        if _is_over(letter.body, when):
            self._end(session, row, "dead", self._clock(), TOO_LATE)
            return []
        if when - letter.created_at > GIVES_UP_AFTER:
            return self._dead(session, row, letter, self._clock(), f"given up after a day: {error}")
        work_queues.put_back(session, row, when, error)
        return []

    def _unknown(self, session: Session, row: Outbox, letter: Letter, now: datetime, error: str) -> list[Outgoing]:
        """Nobody knows whether it is there: look for it when Slack has had time to show it."""
        work_queues.mark_tried(row, letter.tried_before or row.tried_at)
        unreadable = error.startswith(UNREADABLE)
        forbidden = error.removeprefix(UNREADABLE) in FORBIDDEN
        if forbidden or (unreadable and row.attempts >= MOST_LOOKS):
            log.error("outbox %s: outcome unknown and not to be found out: %s", row.id, error)
            self._end(session, row, "unknown", now, error)
            return undelivered(session, letter, "unknown")
        work_queues.put_back(session, row, now + self._settling, error)
        return []

    def _dead(self, session: Session, row: Outbox, letter: Letter, now: datetime, error: str) -> list[Outgoing]:
        log.error("outbox %s: not sent and never will be: %s", row.id, error)
        self._end(session, row, "dead", now, error)
        return [] if error in (*DEAD_TOKEN, NO_ACCOUNT) else undelivered(session, letter, error)

    def _end(self, session: Session, row: Outbox, state: str, now: datetime, error: str | None = None) -> None:
        work_queues.settle(session, row, state, now, error)
        for each in self._concluded(session, row, now):
            self._put(session, each, now)

    def _directly(self, letter: Letter) -> Outgoing:
        """The same message as a direct message to its reader, where the first way is closed."""
        message = Message(str(letter.body["text"]), tuple(letter.body["blocks"]))
        reader = letter.channel if letter.way is Way.UPDATE else letter.user or letter.channel
        thread = letter.thread_ts if letter.way is Way.UPDATE else None
        return Outgoing(letter.team.workspace_id, f"{letter.key}:directly", reader, message, thread_ts=thread)


MOST_LOOKS = 5
TOO_LATE = "too late"
NO_ACCOUNT = "no Slack account"
UNREADABLE = "cannot be looked for: "
FORBIDDEN = ("missing_scope", "unknown_method", "not_allowed_token_type", "no_permission", "channel_not_found")


def _is_over(body: dict[str, Any], now: datetime) -> bool:
    """Whether a message has missed the time in which it has a meaning."""
    return "until" in body and now > datetime.fromisoformat(body["until"])


def plainer(letter: Letter) -> dict[str, Any]:
    """The message without what this Slack refused."""
    made = plain(Message(str(letter.body["text"]), tuple(letter.body["blocks"])))
    return {"text": made.text, "blocks": list(made.blocks)}

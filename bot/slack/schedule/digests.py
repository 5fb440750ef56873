"""Sends each rep one digest a working day at their local time; a digest that cannot be sent is reported."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from bot.reply_object import encode_value
from bot.slack.outbox.delivery import REP
from bot.slack.outbox.failure_notices import report_to_administrators
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.outbox.sender import NO_ACCOUNT, TOO_LATE, OutboxSender
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.render import SlackMessage, render_reply
from commands.digest.build import build_digest
from commands.digest.content import Digest, store_digest
from commands.digest.preview_set import build_digest_reply
from commands.digest.schedule import DigestSchedule, DueDigest, find_due_digest, list_missed_digests
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from commands.values.phrases import format_day
from storage.database.claims import claim_part
from storage.database.doors import Database, Session
from storage.database.errors import DatabaseTrouble
from storage.digests import digest_runs
from storage.digests.digest_runs import FAILED, QUEUED, SENT, SILENT, SKIPPED, UNREACHABLE, DigestRecipient, NewRun
from storage.people import reps
from storage.slack.app_installations import find_first_start
from storage.tables import Outbox, Rep
from storage.threads import confirmations
from storage.workspaces.workspace_vocabulary import Vocabulary, load_vocabulary

log = logging.getLogger(__name__)
SURFACE = "digest"
KEY = "digest"
# Digests stored in one transaction. It holds the write lock, so a whole company at once would keep answers waiting. So
# many reps are also the part that one of several processes claims.
BATCH = 50
# Many people have the same time of day. Their digests are sent one a second, or closer together where the last one
# would come more than ten minutes late; five a second is the limit that the outbox keeps for posts in a team.
SPREAD = timedelta(minutes=10)
FASTEST = timedelta(seconds=0.2)


@dataclass(frozen=True)
class PreparedDigest:
    """Holds the digest of a rep and a local date. `state` is queued where it is to be sent, else silent."""

    reader: DigestRecipient
    due: DueDigest
    state: str
    digest: Digest
    message: SlackMessage


@dataclass
class DigestTick:
    """Says which digests one call of `queue_due_digests` found due."""

    due: list[tuple[int, date]] = field(default_factory=list)
    """Reps and local dates whose digest is due now, whether made by this call or before."""


class MorningDigests:
    """Makes the digests that are due and puts them into the outbox.

    Any number of processes may do so at once: the one that first stores the run of a rep and local date sends it. On
    PostgreSQL they share the work, a batch of reps each; what a process that died had claimed is made at the next tick.
    """

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        sender: OutboxSender,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._sender = sender
        self._clock = clock

    def queue_due_digests(self, workspace_id: int, *, only: int | None = None, asked: bool = False) -> DigestTick:
        """Store and send the digests that are due now; skip and report those that are too late.

        Called each minute. `only` is the number of the one rep to look at. What was due before the first start in
        Slack is left out, unless a person has `asked` for it.
        """
        now = self._clock()
        with self._database.begin_read() as session:
            vocabulary = load_vocabulary(session, workspace_id)
            if vocabulary is None:
                return DigestTick()
            everyone = digest_runs.list_recipients(session, workspace_id, only=only)
            # A day more than the missed digests that are looked for, since local dates differ from the UTC date.
            settled = digest_runs.list_settled_runs(session, workspace_id, now.date() - timedelta(days=6))
            first_day = digest_runs.find_first_day(session, workspace_id)
            started = None if asked else find_first_start(session, workspace_id)
        schedule = self._schedule_lookup(vocabulary)
        # Thousands of reps share a few schedules, and resolving a local time is what costs.
        due = cache(lambda wish: find_due_digest(wish, now, vocabulary.holidays))
        over = cache(lambda wish: list_missed_digests(wish, now, vocabulary.holidays))
        tally = DigestTick()
        waiting: list[tuple[DigestRecipient, DueDigest]] = []
        for reader in everyone:
            found = due(schedule(reader))
            if found is None or (started is not None and found.at < started):
                continue
            tally.due.append((reader.rep_id, found.local_date))
            if (reader.rep_id, found.local_date) not in settled:
                waiting.append((reader, found))
        # Nothing was missed before the workspace's first digest day, nor before the rep was added.
        late = [
            (reader, each)
            for reader in everyone
            for each in over(schedule(reader))
            if first_day is not None
            and each.local_date > first_day
            and max(reader.since, started or reader.since) < each.at
            and (reader.rep_id, each.local_date) not in settled
        ]
        self._skip_late(workspace_id, self._confirm_missed(workspace_id, late))
        self._queue_waiting(vocabulary, waiting)
        return tally

    def _confirm_missed(
        self, workspace_id: int, late: Sequence[tuple[DigestRecipient, DueDigest]]
    ) -> list[tuple[DigestRecipient, DueDigest]]:
        """Drop those whose schedule was changed after the missed time: at that time no digest was due yet."""
        if not late:
            return []
        with self._database.begin_read() as session:
            first = min(due.at for _, due in late)
            # Key None holds the changes of the workspace, which count for every rep.
            changed = digest_runs.find_schedule_changes(session, workspace_id, first)
        return [
            (reader, due)
            for reader, due in late
            if all(changed.get(whose, first) <= due.at for whose in (reader.rep_id, None))
        ]

    def _schedule_lookup(self, vocabulary: Vocabulary) -> Callable[[DigestRecipient], DigestSchedule]:
        defaults = self._dispatcher.defaults

        def reader_schedule(reader: DigestRecipient) -> DigestSchedule:
            return DigestSchedule(
                reader.time or vocabulary.digest_time or defaults.digest_time,
                reader.days or vocabulary.working_days,
                reader.zone or vocabulary.time_zone or defaults.time_zone,
            )

        return reader_schedule

    def _queue_waiting(self, vocabulary: Vocabulary, waiting: Sequence[tuple[DigestRecipient, DueDigest]]) -> None:
        if not waiting:
            return
        pause = max(FASTEST, min(timedelta(seconds=1), SPREAD / len(waiting)))
        # By the place among all, so that two processes that share them do not send twice as fast.
        pauses = {reader.rep_id: pause * number for number, (reader, _) in enumerate(waiting)}
        for number, batch in groupby(waiting, key=lambda each: each[0].rep_id // BATCH):
            with claim_part(self._database, KEY, vocabulary.id, number) as mine:
                if mine:
                    self._queue_batch(vocabulary, [*batch], pauses)

    def _queue_batch(
        self,
        vocabulary: Vocabulary,
        batch: Sequence[tuple[DigestRecipient, DueDigest]],
        pauses: Mapping[int, timedelta],
    ) -> None:
        now = self._clock()
        with self._database.begin_read() as session:
            # Another process may have made them since they were found due.
            settled = digest_runs.list_settled_runs(
                session, vocabulary.id, min(due.local_date for _, due in batch), of=[each.rep_id for each, _ in batch]
            )
        left = [(each, due) for each, due in batch if (each.rep_id, due.local_date) not in settled]
        if not left:
            return
        made = self._prepare_batch(vocabulary, left, now)
        with self._database.begin_write() as session:
            enqueued = [
                self._sender.enqueue_message(
                    session, self._make_outbox_message(vocabulary.id, each, pauses[each.reader.rep_id])
                )
                for each in self._store_runs(session, vocabulary.id, made, now)
            ]
        self._sender.send_enqueued([each for each in enqueued if each is not None])

    def _prepare_batch(
        self, vocabulary: Vocabulary, batch: Sequence[tuple[DigestRecipient, DueDigest]], now: datetime
    ) -> list[PreparedDigest]:
        """Prepare the digests of a batch, leaving out those that fail.

        A digest that fails stays due: it is tried again each minute until it is too late, then skipped and reported.
        """
        try:
            with self._database.begin_read() as session:
                people = reps.load_reps(session, vocabulary.id, [reader.rep_id for reader, _ in batch])
                return [
                    self._prepare_digest(session, vocabulary, people.get(each.rep_id), each, due, now)
                    for each, due in batch
                ]
        except DatabaseTrouble:
            raise
        except Exception:
            # Prepared again one by one, so that the one that fails takes no others with it.
            if len(batch) == 1:
                log.exception("the digest of rep %s cannot be made", batch[0][0].rep_id)
                return []
            return [made for each in batch for made in self._prepare_batch(vocabulary, [each], now)]

    def _prepare_digest(
        self,
        session: Session,
        vocabulary: Vocabulary,
        rep: Rep | None,
        reader: DigestRecipient,
        due: DueDigest,
        now: datetime,
    ) -> PreparedDigest:
        request = Request(vocabulary.id, reader.rep_id, SURFACE, now)
        context = self._dispatcher.build_context(session, request, words=vocabulary, rep=rep)
        digest = build_digest(
            session,
            context.asker,
            vocabulary=context.vocabulary,
            defaults=context.defaults,
            now=now,
            size=reader.size,
        )
        said = render_reply(build_digest_reply(digest, context, context.asker, sent=True))
        tells = vocabulary.tell_quiet_days if reader.tells_quiet_days is None else reader.tells_quiet_days
        state = SILENT if digest.silent and not tells else QUEUED
        return PreparedDigest(reader, due, state, digest, said)

    def _store_runs(
        self, session: Session, workspace_id: int, made: Sequence[PreparedDigest], now: datetime
    ) -> list[PreparedDigest]:
        """Store a run for each digest; return those to be sent that no other process has stored before."""
        runs = [NewRun(each.reader.rep_id, each.due.local_date, each.state, *_stored_forms(each)) for each in made]
        new = digest_runs.create_runs(session, workspace_id, runs, now)
        return [each for each in made if each.state == QUEUED and (each.reader.rep_id, each.due.local_date) in new]

    def _make_outbox_message(self, workspace_id: int, made: PreparedDigest, pause: timedelta) -> OutboxMessage:
        return OutboxMessage(
            workspace_id,
            f"{KEY}:{made.reader.rep_id}:{made.due.local_date.isoformat()}",
            f"{REP}{made.reader.rep_id}",
            made.message,
            not_before=self._clock() + pause,
            until=made.due.until,
        )

    def _skip_late(self, workspace_id: int, late: Sequence[tuple[DigestRecipient, DueDigest]]) -> None:
        """Store the digests that are too late to send as skipped, and report them once a local date."""
        if not late:
            return
        now = self._clock()
        with self._database.begin_write() as session:
            runs = [NewRun(reader.rep_id, due.local_date, SKIPPED) for reader, due in late]
            settled = digest_runs.create_runs(session, workspace_id, runs, now)
            new = [(reader, due) for reader, due in late if (reader.rep_id, due.local_date) in settled]
            # The first rep of each day is named as an example; a report for each would flood the administrators.
            of_day = {due.local_date: reader.name for reader, due in reversed(new)}
            enqueued = [
                self._sender.enqueue_message(session, each)
                for day, name in sorted(of_day.items())
                for each in report_skipped(session, workspace_id, name, day, now)
            ]
        self._sender.send_enqueued(enqueued)
        for reader, due in new:
            log.warning("the digest of rep %s for %s was skipped: too late", reader.rep_id, due.local_date)


def record_digest_outcome(session: Session, row: Outbox, now: datetime) -> list[OutboxMessage]:
    """Record what became of a digest when its outbox row is settled; return the reports to send because of it.

    Rows of other messages are ignored.
    """
    kind, _, rest = row.key.partition(":")
    number, _, day = rest.partition(":")
    if kind != KEY or not number.isdigit() or not day:
        return []
    rep_id, local_date = int(number), date.fromisoformat(day)
    if row.state == "done":
        digest_runs.finish_run(session, rep_id, local_date, SENT, now, channel=row.channel, posted_ts=row.posted_ts)
        _remember_shown_leads(session, row, rep_id, local_date, now)
        return []
    became = {TOO_LATE: SKIPPED, NO_ACCOUNT: UNREACHABLE}.get(row.error or "", FAILED)
    digest_runs.finish_run(session, rep_id, local_date, became)
    rep = reps.find_rep(session, row.workspace_id, rep_id)
    match became:
        case "skipped" if rep is not None:
            return report_skipped(session, row.workspace_id, rep.name, local_date, now)
        case "unreachable" if rep is not None:
            return report_unreachable(session, row.workspace_id, rep.name, now)
        case _:
            return []


def report_skipped(session: Session, workspace_id: int, name: str, day: date, now: datetime) -> list[OutboxMessage]:
    """Make the report of skipped digests. Its key lets one a local date through."""
    words = (
        f"Digests of {format_day(day, now.date())} could not be sent in time and were skipped, that of {name} among "
        "them. I was not running, or could not reach Slack."
    )
    return report_to_administrators(session, workspace_id, f"skipped:{day.isoformat()}", words)


def report_unreachable(session: Session, workspace_id: int, name: str, now: datetime) -> list[OutboxMessage]:
    """Make the report of a rep whom Slack does not know. Its key lets one a week through."""
    week = "{}-{}".format(*now.isocalendar()[:2])
    words = (
        f"I cannot send {name} a digest: Slack knows no member with that email address. There may be others; "
        "mend the addresses under Administration, or stop these digests."
    )
    return report_to_administrators(session, workspace_id, f"unreachable:{week}", words)


def _remember_shown_leads(session: Session, row: Outbox, rep_id: int, local_date: date, now: datetime) -> None:
    """Remember the digest's leads for its thread, so that “convert the second one” is understood there."""
    content = digest_runs.find_content(session, rep_id, local_date)
    shown = [each["id"] for part in ("first", "closing") for each in (content or {}).get(part, ())]
    confirmations.save_focus(
        session,
        workspace_id=row.workspace_id,
        rep_id=rep_id,
        thread=SlackConversation(row.channel or "", row.posted_ts).thread_key,
        now=now,
        records=shown,
        command="preview_digest",
        arguments={},
    )


def _stored_forms(made: PreparedDigest) -> tuple[dict[str, Any], dict[str, Any]] | tuple[()]:
    """Return what is stored of a digest that is sent; nothing of one that had nothing to say."""
    return (encode_value(made.digest.to_json()), store_digest(made.digest)) if made.state == QUEUED else ()
